package appwritetest

import (
	"strconv"
	"strings"
)

// X-Appwrite-Response-Format asks for the shape of an older release. These are
// the differences that the server still knows for what Account answers.

// olderThan reports whether the caller asked for a shape before release
// major.minor. What is no version asks for nothing, or older releases for the oldest.
func (c *call) olderThan(major, minor int) bool {
	text := c.r.Header.Get("X-Appwrite-Response-Format")
	v, ok := parseFormat(text)
	if !ok {
		return text != "" && c.dress.old()
	}
	return v < format(major, minor, 0)
}

// warnNewer tells a caller that is newer than the server.
func (c *call) warnNewer() {
	text := c.r.Header.Get("X-Appwrite-Response-Format")
	if v, ok := parseFormat(text); ok && v > c.dress.release && !c.dress.neverWarns {
		c.answer.header.Set("X-Appwrite-Warning", "The current SDK is built for Appwrite "+text+". However, the current Appwrite server version is "+
			c.dress.version+". Please downgrade your SDK to match the Appwrite version: https://appwrite.io/docs/sdks")
	}
}

// format packs a version so that versions compare as integers.
func format(major, minor, patch int) int { return major<<20 | minor<<10 | patch }

func parseFormat(s string) (int, bool) {
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return 0, false
	}
	var n [3]int
	for i, part := range parts {
		v, err := strconv.ParseUint(part, 10, 10)
		if err != nil {
			return 0, false
		}
		n[i] = int(v)
	}
	return format(n[0], n[1], n[2]), true
}
