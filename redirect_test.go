package appwrite_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/models"
)

var redirectStatuses = []int{301, 302, 303, 307, 308}

// redirector answers a request under /<status>/<to>/… with that status and the Location that
// the table has for <to>, so that one server serves all cases.
func redirector(locations func(to string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(r.URL.Path, "/")
		if len(parts) < 3 {
			http.Error(w, "followed", http.StatusTeapot)
			return
		}
		status, err := strconv.Atoi(parts[1])
		if err != nil {
			http.Error(w, "followed", http.StatusTeapot)
			return
		}
		w.Header().Set("Location", locations(parts[2]))
		w.WriteHeader(status)
	}
}

func TestRedirectsAreNeverFollowed(t *testing.T) {
	t.Parallel()
	const page = "/elsewhere/reveal-path?reveal-query=1#reveal-fragment"
	atTarget, target := recordingServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(userBody))
	})
	var server *httptest.Server
	hosts := map[string]func() string{
		"another-host": func() string { return target.URL },
		"same-host":    func() string { return server.URL },
		"relative":     func() string { return "" },
	}
	atServer, server := recordingServer(t, redirector(func(to string) string { return hosts[to]() + page }))

	for _, c := range everycall.All {
		for to, host := range hosts {
			for _, status := range redirectStatuses {
				t.Run(fmt.Sprintf("%s/%s/%d", c.Method, to, status), func(t *testing.T) {
					base := newClient(t, fmt.Sprintf("%s/%d/%s", server.URL, status, to), appwrite.WithDevKey("dev-key-1"))
					got, err := c.Do(context.Background(), base.WithSession("session-1").Account, c.Full())

					assert.Len(t, atServer.take(), 1, "requests to the server")
					assert.Empty(t, atTarget.take(), "requests to the target")
					wantHost := host()
					if wantHost == "" {
						wantHost = server.URL
					}
					if c.Kind() == everycall.Redirects {
						require.NoError(t, err)
						assert.Equal(t, wantHost+page, got)
						return
					}
					assert.Nil(t, got)
					requireRedirectError(t, err, c.Operation, status, wantHost)
					assert.NotContains(t, err.Error(), "reveal")
				})
			}
		}
	}
}

func requireRedirectError(t *testing.T, err error, operation string, status int, host string) {
	t.Helper()
	var answer *appwrite.Error
	require.ErrorAs(t, err, &answer)
	assert.Equal(t, status, answer.StatusCode)
	assert.Equal(t, operation, answer.Operation)
	assert.Empty(t, answer.Type)
	assert.Contains(t, err.Error(), host)
}

func TestCredentialsNeverReachTheTargetOfARedirect(t *testing.T) {
	t.Parallel()
	atTarget, target := recordingServer(t, func(http.ResponseWriter, *http.Request) {})
	atServer, server := recordingServer(t, redirector(func(string) string { return target.URL + "/stolen" }))
	for kind, option := range credentialOptions("secret") {
		for _, status := range redirectStatuses {
			t.Run(fmt.Sprintf("%s/%d", kind, status), func(t *testing.T) {
				c := newClient(t, fmt.Sprintf("%s/%d/x", server.URL, status), option)
				_, err := c.Account.CreateEmailPasswordSession(context.Background(), appwrite.EmailPasswordParams{Email: "w@example.com", Password: "password-1"})
				requireRedirectError(t, err, "account.createEmailPasswordSession", status, target.URL)
				assert.Len(t, atServer.take(), 1)
				assert.Empty(t, atTarget.take())
			})
		}
	}
	t.Run("ServerVersion", func(t *testing.T) {
		_, err := newClient(t, server.URL+"/301/x").ServerVersion(context.Background())
		requireRedirectError(t, err, "health.getVersion", 301, target.URL)
		assert.Len(t, atServer.take(), 1)
		assert.Empty(t, atTarget.take())
	})
}

