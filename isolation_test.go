package appwrite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/models"
)

var credentialHeaders = []string{"Cookie", "X-Appwrite-Session", "X-Fallback-Cookies", "X-Appwrite-Jwt", "X-Appwrite-Key", "Authorization"}

// credentialsIn returns the headers of a request that say who sends it.
func credentialsIn(h http.Header) map[string][]string {
	found := map[string][]string{}
	for _, name := range credentialHeaders {
		if values, ok := h[name]; ok {
			found[name] = values
		}
	}
	return found
}

type fixedJWT string

func (f fixedJWT) JWT(context.Context) (string, error) { return string(f), nil }

// sessionCookiesOf are a browser's cookies with a session of the probe's project.
func sessionCookiesOf(secret string) []*http.Cookie {
	return []*http.Cookie{
		{Name: "theme", Value: "dark"},
		{Name: "a_session_" + testProject, Value: secret},
		{Name: "a_session_other", Value: "other-" + secret},
		{Name: "a_session_console", Value: "console-" + secret},
		{Name: "a_session_" + testProject + "_legacy", Value: secret},
		nil,
		{Name: "A_SESSION_" + testProject, Value: "upper-" + secret},
	}
}

// credentialOptions has one option of every kind of credential.
func credentialOptions(secret string) map[string]appwrite.Option {
	return map[string]appwrite.Option{
		"session":   appwrite.WithSession(secret),
		"jwt":       appwrite.WithJWT(secret),
		"jwtSource": appwrite.WithJWTSource(fixedJWT(secret)),
		"apiKey":    appwrite.WithAPIKey(secret),
		"bearer":    appwrite.WithBearerToken(secret),
		"cookies":   appwrite.WithCookies(sessionCookiesOf(secret)),
	}
}

// credentialCopies has one copying method of every kind that has one.
var credentialCopies = map[string]func(c *appwrite.Client, secret string) *appwrite.Client{
	"session": (*appwrite.Client).WithSession,
	"jwt":     (*appwrite.Client).WithJWT,
	"apiKey":  (*appwrite.Client).WithAPIKey,
	"guest":   func(c *appwrite.Client, _ string) *appwrite.Client { return c.AsGuest() },
}

// wantCredential is what a client with a credential of a kind sends to servers of a release.
func wantCredential(kind, release, secret string) map[string][]string {
	cookie := "a_session_" + testProject
	switch kind {
	case "session":
		if release == "1.4" || release == "0.15" {
			return map[string][]string{"Cookie": {cookie + "=" + secret}}
		}
		return map[string][]string{"X-Appwrite-Session": {secret}}
	case "jwt", "jwtSource":
		return map[string][]string{"X-Appwrite-Jwt": {secret}}
	case "apiKey":
		return map[string][]string{"X-Appwrite-Key": {secret}}
	case "bearer":
		return map[string][]string{"Authorization": {"Bearer " + secret}}
	case "cookies":
		return map[string][]string{"Cookie": {cookie + "=" + secret + "; " + cookie + "_legacy=" + secret}}
	}
	return map[string][]string{}
}

func TestTheLastCredentialIsTheOnlyOneSent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, release := range []string{"0.15", "1.4", "1.5", "1.9.6"} {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
			check := func(t *testing.T, c *appwrite.Client, kind string) {
				t.Helper()
				_, err := c.Account.Get(ctx)
				require.NoError(t, err)
				requests := seen.take()
				require.Len(t, requests, 1)
				assert.Equal(t, wantCredential(kind, release, "second"), credentialsIn(requests[0].header))
			}
			common := []appwrite.Option{appwrite.WithHTTPClient(hc), appwrite.WithServerVersion(release)}
			firsts := credentialOptions("first")
			firsts["guest"] = func(*appwrite.Config) error { return nil }
			for first, firstOption := range firsts {
				base := newClient(t, "http://host/v1", append(slices.Clone(common), firstOption)...)
				for second, secondOption := range credentialOptions("second") {
					t.Run(first+" then "+second, func(t *testing.T) {
						check(t, newClient(t, "http://host/v1", append(slices.Clone(common), firstOption, secondOption)...), second)
						c, err := base.With(secondOption)
						require.NoError(t, err)
						check(t, c, second)
					})
				}
				for second, copied := range credentialCopies {
					t.Run(first+" copied as "+second, func(t *testing.T) {
						check(t, copied(base, "second"), second)
						for _, third := range credentialCopies {
							check(t, copied(third(base, "third"), "second"), second)
						}
					})
				}
			}
		})
	}
}

func TestEveryCallSendsTheOneCredential(t *testing.T) {
	t.Parallel()
	for _, c := range everycall.All {
		seen, hc := recordingTransport(successOf(c))
		base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc))
		for kind, option := range credentialOptions("secret") {
			client, err := base.With(option)
			require.NoError(t, err)
			_, err = c.Do(context.Background(), client.Account, c.Full())
			require.NoError(t, err)
			for _, r := range seen.take() {
				assert.Equal(t, wantCredential(kind, appwrite.LatestServerVersion, "secret"), credentialsIn(r.header), "%s as %s", c.Method, kind)
			}
		}
		_, err := c.Do(context.Background(), base.Account, c.Full())
		require.NoError(t, err)
		assert.Empty(t, credentialsIn(seen.take()[0].header), c.Method)
	}
}

