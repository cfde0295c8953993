package main

import (
	"net/http"

	"github.com/seed17809555/appwrite/webauth"
)

var closePage = page{name: "close"}

// blockAccount blocks the account and ends all of its sessions. Only the project's owner can
// unblock it.
func (a *app) blockAccount(w http.ResponseWriter, r *http.Request) {
	_, err := webauth.AccountFrom(r.Context()).UpdateStatus(r.Context())
	if err != nil {
		a.again(w, r, closePage, "block", err)
		return
	}
	a.leave(w, r, "account-blocked")
}

func (a *app) deleteAccount(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("sure") == "" {
		a.again(w, r, closePage, "delete", problem{
			Status: http.StatusUnprocessableEntity, Field: "sure", Text: "Please tick this to delete your account.",
		})
		return
	}
	if err := webauth.AccountFrom(r.Context()).Delete(r.Context()); err != nil {
		a.again(w, r, closePage, "delete", err)
		return
	}
	a.leave(w, r, "account-deleted")
}

// leave clears the cookie of a session that has ended with its account.
func (a *app) leave(w http.ResponseWriter, r *http.Request, notice string) {
	_ = a.auth.SignOut(w, r) // there is nothing left to end
	a.done(w, r, "/", notice)
}
