package webauth

import (
	"net/http"

	"github.com/seed17809555/appwrite"
)

// Link serves the page that a link in a mail leads to: a magic URL, an e-mail verification, a
// recovery. Opening it changes nothing, because mail scanners and previews open links too, and
// a link works once: page shows a form, whose sending completes it.
//
//	<form method="post"><button>Verify my address</button></form>
//
// A form without an action is sent to the link itself, so that complete gets what the link
// carries together with the form's fields. What it does is one call:
//
//	magic URL     auth.SignInWithToken(w, r, link.UserID, link.Secret)
//	verification  AccountFrom(r.Context()).UpdateEmailVerification, then auth.Forget(r)
//	recovery      auth.SignInAccount(r).UpdateRecovery
//
// A URL that is not such a link is answered with 400. It includes Load.
func (a *Auth) Link(page http.Handler, complete func(w http.ResponseWriter, r *http.Request, link appwrite.Callback)) http.Handler {
	return a.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keepSecret(w)
		link, err := appwrite.ParseCallback(r.URL)
		switch {
		case err != nil:
			a.fail(w, r, http.StatusBadRequest, err)
		case r.Method == http.MethodPost:
			complete(w, r, link)
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			page.ServeHTTP(w, r)
		default:
			a.failMethod(w, r, "GET, HEAD, POST")
		}
	}))
}

// keepSecret keeps a URL that carries a secret from other sites and from caches.
func keepSecret(w http.ResponseWriter) {
	w.Header().Set("Referrer-Policy", "same-origin") // no-referrer would make browsers hide the form's origin too
	w.Header().Set("Cache-Control", "no-store")
}