// generous answers every call with everything that a client could take for a credential.
func generous(c everycall.Call) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, name := range []string{"a_session_" + testProject, "a_session_" + testProject + "_legacy", "tracking"} {
			http.SetCookie(w, &http.Cookie{Name: name, Value: "from-the-server", Path: "/"})
		}
		h := w.Header()
		h.Set("X-Fallback-Cookies", `{"a_session_`+testProject+`":"from-the-server"}`)
		h.Set("X-Appwrite-Session", "from-the-server")
		h.Set("X-Appwrite-Jwt", "from-the-server")
		h.Set("Authorization", "Bearer from-the-server")
		h.Set("Www-Authenticate", "Basic realm=x")
		answer(c, w)
	}
}

func TestCookiesOfTheServerAreNeverSentBack(t *testing.T) {
	t.Parallel()
	for _, c := range everycall.All {
		t.Run(c.Method, func(t *testing.T) {
			t.Parallel()
			seen, server := recordingServer(t, generous(c))
			jar, err := cookiejar.New(nil)
			require.NoError(t, err)
			for _, opts := range [][]appwrite.Option{nil, {appwrite.WithHTTPClient(&http.Client{Jar: jar})}, {appwrite.WithServerVersion("1.9.6"), appwrite.WithLocale("de")}} {
				base := newClient(t, server.URL+"/v1", opts...)
				again, err := base.With(appwrite.WithLocale("en"))
				require.NoError(t, err)
				clients := map[string]*appwrite.Client{"guest": base, "session": base.WithSession("second"), "jwt": again.WithJWT("second"), "apiKey": again.WithAPIKey("second")}
				for range 2 {
					for _, kind := range slices.Sorted(maps.Keys(clients)) {
						_, err := c.Do(context.Background(), clients[kind].Account, c.Full())
						require.NoError(t, err)
						for _, r := range seen.take() {
							assert.Equal(t, wantCredential(kind, appwrite.LatestServerVersion, "second"), credentialsIn(r.header), kind)
							assert.NotContains(t, fmt.Sprint(r.header), "from-the-server")
						}
					}
				}
			}
			assert.Empty(t, jar.Cookies(parsed(t, server.URL)), "the caller's jar")
		})
	}
}

func TestCookiesPassOnTheTwoOfTheProjectOnly(t *testing.T) {
	t.Parallel()
	name := "a_session_" + testProject
	for _, tc := range []struct {
		title   string
		browser []*http.Cookie
		want    string // "" where they are refused
	}{
		{"both", sessionCookiesOf("s%3D%3D"), name + "=s%3D%3D; " + name + "_legacy=s%3D%3D"},
		{"main", []*http.Cookie{{Name: name, Value: "s"}}, name + "=s"},
		{"legacy", []*http.Cookie{{Name: "x", Value: "y"}, {Name: name + "_legacy", Value: "s"}}, name + "_legacy=s"},
		{"none", nil, ""},
		{"nil", []*http.Cookie{nil}, ""},
		{"other project's", []*http.Cookie{{Name: "a_session_other", Value: "s"}, {Name: name + "2", Value: "s"}, {Name: "x" + name, Value: "s"}}, ""},
		{"other case", []*http.Cookie{{Name: strings.ToUpper(name), Value: "s"}}, ""},
		{"second cookie in the value", []*http.Cookie{{Name: name, Value: "s; admin=1"}}, ""},
		{"comma in the value", []*http.Cookie{{Name: name, Value: "s,admin=1"}}, ""},
		{"line end in the value", []*http.Cookie{{Name: name, Value: "s\r\nX-Appwrite-Key: k"}}, ""},
	} {
		t.Run(tc.title, func(t *testing.T) {
			t.Parallel()
			seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
			c, err := appwrite.NewClient("http://host/v1", testProject, appwrite.WithHTTPClient(hc), appwrite.WithCookies(tc.browser))
			if tc.want == "" {
				requireParamError(t, err, "appwrite.NewClient", "cookies")
				return
			}
			require.NoError(t, err)
			_, err = c.Account.Get(context.Background())
			require.NoError(t, err)
			assert.Equal(t, []string{tc.want}, seen.take()[0].header["Cookie"])
		})
	}
}

// twoUsers is a server that knows alice and bob, signs them in, and answers by the
// credential that a request carries. It gives cookies to everyone all the time.
type twoUsers struct {
	mu       sync.Mutex
	sessions map[string]string // secret or JWT → user
	minted   int
	bad      atomic.Int64 // requests with none or several credentials
}

func (s *twoUsers) mint(kind, user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.minted++
	secret := fmt.Sprintf("%s-%s-%d", kind, user, s.minted)
	s.sessions[secret] = user
	return secret
}

