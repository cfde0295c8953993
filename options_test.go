package appwrite_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

func TestBadConstructorInputsAreRefused(t *testing.T) {
	t.Parallel()
	const good = "https://cloud.appwrite.io/v1"
	type input struct {
		param    string
		endpoint string
		project  string
		opts     []appwrite.Option
	}
	var inputs []input
	for _, endpoint := range []string{
		"", " ", "/v1", "v1", "cloud.appwrite.io", "cloud.appwrite.io/v1", "localhost:80", "//cloud.appwrite.io/v1",
		"ftp://cloud.appwrite.io/v1", "ws://cloud.appwrite.io", "file:///v1", "mailto:a@b", "javascript:alert(1)", "https:cloud.appwrite.io/v1",
		"http://", "https:///v1", "http://:80/v1", "http://?x", "://host", " https://cloud.appwrite.io/v1",
		"https://user@cloud.appwrite.io/v1", "https://user:hidden-password@cloud.appwrite.io/v1", "https://user:hidden-password@/v1",
		"https://user:hidden-password@cloud.appwrite.io/%zz", "https://:@cloud.appwrite.io/v1", "https://@cloud.appwrite.io/v1",
		"https://cloud.appwrite.io/v1?", "https://cloud.appwrite.io/v1?project=x", "https://cloud.appwrite.io/v1#", "https://cloud.appwrite.io/v1#x",
		"https://cloud.appwrite.io:0/v1", "https://cloud.appwrite.io:65536/v1", "https://cloud.appwrite.io:http/v1", "https://cloud.appwrite.io:-1/v1",
		"https://cloud.appwrite.io/../v1", "https://cloud.appwrite.io/v1/..", "https://cloud.appwrite.io/./v1", "https://cloud.appwrite.io/%2e%2e/v1",
		"https://cloud.appwrite.io/%zz", "https://[::1/v1", "https://cloud .appwrite.io", "https://cloud.appwrite.io/v1\n", "https://cloud.appwrite.io\r\n/v1", "https://\x00/v1", "https://h\x7f/v1",
	} {
		inputs = append(inputs, input{"endpoint", endpoint, "p", nil})
	}
	for _, project := range []string{"", " ", "a b", "a/b", "a\n", "a\r\nX-Appwrite-Key: k", "\x00", "a;b", "a=b", "a,b", "ü", "a\"b", "\x7f"} {
		inputs = append(inputs, input{"projectID", good, project, nil})
	}
	withTransport := appwrite.WithHTTPClient(&http.Client{Transport: http.DefaultTransport})
	for param, options := range map[string][][]appwrite.Option{
		"opts":                 {{nil}, {appwrite.WithLocale("de"), nil}},
		"session":              {{appwrite.WithSession("")}, {appwrite.WithSession("a\n")}},
		"jwt":                  {{appwrite.WithJWT("")}, {appwrite.WithJWT("a\r")}},
		"jwtSource":            {{appwrite.WithJWTSource(nil)}},
		"apiKey":               {{appwrite.WithAPIKey("")}, {appwrite.WithAPIKey("\x00")}},
		"bearerToken":          {{appwrite.WithBearerToken("")}, {appwrite.WithBearerToken("a\x7f")}},
		"cookies":              {{appwrite.WithCookies(nil)}, {appwrite.WithCookies([]*http.Cookie{})}, {appwrite.WithCookies([]*http.Cookie{nil})}},
		"devKey":               {{appwrite.WithDevKey("")}},
		"locale":               {{appwrite.WithLocale("")}},
		"forwardedUserAgent":   {{appwrite.WithForwardedUserAgent("")}},
		"impersonateUserId":    {{appwrite.WithImpersonateUserID("")}},
		"impersonateUserEmail": {{appwrite.WithImpersonateUserEmail("")}},
		"impersonateUserPhone": {{appwrite.WithImpersonateUserPhone("")}},
		"header":               {{appwrite.WithHeader("", "v")}, {appwrite.WithHeader("a b", "v")}, {appwrite.WithHeader("a:", "v")}, {appwrite.WithHeader("ü", "v")}, {appwrite.WithHeader("Cookie", "v")}},
		"userAgent":            {{appwrite.WithUserAgent("")}},
		"httpClient":           {{appwrite.WithHTTPClient(nil)}, {withTransport, appwrite.WithRootCAs(x509.NewCertPool())}, {withTransport, appwrite.WithInsecureSkipVerify()}},
		"timeout":              {{appwrite.WithTimeout(-1)}, {appwrite.WithTimeout(-time.Hour)}},
		"retryPolicy": {{appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: -1})}, {appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: -1})}, {appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxDelay: -1})},
			{appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: 2, MaxDelay: 1})}},
		"logger":           {{appwrite.WithLogger(nil)}},
		"serverVersion":    {{appwrite.WithServerVersion("")}, {appwrite.WithServerVersion("1")}, {appwrite.WithServerVersion("latest")}, {appwrite.WithServerVersion("v1.4")}, {appwrite.WithServerVersion("1.4.0.0")}, {appwrite.WithServerVersion("1.-4")}, {appwrite.WithServerVersion("1.9999")}, {appwrite.WithServerVersion("1.4\n")}, {appwrite.WithServerVersion("1..4")}, {appwrite.WithServerVersion("-1.4")}},
		"maxResponseBytes": {{appwrite.WithMaxResponseBytes(0)}, {appwrite.WithMaxResponseBytes(-1)}},
		"rootCAs":          {{appwrite.WithRootCAs(nil)}},
	} {
		for _, opts := range options {
			inputs = append(inputs, input{param, good, "p", opts})
		}
	}
	require.Greater(t, len(inputs), 20)
	for _, in := range inputs {
		t.Run(fmt.Sprintf("%s %q %q", in.param, in.endpoint, in.project), func(t *testing.T) {
			t.Parallel()
			require.NotPanics(t, func() {
				c, err := appwrite.NewClient(in.endpoint, in.project, in.opts...)
				requireParamError(t, err, "appwrite.NewClient", in.param)
				assert.Nil(t, c)
				assert.NotContains(t, err.Error(), "hidden-password")
				assert.NotContains(t, err.Error(), "\n")
			})
			if in.opts == nil {
				return
			}
			require.NotPanics(t, func() {
				c, err := newClient(t, good).With(in.opts...)
				requireParamError(t, err, "appwrite.Client.With", in.param)
				assert.Nil(t, c)
			})
		})
	}
}

