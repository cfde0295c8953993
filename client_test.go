package appwrite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/models"
)

const probeProject = "probe-project"

// sent is a request as it arrived.
type sent struct {
	method string
	uri    string // of the request line, not decoded; of a Transport the URL's
	host   string
	header http.Header
	body   string
	proto  int
}

// probe keeps the requests that reached a server or a Transport.
type probe struct {
	mu   sync.Mutex
	seen []sent
}

func (p *probe) note(r *http.Request) sent {
	s := sent{method: r.Method, uri: r.RequestURI, host: r.Host, header: r.Header.Clone(), proto: r.ProtoMajor}
	if s.uri == "" {
		s.uri = r.URL.RequestURI()
	}
	if r.Body != nil {
		b, _ := io.ReadAll(r.Body)
		s.body = string(b)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, s)
	return s
}

// take returns what arrived since the last take.
func (p *probe) take() []sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := p.seen
	p.seen = nil
	return seen
}

// probeServer is a server on a socket that notes each request before the handler answers.
func probeServer(t testing.TB, handler http.HandlerFunc) (*probe, *httptest.Server) {
	t.Helper()
	p := &probe{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.note(r)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return p, s
}

// probeTransport answers from memory and notes each request.
func probeTransport(respond httpmock.Responder) (*probe, *http.Client) {
	p := &probe{}
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		p.note(r)
		return respond(r)
	})
	return p, &http.Client{Transport: mock}
}

// successOf answers with the success of the call.
func successOf(c everyCall) httpmock.Responder {
	return func(r *http.Request) (*http.Response, error) { return c.success(r), nil }
}

// probeClient is a client of an endpoint whose idle connections end with the test.
func probeClient(t testing.TB, endpoint string, opts ...Option) *Client {
	t.Helper()
	c, err := NewClient(endpoint, probeProject, opts...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func requireParamError(t testing.TB, err error, operation, param string) {
	t.Helper()
	var bad *ParamError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, operation, bad.Operation, "%v", err)
	require.Equal(t, param, bad.Param, "%v", err)
	require.NotEmpty(t, bad.Reason)
}

func TestClientsThatNewClientDidNotMakeRefuseEveryCall(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var none *Client
	accounts := map[string]*Account{
		"nil Account":                   nil,
		"zero Account":                  {},
		"NewAccount(nil)":               NewAccount(nil),
		"NewAccount of a zero Client":   NewAccount(&Client{}),
		"Account of a zero Client":      (&Client{}).Account,
		"zero Client with a session":    (&Client{}).WithSession("s").Account,
		"nil Client with a session":     none.WithSession("s").Account,
		"nil Client with a JWT":         none.WithJWT("j").Account,
		"nil Client with an API key":    none.WithAPIKey("k").Account,
		"nil Client as guest":           none.AsGuest().Account,
		"zero Client as guest":          (&Client{}).AsGuest().Account,
		"zero Client's copy of a copy":  (&Client{}).WithJWT("j").WithAPIKey("k").Account,
		"NewAccount of a copy of a nil": NewAccount(none.AsGuest()),
	}
	for name, a := range accounts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range everyCalls {
				var got any
				var err error
				require.NotPanics(t, func() { got, err = c.do(ctx, a, goodIDs) }, c.method)
				requireParamError(t, err, c.op.name, "client")
				assert.Nil(t, got, c.method)
			}
			require.NotPanics(t, func() {
				_, err := a.MergePrefs(ctx, map[string]any{"k": 1})
				requireParamError(t, err, opGetPrefs.name, "client")
				_, err = GetPrefs[map[string]any](ctx, a)
				requireParamError(t, err, opGetPrefs.name, "client")
				_, err = a.OAuth2TokenURL(models.OAuthProviderGitHub, OAuth2Params{})
				requireParamError(t, err, opCreateOAuth2Token.name, "client")
				_, err = a.OAuth2SessionURL(models.OAuthProviderGitHub, OAuth2Params{})
				requireParamError(t, err, opCreateOAuth2Session.name, "client")
				_, err = NewJWTSource(a, 0).JWT(ctx)
				requireParamError(t, err, opCreateJWT.name, "client")
				_ = fmt.Sprintf("%v %+v %s", a, a, a)
			})
		})
	}
	for name, c := range map[string]*Client{"nil": nil, "zero": {}} {
		t.Run(name+" Client", func(t *testing.T) {
			t.Parallel()
			require.NotPanics(t, func() {
				assert.Empty(t, c.Endpoint())
				assert.Empty(t, c.ProjectID())
				_ = fmt.Sprintf("%v %+v %#v %s", c, c, c, c)
				c.CloseIdleConnections()
				_, err := c.ServerVersion(ctx)
				requireParamError(t, err, opHealthVersion.name, "client")
				_, err = c.With()
				requireParamError(t, err, opWith, "client")
			})
		})
	}
}

