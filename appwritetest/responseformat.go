package appwritetest

import (
	"strings"

	"github.com/seed17809555/appwrite/internal/release"
)

// X-Appwrite-Response-Format asks for the shape of an older release. These are the differences
// that the server still knows for what Account answers.

// olderThan reports whether the caller asked for a shape before a release. A text that is not a
// version asks for nothing; servers before 1.9.6 take it for the oldest.
func (c *call) olderThan(shape release.Version) bool {
	text := c.r.Header.Get("X-Appwrite-Response-Format")
	v, ok := parseFormat(text)
	if !ok {
		return text != "" && c.server.before(release.V1_9_6)
	}
	return v < shape
}

// warnNewer tells a caller that is newer than the server.
func (c *call) warnNewer() {
	text := c.r.Header.Get("X-Appwrite-Response-Format")
	if v, ok := parseFormat(text); ok && v > c.server.version && !c.server.is(neverWarns) {
		c.answer.header.Set("X-Appwrite-Warning", "The current SDK is built for Appwrite "+text+". However, the current Appwrite server version is "+
			c.server.String()+". Please downgrade your SDK to match the Appwrite version: https://appwrite.io/docs/sdks")
	}
}

// parseFormat reads what the header holds: a release with all three numbers.
func parseFormat(text string) (release.Version, bool) {
	v, err := release.Parse(text)
	return v, err == nil && strings.Count(text, ".") == 2 && !strings.Contains(text, "-")
}
