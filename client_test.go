package appwrite_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/models"
)

func TestClientsThatNewClientDidNotMakeRefuseEveryCall(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var none *appwrite.Client
	accounts := map[string]*appwrite.Account{
		"nil Account":                   nil,
		"zero Account":                  {},
		"NewAccount(nil)":               appwrite.NewAccount(nil),
		"NewAccount of a zero Client":   appwrite.NewAccount(&appwrite.Client{}),
		"Account of a zero Client":      (&appwrite.Client{}).Account,
		"zero Client with a session":    (&appwrite.Client{}).WithSession("s").Account,
		"nil Client with a session":     none.WithSession("s").Account,
		"nil Client with a JWT":         none.WithJWT("j").Account,
		"nil Client with an API key":    none.WithAPIKey("k").Account,
		"nil Client as guest":           none.AsGuest().Account,
		"zero Client as guest":          (&appwrite.Client{}).AsGuest().Account,
		"zero Client's copy of a copy":  (&appwrite.Client{}).WithJWT("j").WithAPIKey("k").Account,
		"NewAccount of a copy of a nil": appwrite.NewAccount(none.AsGuest()),
	}
	for name, a := range accounts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range everycall.All {
				var got any
				var err error
				require.NotPanics(t, func() { got, err = c.Do(ctx, a, c.Full()) }, c.Method)
				requireParamError(t, err, c.Operation, "client")
				assert.Nil(t, got, c.Method)
			}
			require.NotPanics(t, func() {
				_, err := a.MergePrefs(ctx, map[string]any{"k": 1})
				requireParamError(t, err, "account.getPrefs", "client")
				_, err = appwrite.GetPrefs[map[string]any](ctx, a)
				requireParamError(t, err, "account.getPrefs", "client")
				_, err = a.OAuth2TokenURL(models.OAuthProviderGitHub, appwrite.OAuth2Params{})
				requireParamError(t, err, "account.createOAuth2Token", "client")
				_, err = a.OAuth2SessionURL(models.OAuthProviderGitHub, appwrite.OAuth2Params{})
				requireParamError(t, err, "account.createOAuth2Session", "client")
				_, err = appwrite.NewJWTSource(a, 0).JWT(ctx)
				requireParamError(t, err, "account.createJWT", "client")
				_ = fmt.Sprintf("%v %+v %s", a, a, a)
			})
		})
	}
	for name, c := range map[string]*appwrite.Client{"nil": nil, "zero": {}} {
		t.Run(name+" Client", func(t *testing.T) {
			t.Parallel()
			require.NotPanics(t, func() {
				assert.Empty(t, c.Endpoint())
				assert.Empty(t, c.ProjectID())
				_ = fmt.Sprintf("%v %+v %#v %s", c, c, c, c)
				c.CloseIdleConnections()
				_, err := c.ServerVersion(ctx)
				requireParamError(t, err, "health.getVersion", "client")
				_, err = c.With()
				requireParamError(t, err, "appwrite.Client.With", "client")
			})
		})
	}
}

func TestNilArgumentsAreRefusedByEveryCall(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, `{}`))
	for _, c := range everycall.All {
		t.Run(c.Method, func(t *testing.T) {
			a := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).Account
			var none context.Context
			cases := []struct {
				param string
				ctx   context.Context
				opts  []appwrite.RequestOption
			}{
				{"ctx", none, nil},
				{"ctx", none, []appwrite.RequestOption{appwrite.NoRetry()}},
				{"opts", context.Background(), []appwrite.RequestOption{nil}},
				{"opts", context.Background(), []appwrite.RequestOption{appwrite.NoRetry(), nil}},
				{"response", context.Background(), []appwrite.RequestOption{appwrite.CaptureResponse(nil)}},
				{"request", context.Background(), []appwrite.RequestOption{appwrite.ForwardRequest(nil)}},
			}
			for _, tc := range cases {
				var got any
				var err error
				require.NotPanics(t, func() { got, err = c.Do(tc.ctx, a, c.Full(), tc.opts...) }, tc.param)
				requireParamError(t, err, c.Operation, tc.param)
				assert.Nil(t, got)
			}
			assert.Empty(t, seen.take())
		})
	}
	t.Run("ServerVersion", func(t *testing.T) {
		var none context.Context
		_, err := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).ServerVersion(none)
		requireParamError(t, err, "health.getVersion", "ctx")
		assert.Empty(t, seen.take())
	})
	t.Run("JWTSource", func(t *testing.T) {
		var none context.Context
		source := appwrite.NewJWTSource(newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).Account, 0)
		require.NotPanics(t, func() {
			_, err := source.JWT(none)
			requireParamError(t, err, "account.createJWT", "ctx")
		})
		assert.Empty(t, seen.take())
	})
}

