package appwrite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/models"
)

const cookieName = "a_session_" + testProject

// credentialsIn returns the headers of a request that say who sends it.
func credentialsIn(h http.Header) map[string][]string {
	found := map[string][]string{}
	for _, name := range []string{"Cookie", "X-Appwrite-Session", "X-Fallback-Cookies", "X-Appwrite-Jwt", "X-Appwrite-Key", "Authorization"} {
		if values, ok := h[name]; ok {
			found[name] = values
		}
	}
	return found
}

// source is a JWTSource that is a function.
type source func(ctx context.Context) (string, error)

func (f source) JWT(ctx context.Context) (string, error) { return f(ctx) }

// fixedJWT is a source that always has the same JWT.
func fixedJWT(token string) appwrite.JWTSource {
	return source(func(context.Context) (string, error) { return token, nil })
}

// sessionCookiesOf are a browser's cookies with a session of the test's project.
func sessionCookiesOf(secret string) []*http.Cookie {
	return []*http.Cookie{
		{Name: "theme", Value: "dark"},
		{Name: cookieName, Value: secret},
		{Name: "a_session_other", Value: "other-" + secret},
		{Name: "a_session_console", Value: "console-" + secret},
		{Name: cookieName + "_legacy", Value: secret},
		nil,
		{Name: strings.ToUpper(cookieName), Value: "upper-" + secret},
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
	switch kind {
	case "session":
		if release == "1.4" || release == "0.15" {
			return map[string][]string{"Cookie": {cookieName + "=" + secret}}
		}
		return map[string][]string{"X-Appwrite-Session": {secret}}
	case "jwt", "jwtSource":
		return map[string][]string{"X-Appwrite-Jwt": {secret}}
	case "apiKey":
		return map[string][]string{"X-Appwrite-Key": {secret}}
	case "bearer":
		return map[string][]string{"Authorization": {"Bearer " + secret}}
	case "cookies":
		return map[string][]string{"Cookie": {cookieName + "=" + secret + "; " + cookieName + "_legacy=" + secret}}
	}
	return map[string][]string{}
}

func TestTheLastCredentialIsTheOnlyOneSent(t *testing.T) {
	t.Parallel()
	for _, release := range []string{"0.15", "1.4", "1.5", "1.9.6"} {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			client := memory(t, answersJSON(200, userBody), appwrite.WithServerVersion(release))
			with := func(opts ...appwrite.Option) *appwrite.Client {
				c, err := client.With(opts...)
				require.NoError(t, err)
				return c
			}
			check := func(c *appwrite.Client, first, second string) {
				_, err := c.Account.Get(t.Context())
				require.NoError(t, err)
				assert.Equal(t, wantCredential(second, release, "second"), credentialsIn(client.One(t).Header), "%s then %s", first, second)
			}
			firsts := credentialOptions("first")
			firsts["guest"] = func(*appwrite.Config) error { return nil }
			for first, option := range firsts {
				base := with(option)
				for second, secondOption := range credentialOptions("second") {
					check(with(option, secondOption), first, second)
					c, err := base.With(secondOption)
					require.NoError(t, err)
					check(c, first, second)
				}
				for second, copied := range credentialCopies {
					check(copied(base, "second"), first, second)
					for third, before := range credentialCopies {
						check(copied(before(base, "third"), "second"), first+" then "+third, second)
					}
				}
			}
		})
	}
}

// generous answers a call with everything that a client could take for a credential.
func generous(c everycall.Call) tripper {
	return func(*http.Request) (*http.Response, error) {
		resp := c.Success()
		for _, name := range []string{cookieName, cookieName + "_legacy", "tracking"} {
			resp.Header.Add("Set-Cookie", name+"=from-the-server; Path=/")
		}
		resp.Header.Set("X-Fallback-Cookies", `{"`+cookieName+`":"from-the-server"}`)
		resp.Header.Set("X-Appwrite-Session", "from-the-server")
		resp.Header.Set("X-Appwrite-Jwt", "from-the-server")
		resp.Header.Set("Authorization", "Bearer from-the-server")
		resp.Header.Set("Www-Authenticate", "Basic realm=x")
		return resp, nil
	}
}

// Whatever a server answers changes nothing of what is sent next.
func TestEveryCallSendsTheOneCredentialAndNoneOfTheServers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, connect connection) {
		forEveryCall(t, func(t *testing.T, c everycall.Call) {
			base := connect(t, generous(c), appwrite.WithAPIKey("first"))
			clients := map[string]*appwrite.Client{"guest": base.AsGuest()}
			for kind, option := range credentialOptions("second") {
				var err error
				clients[kind], err = base.With(option)
				require.NoError(t, err)
			}
			for range 2 { // after the answer to the first, too
				for kind, client := range clients {
					_, err := c.Do(t.Context(), client.Account, c.Full())
					require.NoError(t, err)
					header := base.One(t).Header
					assert.Equal(t, wantCredential(kind, appwrite.LatestServerVersion, "second"), credentialsIn(header), kind)
					assert.NotContains(t, fmt.Sprint(header), "from-the-server")
				}
			}
		})
	})
}

