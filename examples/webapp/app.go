package main

import (
	"embed"
	"errors"
	"net/http"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

// app is what the handlers share.
type app struct {
	auth      *webauth.Auth
	providers []models.OAuthProvider
	embedded  *appwritetest.Server // nil with an instance of your own
}

// newApp returns the app for the public URL. The client is a guest or holds an API key.
func newApp(client *appwrite.Client, url string, embedded *appwritetest.Server, providers []models.OAuthProvider) (*app, error) {
	a := &app{providers: providers, embedded: embedded}
	var err error
	a.auth, err = webauth.New(client, webauth.Config{URL: url, Error: a.fail})
	return a, err
}

//go:embed static
var static embed.FS

// maxBody is the longest form that is read, in bytes.
const maxBody = 64 << 10

// routes is the map of the app. GET shows a page and changes nothing; what changes something is
// a POST, which Load refuses where another site is behind it.
func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.FileServerFS(static))
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("/", a.notFound)

	guest := func(pattern string, show http.HandlerFunc) { mux.Handle(pattern, a.guestsOnly(show)) }
	guest("GET /sign-up", a.show(signUpPage))
	guest("GET /sign-in", a.show(signInPage))
	guest("GET /sign-in/magic-url", a.show(magicURLPage))
	guest("GET /sign-in/code", a.show(emailCodePage))
	guest("GET /sign-in/code/{user}", a.show(enterCodePage))

	mux.HandleFunc("POST /sign-up", a.signUp)
	mux.HandleFunc("POST /sign-in", a.signIn)
	mux.HandleFunc("POST /sign-in/magic-url", a.sendMagicURL)
	mux.HandleFunc("POST /sign-in/code", a.sendEmailCode)
	mux.HandleFunc("POST /sign-in/code/{user}", a.signInWithCode)
	for _, provider := range a.providers {
		mux.Handle("GET /oauth2/"+string(provider), a.auth.OAuth2Login(provider))
	}
	mux.Handle("GET /oauth2/callback", a.auth.OAuth2Callback())
	mux.HandleFunc("GET /mfa", a.show(mfaPage))
	mux.HandleFunc("POST /mfa", a.completeChallenge)
	mux.HandleFunc("POST /mfa/send", a.sendChallenge)
	mux.HandleFunc("POST /sign-out", a.signOut)

	mux.HandleFunc("GET /recovery", a.show(recoveryPage))
	mux.HandleFunc("POST /recovery", a.sendRecovery)
	mux.Handle("/recovery/link", a.auth.Link(a.show(newPasswordPage), a.recover))
	mux.Handle("/magic-url", a.auth.Link(a.show(magicURLLinkPage), a.signInWithMagicURL))
	mux.Handle("/verify-email", a.auth.Link(a.show(verifyEmailPage), a.verifyEmail))

	user := func(pattern string, handler http.HandlerFunc) { mux.Handle(pattern, a.auth.RequireUser(handler)) }
	user("GET /profile", a.show(profilePage))
	user("POST /profile/name", a.changeName)
	user("POST /profile/email", a.changeEmail)
	user("POST /profile/phone", a.changePhone)
	user("POST /profile/password", a.changePassword)
	user("POST /verify-email/send", a.sendEmailVerification)
	user("GET /verify-phone", a.show(verifyPhonePage))
	user("POST /verify-phone", a.verifyPhone)
	user("POST /verify-phone/send", a.sendPhoneVerification)
	user("GET /preferences", a.show(preferencesPage))
	user("POST /preferences", a.changePreferences)
	user("GET /sessions", a.show(sessionsPage))
	user("POST /sessions/{id}/end", a.endSession)
	user("POST /sessions/end", a.endSessions)
	user("GET /log", a.show(logPage))
	user("GET /security", a.show(securityPage))
	user("POST /security/authenticator", a.createAuthenticator)
	user("POST /security/authenticator/confirm", a.confirmAuthenticator)
	user("POST /security/authenticator/remove", a.removeAuthenticator)
	user("POST /security/recovery-codes", a.replaceRecoveryCodes)
	user("GET /close", a.show(closePage))
	user("POST /close/block", a.blockAccount)
	user("POST /close/delete", a.deleteAccount)

	if a.embedded != nil {
		mux.HandleFunc("GET /inbox", a.show(a.inboxPage()))
		mux.HandleFunc("POST /inbox/deny", a.denyNextLogin)
	}
	return securityHeaders(http.MaxBytesHandler(a.auth.Load(mux), maxBody))
}

// home is the overview of those who are signed in, and an invitation to all others.
func (a *app) home(w http.ResponseWriter, r *http.Request) {
	_, err := webauth.UserFrom(r.Context())
	switch {
	case err == nil:
		a.show(page{name: "overview"})(w, r)
	case errors.Is(err, webauth.ErrNotSignedIn):
		a.show(page{name: "welcome"})(w, r)
	default:
		a.auth.Refuse(w, r, err) // a factor is missing, or the session has ended
	}
}

// guestsOnly sends those who are signed in already to where they wanted to go.
func (a *app) guestsOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, err := webauth.UserFrom(r.Context()); err == nil {
			http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
			return
		}
		next(w, r)
	}
}

// securityHeaders lets pages load the app's own style sheet and icons, run no script, and be in
// no frame.
func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