func TestGoodConstructorInputsAreTaken(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"http://localhost/v1", "https://127.0.0.1:8443", "http://[::1]:80/v1/", "https://a.b-c.example/x/y/v1", "HTTPS://EXAMPLE/v1", "http://host/..v1/v..1", "http://xn--mnchen-3ya.example/v1"} {
		_, err := appwrite.NewClient(endpoint, "6b00e083dd3439124ec1")
		assert.NoError(t, err, endpoint)
	}
	for _, project := range []string{"p", "console", "my-project", "My.Project_1", strings.Repeat("a", 36)} {
		_, err := appwrite.NewClient("http://localhost/v1", project)
		assert.NoError(t, err, project)
	}
}

// lineBreakers end a header, or make the transport or a proxy refuse or misread it.
var lineBreakers = []string{"\r", "\n", "\r\n", "\x00", "\x7f", "\x1b", "\v", "\f"}

func broken(value string) []string {
	var all []string
	for _, b := range lineBreakers {
		all = append(all, b, b+value, value+b, value+b+"X-Appwrite-Key: injected", value+b+" folded")
	}
	return all
}

func TestHeadersOfTheSDKCanBeReplaced(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	client := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithHeader("X-SDK-Name", "mine"))
	_, err := client.Account.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "mine", seen.take()[0].header.Get("X-Sdk-Name"))
}

