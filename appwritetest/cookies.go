package appwritetest

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/internal/release"
)

// cookieDates is how the server writes the end of a session cookie.
type cookieDates int

const (
	cookieExpires cookieDates = iota
	cookieExpiresAndAge
	cookieForGood // not at all: the browser drops it when it closes
)

// datesOfCookies are how servers write the end of a session cookie.
var datesOfCookies = []struct {
	in    releases
	dates cookieDates
}{
	{before(release.V0_7), cookieExpiresAndAge},
	{between(release.V0_7, release.V0_12), cookieExpires},
	{between(release.V0_12, release.V0_14), cookieForGood},
	{between(release.V0_14, release.V1_4), cookieExpires},
	{since(release.V1_4), cookieExpiresAndAge},
}

// addSessionCookies signs the caller in: two cookies for old and new browsers, and the header
// for those that take no cookies of a third party.
func (c *call) addSessionCookies(secret string, expire time.Time) {
	name := c.project.cookieName()
	fallback, _ := encodeJSON(map[string]string{name: secret}) // two strings
	c.answer.header.Add("X-Fallback-Cookies", string(fallback))
	attributes := c.server.cookieEnd(expire.UTC().Format(cookieFormat), int(expire.Sub(c.now).Seconds())) + "; path=/" + c.cookieAttributes()
	c.addCookies(name, url.QueryEscape(secret)+attributes)
}

// deleteSessionCookies signs the caller's browser out.
func (c *call) deleteSessionCookies() {
	c.addCookies(c.project.cookieName(), "deleted"+c.server.cookieEnd("Thu, 01-Jan-1970 00:00:01 GMT", 0)+"; path=/"+c.cookieAttributes())
}

func (c *call) addCookies(name, rest string) {
	c.answer.header.Add("Set-Cookie", name+"_legacy="+rest)
	c.answer.header.Add("Set-Cookie", name+"="+rest+"; SameSite=None")
}

// emptyFallback tells those who hold the fallback to drop it.
func (c *call) emptyFallback() { c.answer.header.Add("X-Fallback-Cookies", "[]") }

// cookieDomain is "" for hosts that have none.
func (c *call) cookieDomain() string {
	if host := c.host(); host != "localhost" && net.ParseIP(host) == nil {
		return "." + host
	}
	return ""
}

func (c *call) cookieAttributes() string {
	var b strings.Builder
	if domain := c.cookieDomain(); domain != "" {
		b.WriteString("; domain=" + domain)
	}
	if c.secure() {
		b.WriteString("; secure")
	}
	b.WriteString("; HttpOnly")
	return b.String()
}

// cookieEnd is the part of a session cookie that says when the cookie ends.
func (s *serverRelease) cookieEnd(expires string, age int) string {
	switch {
	case s.cookies == cookieForGood && age > 0:
		return ""
	case s.cookies == cookieExpiresAndAge:
		return fmt.Sprintf("; expires=%s; Max-Age=%d", expires, age)
	}
	return "; expires=" + expires
}
