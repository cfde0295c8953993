// Package release compares releases of the Appwrite server. Client, in-memory server and tests
// share it, so that a range of releases means the same everywhere.
package release

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Version is a release packed so that releases compare as integers: 1.4.13 is
// 1<<20 | 4<<10 | 13.
type Version uint32

// The releases that changed something for several parts of this module.
const (
	V0_2    = Version(2 << 10)
	V0_5    = Version(5 << 10)
	V0_6    = Version(6 << 10)
	V0_7    = Version(7 << 10)
	V0_8    = Version(8 << 10)
	V0_9    = Version(9 << 10)
	V0_11_2 = Version(11<<10 + 2)
	V0_12   = Version(12 << 10) // user IDs of the caller's choice, pages
	V0_12_4 = V0_12 + 4
	V0_13   = Version(13 << 10) // errors with types
	V0_13_4 = V0_13 + 4
	V0_14   = Version(14 << 10)
	V0_15   = Version(15 << 10)
	V0_15_3 = V0_15 + 3
	V1_0    = Version(1 << 20) // queries
	V1_1    = V1_0 + 1<<10
	V1_2    = V1_0 + 2<<10
	V1_3    = V1_0 + 3<<10
	V1_4    = V1_0 + 4<<10
	V1_5    = V1_0 + 5<<10 // sessions as a header, tokens, MFA, queries in JSON
	V1_5_8  = V1_5 + 8
	V1_5_11 = V1_5 + 11
	V1_6    = V1_0 + 6<<10
	V1_7    = V1_0 + 7<<10
	V1_8    = V1_0 + 8<<10
	V1_8_1  = V1_8 + 1
	V1_9    = V1_0 + 9<<10
	V1_9_5  = V1_9 + 5
	V1_9_6  = V1_9 + 6
	V2_0    = Version(2 << 20)
)

var errSyntax = errors.New("must look like 1.4 or 1.4.13")

// Parse reads "1.4", which means 1.4.0, and "1.4.13". A pre-release suffix is ignored.
func Parse(s string) (Version, error) {
	core, _, _ := strings.Cut(s, "-")
	parts := strings.Split(core, ".")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, errSyntax
	}
	var v Version
	for i := range 3 {
		v <<= 10
		if i == len(parts) {
			continue
		}
		n, err := strconv.ParseUint(parts[i], 10, 10)
		if err != nil {
			return 0, errSyntax
		}
		v |= Version(n)
	}
	return v, nil
}

// Must is Parse for constants.
func Must(s string) Version {
	v, err := Parse(s)
	if err != nil {
		panic(fmt.Sprintf("release %q %v", s, err))
	}
	return v
}

// String returns all three numbers, "1.4.0".
func (v Version) String() string {
	return fmt.Sprintf("%d.%d.%d", v>>20, v>>10&1023, v&1023)
}

// Range is the releases from Since on, up to but without Before. A zero Since or Before is no
// bound; the zero Range is empty.
type Range struct{ Since, Before Version }

// Since is the range from v on.
func Since(v Version) Range { return Range{Since: v} }

// Before is the range of all releases older than v.
func Before(v Version) Range { return Range{Before: v} }

// Between is the range from since on, up to but without before.
func Between(since, before Version) Range { return Range{since, before} }

// Has reports whether a release is in the range.
func (r Range) Has(v Version) bool {
	return r != Range{} && r.Since <= v && (r.Before == 0 || v < r.Before)
}
