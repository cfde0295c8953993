package main

import (
	"net/http"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/webauth"
)

var (
	verifyEmailPage = page{name: "verify-email"}
	verifyPhonePage = page{name: "verify-phone"}
)

func (a *app) sendEmailVerification(w http.ResponseWriter, r *http.Request) {
	_, err := webauth.AccountFrom(r.Context()).CreateEmailVerification(r.Context(), a.auth.URL("/verify-email"))
	if err != nil {
		a.again(w, r, profilePage, "verify-email", err)
		return
	}
	a.done(w, r, "/profile", "mail-sent")
}

// verifyEmail is what the button on the link's page does. It needs nobody to be signed in: the
// mail may be read on another device.
func (a *app) verifyEmail(w http.ResponseWriter, r *http.Request, link appwrite.Callback) {
	_, err := webauth.AccountFrom(r.Context()).UpdateEmailVerification(r.Context(), appwrite.VerificationParams{
		UserID: link.UserID, Secret: link.Secret,
	})
	if err != nil {
		a.again(w, r, verifyEmailPage, "verify-email", explainLink(err))
		return
	}
	a.done(w, r, "/profile", "email-verified")
}

func (a *app) sendPhoneVerification(w http.ResponseWriter, r *http.Request) {
	_, err := webauth.AccountFrom(r.Context()).CreatePhoneVerification(r.Context())
	if err != nil {
		a.again(w, r, profilePage, "verify-phone", err)
		return
	}
	http.Redirect(w, r, "/verify-phone", http.StatusSeeOther)
}

func (a *app) verifyPhone(w http.ResponseWriter, r *http.Request) {
	user, err := webauth.UserFrom(r.Context())
	if err == nil {
		_, err = webauth.AccountFrom(r.Context()).UpdatePhoneVerification(r.Context(), appwrite.VerificationParams{
			UserID: user.ID, Secret: digits(r.PostFormValue("code")),
		})
	}
	if err != nil {
		a.again(w, r, verifyPhonePage, "code", err)
		return
	}
	a.done(w, r, "/profile", "phone-verified")
}
