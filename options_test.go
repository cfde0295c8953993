package appwrite

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
)

func TestBadConstructorInputsAreRefused(t *testing.T) {
	t.Parallel()
	const good = "https://cloud.appwrite.io/v1"
	type input struct {
		param    string
		endpoint string
		project  string
		opts     []Option
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
	withTransport := WithHTTPClient(&http.Client{Transport: http.DefaultTransport})
	for param, options := range map[string][][]Option{
		"opts":                 {{nil}, {WithLocale("de"), nil}},
		"session":              {{WithSession("")}, {WithSession("a\n")}},
		"jwt":                  {{WithJWT("")}, {WithJWT("a\r")}},
		"jwtSource":            {{WithJWTSource(nil)}},
		"apiKey":               {{WithAPIKey("")}, {WithAPIKey("\x00")}},
		"bearerToken":          {{WithBearerToken("")}, {WithBearerToken("a\x7f")}},
		"cookies":              {{WithCookies(nil)}, {WithCookies([]*http.Cookie{})}, {WithCookies([]*http.Cookie{nil})}},
		"devKey":               {{WithDevKey("")}},
		"locale":               {{WithLocale("")}},
		"forwardedUserAgent":   {{WithForwardedUserAgent("")}},
		"impersonateUserId":    {{WithImpersonateUserID("")}},
		"impersonateUserEmail": {{WithImpersonateUserEmail("")}},
		"impersonateUserPhone": {{WithImpersonateUserPhone("")}},
		"header":               {{WithHeader("", "v")}, {WithHeader("a b", "v")}, {WithHeader("a:", "v")}, {WithHeader("ü", "v")}, {WithHeader("Cookie", "v")}},
		"userAgent":            {{WithUserAgent("")}},
		"httpClient":           {{WithHTTPClient(nil)}, {withTransport, WithRootCAs(x509.NewCertPool())}, {withTransport, WithInsecureSkipVerify()}},
		"timeout":              {{WithTimeout(-1)}, {WithTimeout(-time.Hour)}},
		"retryPolicy": {{WithRetryPolicy(RetryPolicy{MaxAttempts: -1})}, {WithRetryPolicy(RetryPolicy{MinDelay: -1})}, {WithRetryPolicy(RetryPolicy{MaxDelay: -1})},
			{WithRetryPolicy(RetryPolicy{MinDelay: 2, MaxDelay: 1})}},
		"logger":           {{WithLogger(nil)}},
		"serverVersion":    {{WithServerVersion("")}, {WithServerVersion("1")}, {WithServerVersion("latest")}, {WithServerVersion("v1.4")}, {WithServerVersion("1.4.0.0")}, {WithServerVersion("1.-4")}, {WithServerVersion("1.9999")}, {WithServerVersion("1.4\n")}, {WithServerVersion("1..4")}, {WithServerVersion("-1.4")}},
		"maxResponseBytes": {{WithMaxResponseBytes(0)}, {WithMaxResponseBytes(-1)}},
		"rootCAs":          {{WithRootCAs(nil)}},
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
				c, err := NewClient(in.endpoint, in.project, in.opts...)
				requireParamError(t, err, "appwrite.NewClient", in.param)
				assert.Nil(t, c)
				assert.NotContains(t, err.Error(), "hidden-password")
				assert.NotContains(t, err.Error(), "\n")
			})
			if in.opts == nil {
				return
			}
			require.NotPanics(t, func() {
				c, err := probeClient(t, good).With(in.opts...)
				requireParamError(t, err, opWith, in.param)
				assert.Nil(t, c)
			})
		})
	}
}

func TestGoodConstructorInputsAreTaken(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"http://localhost/v1", "https://127.0.0.1:8443", "http://[::1]:80/v1/", "https://a.b-c.example/x/y/v1", "HTTPS://EXAMPLE/v1", "http://host/..v1/v..1", "http://xn--mnchen-3ya.example/v1"} {
		_, err := NewClient(endpoint, "6b00e083dd3439124ec1")
		assert.NoError(t, err, endpoint)
	}
	for _, project := range []string{"p", "console", "my-project", "My.Project_1", strings.Repeat("a", 36)} {
		_, err := NewClient("http://localhost/v1", project)
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
	seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
	client := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithHeader("X-SDK-Name", "mine"))
	_, err := client.Account.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "mine", seen.take()[0].header.Get("X-Sdk-Name"))
}

