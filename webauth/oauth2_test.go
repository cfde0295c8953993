package webauth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

func (a *app) identity(email string) {
	a.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "uid of " + email, Email: email, EmailVerified: true})
}

// comeBack begins a login in the browser and returns the URL that the provider leads back to.
func (a *app) comeBack(b *browser) string {
	b.t.Helper()
	begun := b.get("/oauth2/github")
	require.Equal(b.t, http.StatusSeeOther, begun.StatusCode, begun.body)
	return a.OAuth2().Login(begun.Header.Get("Location")).String()
}

// refuseCallback checks that the callback signs nobody in and asks Appwrite nothing.
func (a *app) refuseCallback(b *browser, callback string) {
	b.t.Helper()
	before := len(a.Requests())
	res := b.get(callback)
	assert.Equal(b.t, http.StatusForbidden, res.StatusCode)
	assert.Contains(b.t, res.body, "not started in this browser")
	assert.Empty(b.t, res.Cookies())
	assert.Len(b.t, a.Requests(), before)
	require.ErrorIs(b.t, a.errors[len(a.errors)-1], webauth.ErrOAuth2State)
}

func TestALoginAtAProviderForwardsScopesAndReturnPath(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.identity(ada)
	a.mux.Handle("/oauth2/google", a.auth.OAuth2Login(models.OAuthProviderGoogle, "calendar", "drive"))
	b := a.browser(t)
	begun := b.do("POST", "/oauth2/google", url.Values{"return_to": {"/profile?tab=2"}})
	require.Equal(t, http.StatusSeeOther, begun.StatusCode)
	assert.Contains(t, begun.Header.Get("Location"), "calendar")
	assert.Contains(t, begun.Header.Get("Location"), "drive")
	res := b.get(a.OAuth2().Login(begun.Header.Get("Location")).String())
	assert.Equal(t, "/profile?tab=2", res.Header.Get("Location"))
	assert.Equal(t, "same-origin", res.Header.Get("Referrer-Policy"), "its URL held the secret")
	assert.Negative(t, res.cookie(stateCookie).MaxAge, "the state is spent")
	assert.Equal(t, ada, b.get("/profile").body)
}

// The attacker begins a login, keeps the callback with the token of their own account, and has
// the victim's browser open it.
func TestACallbackThatAnotherBrowserBeganIsRefused(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.identity(bob)
	callback := a.comeBack(a.browser(t))

	a.refuseCallback(a.browser(t), callback)

	busy := a.browser(t) // has begun a login of its own
	own := a.comeBack(busy)
	a.refuseCallback(busy, callback)
	assert.Equal(t, http.StatusSeeOther, busy.get(own).StatusCode, "which it can still end")
}

// The attacker knows the victim's state from somewhere, but cannot write her cookie.
func TestAStolenStateIsOfNoUseWithoutTheCookie(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.identity(bob)
	victim, attacker := a.browser(t), a.browser(t)
	begun := victim.get("/oauth2/github")
	state := query(t, a.OAuth2().Login(begun.Header.Get("Location")).String()).Get("state")

	own, err := url.Parse(a.comeBack(attacker))
	require.NoError(t, err)
	values := own.Query()
	values.Set("state", state)
	own.RawQuery = values.Encode()
	a.refuseCallback(attacker, own.String())
	a.refuseCallback(a.browser(t), own.String())
}

func query(t testing.TB, rawURL string) url.Values {
	u, err := url.Parse(rawURL)
	require.NoError(t, err)
	return u.Query()
}

func TestAForgedStateCookieIsRefused(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	other := newApp(t, nil) // has another key
	a.identity(ada)
	b := a.browser(t)
	begun := b.get("/oauth2/github")
	cookie := begun.cookie(stateCookie).Value
	callback := a.OAuth2().Login(begun.Header.Get("Location")).String()
	payload, mac := splitState(cookie)
	foreign, _ := splitState(other.browser(t).get("/oauth2/github").cookie(stateCookie).Value)
	for name, forged := range map[string]string{
		"empty": "", "dot": ".", "no signature": payload, "empty signature": payload + ".", "no base64": payload + ".***",
		"other payload": foreign + "." + mac, "cut": cookie[:len(cookie)-1], "other signature": payload + "." + strings.Repeat("A", len(mac)),
		"signature twice": cookie + "." + mac,
	} {
		before := len(a.Requests())
		res := a.browser(t).get(callback, "Cookie", stateCookie+"="+forged)
		assert.Equal(t, http.StatusForbidden, res.StatusCode, name)
		assert.Len(t, a.Requests(), before, name)
	}
	for name, target := range map[string]string{
		"other state": strings.Replace(callback, "state=", "state=X", 1),
		"no state":    strings.Replace(callback, "state=", "stat=", 1),
	} {
		assert.Equal(t, http.StatusForbidden, a.browser(t).get(target, "Cookie", stateCookie+"="+cookie).StatusCode, name)
	}
	assert.Equal(t, http.StatusSeeOther, b.get(callback).StatusCode, "the real one is taken")
}

