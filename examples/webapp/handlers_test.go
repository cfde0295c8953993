package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
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
)

// client is a browser without a screen.
type client struct {
	*http.Client
	t   *testing.T
	url string
}

// newClient returns a client of an app that uses the server; embedded is nil for one that takes
// it for an instance like any other.
func newClient(t *testing.T, server, embedded *appwritetest.Server) client {
	t.Helper()
	front := httptest.NewUnstartedServer(nil)
	address := "http://" + front.Listener.Addr().String()
	a, err := newApp(server.Client(), address, embedded, nil)
	require.NoError(t, err)
	front.Config.Handler = a.routes()
	front.Start()
	t.Cleanup(front.Close)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return client{&http.Client{Jar: jar}, t, address}
}

func (c client) get(path string) (*http.Response, string) {
	c.t.Helper()
	return c.send(http.MethodGet, path, nil)
}

func (c client) post(path string, fields ...string) (*http.Response, string) {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return c.send(http.MethodPost, path, form)
}

func (c client) send(method, path string, form url.Values) (*http.Response, string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(form.Encode()))
	require.NoError(c.t, err)
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := c.Do(r)
	require.NoError(c.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(c.t, err)
	return answer, string(body)
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	c := newClient(t, srv, srv)
	for _, path := range []string{"/", "/sign-in", "/inbox", "/nowhere", "/static/style.css", "/magic-url", "/profile"} {
		answer, _ := c.get(path)
		policy := answer.Header.Get("Content-Security-Policy")
		assert.Contains(t, policy, "default-src 'none'", path)
		assert.NotContains(t, policy, "unsafe", path)
		assert.NotContains(t, policy, "script-src", path)
		assert.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"), path)
		assert.NotEmpty(t, answer.Header.Get("Referrer-Policy"), path)
		if !strings.HasPrefix(path, "/static/") {
			assert.Equal(t, "no-store", answer.Header.Get("Cache-Control"), path)
		}
	}
}

func TestARefusedFormSaysWhatIsWrongAndKeepsWhatWasWritten(t *testing.T) {
	t.Parallel()
	const secret = "s3cret"
	srv := appwritetest.NewServer(t)
	srv.AddUser(appwritetest.User{Email: email, Password: password})
	c := newClient(t, srv, srv)
	for _, form := range []struct {
		path, says string
		fields     []string
	}{
		{"/sign-up", "This is not a complete e-mail address.", []string{"name", "Bob", "email", "bob", "password", secret}},
		{"/sign-up", "This is not a complete e-mail address.", []string{"name", "Bob", "email", "", "password", secret}},
		{"/sign-up", "A password has 8 to 256 characters.", []string{"name", "Bob", "email", "bob@example.com", "password", secret}},
		{"/sign-up", "A name has 1 to 128 characters.", []string{"name", strings.Repeat("Bob", 50), "email", "bob@example.com", "password", secret + secret}},
		{"/sign-up", "There is an account with this address already.", []string{"name", "Ada", "email", email, "password", secret + secret}},
		{"/sign-in", "The e-mail address or the password is wrong.", []string{"email", email, "password", secret + secret}},
		{"/sign-in", "The e-mail address or the password is wrong.", []string{"email", email, "password", secret}},
		{"/sign-in", "This is not a complete e-mail address.", []string{"email", "ada", "password", secret}},
		{"/sign-in/magic-url", "This is not a complete e-mail address.", []string{"email", "ada"}},
		{"/sign-in/code", "This is not a complete e-mail address.", []string{"email", "ada"}},
		{"/sign-in/code/nobody", "This code is wrong, used or too old.", []string{"code", "123456"}},
		{"/recovery", "This is not a complete e-mail address.", []string{"email", "ada"}},
		{"/recovery/link?userId=nobody&secret=x", "This link is used or too old.", []string{"password", secret + secret}},
		{"/verify-email?userId=nobody&secret=x", "This link is used or too old.", nil},
	} {
		answer, body := c.post(form.path, form.fields...)
		assert.Equal(t, http.StatusUnprocessableEntity, answer.StatusCode, form.path)
		assert.Contains(t, body, form.says, form.path)
		assert.Contains(t, body, "<title>Error: ", form.path)
		assert.NotContains(t, body, secret, form.path)
		for i := 0; i < len(form.fields); i += 2 {
			if form.fields[i] != "password" {
				assert.Contains(t, body, `value="`+form.fields[i+1]+`"`, form.path)
			}
		}
	}
	assert.Empty(t, c.Jar.Cookies(mustParse(t, c.url)))
}

