package appwritetest

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

// A JWT source, a rate limit, sessions, mails: a year in no time.
func TestAServerInsideOfABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := NewServer(t, WithoutListener(), WithRateLimits())
		ctx, guest := t.Context(), s.Client().Account
		user, err := guest.Create(ctx, appwrite.CreateAccountParams{Email: email, Password: password})
		require.NoError(t, err)
		assert.True(t, user.CreatedAt.Equal(time.Now()), "in the bubble's time")
		made, err := guest.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: email, Password: password})
		require.NoError(t, err)
		ada := s.Client(appwrite.WithSession(made.Secret)).Account
		token, err := ada.CreateJWT(ctx, appwrite.JWTParams{Duration: time.Minute})
		require.NoError(t, err)
		byJWT := s.Client(appwrite.WithJWT(token.JWT)).Account
		_, err = byJWT.Get(ctx)
		require.NoError(t, err)
		time.Sleep(time.Minute)
		_, err = byJWT.Get(ctx)
		require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)

		for err = nil; err == nil; {
			_, err = ada.CreateJWT(ctx, appwrite.JWTParams{}, appwrite.NoRetry())
		}
		require.ErrorIs(t, err, appwrite.ErrGeneralRateLimitExceeded)
		patient := s.Client(appwrite.WithSession(made.Secret), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxDelay: time.Hour})).Account
		start := time.Now()
		_, err = patient.CreateJWT(ctx, appwrite.JWTParams{})
		require.NoError(t, err)
		assert.Equal(t, start.Truncate(time.Minute).Add(time.Minute), time.Now().Truncate(time.Minute), "it waited for the next window")

		time.Sleep(sessionDuration)
		_, err = ada.Get(ctx)
		require.ErrorIs(t, err, appwrite.ErrGeneralUnauthorizedScope)
	})
}

func TestWithoutAListenerTheEndpointIsNobodys(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithoutListener())
	u, err := url.Parse(s.Endpoint())
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(u.Host, ".invalid"), "a name that no resolver knows")
	_, err = s.Client().ServerVersion(t.Context())
	require.NoError(t, err)
}

func TestTheTransportIsThatOfAConnection(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	client := &http.Client{Transport: s.Transport()}
	do := func(method, address string, h headers, body string) reply {
		req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("X-Appwrite-Project", s.ProjectID())
		req.Header.Set("User-Agent", "")
		for k, v := range h {
			req.Header.Set(k, v)
		}
		res, err := client.Do(req)
		require.NoError(t, err)
		defer func() { _ = res.Body.Close() }()
		text, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		assert.Equal(t, http.StatusText(res.StatusCode), res.Status[4:])
		assert.Equal(t, req, res.Request)
		return reply{res.StatusCode, res.Header, string(text)}
	}
	json := headers{"Content-Type": "application/json"}
	assert.Equal(t, 201, do("POST", s.Endpoint()+"/account", json, `{"userId":"ada","email":"`+email+`","password":"`+password+`"}`).status)
	secret := signIn(t, s)
	assert.Equal(t, send(t, s, "GET", "/account/prefs", as(secret), "").body, do("GET", s.Endpoint()+"/account/prefs", as(secret), "").body)
	head := do("HEAD", s.Endpoint()+"/account", as(secret), "")
	assert.Equal(t, 200, head.status)
	assert.Empty(t, head.body)
	assert.Equal(t, 204, do("DELETE", s.Endpoint()+"/account/sessions/current", as(secret), "").status)

	made := do("POST", "https://appwrite.example.com/v1/account/sessions/email", json, login)
	_, attributes := cookieOf(t, made, "a_session_"+s.ProjectID())
	assert.Contains(t, attributes, "domain=.appwrite.example.com; secure;", "host and scheme are the URL's")
	assert.Contains(t, made.body, `"ip":"127.0.0.1"`)

	for range 3 {
		secret = signIn(t, s)
	}
	packed := do("GET", s.Endpoint()+"/account/sessions", with(as(secret), headers{"Accept-Encoding": "gzip"}), "")
	z, err := gzip.NewReader(strings.NewReader(packed.body))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	assert.Equal(t, send(t, s, "GET", "/account/sessions", as(secret), "").body, string(text))
}

func TestTheTransportRefusesWhatNobodyWaitsForOrAnswers(t *testing.T) {
	t.Parallel()
	s, err := Start(WithoutListener())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	client := s.Client()
	_, err = client.ServerVersion(ctx)
	require.NoError(t, err)
	cancel()
	_, err = client.ServerVersion(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, s.Requests(), 1)

	s.Close()
	s.Close()
	body := &closing{Reader: strings.NewReader("{}")}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Endpoint()+"/account", body)
	require.NoError(t, err)
	_, err = s.Transport().RoundTrip(req)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	assert.True(t, body.closed, "as every transport must")
}

type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

func TestABodyIsNotReadOnAfterItsCallerHasGone(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithoutListener())
	s.Fail(Fault{Damage: BodyEndless})
	ctx, cancel := context.WithCancelCause(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint()+"/health/version", nil)
	require.NoError(t, err)
	res, err := s.Transport().RoundTrip(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	_, err = io.CopyN(io.Discard, res.Body, 100)
	require.NoError(t, err)
	cancel(errors.New("enough"))
	_, err = io.Copy(io.Discard, res.Body)
	require.ErrorIs(t, err, context.Canceled)
}

func BenchmarkGetAccountWithoutAListener(b *testing.B) {
	s := NewServer(b, WithoutListener())
	s.AddUser(User{Email: email, Password: password})
	made, err := s.Client().Account.CreateEmailPasswordSession(b.Context(), appwrite.EmailPasswordParams{Email: email, Password: password})
	require.NoError(b, err)
	account := s.Client(appwrite.WithSession(made.Secret)).Account
	b.ReportAllocs()
	for b.Loop() {
		if _, err := account.Get(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
