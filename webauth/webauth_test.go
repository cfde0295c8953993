package webauth_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/webauth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	appURL   = "https://app.example.com"
	password = "correct horse"
	ada      = "ada@example.com"
	bob      = "bob@example.com"
)

// app is a small app on webauth, in front of an Appwrite in memory.
type app struct {
	*appwritetest.Server
	auth *webauth.Auth
	mux  *http.ServeMux

	mu     sync.Mutex
	errors []error // what Config.Error was given
}

// newApp makes an app whose pages are those that the tests below need. change may be nil.
func newApp(t testing.TB, change func(*webauth.Config), with ...appwritetest.Option) *app {
	t.Helper()
	srv := appwritetest.NewServer(t, append(with, appwritetest.WithoutListener(), appwritetest.WithPlatforms("app.example.com"))...)
	return newAppOf(t, srv, srv.Client(), change)
}

func newAppOf(t testing.TB, srv *appwritetest.Server, client *appwrite.Client, change func(*webauth.Config)) *app {
	t.Helper()
	a := &app{Server: srv, mux: http.NewServeMux()}
	config := webauth.Config{URL: appURL, Error: func(w http.ResponseWriter, r *http.Request, status int, err error) {
		a.mu.Lock()
		a.errors = append(a.errors, err)
		a.mu.Unlock()
		webauth.WriteError(w, r, status, err)
	}}
	if change != nil {
		change(&config)
	}
	var err error
	a.auth, err = webauth.New(client, config)
	require.NoError(t, err)

	a.mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		session, err := a.auth.SignInAccount(r).CreateEmailPasswordSession(r.Context(), appwrite.EmailPasswordParams{
			Email: r.PostFormValue("email"), Password: r.PostFormValue("password"),
		})
		if err != nil {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		if assert.NoError(t, a.auth.SignIn(w, r, session)) {
			http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
		}
	})
	a.mux.HandleFunc("POST /sign-out", func(w http.ResponseWriter, r *http.Request) {
		if err := a.auth.SignOut(w, r); err != nil {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	a.mux.Handle("/profile", a.auth.RequireUser(http.HandlerFunc(showUser)))
	a.mux.HandleFunc("/", showUser)
	a.mux.HandleFunc("/account", func(w http.ResponseWriter, r *http.Request) {
		user, err := webauth.AccountFrom(r.Context()).Get(r.Context())
		if err != nil {
			a.auth.Refuse(w, r, err)
			return
		}
		_, _ = io.WriteString(w, user.Email)
	})
	a.mux.Handle("/oauth2/github", a.auth.OAuth2Login(models.OAuthProviderGitHub))
	a.mux.Handle("GET /oauth2/callback", a.auth.OAuth2Callback())
	return a
}

// showUser answers with the e-mail address of the user, "guest" for none.
func showUser(w http.ResponseWriter, r *http.Request) {
	user, err := webauth.UserFrom(r.Context())
	if err != nil {
		_, _ = io.WriteString(w, "guest")
		return
	}
	_, _ = io.WriteString(w, user.Email)
}

func (a *app) addUsers(emails ...string) {
	for _, email := range emails {
		a.AddUser(appwritetest.User{Email: email, Password: password, Name: email})
	}
}

// gets counts the calls that read an account.
func (a *app) calls(operation string) (n int) {
	for _, r := range a.Requests() {
		if r.Operation == operation {
			n++
		}
	}
	return n
}

// browser keeps cookies and sends what browsers send. It follows no redirects.
type browser struct {
	t      testing.TB
	base   string
	client *http.Client
}

// handlerTransport answers requests with a handler, without a network.
type handlerTransport struct{ handler http.Handler }

func (h handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	arrived := r.Clone(r.Context())
	arrived.RequestURI, arrived.RemoteAddr, arrived.Host = r.URL.RequestURI(), "203.0.113.7:4711", r.URL.Host
	if arrived.Body == nil {
		arrived.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	h.handler.ServeHTTP(rec, arrived)
	res := rec.Result()
	res.Request = r
	return res, nil
}

func (a *app) browser(t testing.TB) *browser { return newBrowser(t, appURL, a.auth.Load(a.mux)) }

func newBrowser(t testing.TB, base string, handler http.Handler) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t: t, base: base, client: &http.Client{
		Jar: jar, Transport: handlerTransport{handler},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

type answer struct {
	*http.Response
	body string
}

func (b *browser) do(method, path string, form url.Values, header ...string) answer {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	target := path
	if strings.HasPrefix(path, "/") {
		target = b.base + path
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, target, body)
	require.NoError(b.t, err)
	r.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i+1] == "" {
			r.Header.Del(header[i])
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	res, err := b.client.Do(r)
	require.NoError(b.t, err)
	text, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	require.NoError(b.t, res.Body.Close())
	return answer{res, string(text)}
}

func (b *browser) get(path string, header ...string) answer {
	b.t.Helper()
	return b.do(http.MethodGet, path, nil, header...)
}

func (b *browser) signIn(email string) answer {
	b.t.Helper()
	res := b.do(http.MethodPost, "/sign-in", url.Values{"email": {email}, "password": {password}})
	require.Equal(b.t, http.StatusSeeOther, res.StatusCode, res.body)
	return res
}

// cookie returns the one with the name that the answer sets.
func (a answer) cookie(name string) *http.Cookie {
	for _, c := range a.Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func TestAVisitorSignsInAndOut(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.addUsers(ada)
	b := a.browser(t)
	assert.Equal(t, "guest", b.get("/").body)
	res := b.get("/profile?tab=2")
	assert.Equal(t, http.StatusSeeOther, res.StatusCode)
	assert.Equal(t, "/sign-in?return_to=%2Fprofile%3Ftab%3D2", res.Header.Get("Location"))

	res = b.do("POST", "/sign-in", url.Values{"email": {ada}, "password": {password}, "return_to": {"/profile?tab=2"}})
	assert.Equal(t, "/profile?tab=2", res.Header.Get("Location"))
	for _, path := range []string{"/", "/profile", "/account"} {
		assert.Equal(t, ada, b.get(path).body, path)
	}

	secret := res.Cookies()[0].Value
	assert.Equal(t, http.StatusOK, b.do("POST", "/sign-out", url.Values{}).StatusCode)
	assert.Equal(t, "guest", b.get("/").body)
	_, err := a.Client(appwrite.WithSession(secret)).Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUnauthorized, "the session has ended at Appwrite too")
}

func TestAVisitorSignsInAtAProvider(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	a.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "4711", Email: ada, Name: "Ada", EmailVerified: true})
	b := a.browser(t)
	begun := b.do("POST", "/oauth2/github?return_to=%2Fprofile", url.Values{})
	require.Equal(t, http.StatusSeeOther, begun.StatusCode, begun.body)
	back := a.OAuth2().Login(begun.Header.Get("Location"))
	res := b.get(back.String(), "Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusSeeOther, res.StatusCode, res.body)
	assert.Equal(t, "/profile", res.Header.Get("Location"))
	assert.Equal(t, ada, b.get("/profile").body)
}

func canceled(t testing.TB) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
