package main

import (
	"net/http"
	"net/url"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

// mfaQuestion is what the page asks for: a code of Factor, one of those that the user has.
type mfaQuestion struct {
	Factors   *models.MFAFactors
	Factor    models.AuthenticationFactor
	Challenge string // ID of one whose code was sent, "" before that
}

// mfaPage asks for a second factor: at sign-in, and again before changes that need one.
var mfaPage = page{name: "mfa", data: func(r *http.Request) (any, error) {
	factors, err := webauth.AccountFrom(r.Context()).ListMFAFactors(r.Context())
	if err != nil {
		return nil, err
	}
	return mfaQuestion{Factors: factors, Factor: chooseFactor(r.FormValue("factor"), factors), Challenge: r.FormValue("challenge")}, nil
}}

// chooseFactor returns the factor that the visitor wants, or the best that there is.
func chooseFactor(wanted string, has *models.MFAFactors) models.AuthenticationFactor {
	choice := models.FactorTOTP
	for _, factor := range []struct {
		name models.AuthenticationFactor
		has  bool
	}{{models.FactorRecoveryCode, has.RecoveryCode}, {models.FactorPhone, has.Phone}, {models.FactorEmail, has.Email}, {models.FactorTOTP, has.TOTP}} {
		if factor.has {
			choice = factor.name
		}
		if factor.has && wanted == string(factor.name) {
			return factor.name
		}
	}
	return choice
}

// sendChallenge sends a code by mail or SMS.
func (a *app) sendChallenge(w http.ResponseWriter, r *http.Request) {
	factor := r.PostFormValue("factor")
	challenge, err := webauth.AccountFrom(r.Context()).CreateMFAChallenge(r.Context(), models.AuthenticationFactor(factor))
	if err != nil {
		a.again(w, r, mfaPage, "mfa", err)
		return
	}
	next := url.Values{"factor": {factor}, "challenge": {challenge.ID}, "return_to": {webauth.ReturnPath(r)}}
	http.Redirect(w, r, "/mfa?"+next.Encode(), http.StatusSeeOther)
}

// completeChallenge takes the code. An app's code and a recovery code need nothing to be sent,
// so that their challenge is made here.
func (a *app) completeChallenge(w http.ResponseWriter, r *http.Request) {
	ctx, account := r.Context(), webauth.AccountFrom(r.Context())
	id := r.PostFormValue("challenge")
	if id == "" {
		challenge, err := account.CreateMFAChallenge(ctx, models.AuthenticationFactor(r.PostFormValue("factor")))
		if err != nil {
			a.again(w, r, mfaPage, "mfa", err)
			return
		}
		id = challenge.ID
	}
	_, err := account.UpdateMFAChallenge(ctx, appwrite.MFAChallengeParams{ChallengeID: id, OTP: digits(r.PostFormValue("code"))})
	if err != nil {
		a.again(w, r, mfaPage, "mfa", err)
		return
	}
	a.auth.Forget(r)
	http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
}

// MFALink leads to the page with another factor.
func (v view) MFALink(factor string) string {
	return "/mfa?" + url.Values{"factor": {factor}, "return_to": {v.ReturnTo}}.Encode()
}
