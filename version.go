package appwrite

import (
	"fmt"
	"strconv"
	"strings"
)

// LatestServerVersion is the newest Appwrite release that this package knows and
// the one that a client speaks to unless WithServerVersion says otherwise.
const LatestServerVersion = "1.9.6"

// version is a server release packed so that releases compare as integers:
// 1.4.13 is 1<<20 | 4<<10 | 13.
type version uint32

// parseVersion reads "1.4" (meaning 1.4.0, so that what a client set to it uses
// is there in every 1.4.x) and "1.4.13". A pre-release suffix is ignored.
func parseVersion(s string) (version, error) {
	core, _, _ := strings.Cut(s, "-")
	parts := strings.Split(core, ".")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, fmt.Errorf("must look like 1.4 or 1.4.13")
	}
	var v version
	for i := range 3 {
		v <<= 10
		if i == len(parts) {
			continue
		}
		n, err := strconv.ParseUint(parts[i], 10, 10)
		if err != nil {
			return 0, fmt.Errorf("must look like 1.4 or 1.4.13")
		}
		v |= version(n)
	}
	return v, nil
}

// mustVersion is parseVersion for the constants of this package.
func mustVersion(s string) version {
	v, err := parseVersion(s)
	if err != nil {
		panic(fmt.Sprintf("appwrite: version constant %q: %v", s, err))
	}
	return v
}

func (v version) String() string {
	return fmt.Sprintf("%d.%d.%d", v>>20, v>>10&1023, v&1023)
}

// releases are those from since to before, before itself not among them; 0 is no bound. The
// zero value has none.
type releases struct{ since, before version }

func since(v version) releases  { return releases{since: v} }
func before(v version) releases { return releases{before: v} }

func (r releases) has(v version) bool {
	return r != releases{} && r.since <= v && (r.before == 0 || v < r.before)
}

// The releases that changed what a client has to send or to expect.
var (
	v0_2   = mustVersion("0.2.0")
	v0_6   = mustVersion("0.6.0")
	v0_7   = mustVersion("0.7.0")
	v0_8   = mustVersion("0.8.0")
	v0_12  = mustVersion("0.12.0") // user IDs of the caller's choice, pages
	v0_13  = mustVersion("0.13.0") // errors with types
	v1_0   = mustVersion("1.0.0")  // queries
	v1_4   = mustVersion("1.4.0")
	v1_5   = mustVersion("1.5.0") // sessions as a header, tokens, MFA, queries in JSON
	v1_6   = mustVersion("1.6.0")
	v1_8_1 = mustVersion("1.8.1")
	v1_9   = mustVersion("1.9.0")
)