func mustParse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u
}

func TestRecoveryDoesNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	srv.AddUser(appwritetest.User{Email: email})
	c := newClient(t, srv, srv)
	_, known := c.post("/recovery", "email", email)
	_, unknown := c.post("/recovery", "email", "bob@example.com")
	assert.Equal(t, known, strings.ReplaceAll(unknown, "bob@example.com", email))
	assert.Len(t, srv.Inbox().Messages(), 1)
}

func TestAnOutageIsToldNextToTheForm(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	c := newClient(t, srv, srv)
	for _, fault := range []struct {
		appwritetest.Fault
		status int
		says   string
	}{
		{appwritetest.Fault{Status: http.StatusServiceUnavailable}, http.StatusServiceUnavailable, "This does not work at the moment."},
		{appwritetest.Fault{Damage: appwritetest.BodyHTML}, http.StatusServiceUnavailable, "This does not work at the moment."},
		{appwritetest.Fault{Status: http.StatusTooManyRequests, Reset: time.Hour}, http.StatusTooManyRequests, "Too many attempts. Please try again in 6[01] minutes."},
	} {
		remove := srv.Fail(fault.Fault)
		answer, body := c.post("/sign-in", "email", email, "password", password)
		assert.Equal(t, fault.status, answer.StatusCode)
		assert.Regexp(t, fault.says, body)
		assert.Contains(t, body, `value="`+email+`"`)
		remove()
	}
}

func TestPagesOfASessionLeadToSignInWithoutOne(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	c := newClient(t, srv, srv)
	for _, path := range []string{"/profile", "/verify-phone", "/preferences", "/sessions", "/log?page=2", "/security", "/close", "/mfa"} {
		answer, _ := c.get(path)
		assert.Equal(t, "/sign-in?return_to="+url.QueryEscape(path), answer.Request.URL.RequestURI())
	}
	for _, path := range []string{"/profile/name", "/sessions/x/end", "/sessions/end", "/security/authenticator", "/close/delete", "/mfa", "/mfa/send"} {
		answer, _ := c.post(path)
		assert.Equal(t, "/sign-in", answer.Request.URL.RequestURI(), path)
	}
}

func TestALinkAloneChangesNothing(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	srv.AddUser(appwritetest.User{Email: email, Password: password})
	c := newClient(t, srv, srv)
	c.post("/sign-in", "email", email, "password", password)
	for _, path := range []string{"/sign-out", "/sessions/end", "/close/delete", "/close/block", "/security/authenticator", "/inbox/deny"} {
		answer, _ := c.get(path)
		assert.Equal(t, http.StatusNotFound, answer.StatusCode, path)
	}
	answer, _ := c.get("/profile")
	assert.Equal(t, "/profile", answer.Request.URL.Path, "still signed in")
}

func TestAPageCostsOneCallForTheUser(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	srv.AddUser(appwritetest.User{Email: email, Password: password})
	c := newClient(t, srv, srv)
	c.post("/sign-in", "email", email, "password", password)
	before := len(srv.Requests())
	answer, _ := c.get("/profile")
	require.Equal(t, "/profile", answer.Request.URL.Path)
	calls := srv.Requests()[before:]
	require.Len(t, calls, 1)
	assert.Equal(t, "account.get", calls[0].Operation)
}

func TestSigningOutEverywhereEndsAllSessions(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	srv.AddUser(appwritetest.User{Email: email, Password: password})
	here, there := newClient(t, srv, srv), newClient(t, srv, srv)
	for _, c := range []client{here, there} {
		c.post("/sign-in", "email", email, "password", password)
	}
	_, body := here.post("/sessions/end")
	assert.Contains(t, body, "You are signed out.")
	assert.Empty(t, here.Jar.Cookies(mustParse(t, here.url)))
	answer, _ := there.get("/profile")
	assert.Equal(t, "/sign-in", answer.Request.URL.Path)
}

