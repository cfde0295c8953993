package main

import (
	"net/http"
	"strings"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/webauth"
)

var profilePage = page{name: "profile"}

func (a *app) changeName(w http.ResponseWriter, r *http.Request) {
	_, err := webauth.AccountFrom(r.Context()).UpdateName(r.Context(), strings.TrimSpace(r.PostFormValue("name")))
	if err != nil {
		a.again(w, r, profilePage, "name", err)
		return
	}
	a.done(w, r, "/profile", "name-changed")
}

// changeEmail changes the address, which is then to be verified anew.
func (a *app) changeEmail(w http.ResponseWriter, r *http.Request) {
	_, err := webauth.AccountFrom(r.Context()).UpdateEmail(r.Context(), appwrite.UpdateEmailParams{
		Email: r.PostFormValue("email"), Password: r.PostFormValue("password"),
	})
	if err != nil {
		a.again(w, r, profilePage, "email", err)
		return
	}
	a.done(w, r, "/profile", "email-changed")
}

func (a *app) changePhone(w http.ResponseWriter, r *http.Request) {
	_, err := webauth.AccountFrom(r.Context()).UpdatePhone(r.Context(), appwrite.UpdatePhoneParams{
		Phone: phoneNumber(r.PostFormValue("phone")), Password: r.PostFormValue("password"),
	})
	if err != nil {
		a.again(w, r, profilePage, "phone", err)
		return
	}
	a.done(w, r, "/profile", "phone-changed")
}

// changePassword needs the old password, unless the user has none: after a sign-in by mail or
// at a provider.
func (a *app) changePassword(w http.ResponseWriter, r *http.Request) {
	_, err := webauth.AccountFrom(r.Context()).UpdatePassword(r.Context(), appwrite.UpdatePasswordParams{
		Password: r.PostFormValue("password"), OldPassword: r.PostFormValue("oldPassword"),
	})
	if err != nil {
		a.again(w, r, profilePage, "password", err)
		return
	}
	a.done(w, r, "/profile", "password-changed")
}

// phoneNumber leaves out what people write into numbers for the eye.
func phoneNumber(text string) string {
	return strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "/", "", ".", "").Replace(text)
}

// digits leaves out the spaces that people copy along with codes.
func digits(code string) string { return strings.Join(strings.Fields(code), "") }