func TestCookiesPassOnTheTwoOfTheProjectOnly(t *testing.T) {
	t.Parallel()
	for title, tc := range map[string]struct {
		browser []*http.Cookie
		want    string // "" where they are refused
	}{
		"both":                       {sessionCookiesOf("s%3D%3D"), cookieName + "=s%3D%3D; " + cookieName + "_legacy=s%3D%3D"},
		"main":                       {[]*http.Cookie{{Name: cookieName, Value: "s"}}, cookieName + "=s"},
		"legacy":                     {[]*http.Cookie{{Name: "x", Value: "y"}, {Name: cookieName + "_legacy", Value: "s"}}, cookieName + "_legacy=s"},
		"no cookie":                  {nil, ""},
		"nil":                        {[]*http.Cookie{nil}, ""},
		"other project's":            {[]*http.Cookie{{Name: "a_session_other", Value: "s"}, {Name: cookieName + "2", Value: "s"}, {Name: "x" + cookieName, Value: "s"}}, ""},
		"other case":                 {[]*http.Cookie{{Name: strings.ToUpper(cookieName), Value: "s"}}, ""},
		"second cookie in the value": {[]*http.Cookie{{Name: cookieName, Value: "s; admin=1"}}, ""},
		"comma in the value":         {[]*http.Cookie{{Name: cookieName, Value: "s,admin=1"}}, ""},
		"line end in the value":      {[]*http.Cookie{{Name: cookieName, Value: "s\r\nX-Appwrite-Key: k"}}, ""},
	} {
		client := memory(t, answersJSON(200, userBody))
		c, err := client.With(appwrite.WithCookies(tc.browser))
		if tc.want == "" {
			requireParamError(t, err, "appwrite.Client.With", "cookies")
			continue
		}
		require.NoError(t, err, title)
		_, err = c.Account.Get(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{tc.want}, client.One(t).Header["Cookie"], title)
	}
	for _, secret := range []string{"x; a_session_console=evil", "x,y", "x y"} {
		_, err := appwrite.NewClient("http://host/v1", testProject, appwrite.WithServerVersion("1.4"), appwrite.WithSession(secret))
		requireParamError(t, err, "appwrite.NewClient", "session")
	}
}

// That no copy and no source without a credential sends anything stands with the request
// options.
func TestACredentialThatIsMissingIsUnauthorized(t *testing.T) {
	t.Parallel()
	client := memory(t, answersJSON(200, userBody))
	_, err := client.With(appwrite.WithCookies(nil))
	require.ErrorIs(t, err, appwrite.ErrUnauthorized)
	require.NotErrorIs(t, err, appwrite.ErrForbidden)
	_, err = client.Account.GetSession(t.Context(), "")
	require.NotErrorIs(t, err, appwrite.ErrUnauthorized)
}

// twoUsers knows alice and bob, signs them in, and answers by the credential that a request
// carries. It gives cookies to everyone all the time.
type twoUsers struct {
	mu     sync.Mutex
	owners map[string]string // of secrets and JWTs
}

func (s *twoUsers) mint(kind, user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	secret := fmt.Sprintf("%s-%s-%d", kind, user, len(s.owners))
	s.owners[secret] = user
	return secret
}

func (s *twoUsers) respond(r *http.Request) (*http.Response, error) {
	with := func(status int, body, cookie string) (*http.Response, error) {
		resp := response(status, jsonType, body)
		resp.Header.Set("Set-Cookie", cookieName+"="+cookie+"; Path=/")
		return resp, nil
	}
	stray := s.mint("stray", "mallory")
	found := slices.Collect(maps.Values(credentialsIn(r.Header)))
	if strings.HasSuffix(r.URL.Path, "/sessions/email") && len(found) == 0 {
		var p struct{ Email string }
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			return nil, err
		}
		user, _, _ := strings.Cut(p.Email, "@")
		return with(201, fmt.Sprintf(`{"$id":"s","userId":%q,"secret":""}`, user), s.mint("session", user))
	}
	if len(found) != 1 {
		return with(401, errorBody(401, "credentials_none_or_several"), stray)
	}
	s.mu.Lock()
	user := s.owners[strings.TrimPrefix(found[0][0], cookieName+"=")]
	s.mu.Unlock()
	if own := r.Header.Get("X-Own"); own != "" && own != user {
		return nil, fmt.Errorf("%s acts as %s", own, user)
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "/jwts"):
		return with(201, fmt.Sprintf(`{"jwt":%q}`, s.mint("jwt", user)), stray)
	case strings.HasSuffix(r.URL.Path, "/prefs"):
		return with(200, fmt.Sprintf(`{"owner":%q}`, user), stray)
	}
	return with(200, fmt.Sprintf(`{"$id":%q,"name":%q}`, user, user), stray)
}