func TestASessionCannotBringAnotherCookie(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"x; a_session_console=evil", "x,y", "x y"} {
		_, err := NewClient("http://host/v1", probeProject, WithServerVersion("1.4"), WithSession(secret))
		requireParamError(t, err, opNewClient, "session")
	}
}

func TestACapturedResponsePrintsNoCookie(t *testing.T) {
	t.Parallel()
	secret := secretText("cookie")
	r := Response{StatusCode: 201, Header: http.Header{"Set-Cookie": {"a_session_p1=" + secret}}, Attempts: 2}
	requirePrintsNoSecret(t, r, secret)
	requirePrintsNoSecret(t, &r, secret)
	assert.Contains(t, fmt.Sprint(r), "201")
}

func TestControlCharactersInOptionsAreRefused(t *testing.T) {
	t.Parallel()
	seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
	base := probeClient(t, "http://host/v1", WithHTTPClient(hc))
	options := map[string]func(value string) Option{
		"session":              WithSession,
		"jwt":                  WithJWT,
		"apiKey":               WithAPIKey,
		"bearerToken":          WithBearerToken,
		"devKey":               WithDevKey,
		"locale":               WithLocale,
		"forwardedUserAgent":   WithForwardedUserAgent,
		"impersonateUserId":    WithImpersonateUserID,
		"impersonateUserEmail": WithImpersonateUserEmail,
		"impersonateUserPhone": WithImpersonateUserPhone,
		"userAgent":            WithUserAgent,
		"serverVersion":        WithServerVersion,
		"header":               func(v string) Option { return WithHeader("X-Own", v) },
		"cookies": func(v string) Option {
			return WithCookies([]*http.Cookie{{Name: "a_session_" + probeProject, Value: v}})
		},
	}
	for param, option := range options {
		for _, value := range broken("value") {
			_, err := NewClient("http://host/v1", probeProject, WithHTTPClient(hc), option(value))
			requireParamError(t, err, "appwrite.NewClient", param)
			assert.NotContains(t, err.Error(), "value"+value, "%s %q", param, value)
			_, err = base.With(option(value))
			requireParamError(t, err, opWith, param)
		}
	}
	for _, value := range broken("X-Own") {
		_, err := NewClient("http://host/v1", probeProject, WithHeader(value, "v"))
		requireParamError(t, err, "appwrite.NewClient", "header")
		_, err = NewClient("http://host/v1"+value, probeProject)
		requireParamError(t, err, "appwrite.NewClient", "endpoint")
		_, err = NewClient("http://host/v1", "p"+value)
		requireParamError(t, err, "appwrite.NewClient", "projectID")
	}
	assert.Empty(t, seen.take())
}