// splitState takes the signature from the value of a state cookie.
func splitState(value string) (payload, mac string) {
	end := strings.LastIndexByte(value, '.')
	return value[:end], value[end+1:]
}

// Browsers drop a cookie of more than 4096 bytes without a word.
func TestTheLongestReturnPathFitsIntoTheCookie(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.identity(ada)
	long := "/" + strings.Repeat("&", 2047)
	b := a.browser(t)
	begun := b.get("/oauth2/github?return_to=" + url.QueryEscape(long))
	set := begun.cookie(stateCookie)
	assert.LessOrEqual(t, len(set.Name)+len(set.Value), 4096)
	assert.Equal(t, long, b.get(a.OAuth2().Login(begun.Header.Get("Location")).String()).Header.Get("Location"))
}

func TestACallbackIsTakenOnce(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.identity(ada)
	b := a.browser(t)
	begun := b.get("/oauth2/github")
	cookie := begun.cookie(stateCookie).Value
	callback := a.OAuth2().Login(begun.Header.Get("Location")).String()
	require.Equal(t, http.StatusSeeOther, b.get(callback).StatusCode)

	a.refuseCallback(b, callback) // from the history

	// With a copy of the cookie too, the token is spent at Appwrite.
	res := a.browser(t).get(callback, "Cookie", stateCookie+"="+cookie)
	assert.Equal(t, http.StatusUnauthorized, res.StatusCode)
	assert.Nil(t, res.cookie(sessionCookie))
	require.ErrorIs(t, a.errors[len(a.errors)-1], appwrite.ErrUserInvalidToken)
}

func TestALoginThatTakesTooLongIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, nil)
		a.identity(ada)
		b := a.browser(t)
		begun := b.get("/oauth2/github")
		set := begun.cookie(stateCookie)
		assert.WithinDuration(t, time.Now().Add(10*time.Minute), set.Expires, time.Second)
		<-time.After(10 * time.Minute)
		callback := a.OAuth2().Login(begun.Header.Get("Location")).String()
		res := a.browser(t).get(callback, "Cookie", stateCookie+"="+set.Value)
		assert.Equal(t, http.StatusForbidden, res.StatusCode, "also for who keeps the cookie longer than browsers do")
	})
}

// An app may sign in for several projects, with one key.
func TestAStateIsOfItsProjectAlone(t *testing.T) {
	t.Parallel()
	key := func(c *webauth.Config) { c.Key = []byte(strings.Repeat("k", 32)) }
	a, other := newApp(t, key), newApp(t, key, appwritetest.WithProjectID("other"))
	other.identity(ada)
	state := a.browser(t).get("/oauth2/github").cookie(stateCookie)
	begun := other.browser(t).get("/oauth2/github")
	callback := other.OAuth2().Login(begun.Header.Get("Location")).String()

	// The cookie and the state of one, at the callback of the other.
	u, err := url.Parse(callback)
	require.NoError(t, err)
	values := u.Query()
	values.Set("state", strings.Split(state.Value, ".")[0])
	u.RawQuery = values.Encode()
	res := other.browser(t).get(u.String(), "Cookie", "__Host-oauth2_other="+state.Value)
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
}

// Processes that share a key can end each other's logins.
func TestTheKeyMayBeShared(t *testing.T) {
	t.Parallel()
	key := func(c *webauth.Config) { c.Key = []byte(strings.Repeat("k", 32)) }
	a := newApp(t, key)
	a.identity(ada)
	second := newAppOf(t, a.Server, a.Client(), key)
	b := a.browser(t)
	callback := a.comeBack(b)
	b.client.Transport = handlerTransport{second.auth.Load(second.mux)}
	assert.Equal(t, http.StatusSeeOther, b.get(callback).StatusCode)
}

