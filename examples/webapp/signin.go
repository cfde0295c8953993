package main

import (
	"log/slog"
	"net/http"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/webauth"
)

var signInPage = page{name: "sign-in"}

// signIn signs a user in by password.
func (a *app) signIn(w http.ResponseWriter, r *http.Request) {
	session, err := a.auth.SignInAccount(r).CreateEmailPasswordSession(r.Context(), appwrite.EmailPasswordParams{
		Email: r.PostFormValue("email"), Password: r.PostFormValue("password"),
	})
	if err == nil {
		err = a.auth.SignIn(w, r, session)
	}
	if err != nil {
		a.again(w, r, signInPage, "sign-in", err)
		return
	}
	// A user who owes a second factor is sent on to it from there.
	http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
}

func (a *app) signOut(w http.ResponseWriter, r *http.Request) {
	if err := a.auth.SignOut(w, r); err != nil {
		slog.WarnContext(r.Context(), "the session may live on", "error", err)
	}
	a.done(w, r, "/sign-in", "signed-out")
}
