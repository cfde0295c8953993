package appwritetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seed17809555/appwrite"
)

// reply is an answer with its body read.
type reply struct {
	status int
	header http.Header
	body   string
}

// object decodes the body.
func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.body), &v), r.body)
	return v
}

// text returns a string of the body.
func (r reply) text(t *testing.T, key string) string {
	t.Helper()
	s, ok := r.object(t)[key].(string)
	require.True(t, ok, "%s in %s", key, r.body)
	return s
}

// failure returns status, type and message of an error, in JSON or on a page.
func (r reply) failure(t *testing.T) string {
	t.Helper()
	if strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
		page := errorOnPage.FindStringSubmatch(r.body)
		require.NotNil(t, page, r.body)
		return fmt.Sprintf("%d %s: %s", r.status, page[2], page[1])
	}
	v := r.object(t)
	return fmt.Sprintf("%d %v: %v", r.status, v["type"], v["message"])
}

var errorOnPage = regexp.MustCompile(`(?s)<h1>([^<]*)</h1>.*<span class='type'>([^<]*)</span>`)

type headers map[string]string

func with(h headers, more headers) headers {
	all := headers{}
	for k, v := range h {
		all[k] = v
	}
	for k, v := range more {
		all[k] = v
	}
	return all
}

// send sends a request as a bare HTTP client would; the project's header is added where the
// caller sets none.
func send(t *testing.T, s *Server, method, path string, h headers, body string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.Endpoint()+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("X-Appwrite-Project", s.ProjectID())
	req.Header.Set("User-Agent", "") // none, as in the recordings
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range h {
		req.Header.Set(k, v)
		if v == "" {
			req.Header.Del(k)
		}
	}
	return do(t, req)
}

func do(t *testing.T, req *http.Request) reply {
	t.Helper()
	return doBy(t, plain, req)
}

func doBy(t *testing.T, client *http.Client, req *http.Request) reply {
	t.Helper()
	res, err := client.Do(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return reply{res.StatusCode, res.Header, string(text)}
}

// plain shows answers as they are: not decompressed, redirects not followed.
var plain = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

const (
	email    = "ada@example.com"
	password = "correct horse"
)

// signUp adds a user and signs it in; the result is the session's secret.
func signUp(t *testing.T, s *Server) (userID, secret string) {
	t.Helper()
	userID = s.AddUser(User{Email: email, Password: password, Name: "Ada"}).ID
	return userID, signIn(t, s)
}

func signIn(t *testing.T, s *Server) string {
	t.Helper()
	res := send(t, s, "POST", "/account/sessions/email", headers{"X-Appwrite-Key": s.APIKey()}, fmt.Sprintf(`{"email":%q,"password":%q}`, email, password))
	require.Equal(t, 201, res.status, res.body)
	return res.text(t, "secret")
}

func as(secret string) headers { return headers{"X-Appwrite-Session": secret} }

// cookieOf returns the value of a cookie as it was sent, and its attributes.
func cookieOf(t *testing.T, r reply, name string) (value, attributes string) {
	t.Helper()
	for _, line := range r.header.Values("Set-Cookie") {
		if rest, ok := strings.CutPrefix(line, name+"="); ok {
			value, attributes, _ = strings.Cut(rest, "; ")
			return value, attributes
		}
	}
	require.Fail(t, "no cookie "+name)
	return "", ""
}

func TestServerListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(NewServer(t).Endpoint())
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1", u.Hostname())
	assert.Equal(t, "/v1", u.Path)
}

func TestServersShareNothing(t *testing.T) {
	t.Parallel()
	a, b := NewServer(t), NewServer(t)
	a.AddUser(User{Email: email, Password: password})
	_, err := b.Client().Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: email, Password: password})
	require.ErrorIs(t, err, appwrite.ErrUserInvalidCredentials)
	assert.NotEqual(t, a.APIKey(), b.APIKey())
}

// Not parallel: what other tests start must not be taken for a leak.
func TestCloseLeavesNothingBehind(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, err := Start()
	require.NoError(t, err)
	client := s.Client()
	_, err = client.Account.CreateAnonymousSession(t.Context())
	require.NoError(t, err)
	s.Close()
	s.Close()
	client.CloseIdleConnections()
	_, err = client.Account.Get(t.Context(), appwrite.NoRetry())
	require.Error(t, err)
}

func TestStartRefusesAnIDThatIsNone(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "a b", "console", "_x", strings.Repeat("x", 37)} {
		_, err := Start(WithProjectID(id))
		assert.Error(t, err, "%q", id)
	}
}

func TestManyCallersAtOnceEachSeeThemselves(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	client := s.Client()
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			address := fmt.Sprintf("user%d@example.com", i)
			_, err := client.Account.Create(t.Context(), appwrite.CreateAccountParams{Email: address, Password: password})
			if !assert.NoError(t, err) {
				return
			}
			made, err := client.Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: address, Password: password})
			if !assert.NoError(t, err) {
				return
			}
			mine := client.WithSession(made.Secret).Account
			for n := range 10 {
				_, err = mine.UpdatePrefs(t.Context(), map[string]int{"n": n})
				assert.NoError(t, err)
				user, err := mine.Get(t.Context())
				if assert.NoError(t, err) {
					assert.Equal(t, address, user.Email)
				}
				s.Dump()
				s.Requests()
				s.Inbox().Messages()
			}
		})
	}
	wg.Wait()
}

func TestTheWholeLifeOfAnAccount(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	ctx, guest := t.Context(), s.Client().Account

	user, err := guest.Create(ctx, appwrite.CreateAccountParams{Email: email, Password: password, Name: "Ada"})
	require.NoError(t, err)
	made, err := guest.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: email, Password: password})
	require.NoError(t, err)
	ada := s.Client().WithSession(made.Secret).Account

	_, err = ada.CreateEmailVerification(ctx, "http://localhost/verify")
	require.NoError(t, err)
	mail, ok := s.Inbox().Last(email)
	require.True(t, ok)
	_, err = guest.UpdateEmailVerification(ctx, appwrite.VerificationParams{UserID: mail.UserID, Secret: mail.Secret})
	require.NoError(t, err)

	token, err := ada.CreateJWT(ctx, appwrite.JWTParams{})
	require.NoError(t, err)
	same, err := s.Client().WithJWT(token.JWT).Account.Get(ctx)
	require.NoError(t, err)
	assert.Equal(t, user.ID, same.ID)
	assert.True(t, same.EmailVerification)

	require.NoError(t, ada.DeleteSession(ctx, appwrite.CurrentSession))
	_, err = ada.Get(ctx)
	require.ErrorIs(t, err, appwrite.ErrGeneralUnauthorizedScope)
}

func BenchmarkStartAndFirstCall(b *testing.B) {
	for b.Loop() {
		s, err := Start()
		require.NoError(b, err)
		client := s.Client()
		_, err = client.Account.CreateAnonymousSession(b.Context())
		require.NoError(b, err)
		client.CloseIdleConnections()
		s.Close()
	}
}

func BenchmarkGetAccount(b *testing.B) {
	s := NewServer(b)
	s.AddUser(User{Email: email, Password: password})
	made, err := s.Client().Account.CreateEmailPasswordSession(b.Context(), appwrite.EmailPasswordParams{Email: email, Password: password})
	require.NoError(b, err)
	client := s.Client().WithSession(made.Secret)
	b.ReportAllocs()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := client.Account.Get(b.Context()); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
