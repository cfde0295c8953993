// Package webauth signs users in from a Go web backend: a visitor signs in, a cookie is set,
// and each request acts as that user.
//
//	auth, err := webauth.New(client, webauth.Config{URL: "https://app.example.com"})
//	…
//	mux.HandleFunc("POST /sign-in", signIn)
//	mux.Handle("GET /profile", auth.RequireUser(http.HandlerFunc(profile)))
//	http.ListenAndServe(addr, auth.Load(mux))
//
//	func signIn(w http.ResponseWriter, r *http.Request) {
//		session, err := auth.SignInAccount(r).CreateEmailPasswordSession(r.Context(), appwrite.EmailPasswordParams{
//			Email: r.PostFormValue("email"), Password: r.PostFormValue("password"),
//		})
//		…
//		err = auth.SignIn(w, r, session)
//		…
//		http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
//	}
//
//	func profile(w http.ResponseWriter, r *http.Request) {
//		user, err := webauth.UserFrom(r.Context())
//		…
//	}
//
// The sign-in page is the app's own. RequireUser leads there with where the visitor wanted to
// go in the query, and a form without an action is sent to that same URL, where ReturnPath
// finds it. Open the app at the address in Config.URL, "http://localhost:8080" to try it:
// elsewhere browsers may not keep its cookies, or not bring them back.
//
// # Who the visitor is
//
// [Auth.Load] finds the session's cookie, or Authorization: Bearer with a JWT, and nothing
// else: no query parameter, no form. [ClientFrom] and [AccountFrom] act as that user, and as a
// guest without one. [UserFrom] reads the user when it is first asked. [Auth.RequireUser] lets
// nobody else through: a browser is sent to the sign-in page or, where a second factor is
// missing, to the page for that; other callers get 401 and JSON. Where a call of a handler's
// own fails, [Auth.Refuse] answers in the same way.
//
// # Cookies
//
// On https the session's cookie has the prefix __Host-, which keeps subdomains and plain
// connections from setting it, and is Secure, HttpOnly and SameSite=Lax. It expires with the
// session. Its value is the session's secret. Each sign-in sets the cookie of a new session and
// ends the one that the browser had, so that no one can fix a session beforehand.
//
// # Requests from other sites
//
// Load refuses unsafe methods that a page of another origin caused, with net/http's
// CrossOriginProtection. Requests with a JWT are not checked: no browser adds one by itself.
// Safe methods must not change anything: sign out by POST, and show a mail's link with
// [Auth.Link], which changes nothing until its form is sent.
//
// # The cache and its price
//
// By default every request that asks for the user makes one call to Appwrite. With Config.Cache
// the answer is kept, and requests of one session that come while a call is on its way share
// it. The price: a session that was ended elsewhere, a JWT that has expired or whose session
// was signed out, or a user who was blocked, is still let through by RequireUser for as long as
// the cache keeps entries, and the user's fields are as old. What a handler then does with
// AccountFrom is refused by Appwrite all the same. [Auth.SignOut], [Auth.SignIn], [Auth.Refuse]
// and [Auth.Forget] drop the entry of their session at once, in this process's cache.
package webauth