func TestASessionCannotBringAnotherCookie(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"x; a_session_console=evil", "x,y", "x y"} {
		_, err := appwrite.NewClient("http://host/v1", testProject, appwrite.WithServerVersion("1.4"), appwrite.WithSession(secret))
		requireParamError(t, err, "appwrite.NewClient", "session")
	}
}

func TestACapturedResponsePrintsNoCookie(t *testing.T) {
	t.Parallel()
	secret := secretText("cookie")
	r := appwrite.Response{StatusCode: 201, Header: http.Header{"Set-Cookie": {"a_session_p1=" + secret}}, Attempts: 2}
	requirePrintsNoSecret(t, r, secret)
	requirePrintsNoSecret(t, &r, secret)
	assert.Contains(t, fmt.Sprint(r), "201")
}

func TestControlCharactersInOptionsAreRefused(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc))
	options := map[string]func(value string) appwrite.Option{
		"session":              appwrite.WithSession,
		"jwt":                  appwrite.WithJWT,
		"apiKey":               appwrite.WithAPIKey,
		"bearerToken":          appwrite.WithBearerToken,
		"devKey":               appwrite.WithDevKey,
		"locale":               appwrite.WithLocale,
		"forwardedUserAgent":   appwrite.WithForwardedUserAgent,
		"impersonateUserId":    appwrite.WithImpersonateUserID,
		"impersonateUserEmail": appwrite.WithImpersonateUserEmail,
		"impersonateUserPhone": appwrite.WithImpersonateUserPhone,
		"userAgent":            appwrite.WithUserAgent,
		"serverVersion":        appwrite.WithServerVersion,
		"header":               func(v string) appwrite.Option { return appwrite.WithHeader("X-Own", v) },
		"cookies": func(v string) appwrite.Option {
			return appwrite.WithCookies([]*http.Cookie{{Name: "a_session_" + testProject, Value: v}})
		},
	}
	for param, option := range options {
		for _, value := range broken("value") {
			_, err := appwrite.NewClient("http://host/v1", testProject, appwrite.WithHTTPClient(hc), option(value))
			requireParamError(t, err, "appwrite.NewClient", param)
			assert.NotContains(t, err.Error(), "value"+value, "%s %q", param, value)
			_, err = base.With(option(value))
			requireParamError(t, err, "appwrite.Client.With", param)
		}
	}
	for _, value := range broken("X-Own") {
		_, err := appwrite.NewClient("http://host/v1", testProject, appwrite.WithHeader(value, "v"))
		requireParamError(t, err, "appwrite.NewClient", "header")
		_, err = appwrite.NewClient("http://host/v1"+value, testProject)
		requireParamError(t, err, "appwrite.NewClient", "endpoint")
		_, err = appwrite.NewClient("http://host/v1", "p"+value)
		requireParamError(t, err, "appwrite.NewClient", "projectID")
	}
	assert.Empty(t, seen.take())
}

func TestControlCharactersInCopiesAndRequestOptionsAreRefusedByEveryCall(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc))
	browser := func(agent string) *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["User-Agent"] = []string{agent}
		return r
	}
	ctx := context.Background()
	for _, c := range everycall.All {
		for _, value := range append(broken("value"), "") {
			refuse := func(param string, a *appwrite.Account, opts ...appwrite.RequestOption) {
				t.Helper()
				got, err := c.Do(ctx, a, c.Full(), opts...)
				requireParamError(t, err, c.Operation, param)
				assert.Nil(t, got)
			}
			refuse("session", base.WithSession(value).Account)
			refuse("jwt", base.WithJWT(value).Account)
			refuse("apiKey", base.WithAPIKey(value).Account)
			refuse("header", base.Account, appwrite.RequestHeader(value, "v"))
			sourced, err := base.With(appwrite.WithJWTSource(fixedJWT(value)))
			require.NoError(t, err)
			refuse("jwtSource", sourced.Account)
			if value != "" {
				refuse("header", base.Account, appwrite.RequestHeader("X-Own", value))
				refuse("request", base.Account, appwrite.ForwardRequest(browser(value)))
			}
		}
	}
	assert.Empty(t, seen.take())
	// A guest made from a client with a bad credential has none.
	_, err := base.WithSession("\n").AsGuest().Account.Get(ctx)
	require.NoError(t, err)
}

