package webauth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

// loginTime is how long a visitor may take to sign in at a provider.
const loginTime = 10 * time.Minute

// login is an OAuth2 login that is under way, as its cookie keeps it.
type login struct {
	nonce    string // also in the callback's URL
	expires  time.Time
	returnTo string
}

// OAuth2Login sends the browser to the provider's login page, by GET or POST, and notes in a
// cookie that this browser did so. Scopes are further ones to ask the provider for. It ends at
// OAuth2Callback, and from there at ReturnPath. A browser that another site leads here is sent
// to the sign-in page: only the visitor may begin a login. Of several logins that a browser
// begins, in two tabs for example, the last one counts.
//
// The app's host must be a platform of the project.
func (a *Auth) OAuth2Login(provider models.OAuthProvider, scopes ...string) http.Handler {
	return a.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodPost {
			a.failMethod(w, r, "GET, POST")
			return
		}
		if crossSite(r) {
			http.Redirect(w, r, a.config.SignInPath, http.StatusSeeOther)
			return
		}
		begun := login{nonce: rand.Text(), expires: time.Now().Add(loginTime), returnTo: ReturnPath(r)}
		callback := a.URL(a.config.OAuth2CallbackPath) + "?state=" + begun.nonce
		location, err := a.SignInAccount(r).CreateOAuth2Token(r.Context(), provider, appwrite.OAuth2Params{
			Success: callback, Failure: callback, Scopes: scopes,
		})
		if err != nil { // nothing that the visitor can do about
			a.fail(w, r, http.StatusServiceUnavailable, err)
			return
		}
		a.setCookie(w, a.state, a.sign(begun), begun.expires)
		http.Redirect(w, r, location, http.StatusSeeOther)
	}))
}

// OAuth2Callback ends a login that OAuth2Login began, at Config.OAuth2CallbackPath: it signs
// the visitor in and leads to where the login began. A callback that this browser did not
// begin, or that comes again, is refused with ErrOAuth2State and without a call to Appwrite; a
// login that was denied or failed with the *appwrite.Error that the provider's answer became.
func (a *Auth) OAuth2Callback() http.Handler {
	return a.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keepSecret(w)
		if r.Method != http.MethodGet { // HEAD too would spend the token
			a.failMethod(w, r, "GET")
			return
		}
		begun, ok := a.begunLogin(r)
		if !ok {
			a.fail(w, r, http.StatusForbidden, ErrOAuth2State)
			return
		}
		a.clearCookie(w, a.state)
		callback, err := appwrite.ParseCallback(r.URL)
		if err == nil {
			err = a.SignInWithToken(w, r, callback.UserID, callback.Secret)
		}
		if err != nil {
			a.failLogin(w, r, err)
			return
		}
		http.Redirect(w, r, begun.returnTo, http.StatusSeeOther)
	}))
}

// begunLogin returns the login that this browser began and that the callback is the end of.
func (a *Auth) begunLogin(r *http.Request) (login, bool) {
	c, err := r.Cookie(a.state)
	if err != nil {
		return login{}, false
	}
	begun, ok := a.verify(c.Value)
	state := r.URL.Query().Get("state")
	if !ok || !hmac.Equal([]byte(state), []byte(begun.nonce)) || !time.Now().Before(begun.expires) {
		return login{}, false
	}
	return begun, true
}

func (a *Auth) failLogin(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusUnauthorized
	var refused *appwrite.Error
	switch {
	case errors.Is(err, appwrite.ErrUserBlocked):
		status = http.StatusForbidden
	case isParamError(err):
		status = http.StatusBadRequest
	case !errors.As(err, &refused), errors.Is(err, appwrite.ErrServer), errors.Is(err, appwrite.ErrRateLimited):
		status = http.StatusServiceUnavailable
	}
	a.fail(w, r, status, err)
}

// sign returns the login as a cookie's value, which nobody else can write.
func (a *Auth) sign(l login) string {
	text := l.nonce + "." + strconv.FormatInt(l.expires.Unix(), 10) + "." + base64.RawURLEncoding.EncodeToString([]byte(l.returnTo))
	return text + "." + a.signature(text)
}

func (a *Auth) verify(value string) (l login, ok bool) {
	end := strings.LastIndexByte(value, '.')
	if end < 0 || !hmac.Equal([]byte(value[end+1:]), []byte(a.signature(value[:end]))) {
		return login{}, false
	}
	nonce, rest, _ := strings.Cut(value[:end], ".")
	expires, path, _ := strings.Cut(rest, ".")
	seconds, _ := strconv.ParseInt(expires, 10, 64)
	returnTo, _ := base64.RawURLEncoding.DecodeString(path)
	return login{nonce: nonce, expires: time.Unix(seconds, 0), returnTo: string(returnTo)}, true
}

// signature begins with the cookie's name: a key may be used for more than one project.
func (a *Auth) signature(text string) string {
	mac := hmac.New(sha256.New, a.config.Key)
	mac.Write([]byte(a.state + " " + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