func TestTwoUsersOfOneBaseClientNeverMix(t *testing.T) {
	t.Parallel()
	users := &twoUsers{owners: map[string]string{}}
	base := sockets(t, users.respond)
	old, err := base.With(appwrite.WithServerVersion("1.4"))
	require.NoError(t, err)
	signIn := func(name string) (*models.Session, error) {
		return base.Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: name + "@example.com", Password: "password"})
	}
	// For each user one client that all its goroutines share, and fresh ones all the time.
	names := []string{"alice", "bob"}
	shared := map[string]*appwrite.Client{}
	for _, name := range names {
		session, err := signIn(name)
		require.NoError(t, err)
		shared[name], err = base.With(appwrite.WithJWTSource(appwrite.NewJWTSource(base.WithSession(session.Secret).Account, 0)))
		require.NoError(t, err)
	}
	check := func(name string, c *appwrite.Client) error {
		user, err := c.Account.Get(t.Context())
		if err != nil {
			return err
		}
		prefs, err := appwrite.GetPrefs[struct{ Owner string }](t.Context(), c.Account)
		if err == nil && (user.ID != name || prefs.Owner != name) {
			return fmt.Errorf("%s saw %s and the preferences of %s", name, user.ID, prefs.Owner)
		}
		return err
	}
	work := func(name string) error {
		session, err := signIn(name)
		if err != nil {
			return err
		}
		if session.UserID != name || !strings.HasPrefix(session.Secret, "session-"+name) {
			return fmt.Errorf("%s got a session of %s", name, session.UserID)
		}
		acting := base.WithSession(session.Secret)
		minted, err := acting.Account.CreateJWT(t.Context(), appwrite.JWTParams{Duration: time.Minute})
		if err != nil {
			return err
		}
		copied, err := base.With(appwrite.WithSession(session.Secret), appwrite.WithHeader("X-Own", name))
		if err != nil {
			return err
		}
		for _, c := range []*appwrite.Client{acting, base.WithJWT(minted.JWT), old.WithSession(session.Secret), copied, shared[name]} {
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
}

const (
	// A secret as servers make it: base64 of JSON, its padding percent-encoded in cookies.
	paddedSecret = "eyJpZCI6ImN1c3RvbSIsInNlY3JldCI6IjgyZTBkZTEzN2ZlMzcyYWNmMTMifQ=="
	paddedCookie = "eyJpZCI6ImN1c3RvbSIsInNlY3JldCI6IjgyZTBkZTEzN2ZlMzcyYWNmMTMifQ%3D%3D"

	cookieTail = "; expires=Sun, 21-Nov-2027 00:12:52 GMT; Max-Age=31536000; path=/; HttpOnly"
	deleted    = "=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/; HttpOnly"
)

func FuzzSetCookieSecret(f *testing.F) {
	f.Add("a_session_p1="+paddedCookie+cookieTail, `{"a_session_p1":"`+paddedSecret+`"}`)
	f.Add("a_session_p1"+deleted, "[]")
	f.Add("a_session_p1_legacy=x", "")
	f.Add("a_session_p2=x", `{"a_session_p2":"x"}`)
	f.Add(`a_session_p1="q u o"; path`, "null")
	f.Add("a_session_p1=%00", `{"a_session_p1":"\n"}`)
	f.Add("=;=;", `{"a_session_p1":{}}`)
	for _, a := range recordedAnswers(f) {
		for _, cookie := range a.Header.Values("Set-Cookie") {
			f.Add(cookie, a.Header.Get("X-Fallback-Cookies"))
		}
	}
	f.Fuzz(func(t *testing.T, cookie, fallback string) {
		h := http.Header{"Set-Cookie": {cookie}, "X-Fallback-Cookies": {fallback}}
		secret := appwrite.SecretFromCookies(h, "a_session_p1")
		if secret != "" && appwrite.BadHeaderValue(secret) != "" {
			t.Fatalf("cannot be sent: %q", secret)
		}
		if secret != "" && !strings.Contains(cookie, "a_session_p1") && !strings.Contains(fallback, "a_session_p1") && !strings.Contains(fallback, `\u`) {
			t.Fatalf("%q is of no cookie of the project", secret)
		}
		if found := appwrite.SecretFromCookies(h, "a_session_another"); found != "" && !strings.Contains(cookie+fallback, "another") && !strings.Contains(fallback, `\u`) {
			t.Fatalf("%q is another project's", found)
		}
	})
}
