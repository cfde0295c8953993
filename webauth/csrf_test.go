package webauth_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/webauth"
)

func TestUnsafeRequestsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	form := url.Values{"email": {ada}, "password": {password}}
	for name, c := range map[string]struct {
		header  []string
		refused bool
	}{
		"same origin":                {[]string{"Sec-Fetch-Site", "same-origin"}, false},
		"typed by the visitor":       {[]string{"Sec-Fetch-Site", "none"}, false},
		"another site":               {[]string{"Sec-Fetch-Site", "cross-site"}, true},
		"a sibling subdomain":        {[]string{"Sec-Fetch-Site", "same-site"}, true},
		"old browser, same origin":   {[]string{"Sec-Fetch-Site", "", "Origin", appURL}, false},
		"old browser, another site":  {[]string{"Sec-Fetch-Site", "", "Origin", "https://evil.example"}, true},
		"old browser, hidden origin": {[]string{"Sec-Fetch-Site", "", "Origin", "null"}, true},
		"the same host over http":    {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "http://app.example.com"}, true},
		"no browser":                 {[]string{"Sec-Fetch-Site", ""}, false},
	} {
		a := newApp(t, nil)
		a.addUsers(ada)
		b := a.browser(t)
		res := b.do("POST", "/sign-in", form, c.header...)
		if !c.refused {
			assert.Equal(t, http.StatusSeeOther, res.StatusCode, name)
			continue
		}
		assert.Equal(t, http.StatusForbidden, res.StatusCode, name)
		assert.Empty(t, res.Cookies(), name)
		assert.Empty(t, a.Requests(), name)
		assert.ErrorIs(t, a.errors[0], webauth.ErrCrossOrigin, name)

		b.signIn(ada)
		assert.Equal(t, http.StatusForbidden, b.do("POST", "/sign-out", url.Values{}, c.header...).StatusCode, name)
		assert.Equal(t, http.StatusForbidden, b.do("DELETE", "/profile", nil, c.header...).StatusCode, name)
		assert.Equal(t, ada, b.get("/profile").body, "%s: still signed in", name)
		assert.Equal(t, ada, b.get("/profile", c.header...).body, "%s: reading is safe", name)
	}
}

func TestRequireUserAloneChecksTheOriginToo(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	secret := a.browser(t).signIn(ada).cookie(sessionCookie).Value
	b := newBrowser(t, appURL, a.mux) // without Load around it
	assert.Equal(t, ada, b.get("/profile", "Cookie", sessionCookie+"="+secret).body)
	res := b.do("POST", "/profile", url.Values{}, "Cookie", sessionCookie+"="+secret, "Sec-Fetch-Site", "cross-site")
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
}

// Behind a proxy that changes Host, the address of the configuration still counts.
func TestAProxyThatChangesTheHostDoesNotMakeBrowsersForeign(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	handler := a.auth.Load(a.mux)
	b := newBrowser(t, appURL, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "backend.internal:8080"
		handler.ServeHTTP(w, r)
	}))
	res := b.do("POST", "/sign-in", url.Values{"email": {ada}, "password": {password}}, "Sec-Fetch-Site", "", "Origin", appURL)
	assert.Equal(t, http.StatusSeeOther, res.StatusCode)
}

// No page can make a browser add a JWT, so a front end on another host may send one. What a
// browser adds by itself, the cookie, is then not looked at.
func TestAJWTIsTakenFromAnotherOriginAndMakesCookiesVoid(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada, bob)
	b := a.browser(t)
	b.signIn(ada)
	session, err := a.Client().Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: bob, Password: password})
	require.NoError(t, err)
	minted, err := a.Client(appwrite.WithSession(session.Secret)).Account.CreateJWT(t.Context(), appwrite.JWTParams{})
	require.NoError(t, err)

	cross := []string{"Sec-Fetch-Site", "cross-site", "Authorization"}
	assert.Equal(t, bob, b.do("POST", "/profile", url.Values{}, append(cross, "Bearer "+minted.JWT)...).body)
	for _, none := range []string{"Bearer", "Bearer ", "bearer x", "Bearer a.b.c"} {
		res := b.do("POST", "/profile", url.Values{}, append(cross, none)...)
		assert.Equal(t, http.StatusUnauthorized, res.StatusCode, "%q does not fall back to the cookie", none)
		assert.Empty(t, res.Cookies(), "%q", none)
		res = b.do("POST", "/sign-out", url.Values{}, append(cross, none)...)
		assert.Equal(t, http.StatusBadGateway, res.StatusCode, "the app is told")
		assert.Empty(t, res.Cookies())
		assert.Zero(t, a.calls("account.deleteSession"), "%q does not sign the cookie's user out", none)
	}
	assert.Equal(t, http.StatusForbidden, b.do("POST", "/profile", url.Values{}, append(cross, "Basic YTpi")...).StatusCode)
}