func TestControlCharactersInCopiesAndRequestOptionsAreRefusedByEveryCall(t *testing.T) {
	t.Parallel()
	seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
	base := probeClient(t, "http://host/v1", WithHTTPClient(hc))
	browser := func(agent string) *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["User-Agent"] = []string{agent}
		return r
	}
	ctx := context.Background()
	for _, c := range everyCalls {
		for _, value := range append(broken("value"), "") {
			refuse := func(param string, a *Account, opts ...RequestOption) {
				t.Helper()
				got, err := c.do(ctx, a, goodIDs, opts...)
				requireParamError(t, err, c.op.name, param)
				assert.Nil(t, got)
			}
			refuse("session", base.WithSession(value).Account)
			refuse("jwt", base.WithJWT(value).Account)
			refuse("apiKey", base.WithAPIKey(value).Account)
			refuse("header", base.Account, RequestHeader(value, "v"))
			sourced, err := base.With(WithJWTSource(fixedJWT(value)))
			require.NoError(t, err)
			refuse("jwtSource", sourced.Account)
			if value != "" {
				refuse("header", base.Account, RequestHeader("X-Own", value))
				refuse("request", base.Account, ForwardRequest(browser(value)))
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
	seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
	spellings := []string{"x-own-header", "X-Own-Header", "X-OWN-HEADER", "x-Own-hEADER"}
	for i := range 1000 {
		var opts []Option
		for j := range spellings {
			opts = append(opts, WithHeader(spellings[(i+j)%len(spellings)], fmt.Sprint("option ", j)))
		}
		c, err := NewClient("http://host/v1", probeProject, append(opts, WithHTTPClient(hc))...)
		require.NoError(t, err)
		last := spellings[i%len(spellings)]
		copied, err := c.With(WithHeader(last, "copy"))
		require.NoError(t, err)
		get := func(c *Client, opts ...RequestOption) []string {
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
		require.Equal(t, []string{"call 2"}, get(copied, RequestHeader(last, "call 1"), RequestHeader(strings.ToLower(last), "call 2")))
		require.Equal(t, []string{"copy"}, get(copied), "a call's header must not stay")
	}
}

func TestHeadersOfCredentialsProjectAndTransportCannotBeSet(t *testing.T) {
	t.Parallel()
	seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
	base := probeClient(t, "http://host/v1", WithHTTPClient(hc))
	for _, name := range []string{
		"X-Appwrite-Project", "X-Appwrite-Key", "X-Appwrite-JWT", "X-Appwrite-Session", "X-Appwrite-Dev-Key", "X-Fallback-Cookies", "Cookie", "Authorization",
		"Proxy-Authorization", "X-Appwrite-Response-Format", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Host", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
	} {
		for _, spelling := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			_, err := NewClient("http://host/v1", probeProject, WithHeader(spelling, "v"))
			requireParamError(t, err, "appwrite.NewClient", "header")
			_, err = base.With(WithHeader(spelling, "v"))
			requireParamError(t, err, opWith, "header")
			_, err = base.Account.Get(context.Background(), RequestHeader(spelling, "v"))
			requireParamError(t, err, opGet.name, "header")
		}
	}
	assert.Empty(t, seen.take())
}

func TestRequestHeadersAreOfOneCallOnly(t *testing.T) {
	t.Parallel()
	for _, c := range everyCalls {
		seen, hc := probeTransport(successOf(c))
		a := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithLocale("en")).Account
		for _, opts := range [][]RequestOption{{RequestHeader("X-Own", "1"), RequestHeader("x-appwrite-locale", "de")}, nil} {
			_, err := c.do(context.Background(), a, goodIDs, opts...)
			require.NoError(t, err)
			r := seen.take()[0]
			own, locale := "", "en"
			if opts != nil {
				own, locale = "1", "de"
			}
			assert.Equal(t, own, r.header.Get("X-Own"), c.method)
			assert.Equal(t, []string{locale}, r.header["X-Appwrite-Locale"], c.method)
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
			seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
			c := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithAPIKey("key"))
			in := httptest.NewRequest(http.MethodPost, "http://app.example/login", nil)
			in.RemoteAddr = tc.remote
			if tc.agent != "" {
				in.Header.Set("User-Agent", tc.agent)
			}
			for _, forged := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "X-Forwarded-User-Agent", "X-Client-Ip", "Cookie", "Authorization", "Origin", "Referer", "X-Appwrite-Session"} {
				in.Header.Set(forged, "198.51.100.66")
			}
			before := in.Header.Clone()
			_, err := c.Account.Get(context.Background(), ForwardRequest(in))
			require.NoError(t, err)
			r := seen.take()[0]
			assert.Equal(t, tc.wantIP, r.header["X-Forwarded-For"])
			assert.Equal(t, tc.wantAgent, r.header["X-Forwarded-User-Agent"])
			assert.Equal(t, []string{userAgent}, r.header["User-Agent"])
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
	seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
	c := probeClient(t, "http://host/v1", WithHTTPClient(hc), WithForwardedUserAgent("of the client"))
	in := httptest.NewRequest(http.MethodGet, "/", nil)
	in.Header.Set("User-Agent", "of the browser")
	_, err := c.Account.Get(context.Background(), ForwardRequest(in))
	require.NoError(t, err)
	assert.Equal(t, []string{"of the browser"}, seen.take()[0].header["X-Forwarded-User-Agent"])
}

// Options may be kept in a slice and used for many clients and calls at once.
func TestOptionsCanBeUsedAgain(t *testing.T) {
	t.Parallel()
	seen, hc := probeTransport(memAnswer(200, jsonType, userBody))
	opts := []Option{WithHTTPClient(hc), WithHeader("X-Own", "1"), WithSession("s"), WithTimeout(time.Second)}
	var captured Response
	calls := []RequestOption{RequestHeader("X-Call", "1"), NoRetry(), CaptureResponse(&captured)}
	before := slices.Clone(opts)
	for range 3 {
		c, err := NewClient("http://host/v1", probeProject, opts...)
		require.NoError(t, err)
		_, err = c.Account.Get(context.Background(), calls...)
		require.NoError(t, err)
		r := seen.take()[0]
		assert.Equal(t, []string{"1"}, r.header["X-Own"])
		assert.Equal(t, []string{"1"}, r.header["X-Call"])
	}
	assert.Len(t, opts, len(before))
}
