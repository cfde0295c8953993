package webauth_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

const (
	sessionCookie = "__Host-session_test-project"
	stateCookie   = "__Host-oauth2_test-project"
)

// Every cookie that is ever set, also those that delete one: browsers take no __Host- cookie
// without Secure, not even to delete it.
func TestOnHTTPSEveryCookieIsSecure(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	a.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "4711", Email: ada, EmailVerified: true})
	b := a.browser(t)
	signedIn := b.signIn(ada)
	signedOut := b.do("POST", "/sign-out", url.Values{})
	begun := b.get("/oauth2/github")
	back := b.get(a.OAuth2().Login(begun.Header.Get("Location")).String())
	require.Equal(t, http.StatusSeeOther, back.StatusCode)
	for name, res := range map[string]struct {
		answer
		cookies int
	}{
		"sign-in": {signedIn, 1}, "sign-out": {signedOut, 1}, "OAuth2 begun": {begun, 1}, "OAuth2 ended": {back, 2},
	} {
		assert.Len(t, res.Header.Values("Set-Cookie"), res.cookies, name)
		assert.Equal(t, "no-store", res.Header.Get("Cache-Control"), name)
		for _, line := range res.Header.Values("Set-Cookie") {
			assert.Regexp(t, `^__Host-(session|oauth2)_test-project=`, line, name)
			for _, attribute := range []string{"; Path=/;", "; HttpOnly", "; Secure", "; SameSite=Lax"} {
				assert.Contains(t, line+";", attribute, name)
			}
			assert.NotContains(t, line, "Domain", name)
		}
	}
}

func TestTheCookieExpiresWithTheSession(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil, appwritetest.WithSettings(appwritetest.Settings{SessionDuration: time.Hour}))
	a.addUsers(ada)
	set := a.browser(t).signIn(ada).cookie(sessionCookie)
	require.NotNil(t, set)
	assert.WithinDuration(t, time.Now().Add(time.Hour), set.Expires, time.Minute)

	w := httptest.NewRecorder()
	require.NoError(t, a.auth.SignIn(w, httptest.NewRequest("POST", "/", nil), &models.Session{Secret: "s"}))
	assert.NotContains(t, w.Header().Get("Set-Cookie"), "Expires", "without an expiry until the browser ends")
}

// On https a cookie without the prefix may have been set by anyone on the network.
func TestOnHTTPSACookieWithoutPrefixIsNotTaken(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	secret := a.browser(t).signIn(ada).cookie(sessionCookie).Value
	b := a.browser(t)
	assert.Equal(t, "guest", b.get("/", "Cookie", "session_test-project="+secret).body)
	assert.Equal(t, "guest", b.get("/", "Cookie", "a_session_test-project="+secret).body)
	assert.Equal(t, ada, b.get("/", "Cookie", sessionCookie+"="+secret).body)
}

func TestOnLoopbackCookiesWorkWithoutTLS(t *testing.T) {
	t.Parallel()
	const base = "http://127.0.0.1:8080"
	a := newApp(t, func(c *webauth.Config) { c.URL = base })
	a.addUsers(ada)
	b := newBrowser(t, base, a.auth.Load(a.mux))
	set := b.signIn(ada).cookie("session_test-project")
	require.NotNil(t, set)
	assert.False(t, set.Secure)
	assert.True(t, set.HttpOnly)
	assert.Equal(t, http.SameSiteLaxMode, set.SameSite)
	assert.Equal(t, ada, b.get("/profile").body)
}

func TestACookieThatIsNoSecretIsClearedAndNeverSentOn(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"oversized": strings.Repeat("x", 4097),
		"huge":      strings.Repeat("x", 1<<20),
		"separator": `"a, b"`,
		"empty":     "",
	} {
		a := newApp(t, nil)
		b := a.browser(t)
		res := b.get("/profile", "Cookie", sessionCookie+"="+value)
		assert.Equal(t, http.StatusSeeOther, res.StatusCode, name)
		assert.Equal(t, "/sign-in?return_to=%2Fprofile", res.Header.Get("Location"), name)
		if cleared := res.cookie(sessionCookie); assert.NotNil(t, cleared, name) {
			assert.Negative(t, cleared.MaxAge, name)
		}
		assert.Equal(t, http.StatusSeeOther, b.get("/account", "Cookie", sessionCookie+"="+value).StatusCode, name)
		for _, r := range a.Requests() {
			assert.NotContains(t, r.Header, "X-Appwrite-Session", name)
		}
	}
}

