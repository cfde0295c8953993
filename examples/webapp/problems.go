package main

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"regexp"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/webauth"
)

// problem is what the visitor reads when a form was refused.
type problem struct {
	Status int
	Field  string // the field that it is about; "" for the form as a whole
	Text   string
}

func (p problem) Error() string { return p.Text }

// explain puts an error into plain words. It knows those that the visitor can do something
// about.
func explain(err error) (problem, bool) {
	if p, ok := errors.AsType[problem](err); ok {
		return p, true
	}
	if errors.Is(err, appwrite.ErrRateLimited) {
		return problem{http.StatusTooManyRequests, "", "Too many attempts. Please try again " + wait(err) + "."}, true
	}
	if field, text := explainField(err); text != "" {
		return problem{http.StatusUnprocessableEntity, field, text}, true
	}
	for _, known := range problems {
		if errors.Is(err, known.err) {
			return problem{http.StatusUnprocessableEntity, known.field, known.text}, true
		}
	}
	return problem{}, false
}

var problems = []struct {
	err         error
	field, text string
}{
	{appwrite.ErrUserAlreadyExists, "email", "There is an account with this address already. Sign in, or ask for a new password."},
	{appwrite.ErrUserEmailAlreadyExists, "email", "This address belongs to another account."},
	{appwrite.ErrUserTargetAlreadyExists, "", "This address or number belongs to another account."},
	{appwrite.ErrUserPhoneAlreadyExists, "phone", "This number belongs to another account."},
	{appwrite.ErrGeneralBadRequest, "email", "This address cannot be used."},
	{appwrite.ErrGeneralInvalidEmail, "email", "This is not a complete e-mail address."},
	{appwrite.ErrGeneralInvalidPhone, "phone", "This is not a phone number."},
	{appwrite.ErrUserEmailDisposable, "email", "Please use an address that lasts."},
	{appwrite.ErrPasswordRecentlyUsed, "password", "You have used this password before. Please choose another one."},
	{appwrite.ErrPasswordPersonalData, "password", "Please choose a password without your name, address or number in it."},
	{appwrite.ErrUserInvalidToken, "code", "This code is wrong, used or too old."},
	{appwrite.ErrUserBlocked, "", "This account is blocked."},
	{appwrite.ErrUserSessionNotFound, "", "That session has ended already."},
	{appwrite.ErrUserEmailAlreadyVerified, "", "Your address is verified already."},
	{appwrite.ErrUserPhoneAlreadyVerified, "", "Your number is verified already."},
	{appwrite.ErrUserAuthenticatorAlreadyVerified, "", "You have an authenticator app already."},
	{appwrite.ErrUserCountExceeded, "", "No more accounts can be opened here at the moment."},
	{appwrite.ErrUserAuthMethodUnsupported, "", "This way to sign in is switched off."},
	{appwrite.ErrGeneralSMTPDisabled, "", "Mails cannot be sent at the moment."},
	{appwrite.ErrGeneralPhoneDisabled, "", "SMS cannot be sent at the moment."},
}

// fieldProblems are what can be wrong with a parameter. Fields of forms are named as they are.
var fieldProblems = map[string]string{
	"email":       "This is not a complete e-mail address.",
	"password":    "A password has 8 to 256 characters.",
	"oldPassword": "This is not your password.",
	"name":        "A name has 1 to 128 characters.",
	"phone":       "Write the number with a plus and its country code, such as +1 415 555 0123.",
	"code":        "This code is not complete.",
}

