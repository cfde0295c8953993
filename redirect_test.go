package appwrite_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/testkit"
	"github.com/seed17809555/appwrite/models"
)

var redirectStatuses = []int{301, 302, 303, 307, 308}

func requireRedirectError(t *testing.T, err error, operation string, status int, host string) {
	t.Helper()
	e := as[*appwrite.Error](t, err)
	assert.Equal(t, status, e.StatusCode)
	assert.Equal(t, operation, e.Operation)
	assert.Empty(t, e.Type)
	assert.Contains(t, err.Error(), host)
}

func TestRedirectsAreNeverFollowed(t *testing.T) {
	t.Parallel()
	const page = "/elsewhere/reveal-path?reveal-query=1#reveal-fragment"
	atTarget, target := testkit.Serve(t, answersUser)
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		var now changing
		client := sockets(t, now.respond, appwrite.WithDevKey("dev-key-1"), appwrite.WithSession("session-1"))
		home := strings.TrimSuffix(client.Endpoint(), "/v1")
		for to, host := range map[string]string{target.URL: target.URL, home: home, "": home} {
			for _, status := range redirectStatuses {
				now.set(redirects(status, to+page))
				got, err := c.Do(t.Context(), client.Account, c.Full())
				client.One(t)
				if c.Kind() == everycall.Redirects {
					require.NoError(t, err)
					assert.Equal(t, host+page, got)
					continue
				}
				assert.Nil(t, got)
				requireRedirectError(t, err, c.Operation, status, host)
				assert.NotContains(t, err.Error(), "reveal")
			}
		}
	})
	t.Cleanup(func() { assert.Empty(t, atTarget.Take(), "requests to the target") })
}

func TestCredentialsNeverReachTheTargetOfARedirect(t *testing.T) {
	t.Parallel()
	atTarget, target := testkit.Serve(t, answersUser)
	var now changing
	base := sockets(t, now.respond)
	for _, status := range redirectStatuses {
		now.set(redirects(status, target.URL+"/stolen"))
		for _, option := range credentialOptions("secret") {
			c, err := base.With(option)
			require.NoError(t, err)
			_, err = c.Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: "w@example.com", Password: "password-1"})
			requireRedirectError(t, err, "account.createEmailPasswordSession", status, target.URL)
			base.One(t)
		}
		_, err := base.ServerVersion(t.Context())
		requireRedirectError(t, err, "health.getVersion", status, target.URL)
		base.One(t)
	}
	assert.Empty(t, atTarget.Take())
}

func TestRedirectErrorsNameSchemeAndHostOnly(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"https://other.example:8443/reveal?reveal=1#reveal": "https://other.example:8443",
		"//other.example/reveal":                            "http://other.example",
		"/reveal":                                           "http://host:81",
		"?reveal=1":                                         "http://host:81",
		"reveal":                                            "http://host:81",
		"https://reveal:reveal@other.example/":              "https://other.example",
		"HTTPS://other.example/reveal":                      "https://other.example",
		"":                                                  "without Location",
		"http://[reveal/":                                   "an invalid URL",
		"https://" + strings.Repeat("long.", 100) + "example/reveal": "https://long.long",
	} {
		_, err := newClient(t, "http://host:81/v1", through(tripper(func(*http.Request) (*http.Response, error) {
			resp := response(301, htmlType, "<html>reveal</html>")
			resp.Header.Set("Location", location)
			return resp, nil
		}))).Account.Get(t.Context())
		requireRedirectError(t, err, "account.get", 301, want)
		assert.NotContains(t, err.Error(), "reveal")
		assert.Less(t, len(err.Error()), 300)
	}
}

// A 302 that leads nowhere is a proxy's; browsers would show its page.
func TestOtherStatusesOf3xxAndRedirectsToNowhereAreErrorsOfEveryCall(t *testing.T) {
	t.Parallel()
	for status, location := range map[int]string{300: everycall.ProviderPage, 304: everycall.ProviderPage, 305: everycall.ProviderPage, 306: everycall.ProviderPage, 302: ""} {
		client := sockets(t, redirects(status, location))
		for _, c := range everycall.All {
			got, err := c.Do(t.Context(), client.Account, c.Full())
			assert.Nil(t, got, c.Method)
			client.One(t)
			if c.Kind() == everycall.Redirects && location == "" {
				assert.Equal(t, status, as[*appwrite.DecodeError](t, err).StatusCode)
				continue
			}
			assert.Equal(t, status, as[*appwrite.Error](t, err).StatusCode, c.Method)
			assert.Equal(t, location == "", strings.Contains(err.Error(), "Location"))
		}
	}
}

// oauth2Calls are the two calls whose redirect is the result.
func oauth2Calls() []everycall.Call {
	return []everycall.Call{everycall.Named("CreateOAuth2Token"), everycall.Named("CreateOAuth2Session")}
}

