package main

import (
	"net/http"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/webauth"
)

var (
	magicURLPage     = page{name: "magic-url"}
	magicURLLinkPage = page{name: "magic-url-link"}
)

// sendMagicURL mails a link that signs the visitor in. An address without an account gets one.
func (a *app) sendMagicURL(w http.ResponseWriter, r *http.Request) {
	email := r.PostFormValue("email")
	_, err := a.auth.SignInAccount(r).CreateMagicURLToken(r.Context(), appwrite.MagicURLTokenParams{
		Email: email, URL: a.auth.URL(withReturn("/magic-url", webauth.ReturnPath(r))),
	})
	if err != nil {
		a.again(w, r, magicURLPage, "magic-url", err)
		return
	}
	a.show(mailSentPage(email))(w, r)
}

// signInWithMagicURL is what the button on the link's page does.
func (a *app) signInWithMagicURL(w http.ResponseWriter, r *http.Request, link appwrite.Callback) {
	if err := a.auth.SignInWithToken(w, r, link.UserID, link.Secret); err != nil {
		a.again(w, r, magicURLPage, "magic-url", explainLink(err))
		return
	}
	http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
}

// mailSentPage tells where a mail with a link went.
func mailSentPage(email string) page {
	return page{name: "mail-sent"}.with(email)
}
