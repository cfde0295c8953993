package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/skip2/go-qrcode"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

var securityPage = page{name: "security", data: func(r *http.Request) (any, error) {
	return webauth.AccountFrom(r.Context()).ListMFAFactors(r.Context())
}}

// createAuthenticator begins the enrolment of an app: the page shows a secret, once, as a QR
// code and in letters.
func (a *app) createAuthenticator(w http.ResponseWriter, r *http.Request) {
	made, err := webauth.AccountFrom(r.Context()).CreateMFAAuthenticator(r.Context(), models.AuthenticatorTOTP)
	if err != nil {
		a.again(w, r, securityPage, "security", err)
		return
	}
	a.show(authenticatorPage(made.URI))(w, r)
}

// confirmAuthenticator ends the enrolment with the app's first code: from then on a sign-in
// takes one. The recovery codes are for the day on which the phone is lost.
func (a *app) confirmAuthenticator(w http.ResponseWriter, r *http.Request) {
	ctx, account := r.Context(), webauth.AccountFrom(r.Context())
	_, err := account.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, digits(r.PostFormValue("code")))
	if err != nil {
		// The app on the phone has this secret by now: a new one would be another app's.
		a.again(w, r, authenticatorPage(r.PostFormValue("uri")), "authenticator", err)
		return
	}
	codes, err := account.CreateMFARecoveryCodes(ctx)
	if errors.Is(err, appwrite.ErrUserRecoveryCodesAlreadyExists) {
		codes, err = nil, nil // of an earlier enrolment, and still good
	}
	if err == nil {
		_, err = account.UpdateMFA(ctx, true)
	}
	if err != nil {
		a.again(w, r, securityPage, "security", err)
		return
	}
	a.auth.Forget(r)
	a.show(recoveryCodesPage(codes))(w, r)
}

// removeAuthenticator switches the second factor off. Appwrite wants a code given shortly
// before.
func (a *app) removeAuthenticator(w http.ResponseWriter, r *http.Request) {
	account := webauth.AccountFrom(r.Context())
	err := account.DeleteMFAAuthenticator(r.Context(), models.AuthenticatorTOTP)
	if err == nil {
		_, err = account.UpdateMFA(r.Context(), false)
	}
	if err != nil {
		a.challengeFirst(w, r, err)
		return
	}
	a.done(w, r, "/security", "mfa-off")
}

// replaceRecoveryCodes makes new codes; the old ones are void then.
func (a *app) replaceRecoveryCodes(w http.ResponseWriter, r *http.Request) {
	account := webauth.AccountFrom(r.Context())
	codes, err := account.UpdateMFARecoveryCodes(r.Context())
	if errors.Is(err, appwrite.ErrUserRecoveryCodesNotFound) { // all used up
		codes, err = account.CreateMFARecoveryCodes(r.Context())
	}
	if err != nil {
		a.challengeFirst(w, r, err)
		return
	}
	a.show(recoveryCodesPage(codes))(w, r)
}

// challengeFirst asks for a second factor where Appwrite wants one given shortly before, and
// then leads back to try again.
func (a *app) challengeFirst(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, appwrite.ErrUserChallengeRequired) {
		http.Redirect(w, r, withReturn("/mfa", "/security?done=confirmed"), http.StatusSeeOther)
		return
	}
	a.again(w, r, securityPage, "security", err)
}

// authenticatorPage shows the secret of an authenticator, from the URI that apps read.
func authenticatorPage(uri string) page { return page{name: "authenticator"}.with(enrolment{uri}) }

func recoveryCodesPage(codes *models.MFARecoveryCodes) page {
	return page{name: "recovery-codes"}.with(codes)
}

type enrolment struct{ URI string }

// Secret returns the secret in groups of four letters, to be typed.
func (e enrolment) Secret() string {
	u, err := url.Parse(e.URI)
	if err != nil {
		return ""
	}
	var groups []string
	for secret := u.Query().Get("secret"); secret != ""; {
		n := min(4, len(secret))
		groups, secret = append(groups, secret[:n]), secret[n:]
	}
	return strings.Join(groups, " ")
}

// Size and Path are the QR code for an SVG: one unit for each of its squares.
func (e enrolment) Size() int { return len(e.squares()) }

func (e enrolment) Path() string {
	var path strings.Builder
	for y, row := range e.squares() {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return path.String()
}

func (e enrolment) squares() [][]bool {
	code, err := qrcode.New(e.URI, qrcode.Low)
	if err != nil {
		return nil // too long; the secret in letters is there
	}
	return code.Bitmap()
}
