package webauth

import (
	"net/http"
	"net/url"
	"strings"
)

// returnParam carries where a visitor wanted to go through sign-in, MFA and OAuth2 pages.
const returnParam = "return_to"

// ReturnPath returns where to send the visitor after signing in: the path that RequireUser
// noted in the query parameter return_to, or a form field of that name. It is always one of
// this host: anything else, such as "//evil.example", is "/".
func ReturnPath(r *http.Request) string {
	// Unlike FormValue, it stores no files that a visitor sends: a form of that encoding is
	// read where the handler has read it.
	_ = r.ParseForm()
	if path := r.Form.Get(returnParam); isLocal(path) {
		return path
	}
	return "/"
}

// isLocal reports whether browsers take the text for a path of the page's own host. They read
// backslashes as slashes, and leave out tabs and line breaks, for which Parse fails.
func isLocal(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, `\`) || len(path) > maxReturnPath {
		return false
	}
	_, err := url.Parse(path)
	return err == nil
}

// maxReturnPath bounds what the cookie of an OAuth2 login has to hold, in bytes.
const maxReturnPath = 2048

// withReturn adds where the visitor wants to go to the path of a page of the app.
func withReturn(path, returnTo string) string {
	if !isLocal(returnTo) || returnTo == "/" {
		return path
	}
	return path + "?" + returnParam + "=" + url.QueryEscape(returnTo)
}
