package appwritetest

import (
	"net/http"
	"strings"
)

// corsHeaders is what the server tells browsers; the origin comes on top.
var corsHeaders = map[string]string{
	"Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
	"Access-Control-Allow-Headers": strings.Join([]string{
		"Accept", "Origin", "Cookie", "Set-Cookie", "Content-Type", "Content-Range",
		"X-Appwrite-Project", "X-Appwrite-Key", "X-Appwrite-Dev-Key", "X-Appwrite-Locale", "X-Appwrite-Mode", "X-Appwrite-JWT",
		"X-Appwrite-Organization", "X-Appwrite-Response-Format", "X-Appwrite-Timeout", "X-Appwrite-ID", "X-Appwrite-Timestamp",
		"X-Appwrite-Session", "X-Appwrite-Platform",
		"X-Appwrite-Impersonate-User-Id", "X-Appwrite-Impersonate-User-Email", "X-Appwrite-Impersonate-User-Phone",
		"X-SDK-Version", "X-SDK-Name", "X-SDK-Language", "X-SDK-Platform", "X-SDK-GraphQL", "X-SDK-Profile",
		"Range", "Cache-Control", "Expires", "Pragma", "X-Fallback-Cookies", "X-Requested-With", "X-Forwarded-For", "X-Forwarded-User-Agent",
	}, ", "),
	"Access-Control-Expose-Headers":    "X-Appwrite-Session, X-Fallback-Cookies",
	"Access-Control-Allow-Credentials": "true",
	"Access-Control-Max-Age":           "86400",
}

// checkOrigin refuses browsers on pages of hosts that the project does not know, unless they
// bring an API key or a dev key.
func (c *call) checkOrigin() error {
	origin := c.r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	project := c.project
	if project == nil {
		project = c.store.projects[consoleID]
	}
	reason := project.refuses(origin, "Origin")
	if c.caller.dev {
		reason = refuseNoURL(origin)
	}
	c.answer.allowOrigin(origin, reason == "")
	if reason != "" && c.server.is(originForWritesOnly) {
		c.answer.allowOrigin("http://localhost", true)
	}
	reads := c.r.Method == http.MethodGet || c.r.Method == http.MethodHead
	if reason != "" && c.r.Header.Get("X-Appwrite-Key") == "" && !(reads && c.server.is(originForWritesOnly)) {
		return errOrigin(reason)
	}
	return nil
}

func (a *answer) allowOrigin(origin string, known bool) {
	for name, value := range corsHeaders {
		a.header.Set(name, value)
	}
	if known {
		a.header.Set("Access-Control-Allow-Origin", origin)
	}
}

// preflight answers a browser's question before its request: any route, any project, any
// origin. The request itself is what may be refused.
func (a *answer) preflight(r *http.Request) {
	a.status = http.StatusNoContent
	if a.server.is(okPreflights) {
		a.status = http.StatusOK
	}
	a.header.Del("X-Content-Type-Options") // the one answer without it
	a.allowOrigin(r.Header.Get("Origin"), true)
}
