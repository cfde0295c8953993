package appwrite_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/testkit"
)

func TestABadOptionIsRefused(t *testing.T) {
	t.Parallel()
	const good = "https://cloud.appwrite.io/v1"
	withTransport := through(http.DefaultTransport)
	policy := func(p appwrite.RetryPolicy) []appwrite.Option { return []appwrite.Option{appwrite.WithRetryPolicy(p)} }
	for param, options := range map[string][][]appwrite.Option{
		"opts":                 {{nil}, {appwrite.WithLocale("de"), nil}},
		"session":              {{appwrite.WithSession("")}},
		"jwt":                  {{appwrite.WithJWT("")}},
		"jwtSource":            {{appwrite.WithJWTSource(nil)}},
		"apiKey":               {{appwrite.WithAPIKey("")}},
		"bearerToken":          {{appwrite.WithBearerToken("")}},
		"cookies":              {{appwrite.WithCookies(nil)}, {appwrite.WithCookies([]*http.Cookie{})}, {appwrite.WithCookies([]*http.Cookie{nil})}},
		"devKey":               {{appwrite.WithDevKey("")}},
		"locale":               {{appwrite.WithLocale("")}},
		"forwardedUserAgent":   {{appwrite.WithForwardedUserAgent("")}},
		"impersonateUserId":    {{appwrite.WithImpersonateUserID("")}},
		"impersonateUserEmail": {{appwrite.WithImpersonateUserEmail("")}},
		"impersonateUserPhone": {{appwrite.WithImpersonateUserPhone("")}},
		"header":               {{appwrite.WithHeader("", "v")}, {appwrite.WithHeader("a b", "v")}, {appwrite.WithHeader("a:", "v")}, {appwrite.WithHeader("ü", "v")}},
		"userAgent":            {{appwrite.WithUserAgent("")}},
		"httpClient":           {{appwrite.WithHTTPClient(nil)}, {withTransport, appwrite.WithRootCAs(emptyPool())}, {withTransport, appwrite.WithInsecureSkipVerify()}},
		"timeout":              {{appwrite.WithTimeout(-1)}, {appwrite.WithTimeout(-time.Hour)}},
		"retryPolicy": {policy(appwrite.RetryPolicy{MaxAttempts: -1}), policy(appwrite.RetryPolicy{MinDelay: -1}), policy(appwrite.RetryPolicy{MaxDelay: -1}),
			policy(appwrite.RetryPolicy{MinDelay: 2, MaxDelay: 1}), policy(appwrite.RetryPolicy{MinDelay: time.Second, MaxDelay: time.Millisecond})},
		"logger": {{appwrite.WithLogger(nil)}},
		"serverVersion": {{appwrite.WithServerVersion("")}, {appwrite.WithServerVersion("1")}, {appwrite.WithServerVersion("latest")}, {appwrite.WithServerVersion("v1.4")}, {appwrite.WithServerVersion("1.4.0.0")},
			{appwrite.WithServerVersion("1.-4")}, {appwrite.WithServerVersion("1.9999")}, {appwrite.WithServerVersion("1..4")}, {appwrite.WithServerVersion("-1.4")}},
		"maxResponseBytes": {{appwrite.WithMaxResponseBytes(0)}, {appwrite.WithMaxResponseBytes(-1)}},
		"rootCAs":          {{appwrite.WithRootCAs(nil)}},
	} {
		for _, opts := range options {
			c, err := appwrite.NewClient(good, testProject, opts...)
			requireParamError(t, err, "appwrite.NewClient", param)
			assert.Nil(t, c)
			c, err = newClient(t, good).With(opts...)
			requireParamError(t, err, "appwrite.Client.With", param)
			assert.Nil(t, c)
		}
	}
}

func TestAProjectIDIsOneThatAHeaderAndACookieCanHold(t *testing.T) {
	t.Parallel()
	for _, project := range append([]string{"", " ", "a b", "a/b", "a;b", "a=b", "a,b", "ü", "a\"b"}, broken("p")...) {
		_, err := appwrite.NewClient("http://localhost/v1", project)
		requireParamError(t, err, "appwrite.NewClient", "projectID")
		assert.NotContains(t, err.Error(), "\n")
	}
	for _, project := range []string{"p", "console", "my-project", "My.Project_1", "6b00e083dd3439124ec1", strings.Repeat("a", 36)} {
		_, err := appwrite.NewClient("http://localhost/v1", project)
		assert.NoError(t, err, project)
	}
}

// broken puts into a value what ends a header, or makes the transport or a proxy refuse or
// misread it.
func broken(value string) []string {
	var all []string
	for _, b := range []string{"\r", "\n", "\r\n", "\x00", "\x7f", "\x1b", "\v", "\f"} {
		all = append(all, b, b+value, value+b, value+b+"X-Appwrite-Key: injected", value+b+" folded")
	}
	return all
}