func TestTheLastHeaderOfANameWinsInAnyCase(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	spellings := []string{"x-own-header", "X-Own-Header", "X-OWN-HEADER", "x-Own-hEADER"}
	for i := range 1000 {
		var opts []appwrite.Option
		for j := range spellings {
			opts = append(opts, appwrite.WithHeader(spellings[(i+j)%len(spellings)], fmt.Sprint("option ", j)))
		}
		c, err := appwrite.NewClient("http://host/v1", testProject, append(opts, appwrite.WithHTTPClient(hc))...)
		require.NoError(t, err)
		last := spellings[i%len(spellings)]
		copied, err := c.With(appwrite.WithHeader(last, "copy"))
		require.NoError(t, err)
		get := func(c *appwrite.Client, opts ...appwrite.RequestOption) []string {
			_, err := c.Account.Get(context.Background(), opts...)
			require.NoError(t, err)
			r := seen.take()[0]
			for name := range r.header {
				if strings.EqualFold(name, last) {
					require.Equal(t, "X-Own-Header", name)
				}
			}
			return r.header["X-Own-Header"]
		}
		require.Equal(t, []string{"option 3"}, get(c))
		require.Equal(t, []string{"copy"}, get(copied))
		require.Equal(t, []string{"call 2"}, get(copied, appwrite.RequestHeader(last, "call 1"), appwrite.RequestHeader(strings.ToLower(last), "call 2")))
		require.Equal(t, []string{"copy"}, get(copied), "a call's header must not stay")
	}
}

func TestHeadersOfCredentialsProjectAndTransportCannotBeSet(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	base := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc))
	for _, name := range []string{
		"X-Appwrite-Project", "X-Appwrite-Key", "X-Appwrite-JWT", "X-Appwrite-Session", "X-Appwrite-Dev-Key", "X-Fallback-Cookies", "Cookie", "Authorization",
		"Proxy-Authorization", "X-Appwrite-Response-Format", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Host", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
	} {
		for _, spelling := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			_, err := appwrite.NewClient("http://host/v1", testProject, appwrite.WithHeader(spelling, "v"))
			requireParamError(t, err, "appwrite.NewClient", "header")
			_, err = base.With(appwrite.WithHeader(spelling, "v"))
			requireParamError(t, err, "appwrite.Client.With", "header")
			_, err = base.Account.Get(context.Background(), appwrite.RequestHeader(spelling, "v"))
			requireParamError(t, err, "account.get", "header")
		}
	}
	assert.Empty(t, seen.take())
}

func TestRequestHeadersAreOfOneCallOnly(t *testing.T) {
	t.Parallel()
	for _, c := range everycall.All {
		seen, hc := recordingTransport(successOf(c))
		a := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithLocale("en")).Account
		for _, opts := range [][]appwrite.RequestOption{{appwrite.RequestHeader("X-Own", "1"), appwrite.RequestHeader("x-appwrite-locale", "de")}, nil} {
			_, err := c.Do(context.Background(), a, c.Full(), opts...)
			require.NoError(t, err)
			r := seen.take()[0]
			own, locale := "", "en"
			if opts != nil {
				own, locale = "1", "de"
			}
			assert.Equal(t, own, r.header.Get("X-Own"), c.Method)
			assert.Equal(t, []string{locale}, r.header["X-Appwrite-Locale"], c.Method)
		}
	}
}