func (s *twoUsers) user(r *http.Request) string {
	found := credentialsIn(r.Header)
	if len(found) != 1 {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, values := range found {
		return s.sessions[strings.TrimPrefix(values[0], "a_session_"+testProject+"=")]
	}
	return ""
}

func (s *twoUsers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "a_session_" + testProject, Value: s.mint("stray", "mallory"), Path: "/"})
	w.Header().Set("Content-Type", "application/json")
	if strings.HasSuffix(r.URL.Path, "/sessions/email") {
		var p struct{ Email string }
		if len(credentialsIn(r.Header)) != 0 || json.NewDecoder(r.Body).Decode(&p) != nil {
			s.bad.Add(1)
			http.Error(w, `{"message":"signed in already","type":"user_session_already_exists"}`, http.StatusUnauthorized)
			return
		}
		user, _, _ := strings.Cut(p.Email, "@")
		secret := s.mint("session", user)
		w.Header().Del("Set-Cookie")
		http.SetCookie(w, &http.Cookie{Name: "a_session_" + testProject, Value: secret, Path: "/"})
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, `{"$id":"s","userId":%q,"secret":""}`, user)
		return
	}
	user := s.user(r)
	if user == "" {
		s.bad.Add(1)
		http.Error(w, `{"message":"who?","type":"general_unauthorized_scope"}`, http.StatusUnauthorized)
		return
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "/jwts"):
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, `{"jwt":%q}`, s.mint("jwt", user))
	case strings.HasSuffix(r.URL.Path, "/prefs"):
		_, _ = fmt.Fprintf(w, `{"owner":%q}`, user)
	default:
		_, _ = fmt.Fprintf(w, `{"$id":%q,"name":%q}`, user, user)
	}
}

func TestTwoUsersOfOneBaseClientNeverMix(t *testing.T) {
	t.Parallel()
	users := &twoUsers{sessions: map[string]string{}}
	server := httptest.NewServer(users)
	t.Cleanup(server.Close)
	base := newClient(t, server.URL+"/v1")
	old, err := base.With(appwrite.WithServerVersion("1.4"))
	require.NoError(t, err)

	// For each user one client that all its goroutines share, and fresh ones all the time.
	names := []string{"alice", "bob"}
	shared := map[string]*appwrite.Client{}
	for _, name := range names {
		session, err := base.Account.CreateEmailPasswordSession(context.Background(), appwrite.EmailPasswordParams{Email: name + "@example.com", Password: "password"})
		require.NoError(t, err)
		c, err := base.With(appwrite.WithJWTSource(appwrite.NewJWTSource(base.WithSession(session.Secret).Account, 0)))
		require.NoError(t, err)
		shared[name] = c
	}
	check := func(name string, c *appwrite.Client) error {
		user, err := c.Account.Get(context.Background())
		if err != nil {
			return err
		}
		prefs, err := appwrite.GetPrefs[struct{ Owner string }](context.Background(), c.Account)
		if err != nil {
			return err
		}
		if user.ID != name || prefs.Owner != name {
			return fmt.Errorf("%s saw %s and the preferences of %s", name, user.ID, prefs.Owner)
		}
		return nil
	}
	work := func(name string) error {
		session, err := base.Account.CreateEmailPasswordSession(context.Background(), appwrite.EmailPasswordParams{Email: name + "@example.com", Password: "password"})
		if err != nil {
			return err
		}
		if session.UserID != name || !strings.HasPrefix(session.Secret, "session-"+name) {
			return fmt.Errorf("%s got a session of %s", name, session.UserID)
		}
		acting := base.WithSession(session.Secret)
		minted, err := acting.Account.CreateJWT(context.Background(), appwrite.JWTParams{Duration: time.Minute})
		if err != nil {
			return err
		}
		for _, c := range []*appwrite.Client{acting, base.WithJWT(minted.JWT), old.WithSession(session.Secret), shared[name]} {
			if err := check(name, c); err != nil {
				return err
			}
		}
		return nil
	}
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			for range 6 {
				assert.NoError(t, work(names[i%2]))
			}
		})
	}
	wg.Wait()
	assert.Zero(t, users.bad.Load(), "requests with none or several credentials")
}

func TestSessionsFromTheServerDoNotChangeTheClientThatAskedForThem(t *testing.T) {
	t.Parallel()
	for _, c := range everycall.All {
		if _, ok := mustResult(t, c).(*models.Session); !ok {
			continue
		}
		seen, server := recordingServer(t, generous(c))
		client := newClient(t, server.URL+"/v1", appwrite.WithAPIKey("key"))
		for range 3 {
			_, err := c.Do(context.Background(), client.Account, c.Full())
			require.NoError(t, err)
		}
		for _, r := range seen.take() {
			assert.Equal(t, map[string][]string{"X-Appwrite-Key": {"key"}}, credentialsIn(r.header), c.Method)
		}
	}
}

// mustResult is what the call returns on success.
func mustResult(t *testing.T, c everycall.Call) any {
	t.Helper()
	_, hc := recordingTransport(successOf(c))
	got, err := c.Do(context.Background(), newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).Account, c.Full())
	require.NoError(t, err)
	return got
}