func TestNilArgumentsAreRefusedByEveryCall(t *testing.T) {
	t.Parallel()
	seen, hc := probeTransport(memAnswer(200, jsonType, `{}`))
	for _, c := range everyCalls {
		t.Run(c.method, func(t *testing.T) {
			a := probeClient(t, "http://host/v1", WithHTTPClient(hc)).Account
			var none context.Context
			cases := []struct {
				param string
				ctx   context.Context
				opts  []RequestOption
			}{
				{"ctx", none, nil},
				{"ctx", none, []RequestOption{NoRetry()}},
				{"opts", context.Background(), []RequestOption{nil}},
				{"opts", context.Background(), []RequestOption{NoRetry(), nil}},
				{"response", context.Background(), []RequestOption{CaptureResponse(nil)}},
				{"request", context.Background(), []RequestOption{ForwardRequest(nil)}},
			}
			for _, tc := range cases {
				var got any
				var err error
				require.NotPanics(t, func() { got, err = c.do(tc.ctx, a, goodIDs, tc.opts...) }, tc.param)
				requireParamError(t, err, c.op.name, tc.param)
				assert.Nil(t, got)
			}
			assert.Empty(t, seen.take())
		})
	}
	t.Run("ServerVersion", func(t *testing.T) {
		var none context.Context
		_, err := probeClient(t, "http://host/v1", WithHTTPClient(hc)).ServerVersion(none)
		requireParamError(t, err, opHealthVersion.name, "ctx")
		assert.Empty(t, seen.take())
	})
	t.Run("JWTSource", func(t *testing.T) {
		var none context.Context
		source := NewJWTSource(probeClient(t, "http://host/v1", WithHTTPClient(hc)).Account, 0)
		require.NotPanics(t, func() {
			_, err := source.JWT(none)
			requireParamError(t, err, opCreateJWT.name, "ctx")
		})
		assert.Empty(t, seen.take())
	})
}

func TestEveryCallSendsTheClientsHeadersAndNoOrigin(t *testing.T) {
	t.Parallel()
	seen, server := probeServer(t, func(w http.ResponseWriter, r *http.Request) {
		method := r.Header.Get("X-Probe")
		for _, c := range everyCalls {
			if c.method == method {
				c.answer(w)
			}
		}
	})
	base := probeClient(t, server.URL+"/v1")
	for _, c := range everyCalls {
		t.Run(c.method, func(t *testing.T) {
			_, err := c.do(context.Background(), base.WithJWT("jwt").Account, goodIDs, RequestHeader("X-Probe", c.method))
			require.NoError(t, err)
			requests := seen.take()
			require.Len(t, requests, 1)
			r := requests[0]
			route := c.op.routes[0]
			assert.Equal(t, route.Method, r.method)
			assert.Equal(t, strings.TrimPrefix(server.URL, "http://"), r.host)
			want := http.Header{
				"X-Appwrite-Project":         {probeProject},
				"X-Appwrite-Response-Format": {LatestServerVersion},
				"X-Appwrite-Jwt":             {"jwt"},
				"X-Sdk-Name":                 {"Go"},
				"X-Sdk-Platform":             {"server"},
				"X-Sdk-Language":             {"go"},
				"X-Sdk-Version":              {Version},
				"X-Probe":                    {c.method},
				"User-Agent":                 {userAgent},
				"Accept-Encoding":            {"gzip"},
			}
			if r.body != "" {
				want["Content-Type"] = []string{"application/json"}
				want["Content-Length"] = []string{fmt.Sprint(len(r.body))}
			} else if r.method != http.MethodGet && r.method != http.MethodDelete {
				want["Content-Length"] = []string{"0"}
			}
			if r.method == http.MethodDelete {
				delete(r.header, "Content-Length")
			}
			assert.Equal(t, want, r.header)
		})
	}
}

