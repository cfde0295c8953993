package main

import (
	"log/slog"
	"net/http"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/webauth"
)

var signUpPage = page{name: "sign-up"}

// signUp registers an account, signs its user in and mails a link to verify the address.
func (a *app) signUp(w http.ResponseWriter, r *http.Request) {
	ctx, account := r.Context(), a.auth.SignInAccount(r)
	email, password := r.PostFormValue("email"), r.PostFormValue("password")
	_, err := account.Create(ctx, appwrite.CreateAccountParams{
		Email: email, Password: password, Name: r.PostFormValue("name"),
	})
	if err != nil {
		a.again(w, r, signUpPage, "sign-up", err)
		return
	}
	session, err := account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: email, Password: password})
	if err == nil {
		err = a.auth.SignIn(w, r, session)
	}
	if err != nil {
		a.again(w, r, signUpPage, "sign-up", err)
		return
	}

	// The request came from a guest and stays one; the mail is the new user's to ask for.
	user := webauth.ClientFrom(ctx).WithSession(session.Secret).Account
	if _, err := user.CreateEmailVerification(ctx, a.auth.URL("/verify-email")); err != nil {
		slog.WarnContext(ctx, "no verification mail", "error", err) // the profile offers to send another one
	}
	http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
}