func TestRedirectsAreNotFollowedWhateverTheCallersHTTPClientSays(t *testing.T) {
	t.Parallel()
	atTarget, target := recordingServer(t, func(http.ResponseWriter, *http.Request) {})
	atServer, server := recordingServer(t, redirector(func(string) string { return target.URL }))
	c := newClient(t, server.URL+"/307/x", appwrite.WithAPIKey("key"), appwrite.WithHTTPClient(&http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return nil },
	}))
	_, err := c.Account.CreateRecovery(context.Background(), appwrite.RecoveryParams{Email: "w@example.com", URL: "http://localhost"})
	requireRedirectError(t, err, "account.createRecovery", 307, target.URL)
	assert.Len(t, atServer.take(), 1)
	assert.Empty(t, atTarget.take())
}

func TestRedirectErrorsNameSchemeAndHostOnly(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ location, want string }{
		{"https://other.example:8443/reveal?reveal=1#reveal", "https://other.example:8443"},
		{"//other.example/reveal", "http://other.example"},
		{"/reveal", "http://host:81"},
		{"?reveal=1", "http://host:81"},
		{"reveal", "http://host:81"},
		{"https://reveal:reveal@other.example/", "https://other.example"},
		{"HTTPS://other.example/reveal", "https://other.example"},
		{"", "without Location"},
		{"http://[reveal/", "an invalid URL"},
		{"https://" + strings.Repeat("long.", 100) + "example/reveal", "https://long.long"},
	} {
		t.Run(tc.location, func(t *testing.T) {
			t.Parallel()
			_, hc := recordingTransport(func(*http.Request) (*http.Response, error) {
				r := httpmock.NewStringResponse(301, "<html>reveal</html>")
				if tc.location != "" {
					r.Header.Set("Location", tc.location)
				}
				return r, nil
			})
			_, err := newClient(t, "http://host:81/v1", appwrite.WithHTTPClient(hc)).Account.Get(context.Background())
			requireRedirectError(t, err, "account.get", 301, tc.want)
			assert.NotContains(t, err.Error(), "reveal")
			assert.Less(t, len(err.Error()), 300)
		})
	}
}

func TestOtherStatusesOf3xxAreErrorsOfEveryCall(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 304, 305, 306} {
		for _, c := range everycall.All {
			seen, hc := recordingTransport(func(*http.Request) (*http.Response, error) {
				r := httpmock.NewStringResponse(status, "")
				r.Header.Set("Location", everycall.ProviderPage)
				return r, nil
			})
			got, err := c.Do(context.Background(), newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).Account, c.Full())
			var answer *appwrite.Error
			require.ErrorAs(t, err, &answer, c.Method)
			assert.Equal(t, status, answer.StatusCode)
			assert.Nil(t, got)
			assert.Len(t, seen.take(), 1)
		}
	}
}

// oauth2Calls are the two calls whose redirect is the result.
func oauth2Calls() []everycall.Call {
	var calls []everycall.Call
	for _, c := range everycall.All {
		if c.Kind() == everycall.Redirects {
			calls = append(calls, c)
		}
	}
	return calls
}

func TestOAuth2CallsReturnTheProvidersURLAndDoNotVisitIt(t *testing.T) {
	t.Parallel()
	require.Len(t, oauth2Calls(), 2)
	atProvider, provider := recordingServer(t, func(http.ResponseWriter, *http.Request) {})
	page := provider.URL + "/login?client_id=1&state=%7B%22a%22%3A1%7D&redirect_uri=http%3A%2F%2Fhost%2Fv1#top"
	atServer, server := recordingServer(t, redirector(func(string) string { return page }))
	for _, c := range oauth2Calls() {
		for _, status := range redirectStatuses {
			t.Run(fmt.Sprintf("%s/%d", c.Method, status), func(t *testing.T) {
				client := newClient(t, fmt.Sprintf("%s/%d/x", server.URL, status), appwrite.WithSession("session"))
				got, err := c.Do(context.Background(), client.Account, c.Full())
				require.NoError(t, err)
				assert.Equal(t, page, got)
				assert.Len(t, atServer.take(), 1)
				assert.Empty(t, atProvider.take())
			})
		}
	}
}