func TestADeniedLoginGetsAPageAndNoSession(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		deny   func(*app)
		status int
		text   string
	}{
		"denied":         {func(a *app) { a.OAuth2().Deny() }, http.StatusUnauthorized, "was cancelled"},
		"provider fails": {func(a *app) { a.OAuth2().FailTokens(500) }, http.StatusServiceUnavailable, "at the moment"},
		"blocked": {func(a *app) {
			a.AddUser(appwritetest.User{Email: ada, EmailVerified: true, Blocked: true})
		}, http.StatusForbidden, "blocked"},
		"Appwrite away": {func(a *app) {
			a.Fail(appwritetest.Fault{Operation: "account.createSession", Status: 503})
		}, http.StatusServiceUnavailable, "at the moment"},
	} {
		a := newApp(t, nil)
		a.identity(ada)
		c.deny(a)
		b := a.browser(t)
		callback := a.comeBack(b)
		res := b.get(callback)
		assert.Equal(t, c.status, res.StatusCode, name)
		assert.Contains(t, res.body, c.text, name)
		assert.Equal(t, "text/html; charset=utf-8", res.Header.Get("Content-Type"), name)
		assert.Nil(t, res.cookie(sessionCookie), name)
		assert.Equal(t, "guest", b.get("/").body, name)
		a.refuseCallback(b, callback)
	}
}

// What a callback's error says is the attacker's choice unless the login was begun here.
func TestTheErrorOfACallbackIsNotShown(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.identity(ada)
	b := a.browser(t)
	callback := a.comeBack(b)
	state := query(t, callback).Get("state")
	text := url.QueryEscape(`{"message":"<script>alert(1)</script> call 555-1234","type":"user_oauth2_provider_error","code":424}`)
	a.refuseCallback(a.browser(t), appURL+"/oauth2/callback?state="+state+"&error="+text)
	res := b.get(appURL + "/oauth2/callback?state=" + state + "&error=" + text)
	assert.Equal(t, http.StatusUnauthorized, res.StatusCode)
	assert.NotContains(t, res.body, "script")
	assert.NotContains(t, res.body, "555")
}

func TestACallbackWithoutTokenIsRefused(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.identity(ada)
	b := a.browser(t)
	state := query(t, a.comeBack(b)).Get("state")
	res := b.get("/oauth2/callback?state=" + state)
	assert.Equal(t, http.StatusBadRequest, res.StatusCode)
	assert.Nil(t, res.cookie(sessionCookie))
}

func TestALoginThatCannotBeginGetsAPage(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil, appwritetest.WithSettings(appwritetest.Settings{OAuth2Providers: []models.OAuthProvider{models.OAuthProviderGoogle}}))
	b := a.browser(t)
	res := b.get("/oauth2/github")
	assert.Equal(t, http.StatusServiceUnavailable, res.StatusCode, "not the visitor's fault")
	assert.Empty(t, res.Cookies())
	require.ErrorIs(t, a.errors[0], appwrite.ErrProjectProviderDisabled)

	a.Fail(appwritetest.Fault{Damage: appwritetest.DropBefore})
	assert.Equal(t, http.StatusServiceUnavailable, b.get("/oauth2/github").StatusCode)
}

func TestAnotherSiteCannotBeginALogin(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	b := a.browser(t)
	for _, site := range []string{"cross-site", "same-site"} {
		res := b.get("/oauth2/github", "Sec-Fetch-Site", site)
		assert.Equal(t, "/sign-in", res.Header.Get("Location"), site)
		assert.Empty(t, res.Cookies(), site)
		assert.Equal(t, http.StatusForbidden, b.do("POST", "/oauth2/github", url.Values{}, "Sec-Fetch-Site", site).StatusCode, site)
	}
	assert.Empty(t, a.Requests())
	assert.NotEmpty(t, b.get("/oauth2/github", "Sec-Fetch-Site", "none").Cookies())
}

func TestOtherMethodsNeitherBeginNorEndALogin(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.identity(ada)
	b := a.browser(t)
	callback := a.comeBack(b)
	before := len(a.Requests())
	for path, methods := range map[string][]string{
		"/oauth2/github": {"HEAD", "PUT", "DELETE", "OPTIONS"},
		callback:         {"HEAD"}, // the mux lets it through with GET
	} {
		for _, method := range methods {
			res := b.do(method, path, nil)
			assert.Equal(t, http.StatusMethodNotAllowed, res.StatusCode, method)
			assert.Contains(t, res.Header.Get("Allow"), "GET", method)
			assert.Empty(t, res.Cookies(), method)
		}
	}
	assert.Len(t, a.Requests(), before)
	assert.Equal(t, http.StatusSeeOther, b.get(callback).StatusCode)
}

func TestALoginEndsTheSessionThatTheBrowserHad(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(bob)
	a.identity(ada)
	b := a.browser(t)
	before := b.signIn(bob).cookie(sessionCookie).Value
	require.Equal(t, http.StatusSeeOther, b.get(a.comeBack(b)).StatusCode)
	assert.Equal(t, ada, b.get("/profile").body)
	_, err := a.Client(appwrite.WithSession(before)).Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUnauthorized)
}
