package webauth

import "net/http"

// crossOrigin reports whether a page of another origin caused a request that may change
// something.
func (a *Auth) crossOrigin(r *http.Request) bool { return a.csrf.Check(r) != nil }

// crossSite reports whether a page of another origin led the browser here, where the browser
// tells: also for safe methods, which crossOrigin lets through.
func crossSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return true
	}
	return false
}