// Servers that force https send every call over http to itself: a browser that was sent
// there would sign in without success, failure and scopes, which the redirect drops.
func TestOAuth2CallsTakeNoRedirectToThemselvesForAnAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range oauth2Calls() {
		path := strings.Replace(c.Route().Path, "{provider}", "git%20hub", 1)
		for _, location := range []string{
			"https://host/v1" + path,
			"https://host:443/v1" + path,
			"https://host/v1" + path + "?success=http%3A%2F%2Flocalhost%2Fok",
			"https://HOST/v1" + path,
			"//host/v1" + path,
			"/v1" + path,
		} {
			t.Run(c.Method+location, func(t *testing.T) {
				t.Parallel()
				seen, hc := recordingTransport(func(*http.Request) (*http.Response, error) {
					r := httpmock.NewStringResponse(301, "")
					r.Header.Set("Location", location)
					return r, nil
				})
				client := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc))
				got, err := c.Do(context.Background(), client.Account, withIDs(c, []string{"git hub"}))
				assert.Nil(t, got)
				assert.Len(t, seen.take(), 1)
				var answer *appwrite.Error
				require.ErrorAs(t, err, &answer)
				assert.Equal(t, 301, answer.StatusCode)
				assert.Regexp(t, `(?i)https?://host\b`, err.Error())
				assert.NotContains(t, err.Error(), "oauth2/")
				assert.NotContains(t, err.Error(), "localhost")
			})
		}
	}
}

func TestOAuth2CallsReturnNoURLThatABrowserMustNotGoTo(t *testing.T) {
	t.Parallel()
	for _, c := range oauth2Calls() {
		for _, location := range []string{
			"", "javascript:alert(1)", "data:text/html,x", "mailto:a@b", "file:///etc/passwd", "ftp://host/x",
			"https:///login", "https://", "https://user:pw@provider.example/", "http://[::1", "https://provider.example/%zz",
		} {
			t.Run(c.Method+"/"+location, func(t *testing.T) {
				t.Parallel()
				_, hc := recordingTransport(func(*http.Request) (*http.Response, error) {
					r := httpmock.NewStringResponse(302, "")
					if location != "" {
						r.Header.Set("Location", location)
					}
					return r, nil
				})
				got, err := c.Do(context.Background(), newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).Account, c.Full())
				assert.Nil(t, got)
				var broken *appwrite.DecodeError
				require.ErrorAs(t, err, &broken)
				assert.Equal(t, 302, broken.StatusCode)
				assert.Equal(t, c.Operation, broken.Operation)
			})
		}
	}
}

func TestOAuth2CallsWithoutARedirectAreErrors(t *testing.T) {
	t.Parallel()
	for _, c := range oauth2Calls() {
		for _, status := range []int{200, 201, 204} {
			for _, body := range []string{"", `{}`, `{"url":"https://provider.example"}`, "<html></html>"} {
				_, hc := recordingTransport(memAnswer(status, jsonType, body))
				got, err := c.Do(context.Background(), newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc)).Account, c.Full())
				assert.Nil(t, got)
				var broken *appwrite.DecodeError
				require.ErrorAs(t, err, &broken)
				assert.Equal(t, status, broken.StatusCode)
			}
		}
	}
}

// errorPage is the page that Appwrite shows to browsers, also at the start of an OAuth2
// login, shortened in its styles and its trace.
const errorPage = `<!DOCTYPE html><html lang="en"><head> <meta charset="UTF-8"> <style> @font-face { font-family: 'Inter'; } </style> ` +
	`<title>SDK Test - Error</title> <style> h1 { color: #2D2D31; } .type { padding: 2px; } </style></head><body> <div class="main"> ` +
	`<div id="views-error" class="content small-error"> <div class="center"><span class="">Error %d</span></div> ` +
	`<h1>%s</h1> <div class="center"> <span class='type'>%s</span> </div> ` +
	`<div class="center"> <button class="bordered-button" onclick="openTraceView()">View error trace</button> </div> </div> ` +
	`<div id="views-trace" style="display: none;" class="error-trace"> <div class="trace-grid"> <div class="trace-label">file</div> ` +
	`<div class="trace-value">/usr/src/code/app/http.php</div> </div> </div> </div> <script> function openErrorView() {} </script></body></html>`