func TestControlCharactersInOptionsAreRefused(t *testing.T) {
	t.Parallel()
	base := newClient(t, "http://host/v1")
	for param, option := range map[string]func(value string) appwrite.Option{
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
			return appwrite.WithCookies([]*http.Cookie{{Name: cookieName, Value: v}})
		},
	} {
		for _, value := range broken("value") {
			_, err := appwrite.NewClient("http://host/v1", testProject, option(value))
			requireParamError(t, err, "appwrite.NewClient", param)
			assert.NotContains(t, err.Error(), "value"+value, "%s %q", param, value)
			_, err = base.With(option(value))
			requireParamError(t, err, "appwrite.Client.With", param)
		}
	}
	for _, name := range broken("X-Own") {
		_, err := base.With(appwrite.WithHeader(name, "v"))
		requireParamError(t, err, "appwrite.Client.With", "header")
	}
}

func TestTheLastHeaderOfANameWinsInAnyCase(t *testing.T) {
	t.Parallel()
	spellings := []string{"x-own-header", "X-Own-Header", "X-OWN-HEADER", "x-Own-hEADER"}
	onBoth(t, func(t *testing.T, connect connection) {
		base := connect(t, answersJSON(200, userBody))
		for i := range 1000 { // maps have no order
			var opts []appwrite.Option
			for j := range spellings {
				opts = append(opts, appwrite.WithHeader(spellings[(i+j)%len(spellings)], fmt.Sprint("option ", j)))
			}
			c, err := base.With(opts...)
			require.NoError(t, err)
			last := spellings[i%len(spellings)]
			copied, err := c.With(appwrite.WithHeader(last, "copy"))
			require.NoError(t, err)
			own := func(c *appwrite.Client, opts ...appwrite.RequestOption) []string {
				_, err := c.Account.Get(t.Context(), opts...)
				require.NoError(t, err)
				header := base.One(t).Header
				for name := range header {
					if strings.EqualFold(name, last) {
						require.Equal(t, "X-Own-Header", name)
					}
				}
				return header["X-Own-Header"]
			}
			require.Equal(t, []string{"option 3"}, own(c))
			require.Equal(t, []string{"copy"}, own(copied))
			require.Equal(t, []string{"call 2"}, own(copied, appwrite.RequestHeader(last, "call 1"), appwrite.RequestHeader(strings.ToLower(last), "call 2")))
			require.Equal(t, []string{"copy"}, own(copied), "a call's header must not stay")
		}
	})
}

func TestHeadersOfCredentialsProjectAndTransportCannotBeSet(t *testing.T) {
	t.Parallel()
	base := memory(t, answersJSON(200, userBody))
	for _, name := range []string{
		"X-Appwrite-Project", "X-Appwrite-Key", "X-Appwrite-JWT", "X-Appwrite-Session", "X-Appwrite-Dev-Key", "X-Fallback-Cookies", "Cookie", "Authorization",
		"Proxy-Authorization", "X-Appwrite-Response-Format", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Host", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
	} {
		for _, spelling := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			_, err := appwrite.NewClient("http://host/v1", testProject, appwrite.WithHeader(spelling, "v"))
			requireParamError(t, err, "appwrite.NewClient", "header")
			_, err = base.With(appwrite.WithHeader(spelling, "v"))
			requireParamError(t, err, "appwrite.Client.With", "header")
			_, err = base.Account.Get(t.Context(), appwrite.RequestHeader(spelling, "v"))
			requireParamError(t, err, "account.get", "header")
		}
	}
	assert.Empty(t, base.Take())
}

// Options may be kept in a slice and used for many clients and calls at once.
func TestOptionsCanBeUsedAgain(t *testing.T) {
	t.Parallel()
	seen := &testkit.Recorder{}
	opts := []appwrite.Option{through(seen.Noted(answersJSON(200, userBody))), appwrite.WithHeader("X-Own", "1"), appwrite.WithSession("s"), appwrite.WithTimeout(time.Second)}
	calls := []appwrite.RequestOption{appwrite.RequestHeader("X-Call", "1"), appwrite.NoRetry(), appwrite.CaptureResponse(new(appwrite.Response))}
	for range 3 {
		_, err := newClient(t, "http://host/v1", opts...).Account.Get(t.Context(), calls...)
		require.NoError(t, err)
		header := seen.One(t).Header
		assert.Equal(t, []string{"1", "1"}, append(header["X-Own"], header["X-Call"]...))
	}
}

// Such a server would do to an administrator what is meant for another user.
func TestNobodyIsImpersonatedOnAServerThatIgnoresIt(t *testing.T) {
	t.Parallel()
	for param, option := range map[string]appwrite.Option{
		"impersonateUserId":    appwrite.WithImpersonateUserID("u2"),
		"impersonateUserEmail": appwrite.WithImpersonateUserEmail("u2@example.com"),
		"impersonateUserPhone": appwrite.WithImpersonateUserPhone("+14155550123"),
	} {
		old := appwrite.WithServerVersion("1.8.1")
		for _, options := range [][]appwrite.Option{{option, old}, {old, option}} {
			_, err := appwrite.NewClient("http://host/v1", testProject, options...)
			assert.Contains(t, requireParamError(t, err, "appwrite.NewClient", param).Reason, "1.9.0")
		}
		_, err := newClient(t, "http://host/v1", option, appwrite.WithServerVersion("1.9")).With(old)
		requireParamError(t, err, "appwrite.Client.With", param)
	}
}
