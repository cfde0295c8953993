package webauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/seed17809555/appwrite"
)

// Errors that Config.Error is given, besides those of the client.
var (
	// ErrNotSignedIn says that the request has neither session nor JWT. It matches
	// appwrite.ErrUnauthorized.
	ErrNotSignedIn = fmt.Errorf("webauth: nobody is signed in: %w", appwrite.ErrUnauthorized)
	// ErrCrossOrigin says that a page of another origin caused the request.
	ErrCrossOrigin = errors.New("webauth: the request comes from another site")
	// ErrOAuth2State says that this browser did not begin the login whose callback it brings,
	// or has brought it before, or took too long.
	ErrOAuth2State = errors.New("webauth: this browser has no such login under way")

	errMethod = errors.New("webauth: the method is not allowed")
)

// ended reports whether an error means that the request's session or JWT is not valid, or not
// any more. A wrong password is 401 too, and leaves the session as it is.
func ended(err error) bool {
	answer, ok := errors.AsType[*appwrite.Error](err)
	if !ok {
		return errors.Is(err, appwrite.ErrUnauthorized) // no credential, or one that cannot be sent
	}
	if answer.StatusCode != http.StatusUnauthorized {
		return false
	}
	return answer.Type == "" || // servers before 0.13
		errors.Is(err, appwrite.ErrGeneralUnauthorizedScope) || errors.Is(err, appwrite.ErrUserJWTInvalid)
}

// Refuse answers a request whose call to Appwrite failed, as RequireUser does:
//
//   - Nobody is signed in, or not any more: the cookie is cleared, and a browser is sent to the
//     sign-in page; others get 401.
//   - A second factor is missing (appwrite.ErrUserMoreFactorsRequired, ErrUserChallengeRequired):
//     a browser is sent to the page for that; others get 401.
//   - The user is blocked: the cookie is cleared, and the answer is 403.
//   - A parameter is not one that Appwrite takes (*appwrite.ParamError, appwrite.ErrBadRequest):
//     400.
//   - Anything else: 503, and the session stays.
//
// Errors that the visitor can do something about, such as a wrong password, are for the handler
// to tell.
func (a *Auth) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, appwrite.ErrUserMoreFactorsRequired), errors.Is(err, appwrite.ErrUserChallengeRequired):
		a.Forget(r)
		a.sendTo(w, r, a.config.MFAPath, err)
	case errors.Is(err, appwrite.ErrUserBlocked):
		a.clearSession(w, r)
		a.fail(w, r, http.StatusForbidden, err)
	case ended(err):
		a.clearSession(w, r)
		a.sendTo(w, r, a.config.SignInPath, err)
	case errors.Is(err, appwrite.ErrBadRequest), isParamError(err):
		a.fail(w, r, http.StatusBadRequest, err)
	default:
		a.fail(w, r, http.StatusServiceUnavailable, err)
	}
}

func isParamError(err error) bool {
	_, ok := errors.AsType[*appwrite.ParamError](err)
	return ok
}

// clearSession forgets a session that Appwrite does not take any more.
func (a *Auth) clearSession(w http.ResponseWriter, r *http.Request) {
	a.Forget(r)
	if _, err := r.Cookie(a.cookie); err == nil && !hasBearer(r) {
		a.clearCookie(w, a.cookie)
	}
}

// sendTo sends a browser to a page of the app, with where it wanted to go, and others away.
func (a *Auth) sendTo(w http.ResponseWriter, r *http.Request, page string, err error) {
	if hasBearer(r) || !wantsHTML(r) {
		if hasBearer(r) {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		a.fail(w, r, http.StatusUnauthorized, err)
		return
	}
	returnTo := "/"
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		returnTo = r.RequestURI // as the browser asked: StripPrefix changes r.URL
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, withReturn(page, returnTo), http.StatusSeeOther)
}

func (a *Auth) fail(w http.ResponseWriter, r *http.Request, status int, err error) {
	w.Header().Set("Cache-Control", "no-store")
	a.config.Error(w, r, status, err)
}

func (a *Auth) failMethod(w http.ResponseWriter, r *http.Request, allow string) {
	w.Header().Set("Allow", allow)
	a.fail(w, r, http.StatusMethodNotAllowed, errMethod)
}

// WriteError is the default of Config.Error: a short page for browsers, and for others JSON in
// the form of Appwrite's errors, with message, code and type.
func WriteError(w http.ResponseWriter, r *http.Request, status int, err error) {
	message := http.StatusText(status)
	switch {
	case status == http.StatusServiceUnavailable:
		message = "This does not work at the moment. Please try again later."
	case status == http.StatusBadRequest: // also with an error that the URL of a link tells
		message = "This link or form is incomplete or wrong."
	case errors.Is(err, ErrOAuth2State):
		message = "This sign-in was not started in this browser, or has been used or taken too long. Please try again."
	case errors.Is(err, appwrite.ErrUserOAuth2ProviderError):
		message = "The sign-in was cancelled, or the provider refused it."
	case errors.Is(err, appwrite.ErrUserBlocked):
		message = "This account is blocked."
	case errors.Is(err, ErrCrossOrigin):
		message = "The request came from another site."
	case status == http.StatusUnauthorized:
		message = "Please sign in."
	}
	if wantsHTML(r) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>`+
			html.EscapeString(http.StatusText(status))+`</title><p>`+html.EscapeString(message)+`</p><p><a href="/">Back</a></p></html>`)
		return
	}
	body := struct {
		Message string             `json:"message"`
		Code    int                `json:"code"`
		Type    appwrite.ErrorType `json:"type,omitempty"`
	}{Message: message, Code: status}
	if answer, ok := errors.AsType[*appwrite.Error](err); ok {
		body.Type = answer.Type
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// wantsHTML reports whether the request prefers a page to JSON: browsers name text/html, and
// their fetch does not.
func wantsHTML(r *http.Request) bool {
	quality := map[string]float64{}
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		q := 1.0
		if text, ok := params["q"]; ok {
			q, _ = strconv.ParseFloat(text, 64)
		}
		quality[kind] = max(quality[kind], q)
	}
	return quality["text/html"] > 0 && quality["text/html"] >= quality["application/json"]
}
