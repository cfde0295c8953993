package main

import (
	"net/http"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/webauth"
)

var (
	emailCodePage = page{name: "email-code"}
	enterCodePage = page{name: "enter-code"}
)

// sendEmailCode mails a code of six digits. An address without an account gets one.
func (a *app) sendEmailCode(w http.ResponseWriter, r *http.Request) {
	token, err := a.auth.SignInAccount(r).CreateEmailToken(r.Context(), appwrite.EmailTokenParams{
		Email: r.PostFormValue("email"),
	})
	if err != nil {
		a.again(w, r, emailCodePage, "email-code", err)
		return
	}
	// The user's ID is not a secret: only with the code it makes a session.
	http.Redirect(w, r, withReturn("/sign-in/code/"+token.UserID, webauth.ReturnPath(r)), http.StatusSeeOther)
}

func (a *app) signInWithCode(w http.ResponseWriter, r *http.Request) {
	err := a.auth.SignInWithToken(w, r, r.PathValue("user"), digits(r.PostFormValue("code")))
	if err != nil {
		a.again(w, r, enterCodePage, "code", err)
		return
	}
	http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
}