func TestEveryCallSendsTheClientsHeadersAndNoOrigin(t *testing.T) {
	t.Parallel()
	seen, server := recordingServer(t, func(w http.ResponseWriter, r *http.Request) {
		method := r.Header.Get("X-Probe")
		for _, c := range everycall.All {
			if c.Method == method {
				answer(c, w)
			}
		}
	})
	base := newClient(t, server.URL+"/v1")
	for _, c := range everycall.All {
		t.Run(c.Method, func(t *testing.T) {
			_, err := c.Do(context.Background(), base.WithJWT("jwt").Account, c.Full(), appwrite.RequestHeader("X-Probe", c.Method))
			require.NoError(t, err)
			requests := seen.take()
			require.Len(t, requests, 1)
			r := requests[0]
			route := c.Route()
			assert.Equal(t, route.Method, r.method)
			assert.Equal(t, strings.TrimPrefix(server.URL, "http://"), r.host)
			want := http.Header{
				"X-Appwrite-Project":         {testProject},
				"X-Appwrite-Response-Format": {appwrite.LatestServerVersion},
				"X-Appwrite-Jwt":             {"jwt"},
				"X-Sdk-Name":                 {"Go"},
				"X-Sdk-Platform":             {"server"},
				"X-Sdk-Language":             {"go"},
				"X-Sdk-Version":              {appwrite.Version},
				"X-Probe":                    {c.Method},
				"User-Agent":                 {appwrite.UserAgent},
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
	assert.Regexp(t, `^appwrite-go/`+strings.ReplaceAll(appwrite.Version, ".", `\.`)+` \(\w+; \w+; go[^)]+\)$`, appwrite.UserAgent)
}

func TestResponseFormatIsOfTheServerVersion(t *testing.T) {
	t.Parallel()
	for release, want := range map[string]string{"": "1.9.6", "1.4": "1.4.0", "1.4.13": "1.4.13", "0.15.3": "0.15.3", "1.9.6": "1.9.6"} {
		seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
		opts := []appwrite.Option{appwrite.WithHTTPClient(hc)}
		if release != "" {
			opts = append(opts, appwrite.WithServerVersion(release))
		}
		_, err := newClient(t, "http://host/v1", opts...).Account.Get(context.Background())
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
		c := newClient(t, endpoint)
		assert.Equal(t, want, c.Endpoint(), endpoint)
		assert.Equal(t, want, c.WithSession("s").Endpoint(), endpoint)
		assert.Equal(t, testProject, c.AsGuest().ProjectID())
		again, err := appwrite.NewClient(c.Endpoint(), c.ProjectID())
		require.NoError(t, err)
		assert.Equal(t, want, again.Endpoint())
	}
}

func TestNewClientOpensNoConnection(t *testing.T) {
	t.Parallel()
	seen, server := recordingServer(t, func(http.ResponseWriter, *http.Request) {})
	c := newClient(t, server.URL+"/v1", appwrite.WithSession("s"))
	_, err := c.With(appwrite.WithLocale("de"))
	require.NoError(t, err)
	c.WithJWT("j").CloseIdleConnections()
	assert.Empty(t, seen.take())
}

func TestCopiesLeaveTheirOriginalAlone(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithSession("base"), appwrite.WithHeader("X-Own", "base"), appwrite.WithLocale("en"))
	get := func(c *appwrite.Client) http.Header {
		_, err := c.Account.Get(context.Background())
		require.NoError(t, err)
		return seen.take()[0].header
	}
	before := get(base)
	other, err := base.With(appwrite.WithJWT("other"), appwrite.WithHeader("x-own", "other"), appwrite.WithLocale("de"), appwrite.WithServerVersion("1.4"), appwrite.WithUserAgent("other"))
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
	_, hc := recordingTransport(func(r *http.Request) (*http.Response, error) {
		if own, jwt := r.Header["X-Own"], r.Header["X-Appwrite-Jwt"]; len(own) != 1 || len(jwt) != 1 || own[0] != jwt[0] {
			return nil, fmt.Errorf("%v acts as %v", own, jwt)
		}
		return response(r, 200, jsonType, userBody), nil
	})
	base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithHeader("X-Own", "base"))
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			name := fmt.Sprint("user ", i)
			for range 20 {
				c, err := base.With(appwrite.WithHeader("X-Own", name), appwrite.WithJWT(name))
				if assert.NoError(t, err) {
					_, err = c.Account.Get(context.Background(), appwrite.NoRetry())
					assert.NoError(t, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestCopiesKeepAllButTheCredential(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithDevKey("dev"), appwrite.WithLocale("de"), appwrite.WithHeader("X-Own", "1"),
		appwrite.WithForwardedUserAgent("browser"), appwrite.WithImpersonateUserID("u2"), appwrite.WithImpersonateUserEmail("u2@example.com"), appwrite.WithImpersonateUserPhone("+1"))
	again, err := base.With()
	require.NoError(t, err)
	for name, c := range map[string]*appwrite.Client{
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
	seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc))
	c, err := base.WithSession("alice").With(appwrite.WithLocale("de"))
	require.NoError(t, err)
	_, err = c.Account.Get(context.Background())
	require.NoError(t, err)
	assert.Equal(t, []string{"alice"}, seen.take()[0].header["X-Appwrite-Session"])
}

func TestClientsPrintEndpointProjectAndKindOfCredential(t *testing.T) {
	t.Parallel()
	base := newClient(t, "https://host/v1")
	for want, c := range map[string]*appwrite.Client{
		"guest": base, "session": base.WithSession("s"), "jwt": base.WithJWT("j"), "apiKey": base.WithAPIKey("k"),
	} {
		text := "appwrite.Client{endpoint: https://host/v1, project: " + testProject + ", credential: " + want + "}"
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
	assert.Equal(t, "appwrite.Client{}", (&appwrite.Client{}).String())
}

func TestServerVersionSendsNoCredential(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, `{"version":"1.9.6"}`))
	base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc))
	for _, c := range []*appwrite.Client{base, base.WithSession("s"), base.WithJWT("bad\n"), base.WithAPIKey("k")} {
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
		_, hc := recordingTransport(memAnswer(200, jsonType, body))
		version, err := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).ServerVersion(context.Background())
		var broken *appwrite.DecodeError
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
	for _, c := range everycall.All {
		t.Run(c.Method, func(t *testing.T) {
			t.Parallel()
			fail := false
			_, hc := recordingTransport(func(r *http.Request) (*http.Response, error) {
				respond := successOf(c)
				if fail {
					respond = memAnswer(409, jsonType, `{"message":"taken","type":"user_already_exists"}`)
				}
				answer, err := respond(r)
				return limits(answer), err
			})
			a := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).Account
			var got appwrite.Response
			for _, fail = range []bool{false, true} {
				_, err := c.Do(context.Background(), a, c.Full(), appwrite.CaptureResponse(&got))
				want := c.Status
				if fail {
					require.ErrorIs(t, err, appwrite.ErrConflict)
					want = 409
				} else {
					require.NoError(t, err)
				}
				assert.Equal(t, want, got.StatusCode)
				assert.Equal(t, "1", got.Header.Get("X-Own"))
				assert.Equal(t, appwrite.RateLimit{Limit: 50, Remaining: 49, Reset: reset}, got.RateLimit)
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
			_, hc := recordingTransport(answers(tc.script...))
			c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: 1, MaxDelay: 1}))
			got := appwrite.Response{StatusCode: 999, Header: http.Header{"Stale": {"1"}}, Attempts: 99}
			_, _ = c.Account.Get(context.Background(), appwrite.CaptureResponse(&got))
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
	_, hc := recordingTransport(memAnswer(204, jsonType, ""))
	c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithSession("s"))
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, refused := range map[string]func(got *appwrite.Response) error{
		"bad ID": func(got *appwrite.Response) error {
			return c.Account.DeleteSession(context.Background(), "", appwrite.CaptureResponse(got))
		},
		"bad credential": func(got *appwrite.Response) error {
			return c.WithSession("\n").Account.DeleteSessions(context.Background(), appwrite.CaptureResponse(got))
		},
		"cancelled before": func(got *appwrite.Response) error {
			return c.Account.DeleteSessions(cancelled, appwrite.CaptureResponse(got))
		},
		"bad option": func(got *appwrite.Response) error {
			return c.Account.DeleteSessions(context.Background(), appwrite.CaptureResponse(got), appwrite.RequestHeader("Cookie", "a=b"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := appwrite.Response{StatusCode: 200, Header: http.Header{"Stale": {"1"}}, Attempts: 1}
			require.Error(t, refused(&got))
			// What a call before left there must not pass for this one's answer.
			assert.Equal(t, appwrite.Response{}, got)
		})
	}
}

func TestCapturedHeadersAreTheCallers(t *testing.T) {
	t.Parallel()
	_, hc := recordingTransport(memAnswer(409, jsonType, `{"message":"taken","type":"user_already_exists"}`))
	var got appwrite.Response
	_, err := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).Account.Get(context.Background(), appwrite.CaptureResponse(&got))
	var answer *appwrite.Error
	require.ErrorAs(t, err, &answer)
	got.Header.Set("Content-Type", "changed")
	assert.Equal(t, jsonType, answer.Header.Get("Content-Type"))
}

func TestWarningsOfTheServerAreLoggedOncePerText(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	warning := "format newer than the server"
	_, hc := recordingTransport(func(*http.Request) (*http.Response, error) {
		r := httpmock.NewStringResponse(200, userBody)
		if warning != "" {
			r.Header.Set("X-Appwrite-Warning", warning)
		}
		return r, nil
	})
	base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithLogger(logger))
	get := func(c *appwrite.Client) string {
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
	localized, err := base.With(appwrite.WithLocale("de"))
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
	_, hc := recordingTransport(func(*http.Request) (*http.Response, error) {
		r := httpmock.NewStringResponse(200, userBody)
		r.Header.Set("X-Appwrite-Warning", "one of many")
		return r, nil
	})
	base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithLogger(logger))
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
	_, hc := recordingTransport(func(*http.Request) (*http.Response, error) {
		n++
		r := httpmock.NewStringResponse(200, userBody)
		r.Header.Set("X-Appwrite-Warning", fmt.Sprintf("warning %d %s", n, strings.Repeat("x", 4<<10)))
		return r, nil
	})
	c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
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