func TestUserAgentNamesPackageAndVersion(t *testing.T) {
	t.Parallel()
	assert.Regexp(t, `^appwrite-go/`+strings.ReplaceAll(Version, ".", `\.`)+` \(\w+; \w+; go[^)]+\)$`, userAgent)
}

func TestResponseFormatIsOfTheServerVersion(t *testing.T) {
	t.Parallel()
	for release, want := range map[string]string{"": "1.9.6", "1.4": "1.4.0", "1.4.13": "1.4.13", "0.15.3": "0.15.3", "1.9.6": "1.9.6"} {
		seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
		opts := []Option{WithHTTPClient(hc)}
		if release != "" {
			opts = append(opts, WithServerVersion(release))
		}
		_, err := probeClient(t, "http://host/v1", opts...).Account.Get(context.Background())
		require.NoError(t, err)
		assert.Equal(t, []string{want}, seen.take()[0].header["X-Appwrite-Response-Format"], release)
	}
}

func TestEndpointAndProjectAreReadBack(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"https://cloud.appwrite.io/v1":   "https://cloud.appwrite.io/v1",
		"https://cloud.appwrite.io/v1/":  "https://cloud.appwrite.io/v1",
		"https://cloud.appwrite.io/v1//": "https://cloud.appwrite.io/v1",
		"HTTP://host":                    "http://host",
		"http://host/":                   "http://host",
		"http://host/a%2Fb/v1/":          "http://host/a%2Fb/v1",
		"http://host/a%20b/v1":           "http://host/a%20b/v1",
		"http://[::1]:8080/v1":           "http://[::1]:8080/v1",
	} {
		c := probeClient(t, endpoint)
		assert.Equal(t, want, c.Endpoint(), endpoint)
		assert.Equal(t, want, c.WithSession("s").Endpoint(), endpoint)
		assert.Equal(t, probeProject, c.AsGuest().ProjectID())
		again, err := NewClient(c.Endpoint(), c.ProjectID())
		require.NoError(t, err)
		assert.Equal(t, want, again.Endpoint())
	}
}

func TestNewClientOpensNoConnection(t *testing.T) {
	t.Parallel()
	seen, server := probeServer(t, func(http.ResponseWriter, *http.Request) {})
	c := probeClient(t, server.URL+"/v1", WithSession("s"))
	_, err := c.With(WithLocale("de"))
	require.NoError(t, err)
	c.WithJWT("j").CloseIdleConnections()
	assert.Empty(t, seen.take())
}

func TestCopiesLeaveTheirOriginalAlone(t *testing.T) {
	t.Parallel()
	seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
	base := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithSession("base"), WithHeader("X-Own", "base"), WithLocale("en"))
	get := func(c *Client) http.Header {
		_, err := c.Account.Get(context.Background())
		require.NoError(t, err)
		return seen.take()[0].header
	}
	before := get(base)
	other, err := base.With(WithJWT("other"), WithHeader("x-own", "other"), WithLocale("de"), WithServerVersion("1.4"), WithUserAgent("other"))
	require.NoError(t, err)
	assert.Equal(t, "other", get(other).Get("X-Own"))
	assert.Equal(t, "de", get(other).Get("X-Appwrite-Locale"))
	assert.Equal(t, "other", get(other).Get("User-Agent"))
	assert.Equal(t, "other", get(other).Get("X-Appwrite-Jwt"))
	get(base.WithJWT("other"))
	get(base.AsGuest())
	assert.Equal(t, before, get(base))
	again, err := base.With()
	require.NoError(t, err)
	assert.Equal(t, before, get(again))
}