func TestASessionThatHasEndedAlreadyDoesNotEndThisOne(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	srv.AddUser(appwritetest.User{Email: email, Password: password})
	c := newClient(t, srv, srv)
	c.post("/sign-in", "email", email, "password", password)
	answer, body := c.post("/sessions/gone/end")
	assert.Equal(t, http.StatusUnprocessableEntity, answer.StatusCode)
	assert.Contains(t, body, "That session has ended already.")
	answer, _ = c.get("/profile")
	assert.Equal(t, "/profile", answer.Request.URL.Path)
}

func TestDevicesAndPlacesAreNamedAsFarAsTheyAreKnown(t *testing.T) {
	t.Parallel()
	var v view
	assert.Equal(t, "Chrome 156 on Linux", v.Device("Chrome", "156.0", "GNU/Linux"))
	assert.Equal(t, "curl 8.5", v.Device("curl", "8.5", ""))
	assert.Equal(t, "Windows", v.Device("", "", "Windows"))
	assert.Equal(t, "Unknown device", v.Device("", "", ""))
	assert.Equal(t, "Japan", v.Place("jp", "Japan"))
	assert.Equal(t, "Unknown place", v.Place("--", "Unknown"))
	assert.Equal(t, "password", v.How(models.Session{Provider: "email"}))
	assert.Equal(t, "magic link", v.How(models.Session{Provider: "magic-url"}))
	assert.Equal(t, "GitHub", v.How(models.Session{Provider: "github"}))
}

func TestTheLogHasPages(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	srv.AddUser(appwritetest.User{Email: email, Password: password})
	c := newClient(t, srv, srv)
	c.post("/sign-in", "email", email, "password", password)
	for range logPageSize {
		c.post("/profile/name", "name", "Ada")
	}
	_, first := c.get("/log")
	assert.Equal(t, logPageSize, strings.Count(first, "Account changed"))
	assert.NotContains(t, first, "Newer")
	require.Contains(t, first, `href="/log?page=2"`)
	_, second := c.get("/log?page=2")
	assert.Equal(t, 1, strings.Count(second, "Signed in"))
	assert.NotContains(t, second, "Older")
	assert.Contains(t, second, `href="/log?page=1"`)
}

func TestOtherAppsPreferencesAreLeftAlone(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	srv.AddUser(appwritetest.User{Email: email, Password: password, Prefs: map[string]any{"sidebar": "wide", "theme": 7}})
	c := newClient(t, srv, srv)
	answer, _ := c.post("/sign-in", "email", email, "password", password)
	require.Equal(t, http.StatusOK, answer.StatusCode, "preferences that cannot be read are none")
	answer, _ = c.post("/preferences", "theme", "pink", "timeZone", "")
	assert.Equal(t, http.StatusUnprocessableEntity, answer.StatusCode)
	answer, _ = c.post("/preferences", "theme", "dark", "timeZone", "Mars/Olympus")
	assert.Equal(t, http.StatusUnprocessableEntity, answer.StatusCode)
	_, body := c.post("/preferences", "theme", "dark", "timeZone", "Asia/Tokyo")
	assert.Contains(t, body, `data-theme="dark"`)
	assert.Contains(t, srv.Dump(), `"sidebar":"wide"`)
}

func TestNoticesAreTheAppsOwnWords(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	c := newClient(t, srv, srv)
	_, body := c.get("/sign-in?done=signed-out")
	assert.Contains(t, body, "You are signed out.")
	_, body = c.get("/sign-in?done=Call+0800+now")
	assert.NotContains(t, body, "0800")
}

func TestWithAnInstanceOfYourOwnThereIsNoInbox(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t)
	c := newClient(t, srv, nil)
	answer, _ := c.get("/inbox")
	assert.Equal(t, http.StatusNotFound, answer.StatusCode)
	_, body := c.get("/")
	assert.NotContains(t, body, "inbox")
}

func TestErrorsOfTheServerAreNeverShownRaw(t *testing.T) {
	t.Parallel()
	p, ok := explain(&appwrite.Error{StatusCode: 400, Type: appwrite.ErrGeneralArgumentInvalid, Message: "Invalid `url` param: URL host must be one of: localhost"})
	assert.False(t, ok, "that one is not the visitor's: %v", p)
	_, ok = explain(errors.New("dial tcp 10.0.0.1:443"))
	assert.False(t, ok)
	_, ok = explain(context.Canceled)
	assert.False(t, ok)
	for _, known := range problems {
		p, ok := explain(known.err)
		assert.True(t, ok)
		assert.Equal(t, known.text, p.Text)
	}
}