// explainField explains an error that is about one field.
func explainField(err error) (field, text string) {
	operation, param := "", ""
	if refused, ok := errors.AsType[*appwrite.Error](err); ok {
		operation, param = refused.Operation, invalidParam(refused)
	} else if invalid, ok := errors.AsType[*appwrite.ParamError](err); ok {
		operation, param = invalid.Operation, invalid.Param
	}
	wrong := errors.Is(err, appwrite.ErrUserInvalidCredentials)
	switch {
	case operation == "account.createEmailPasswordSession" && (wrong || param == "password"):
		return "", "The e-mail address or the password is wrong."
	case operation == "account.updatePassword" && wrong:
		return "oldPassword", fieldProblems["oldPassword"]
	case wrong:
		return "password", "This is not your password."
	case param == "secret", param == "otp":
		param = "code"
	}
	return param, fieldProblems[param]
}

var paramInMessage = regexp.MustCompile("(?:Invalid `|Param \")(\\w+)")

// invalidParam returns the parameter that the server did not take. Only its message names it.
func invalidParam(refused *appwrite.Error) string {
	if refused.Type != appwrite.ErrGeneralArgumentInvalid {
		return ""
	}
	if match := paramInMessage.FindStringSubmatch(refused.Message); match != nil {
		return match[1]
	}
	return ""
}

// explainLink explains why a link of a mail does not work.
func explainLink(err error) error {
	if errors.Is(err, appwrite.ErrUserInvalidToken) || errors.Is(err, appwrite.ErrUserNotFound) {
		return problem{http.StatusUnprocessableEntity, "", "This link is used or too old. Please ask for a new one."}
	}
	return err
}

// wait says when a rate limit ends.
func wait(err error) string {
	refused, ok := errors.AsType[*appwrite.Error](err)
	if !ok || refused.RateLimit.Reset.IsZero() {
		return "later"
	}
	minutes := math.Ceil(time.Until(refused.RateLimit.Reset).Minutes())
	if minutes <= 1 {
		return "in a minute"
	}
	return fmt.Sprintf("in %.0f minutes", minutes)
}

// isAboutSession reports whether an error is for Auth.Refuse: the session is not valid, or not
// enough.
func isAboutSession(err error) bool {
	return errors.Is(err, appwrite.ErrUnauthorized) || errors.Is(err, appwrite.ErrUserBlocked)
}

// again answers a form that did not get through: the page is shown once more, with what was
// written into the form and what is wrong with it.
func (a *app) again(w http.ResponseWriter, r *http.Request, p page, form string, err error) {
	explained, ok := explain(err)
	_, invalid := errors.AsType[*appwrite.ParamError](err)
	switch {
	case ok:
	case isAboutSession(err):
		a.auth.Refuse(w, r, err)
		return
	case invalid:
		explained = problem{Status: http.StatusBadRequest, Text: "Something is missing in this form."}
	default:
		slog.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
		explained = problem{Status: http.StatusServiceUnavailable, Text: "This does not work at the moment. Please try again later."}
	}
	a.render(w, r, p, &refusal{problem: explained, form: form, values: r.PostForm})
}

// fail is webauth's Config.Error, and answers what cannot be shown next to a form.
func (a *app) fail(w http.ResponseWriter, r *http.Request, status int, err error) {
	if status == http.StatusServiceUnavailable {
		slog.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
	}
	if explained, ok := oauth2Problem(err); ok {
		explained.Status = status
		a.render(w, r, signInPage, &refusal{problem: explained})
		return
	}
	text := "This does not work at the moment. Please try again later."
	switch {
	case errors.Is(err, appwrite.ErrUserBlocked):
		text = "This account is blocked."
	case errors.Is(err, webauth.ErrCrossOrigin):
		text = "This was sent from another site. Nothing has changed."
	case status == http.StatusBadRequest:
		text = "This link is not complete. Please copy all of it."
	case status == http.StatusNotFound:
		text = "There is no such page."
	case status < 500:
		text = http.StatusText(status) + "."
	}
	a.render(w, r, errorPage, &refusal{problem: problem{Status: status, Text: text}, form: "page"})
}

var errorPage = page{name: "error"}

func (a *app) notFound(w http.ResponseWriter, r *http.Request) {
	a.fail(w, r, http.StatusNotFound, nil)
}