func TestForwardRequestSendsAgentAndAddressButNoHeaderThatAnyoneCanWrite(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, remote, agent string
		wantIP, wantAgent   []string
	}{
		{"address and agent", "203.0.113.7:4711", "Browser/1", []string{"203.0.113.7"}, []string{"Browser/1"}},
		{"IPv6", "[2001:db8::1]:4711", "Browser/1", []string{"2001:db8::1"}, []string{"Browser/1"}},
		{"no port", "203.0.113.7", "Browser/1", []string{"203.0.113.7"}, []string{"Browser/1"}},
		{"IPv6 without port", "2001:db8::1", "Browser/1", []string{"2001:db8::1"}, []string{"Browser/1"}},
		{"no agent", "203.0.113.7:4711", "", []string{"203.0.113.7"}, nil},
		{"no address", "", "Browser/1", nil, []string{"Browser/1"}},
		{"socket", "@", "Browser/1", nil, []string{"Browser/1"}},
		{"name", "localhost:80", "", nil, nil},
		{"list", "203.0.113.7, 198.51.100.1", "", nil, nil},
		{"line end", "203.0.113.7\r\nX-Appwrite-Key: k", "", nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
			c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithAPIKey("key"))
			in := httptest.NewRequest(http.MethodPost, "http://app.example/login", nil)
			in.RemoteAddr = tc.remote
			if tc.agent != "" {
				in.Header.Set("User-Agent", tc.agent)
			}
			for _, forged := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "X-Forwarded-User-Agent", "X-Client-Ip", "Cookie", "Authorization", "Origin", "Referer", "X-Appwrite-Session"} {
				in.Header.Set(forged, "198.51.100.66")
			}
			before := in.Header.Clone()
			_, err := c.Account.Get(context.Background(), appwrite.ForwardRequest(in))
			require.NoError(t, err)
			r := seen.take()[0]
			assert.Equal(t, tc.wantIP, r.header["X-Forwarded-For"])
			assert.Equal(t, tc.wantAgent, r.header["X-Forwarded-User-Agent"])
			assert.Equal(t, []string{appwrite.UserAgent}, r.header["User-Agent"])
			assert.NotContains(t, fmt.Sprint(r.header), "198.51.100.66")
			assert.Equal(t, before, in.Header)

			_, err = c.Account.Get(context.Background())
			require.NoError(t, err)
			assert.NotContains(t, seen.take()[0].header, "X-Forwarded-For")
		})
	}
}

func TestForwardRequestComesBeforeTheClientsForwardedUserAgent(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithForwardedUserAgent("of the client"))
	in := httptest.NewRequest(http.MethodGet, "/", nil)
	in.Header.Set("User-Agent", "of the browser")
	_, err := c.Account.Get(context.Background(), appwrite.ForwardRequest(in))
	require.NoError(t, err)
	assert.Equal(t, []string{"of the browser"}, seen.take()[0].header["X-Forwarded-User-Agent"])
}

// Options may be kept in a slice and used for many clients and calls at once.
func TestOptionsCanBeUsedAgain(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(memAnswer(200, jsonType, userBody))
	opts := []appwrite.Option{appwrite.WithHTTPClient(hc), appwrite.WithHeader("X-Own", "1"), appwrite.WithSession("s"), appwrite.WithTimeout(time.Second)}
	var captured appwrite.Response
	calls := []appwrite.RequestOption{appwrite.RequestHeader("X-Call", "1"), appwrite.NoRetry(), appwrite.CaptureResponse(&captured)}
	before := slices.Clone(opts)
	for range 3 {
		c, err := appwrite.NewClient("http://host/v1", testProject, opts...)
		require.NoError(t, err)
		_, err = c.Account.Get(context.Background(), calls...)
		require.NoError(t, err)
		r := seen.take()[0]
		assert.Equal(t, []string{"1"}, r.header["X-Own"])
		assert.Equal(t, []string{"1"}, r.header["X-Call"])
	}
	assert.Len(t, opts, len(before))
}