func TestTheProvidersLoginPageIsReturned(t *testing.T) {
	t.Parallel()
	// The first is what a server sent; its parameters hold escapes that must stay.
	const recorded = "http://127.0.0.1:9501/v1/mock/tests/general/oauth2?client_id=1&redirect_uri=http%3A%2F%2Flocalhost%3A9501%2Fv1%2Faccount%2Fsessions%2Foauth2%2Fcallback%2Fmock%2F6b00e083dd3439124ec1&scope=email&state=%7B%22success%22%3A%22http%3A%5C%2F%5C%2Flocalhost%5C%2Fsuccess%22%2C%22token%22%3Afalse%7D"
	for location, want := range map[string]string{
		recorded: recorded,
		"https://github.com/login/oauth/authorize?client_id=a+b&scope=user%3Aemail": "https://github.com/login/oauth/authorize?client_id=a+b&scope=user%3Aemail",
		"HTTPS://Provider.example/":              "https://Provider.example/",
		"https://[2001:db8::1]:8443/login#frag":  "https://[2001:db8::1]:8443/login#frag",
		"https://provider.example":               "https://provider.example",
		"//provider.example/login":               "https://provider.example/login",
		"/v1/mock/tests/general/oauth2?a=1":      "https://appwrite.test/v1/mock/tests/general/oauth2?a=1",
		"https://appwrite.test/console/mock?x=1": "https://appwrite.test/console/mock?x=1",
	} {
		for _, c := range oauth2Calls() {
			for _, status := range redirectStatuses {
				var answered appwrite.Response
				got, err := c.Do(t.Context(), memory(t, redirects(status, location)).Account, c.Full(), appwrite.CaptureResponse(&answered))
				require.NoError(t, err, "%s %s", c.Method, location)
				assert.Equal(t, want, got, c.Method)
				assert.Equal(t, status, answered.StatusCode)
				assert.Equal(t, 1, answered.Attempts)
			}
		}
	}
}

// Whatever comes back goes into a browser, with the trust that it has in the application.
func TestALocationThatNoBrowserMayBeSentToIsRefused(t *testing.T) {
	t.Parallel()
	for _, location := range []string{
		"", ":", "javascript:alert(document.cookie)", "JavaScript:alert(1)", "\tjavascript:alert(1)", "data:text/html,<script>alert(1)</script>", "file:///etc/passwd",
		"ftp://provider.example/", "intent://provider.example/", "mailto:w@example.com", "https:provider.example", "https:///login", "https://", "http://:80/",
		"https://user@provider.example/", "https://user:pa55word@provider.example/", "https://appwrite.test@evil.example/", "http://[::1/",
		"https://provider.example:port/", "https://provider.example/%zz", "https://provider.example/a\x7fb",
	} {
		for _, c := range oauth2Calls() {
			for _, status := range []int{301, 302} {
				got, err := c.Do(t.Context(), memory(t, redirects(status, location)).Account, c.Full())
				assert.Nil(t, got, "%s %q", c.Method, location)
				e := as[*appwrite.DecodeError](t, err)
				assert.Equal(t, status, e.StatusCode)
				assert.Equal(t, c.Operation, e.Operation)
				assert.NotContains(t, err.Error(), "pa55word")
				assert.NotContains(t, err.Error(), "alert")
			}
		}
	}
}

// A server that forces https redirects the call itself. Sent to a browser, it would lead back
// to the API, without success, failure and scopes, which the redirect drops.
func TestARedirectOfTheCallItselfIsNoLoginPage(t *testing.T) {
	t.Parallel()
	for _, c := range oauth2Calls() {
		for _, provider := range []string{"github", "git hub"} {
			path := "/v1" + strings.Replace(c.Route().Path, "{provider}", url.PathEscape(provider), 1)
			for _, location := range []string{
				"https://appwrite.test" + path, "http://appwrite.test" + path, "https://appwrite.test:443" + path + "?success=http%3A%2F%2Flocalhost%2Fok", "https://APPWRITE.test" + path,
				"//appwrite.test" + path, "https://www.appwrite.test" + path, path + "/", path,
			} {
				client := newClient(t, "http://appwrite.test/v1", through(redirects(301, location)))
				got, err := c.Do(t.Context(), client.Account, c.FullFor(provider))
				assert.Nil(t, got)
				e := as[*appwrite.Error](t, err)
				assert.Equal(t, 301, e.StatusCode)
				assert.Regexp(t, `(?i)https?://(www\.)?appwrite\.test\b`, e.Message)
				assert.NotContains(t, err.Error(), "oauth2/")
				assert.NotContains(t, err.Error(), "localhost")
			}
		}
	}
}

// FuzzLocation holds that a URL that is handed out is one that a browser may be sent to.
func FuzzLocation(f *testing.F) {
	for _, a := range recordedAnswers(f) {
		if to := a.Header.Get("Location"); to != "" {
			f.Add(to)
		}
	}
	for _, seed := range []string{
		everycall.ProviderPage, "", "//provider.example/x", "/login", "?x=1", "#x", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://", "https:///x", "http://:80/",
		"https://user:password@provider.example/", "https://user@provider.example", "HTTPS://provider.example", "https:provider.example", "https://[::1", "https://a b/",
		"https://provider.example\r\nX: y", "\\\\provider.example\\x", "https://provider.example\\@other.example", "https://other.example/v1/account/sessions/oauth2/github", "https://%2f/", "https://\xff/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		to, err := memory(t, redirects(301, text)).Account.CreateOAuth2Token(t.Context(), models.OAuthProviderGitHub, appwrite.OAuth2Params{}, appwrite.NoRetry())
		if err != nil {
			if to != "" {
				t.Fatalf("%q and %v", to, err)
			}
			requireTyped(t, err)
			return
		}
		u, err := url.Parse(to)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			t.Fatalf("%q becomes %q", text, to)
		}
		// In a query they are harmless.
		if where, _, _ := strings.Cut(to, "?"); appwrite.ControlCharacters(to) != "" || strings.ContainsAny(where, " \\") {
			t.Fatalf("%q becomes %q, which browsers read otherwise", text, to)
		}
	})
}