func TestOAuth2ErrorPagesBecomeErrors(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status  int
		kind    appwrite.ErrorType
		heading string
		message string
	}{
		{412, appwrite.ErrProjectProviderDisabled,
			"This provider is disabled. Please enable the provider from your Appwrite console to continue.",
			"This provider is disabled. Please enable the provider from your Appwrite console to continue."},
		{400, appwrite.ErrGeneralArgumentInvalid,
			"Invalid `provider` param: Value must be one of (amazon, apple, x &amp; &#039;mock&#039;)",
			"Invalid `provider` param: Value must be one of (amazon, apple, x & 'mock')"},
		{404, appwrite.ErrGeneralRouteNotFound, "Route not found", "Route not found"},
		{501, "a_type_of_tomorrow", "  Not\n  here ", "Not here"},
	} {
		for _, c := range oauth2Calls() {
			t.Run(fmt.Sprintf("%s/%d", c.Method, tc.status), func(t *testing.T) {
				t.Parallel()
				seen, server := recordingServer(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/html; charset=UTF-8")
					w.WriteHeader(tc.status)
					_, _ = fmt.Fprintf(w, errorPage, tc.status, tc.heading, tc.kind)
				})
				client := newClient(t, server.URL+"/v1")
				got, err := c.Do(context.Background(), client.Account, c.Full())
				assert.Nil(t, got)
				var answer *appwrite.Error
				require.ErrorAs(t, err, &answer)
				assert.Equal(t, tc.status, answer.StatusCode)
				assert.Equal(t, tc.kind, answer.Type)
				assert.Equal(t, tc.message, answer.Message)
				assert.ErrorIs(t, err, tc.kind)
				assert.Less(t, len(err.Error()), 300)
				assert.Len(t, seen.take(), 1)
			})
		}
	}
}

func TestOAuth2CallsSendTheCredentialAndTheURLBuildersDoNot(t *testing.T) {
	t.Parallel()
	seen, hc := recordingTransport(successOf(oauth2Calls()[0]))
	c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(hc), appwrite.WithSession("the-session"), appwrite.WithDevKey("the-dev-key"))
	p := appwrite.OAuth2Params{Success: "https://app.example/ok?a=1&b=2", Failure: "https://app.example/no", Scopes: []string{"email", "a b"}}
	_, err := c.Account.CreateOAuth2Token(context.Background(), models.OAuthProviderGitHub, p)
	require.NoError(t, err)
	r := seen.take()[0]
	assert.Equal(t, "the-session", r.header.Get("X-Appwrite-Session"))
	const query = "failure=https%3A%2F%2Fapp.example%2Fno"
	const scopes = "scopes%5B%5D=email&scopes%5B%5D=a+b&success=https%3A%2F%2Fapp.example%2Fok%3Fa%3D1%26b%3D2"
	assert.Equal(t, "/v1/account/tokens/oauth2/github?"+query+"&"+scopes, r.uri)

	for build, path := range map[string]string{"token": "tokens", "session": "sessions"} {
		url, err := c.Account.OAuth2TokenURL(models.OAuthProviderGitHub, p)
		if build == "session" {
			url, err = c.Account.OAuth2SessionURL(models.OAuthProviderGitHub, p)
		}
		require.NoError(t, err)
		assert.Equal(t, "http://host/v1/account/"+path+"/oauth2/github?"+query+"&project="+testProject+"&"+scopes, url)
	}
	assert.Empty(t, seen.take())
}