func TestCopiesCanBeMadeFromManyGoroutines(t *testing.T) {
	t.Parallel()
	_, hc := probeTransport(func(r *http.Request) (*http.Response, error) {
		if own, jwt := r.Header["X-Own"], r.Header["X-Appwrite-Jwt"]; len(own) != 1 || len(jwt) != 1 || own[0] != jwt[0] {
			return nil, fmt.Errorf("%v acts as %v", own, jwt)
		}
		return response(r, 200, jsonType, userBody), nil
	})
	base := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithHeader("X-Own", "base"))
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			name := fmt.Sprint("user ", i)
			for range 20 {
				c, err := base.With(WithHeader("X-Own", name), WithJWT(name))
				if assert.NoError(t, err) {
					_, err = c.Account.Get(context.Background(), NoRetry())
					assert.NoError(t, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestCopiesKeepAllButTheCredential(t *testing.T) {
	t.Parallel()
	seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
	base := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithDevKey("dev"), WithLocale("de"), WithHeader("X-Own", "1"),
		WithForwardedUserAgent("browser"), WithImpersonateUserID("u2"), WithImpersonateUserEmail("u2@example.com"), WithImpersonateUserPhone("+1"))
	again, err := base.With()
	require.NoError(t, err)
	for name, c := range map[string]*Client{
		"base": base, "session": base.WithSession("s"), "jwt": base.WithJWT("j"), "key": base.WithAPIKey("k"), "guest": base.WithJWT("j").AsGuest(), "with": again,
	} {
		_, err := c.Account.Get(context.Background())
		require.NoError(t, err)
		h := seen.take()[0].header
		for header, want := range map[string]string{
			"X-Appwrite-Dev-Key": "dev", "X-Appwrite-Locale": "de", "X-Own": "1", "X-Forwarded-User-Agent": "browser",
			"X-Appwrite-Impersonate-User-Id": "u2", "X-Appwrite-Impersonate-User-Email": "u2@example.com", "X-Appwrite-Impersonate-User-Phone": "+1",
		} {
			assert.Equal(t, []string{want}, h[header], "%s: %s", name, header)
		}
	}
}

func TestWithKeepsTheCredentialUnlessItSetsOne(t *testing.T) {
	t.Parallel()
	seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
	base := probeClient(t, "http://host/v1", WithHTTPClient(hc))
	c, err := base.WithSession("alice").With(WithLocale("de"))
	require.NoError(t, err)
	_, err = c.Account.Get(context.Background())
	require.NoError(t, err)
	assert.Equal(t, []string{"alice"}, seen.take()[0].header["X-Appwrite-Session"])
}

func TestClientsPrintEndpointProjectAndKindOfCredential(t *testing.T) {
	t.Parallel()
	base := probeClient(t, "https://host/v1")
	for want, c := range map[string]*Client{
		"guest": base, "session": base.WithSession("s"), "jwt": base.WithJWT("j"), "apiKey": base.WithAPIKey("k"),
	} {
		text := "appwrite.Client{endpoint: https://host/v1, project: " + probeProject + ", credential: " + want + "}"
		assert.Equal(t, text, c.String())
		assert.Equal(t, text, fmt.Sprintf("%#v", *c))
		assert.Equal(t, fmt.Sprintf("%q", text), fmt.Sprintf("%q", c))
		assert.Equal(t, strings.Replace(text, "Client", "Account", 1), c.Account.String())
		for _, v := range []any{c, *c} {
			object, err := json.Marshal(map[string]any{"v": v})
			require.NoError(t, err)
			assert.JSONEq(t, fmt.Sprintf(`{"v":%q}`, text), string(object))
		}
		for _, v := range []any{c.Account, *c.Account} {
			object, err := json.Marshal(v)
			require.NoError(t, err)
			assert.JSONEq(t, fmt.Sprintf("%q", c.Account), string(object))
		}
	}
	assert.Equal(t, "appwrite.Client{}", (&Client{}).String())
}

func TestServerVersionSendsNoCredential(t *testing.T) {
	t.Parallel()
	seen, hc := probeTransport(memAnswer(200, jsonType, `{"version":"1.9.6"}`))
	base := probeClient(t, "http://host/v1", WithHTTPClient(hc))
	for _, c := range []*Client{base, base.WithSession("s"), base.WithJWT("bad\n"), base.WithAPIKey("k")} {
		version, err := c.ServerVersion(context.Background())
		require.NoError(t, err)
		assert.Equal(t, "1.9.6", version)
		r := seen.take()[0]
		assert.Equal(t, "/v1/health/version", r.uri)
		assert.Empty(t, credentialsIn(r.header))
	}
}

func TestServerVersionWithoutVersionIsAnError(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"version":""}`, `[]`, `"1.9.6"`, ``} {
		_, hc := probeTransport(memAnswer(200, jsonType, body))
		version, err := probeClient(t, "http://host/v1", WithHTTPClient(hc)).ServerVersion(context.Background())
		var broken *DecodeError
		require.ErrorAs(t, err, &broken, body)
		assert.Empty(t, version)
	}
}

func TestCaptureResponseNotesSuccessAndFailureOfEveryCall(t *testing.T) {
	t.Parallel()
	reset := time.Unix(1795222800, 0).UTC()
	limits := func(r *http.Response) *http.Response {
		r.Header.Set("X-RateLimit-Limit", "50")
		r.Header.Set("X-RateLimit-Remaining", "49")
		r.Header.Set("X-RateLimit-Reset", "1795222800")
		r.Header.Set("X-Own", "1")
		return r
	}
	for _, c := range everyCalls {
		t.Run(c.method, func(t *testing.T) {
			t.Parallel()
			fail := false
			_, hc := probeTransport(func(r *http.Request) (*http.Response, error) {
				respond := successOf(c)
				if fail {
					respond = memAnswer(409, jsonType, `{"message":"taken","type":"user_already_exists"}`)
				}
				answer, err := respond(r)
				return limits(answer), err
			})
			a := probeClient(t, "http://host/v1", WithHTTPClient(hc)).Account
			var got Response
			for _, fail = range []bool{false, true} {
				_, err := c.do(context.Background(), a, goodIDs, CaptureResponse(&got))
				want := c.status
				if fail {
					require.ErrorIs(t, err, ErrConflict)
					want = 409
				} else {
					require.NoError(t, err)
				}
				assert.Equal(t, want, got.StatusCode)
				assert.Equal(t, "1", got.Header.Get("X-Own"))
				assert.Equal(t, RateLimit{Limit: 50, Remaining: 49, Reset: reset}, got.RateLimit)
				assert.Equal(t, 1, got.Attempts)
			}
		})
	}
}

func TestCaptureResponseIsOfTheLastAttempt(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection broke")
	answers := func(script ...any) httpmock.Responder {
		return func(*http.Request) (*http.Response, error) {
			next := script[0]
			script = script[1:]
			if err, ok := next.(error); ok {
				return nil, err
			}
			r := httpmock.NewStringResponse(next.(int), userBody)
			r.Header.Set("X-Status", fmt.Sprint(next))
			return r, nil
		}
	}
	for _, tc := range []struct {
		name     string
		script   []any
		status   int
		attempts int
	}{
		{"success after failures", []any{503, 502, 200}, 200, 3},
		{"failure after failures", []any{503, 500, 504}, 504, 3},
		{"success after a broken connection", []any{broken, 200}, 200, 2},
		{"no answer at all", []any{broken, broken, broken}, 0, 3},
		{"no answer to the last attempt", []any{503, 503, broken}, 0, 3},
		{"final at once", []any{401}, 401, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, hc := probeTransport(answers(tc.script...))
			c := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithRetryPolicy(RetryPolicy{MinDelay: 1, MaxDelay: 1}))
			got := Response{StatusCode: 999, Header: http.Header{"Stale": {"1"}}, Attempts: 99}
			_, _ = c.Account.Get(context.Background(), CaptureResponse(&got))
			assert.Equal(t, tc.status, got.StatusCode)
			assert.Equal(t, tc.attempts, got.Attempts)
			assert.Empty(t, got.Header.Get("Stale"))
			if tc.status == 0 {
				assert.Empty(t, got.Header, "headers of an attempt before")
				assert.Zero(t, got.RateLimit)
			} else {
				assert.Equal(t, fmt.Sprint(tc.status), got.Header.Get("X-Status"))
			}
		})
	}
}

func TestCaptureResponseOfARefusedCallIsEmpty(t *testing.T) {
	t.Parallel()
	_, hc := probeTransport(memAnswer(204, jsonType, ""))
	c := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithSession("s"))
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, refused := range map[string]func(got *Response) error{
		"bad ID": func(got *Response) error {
			return c.Account.DeleteSession(context.Background(), "", CaptureResponse(got))
		},
		"bad credential": func(got *Response) error {
			return c.WithSession("\n").Account.DeleteSessions(context.Background(), CaptureResponse(got))
		},
		"cancelled before": func(got *Response) error {
			return c.Account.DeleteSessions(cancelled, CaptureResponse(got))
		},
		"bad option": func(got *Response) error {
			return c.Account.DeleteSessions(context.Background(), CaptureResponse(got), RequestHeader("Cookie", "a=b"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Response{StatusCode: 200, Header: http.Header{"Stale": {"1"}}, Attempts: 1}
			require.Error(t, refused(&got))
			// What a call before left there must not pass for this one's answer.
			assert.Equal(t, Response{}, got)
		})
	}
}

func TestCapturedHeadersAreTheCallers(t *testing.T) {
	t.Parallel()
	_, hc := probeTransport(memAnswer(409, jsonType, `{"message":"taken","type":"user_already_exists"}`))
	var got Response
	_, err := probeClient(t, "http://host/v1", WithHTTPClient(hc)).Account.Get(context.Background(), CaptureResponse(&got))
	var answer *Error
	require.ErrorAs(t, err, &answer)
	got.Header.Set("Content-Type", "changed")
	assert.Equal(t, jsonType, answer.Header.Get("Content-Type"))
}

func TestWarningsOfTheServerAreLoggedOncePerText(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	warning := "format newer than the server"
	_, hc := probeTransport(func(*http.Request) (*http.Response, error) {
		r := httpmock.NewStringResponse(200, userBody)
		if warning != "" {
			r.Header.Set("X-Appwrite-Warning", warning)
		}
		return r, nil
	})
	base := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithLogger(logger))
	get := func(c *Client) string {
		log.Reset()
		_, err := c.Account.Get(context.Background())
		require.NoError(t, err)
		return log.String()
	}
	first := get(base)
	assert.Contains(t, first, "level=WARN")
	assert.Contains(t, first, warning)
	assert.Empty(t, get(base), "again")
	assert.Empty(t, get(base.WithSession("s")), "from a user's copy")
	localized, err := base.With(WithLocale("de"))
	require.NoError(t, err)
	assert.Empty(t, get(localized), "from a copy with options")
	warning = "another"
	assert.Contains(t, get(base.WithJWT("j")), "another")
	assert.Empty(t, get(base))
	warning = ""
	assert.Empty(t, get(base))
}

func TestWarningsFromManyGoroutinesAreLoggedOnce(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, nil))
	_, hc := probeTransport(func(*http.Request) (*http.Response, error) {
		r := httpmock.NewStringResponse(200, userBody)
		r.Header.Set("X-Appwrite-Warning", "one of many")
		return r, nil
	})
	base := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithLogger(logger))
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() { _, _ = base.WithSession("s").Account.Get(context.Background()) })
	}
	wg.Wait()
	assert.Equal(t, 1, strings.Count(log.String(), "one of many"))
}

func TestAServerCannotFillTheMemoryWithWarnings(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	n := 0
	_, hc := probeTransport(func(*http.Request) (*http.Response, error) {
		n++
		r := httpmock.NewStringResponse(200, userBody)
		r.Header.Set("X-Appwrite-Warning", fmt.Sprintf("warning %d %s", n, strings.Repeat("x", 4<<10)))
		return r, nil
	})
	c := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	for range 200 {
		_, err := c.Account.Get(context.Background())
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, strings.Count(log.String(), "level=WARN"), 64)
	assert.Less(t, log.Len(), 256<<10)
}

type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
