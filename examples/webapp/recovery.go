package main

import (
	"errors"
	"net/http"

	"github.com/seed17809555/appwrite"
)

var (
	recoveryPage    = page{name: "recovery"}
	newPasswordPage = page{name: "new-password"}
)

// sendRecovery mails a link to set a new password. It says the same whether or not there is an
// account, so that nobody can find out who has one.
func (a *app) sendRecovery(w http.ResponseWriter, r *http.Request) {
	email := r.PostFormValue("email")
	_, err := a.auth.SignInAccount(r).CreateRecovery(r.Context(), appwrite.RecoveryParams{
		Email: email, URL: a.auth.URL("/recovery/link"),
	})
	if err != nil && !errors.Is(err, appwrite.ErrUserNotFound) {
		a.again(w, r, recoveryPage, "recovery", err)
		return
	}
	a.show(mailSentPage(email))(w, r)
}

// recover sets the new password, which ends all of the user's sessions.
func (a *app) recover(w http.ResponseWriter, r *http.Request, link appwrite.Callback) {
	_, err := a.auth.SignInAccount(r).UpdateRecovery(r.Context(), appwrite.UpdateRecoveryParams{
		UserID: link.UserID, Secret: link.Secret, Password: r.PostFormValue("password"),
	})
	if err != nil {
		a.again(w, r, newPasswordPage, "new-password", explainLink(err))
		return
	}
	a.done(w, r, "/sign-in", "password-set")
}