func TestASessionWithoutAUsableSecretIsNotSignedIn(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	for name, session := range map[string]*models.Session{
		"nil": nil, "no secret": {ID: "1"}, "separator": {Secret: "a;b"}, "line break": {Secret: "a\r\nSet-Cookie: b=c"},
		"too long": {Secret: strings.Repeat("x", 4097-len(sessionCookie))}, // browsers count the name too
	} {
		w := httptest.NewRecorder()
		err := a.auth.SignIn(w, httptest.NewRequest("POST", "/", nil), session)
		assert.ErrorContains(t, err, "secret", name)
		assert.NotContains(t, err.Error(), "xxx", name)
		assert.Empty(t, w.Header(), name)
	}
}

// Somebody plants the cookie of their own session in the victim's browser, and waits until she
// signs in.
func TestSigningInSwapsTheSessionAndEndsTheOneBefore(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada, bob)
	victim := a.browser(t)
	var first string
	for _, authorization := range []string{"", "Bearer stale"} {
		planted := a.browser(t).signIn(bob).cookie(sessionCookie).Value
		res := victim.do("POST", "/sign-in", url.Values{"email": {ada}, "password": {password}},
			"Cookie", sessionCookie+"="+planted, "Authorization", authorization)
		require.Equal(t, http.StatusSeeOther, res.StatusCode)
		first = res.cookie(sessionCookie).Value
		assert.NotEqual(t, planted, first)
		assert.Equal(t, ada, victim.get("/").body)
		_, err := a.Client(appwrite.WithSession(planted)).Account.Get(t.Context())
		require.ErrorIs(t, err, appwrite.ErrUnauthorized, "what was planted is of no use any more")
	}

	second := victim.signIn(ada).cookie(sessionCookie).Value
	assert.NotEqual(t, first, second, "each sign-in has a session of its own")
	_, err := a.Client(appwrite.WithSession(first)).Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUnauthorized)
}

// As after a step that answers with the same session.
func TestSigningInWithTheSessionThatTheBrowserHasKeepsIt(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	b := a.browser(t)
	secret := b.signIn(ada).cookie(sessionCookie).Value
	r := httptest.NewRequest("POST", "/", nil)
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: secret})
	require.NoError(t, a.auth.SignIn(httptest.NewRecorder(), r, &models.Session{Secret: secret}))
	assert.Equal(t, ada, b.get("/profile").body)
}

func TestAnOldSessionThatCannotBeEndedKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	b := a.browser(t)
	b.signIn(ada)
	a.Fail(appwritetest.Fault{Operation: "account.deleteSession", Status: 503})
	b.signIn(ada)
	assert.Equal(t, ada, b.get("/profile").body)
}

func TestSigningOutClearsTheCookieEvenWhereAppwriteIsAway(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	b := a.browser(t)
	b.signIn(ada)
	a.Fail(appwritetest.Fault{Operation: "account.deleteSession", Status: 503})
	res := b.do("POST", "/sign-out", url.Values{})
	assert.Equal(t, http.StatusBadGateway, res.StatusCode, "the app is told")
	assert.Negative(t, res.cookie(sessionCookie).MaxAge)
	assert.Equal(t, "guest", b.get("/").body)
}

func TestSigningOutOfWhatHasEndedIsNoError(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	user := a.AddUser(appwritetest.User{Email: bob, Password: password, MFA: true, EmailVerified: true})

	b := a.browser(t)
	assert.Equal(t, http.StatusOK, b.do("POST", "/sign-out", url.Values{}).StatusCode, "nobody was signed in")
	assert.Zero(t, a.calls("account.deleteSession"))

	secret := b.signIn(ada).cookie(sessionCookie).Value
	account := a.Client(appwrite.WithSession(secret)).Account
	require.NoError(t, account.DeleteSession(t.Context(), appwrite.CurrentSession))
	assert.Equal(t, http.StatusOK, b.do("POST", "/sign-out", url.Values{}).StatusCode, "ended elsewhere")

	secret = b.signIn(ada).cookie(sessionCookie).Value
	_, err := a.Client(appwrite.WithSession(secret)).Account.UpdateStatus(t.Context())
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, b.do("POST", "/sign-out", url.Values{}).StatusCode, "blocked")

	b.signIn(user.Email)
	assert.Equal(t, http.StatusOK, b.do("POST", "/sign-out", url.Values{}).StatusCode, "a second factor was owed")

	b.signIn(user.Email)
	a.Fail(appwritetest.Fault{Operation: "account.deleteSession", Status: 404, Type: appwrite.ErrUserSessionNotFound})
	assert.Equal(t, http.StatusOK, b.do("POST", "/sign-out", url.Values{}).StatusCode, "ended in this moment")
}

// The visitor goes away while the session is being ended; it must end.
func TestSigningOutOutlivesTheRequest(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	secret := a.browser(t).signIn(ada).cookie(sessionCookie).Value
	r := httptest.NewRequest("POST", "/sign-out", nil).WithContext(canceled(t))
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: secret})
	require.NoError(t, a.auth.SignOut(httptest.NewRecorder(), r))
	_, err := a.Client(appwrite.WithSession(secret)).Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUnauthorized)
}
