package webauth_test

import (
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/webauth"
)

func formPage(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `<form method="post"><button>Go on</button></form>`)
}

func newLinkApp(t *testing.T) *app {
	t.Helper()
	a := newApp(t, cached(1<<40))
	a.addUsers(ada)
	page := http.HandlerFunc(formPage)
	a.mux.Handle("/magic", a.auth.Link(page, func(w http.ResponseWriter, r *http.Request, link appwrite.Callback) {
		if err := a.auth.SignInWithToken(w, r, link.UserID, link.Secret); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
	}))
	a.mux.Handle("/verify", a.auth.Link(page, func(w http.ResponseWriter, r *http.Request, link appwrite.Callback) {
		_, err := webauth.AccountFrom(r.Context()).UpdateEmailVerification(r.Context(), appwrite.VerificationParams{UserID: link.UserID, Secret: link.Secret})
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
		a.auth.Forget(r)
	}))
	a.mux.Handle("/recover", a.auth.Link(page, func(w http.ResponseWriter, r *http.Request, link appwrite.Callback) {
		_, err := a.auth.SignInAccount(r).UpdateRecovery(r.Context(), appwrite.UpdateRecoveryParams{UserID: link.UserID, Secret: link.Secret, Password: r.PostFormValue("password")})
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
	}))
	return a
}

func (a *app) link(t testing.TB) string {
	t.Helper()
	mail, ok := a.Inbox().Last(ada)
	require.True(t, ok)
	return mail.URL
}

func TestAMailsLinkChangesNothingUntilItsFormIsSent(t *testing.T) {
	t.Parallel()
	a := newLinkApp(t)
	_, err := a.Client().Account.CreateMagicURLToken(t.Context(), appwrite.MagicURLTokenParams{Email: ada, URL: a.auth.URL("/magic?return_to=/profile")})
	require.NoError(t, err)
	link := a.link(t)

	scanner := a.browser(t) // opens every link of every mail
	for range 3 {
		res := scanner.get(link, "Sec-Fetch-Site", "cross-site")
		assert.Contains(t, res.body, "Go on")
		assert.Equal(t, "no-store", res.Header.Get("Cache-Control"))
		assert.Equal(t, "same-origin", res.Header.Get("Referrer-Policy"))
		assert.Empty(t, res.Cookies())
		scanner.do(http.MethodHead, link, nil)
	}
	assert.Zero(t, a.calls("account.createSession"))

	b := a.browser(t)
	assert.Equal(t, http.StatusForbidden, b.do("POST", link, url.Values{}, "Sec-Fetch-Site", "cross-site").StatusCode)
	res := b.do("POST", link, url.Values{})
	assert.Equal(t, "/profile", res.Header.Get("Location"))
	assert.Equal(t, ada, b.get("/profile").body)

	res = a.browser(t).do("POST", link, url.Values{})
	assert.Equal(t, http.StatusForbidden, res.StatusCode, "a link works once")
	assert.Empty(t, res.Cookies())
}

func TestAnAddressIsVerifiedByALink(t *testing.T) {
	t.Parallel()
	a := newLinkApp(t)
	a.mux.Handle("/verified", a.auth.RequireUser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, err := webauth.UserFrom(r.Context())
		assert.NoError(t, err)
		if user.EmailVerification {
			w.WriteHeader(http.StatusAccepted)
		}
	})))
	b := a.browser(t)
	secret := b.signIn(ada).cookie(sessionCookie).Value
	assert.Equal(t, http.StatusOK, b.get("/verified").StatusCode)
	_, err := a.Client(appwrite.WithSession(secret)).Account.CreateEmailVerification(t.Context(), a.auth.URL("/verify"))
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, b.do("POST", a.link(t), url.Values{}).StatusCode)
	assert.Equal(t, http.StatusAccepted, b.get("/verified").StatusCode, "the cached user is forgotten")
}

func TestAPasswordIsRecoveredByALink(t *testing.T) {
	t.Parallel()
	a := newLinkApp(t)
	_, err := a.Client().Account.CreateRecovery(t.Context(), appwrite.RecoveryParams{Email: ada, URL: a.auth.URL("/recover")})
	require.NoError(t, err)
	b := a.browser(t)
	assert.Equal(t, http.StatusOK, b.do("POST", a.link(t), url.Values{"password": {"battery staple"}}).StatusCode)
	_, err = a.Client().Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: ada, Password: "battery staple"})
	require.NoError(t, err)
}

func TestAURLThatIsNoLinkOfAMailIsRefused(t *testing.T) {
	t.Parallel()
	a := newLinkApp(t)
	b := a.browser(t)
	for _, path := range []string{"/magic", "/magic?userId=a", "/magic?secret=b", "/magic?userId=a&secret=b%0A", "/magic?userId=a&secret=b&expire=soon", "/magic?error=%7B%7D", "/magic?error=user_blocked", "/magic?error=" + url.QueryEscape(`{"type":"user_blocked\nforged","code":403}`)} {
		for _, method := range []string{"GET", "POST"} {
			res := b.do(method, path, nil)
			assert.Equal(t, http.StatusBadRequest, res.StatusCode, path)
			assert.Contains(t, res.body, "incomplete", path)
			assert.NotContains(t, res.body, "blocked", "what anyone may write into a URL: %s", path)
			assert.NotContains(t, a.errors[len(a.errors)-1].Error(), "\n", "a line of a log: %s", path)
		}
	}
	res := b.do("DELETE", "/magic?userId=a&secret=b", nil)
	assert.Equal(t, http.StatusMethodNotAllowed, res.StatusCode)
	assert.Equal(t, "GET, HEAD, POST", res.Header.Get("Allow"))
	assert.Empty(t, a.Requests())
}
