package appwrite_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

type startOAuth2 = func(*appwrite.Account, context.Context, models.OAuthProvider, appwrite.OAuth2Params, ...appwrite.RequestOption) (string, error)

var oauth2Starts = map[string]startOAuth2{
	"CreateOAuth2Token":   (*appwrite.Account).CreateOAuth2Token,
	"CreateOAuth2Session": (*appwrite.Account).CreateOAuth2Session,
}

// redirects answers with a status and a Location.
func redirects(status int, location string) tripper {
	return func(r *http.Request) (*http.Response, error) {
		resp := response(r, status, "text/html", "")
		if location != "" {
			resp.Header.Set("Location", location)
		}
		return resp, nil
	}
}

func TestTheProvidersLoginPageIsReturned(t *testing.T) {
	t.Parallel()
	// The first is what a server sent; its parameters hold escapes that must stay.
	const recorded = "http://127.0.0.1:9501/v1/mock/tests/general/oauth2?client_id=1&redirect_uri=http%3A%2F%2Flocalhost%3A9501%2Fv1%2Faccount%2Fsessions%2Foauth2%2Fcallback%2Fmock%2F6b00e083dd3439124ec1&scope=email&state=%7B%22success%22%3A%22http%3A%5C%2F%5C%2Flocalhost%5C%2Fsuccess%22%2C%22token%22%3Afalse%7D"
	locations := map[string]string{
		recorded: recorded,
		"https://github.com/login/oauth/authorize?client_id=a+b&scope=user%3Aemail": "https://github.com/login/oauth/authorize?client_id=a+b&scope=user%3Aemail",
		"HTTPS://Provider.example/":              "https://Provider.example/",
		"https://[2001:db8::1]:8443/login#frag":  "https://[2001:db8::1]:8443/login#frag",
		"https://provider.example":               "https://provider.example",
		"//provider.example/login":               "https://provider.example/login",
		"/v1/mock/tests/general/oauth2?a=1":      "https://appwrite.test/v1/mock/tests/general/oauth2?a=1",
		"https://appwrite.test/console/mock?x=1": "https://appwrite.test/console/mock?x=1",
	}
	for method, start := range oauth2Starts {
		for _, status := range []int{301, 302, 303, 307, 308} {
			for location, want := range locations {
				client := clientThrough(t, redirects(status, location))
				var answered appwrite.Response
				got, err := start(client.Account, t.Context(), "github", appwrite.OAuth2Params{}, appwrite.CaptureResponse(&answered))
				require.NoError(t, err, "%s %s", method, location)
				assert.Equal(t, want, got, method)
				assert.Equal(t, status, answered.StatusCode)
				assert.Equal(t, 1, answered.Attempts)
			}
		}
	}
}

// Whatever comes back goes into a browser, with the trust that it has in the application.
func TestALocationThatNoBrowserMayBeSentToIsRefused(t *testing.T) {
	t.Parallel()
	locations := []string{
		"",
		"javascript:alert(document.cookie)",
		"JavaScript:alert(1)",
		"data:text/html,<script>alert(1)</script>",
		"file:///etc/passwd",
		"ftp://provider.example/",
		"intent://provider.example/",
		"mailto:w@example.com",
		"https:provider.example",
		"https:///login",
		"https://",
		"http://:80/",
		"https://user@provider.example/",
		"https://user:pa55word@provider.example/",
		"https://appwrite.test@evil.example/",
		"http://[::1/",
		"https://provider.example:port/",
		"https://provider.example/%zz",
		"https://provider.example/a\x7fb",
		"\tjavascript:alert(1)",
		":",
	}
	for method, start := range oauth2Starts {
		for _, location := range locations {
			client := clientThrough(t, redirects(301, location))
			got, err := start(client.Account, t.Context(), "github", appwrite.OAuth2Params{})
			assert.Empty(t, got, "%s %q", method, location)
			e, ok := errors.AsType[*appwrite.DecodeError](err)
			if assert.True(t, ok, "%s %q: %v", method, location, err) {
				assert.Equal(t, 301, e.StatusCode)
				assert.NotContains(t, err.Error(), "pa55word")
				assert.NotContains(t, err.Error(), "alert")
			}
		}
	}
}

// A server that forces https redirects the call itself. Sent to a browser, it would lead
// back to the API, without the query.
func TestARedirectOfTheCallItselfIsNoLoginPage(t *testing.T) {
	t.Parallel()
	for method, start := range oauth2Starts {
		path := "/v1/account/" + strings.ToLower(strings.TrimPrefix(method, "CreateOAuth2")) + "s/oauth2/github"
		for _, location := range []string{"https://appwrite.test" + path, "http://appwrite.test" + path, "https://appwrite.test:443" + path + "?x=1", "https://www.appwrite.test" + path, path + "/", path, ""} {
			client := clientThrough(t, redirects(301, location))
			got, err := start(client.Account, t.Context(), "github", appwrite.OAuth2Params{})
			assert.Empty(t, got)
			if location == "" {
				require.Error(t, err)
				continue
			}
			e, ok := errors.AsType[*appwrite.Error](err)
			require.True(t, ok, "%s: %v", location, err)
			assert.Equal(t, 301, e.StatusCode)
			assert.Contains(t, e.Message, "appwrite.test")
			assert.NotContains(t, err.Error(), path)
		}
	}
}

func TestTheURLsForABrowserAreExactlyThese(t *testing.T) {
	t.Parallel()
	full := appwrite.OAuth2Params{Success: "https://app.example/ok?a=b&c=d", Failure: "https://app.example/no#x", Scopes: []string{"user:email", "read repo"}}
	tests := []struct {
		endpoint, project string
		provider          models.OAuthProvider
		params            appwrite.OAuth2Params
		want              string // after the path of the method
	}{
		{"https://cloud.example/v1", "p1", models.OAuthProviderGitHub, appwrite.OAuth2Params{}, "https://cloud.example/v1/account/%s/oauth2/github?project=p1"},
		{"https://cloud.example/v1/", "p1", models.OAuthProviderGitHub, appwrite.OAuth2Params{}, "https://cloud.example/v1/account/%s/oauth2/github?project=p1"},
		{"http://localhost:8080/base/v1", "my-app_2.x", "google", appwrite.OAuth2Params{Success: "http://x/"}, "http://localhost:8080/base/v1/account/%s/oauth2/google?project=my-app_2.x&success=http%%3A%%2F%%2Fx%%2F"},
		{"https://cloud.example/v1", "p1", "github", full, "https://cloud.example/v1/account/%s/oauth2/github?failure=https%%3A%%2F%%2Fapp.example%%2Fno%%23x&project=p1&scopes%%5B%%5D=user%%3Aemail&scopes%%5B%%5D=read+repo&success=https%%3A%%2F%%2Fapp.example%%2Fok%%3Fa%%3Db%%26c%%3Dd"},
		{"https://cloud.example/v1", "p1", "a/b?c", appwrite.OAuth2Params{}, "https://cloud.example/v1/account/%s/oauth2/a%%2Fb%%3Fc?project=p1"},
	}
	for _, test := range tests {
		client, err := appwrite.NewClient(test.endpoint, test.project)
		require.NoError(t, err)
		token, err := client.Account.OAuth2TokenURL(test.provider, test.params)
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf(test.want, "tokens"), token)
		session, err := client.Account.OAuth2SessionURL(test.provider, test.params)
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf(test.want, "sessions"), session)
		u, err := url.Parse(token)
		require.NoError(t, err)
		assert.Equal(t, test.params.Scopes, u.Query()["scopes[]"])
	}
}

func TestTheURLsForABrowserHoldNoCredential(t *testing.T) {
	t.Parallel()
	const credential = "cred3ntial"
	client, mock := memClient(t, memAnswer(500, "", ""))
	for _, opt := range []appwrite.Option{
		appwrite.WithSession(credential), appwrite.WithJWT(credential), appwrite.WithAPIKey(credential), appwrite.WithBearerToken(credential),
		appwrite.WithCookies([]*http.Cookie{{Name: "a_session_p1", Value: credential}}), appwrite.WithDevKey(credential), appwrite.WithHeader("X-Own", credential),
		appwrite.WithJWTSource(source(func(context.Context) (string, error) { return credential, nil })),
	} {
		with, err := client.With(opt)
		require.NoError(t, err)
		for _, build := range []func(models.OAuthProvider, appwrite.OAuth2Params) (string, error){with.Account.OAuth2TokenURL, with.Account.OAuth2SessionURL} {
			text, err := build("github", appwrite.OAuth2Params{Success: "http://x/"})
			require.NoError(t, err)
			assert.NotContains(t, text, credential)
			assert.Contains(t, text, "project=p1")
		}
	}
	assert.Zero(t, mock.GetTotalCallCount(), "no request is made")
}

func TestTheURLsForABrowserAreRefusedLikeTheCalls(t *testing.T) {
	t.Parallel()
	client, _ := memClient(t, memAnswer(500, "", ""))
	for _, provider := range []models.OAuthProvider{"", ".", "..", "a\nb", "\x00"} {
		for _, build := range []func(models.OAuthProvider, appwrite.OAuth2Params) (string, error){client.Account.OAuth2TokenURL, client.Account.OAuth2SessionURL} {
			text, err := build(provider, appwrite.OAuth2Params{})
			assert.Empty(t, text)
			e, ok := errors.AsType[*appwrite.ParamError](err)
			require.True(t, ok, "%q: %v", provider, err)
			assert.Equal(t, "provider", e.Param)
			assert.True(t, strings.HasPrefix(e.Operation, "account.createOAuth2"), e.Operation)
		}
	}

	old, err := client.With(appwrite.WithServerVersion("1.4"))
	require.NoError(t, err)
	_, err = old.Account.OAuth2TokenURL("github", appwrite.OAuth2Params{})
	e, ok := errors.AsType[*appwrite.UnsupportedError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, appwrite.UnsupportedError{Operation: "account.createOAuth2Token", Since: "1.5.0", ServerVersion: "1.4.0", Instead: "account.createOAuth2Session"}, *e)
	_, err = old.Account.OAuth2SessionURL("github", appwrite.OAuth2Params{})
	require.NoError(t, err)

	for _, a := range []*appwrite.Account{nil, {}} {
		_, err = a.OAuth2TokenURL("github", appwrite.OAuth2Params{})
		_, ok := errors.AsType[*appwrite.ParamError](err)
		assert.True(t, ok, "%v", err)
	}
}

func parse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u
}

func TestACallbackIsReadFromTheLinksThatServersMake(t *testing.T) {
	t.Parallel()
	const (
		jwt  = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzZWNyZXQiOiJlOWUyNWE3MjIxZDM4NjFjNjQxYzBiMjEyOGUwYTU1YmExYzY5ODljYTE2YWJlMzFiNWY5ZjAyN2Q0MzM4ZmQ0IiwicHJvdmlkZXIiOiJtb2NrIiwiZXhwIjoxNzk1MjIwMDQ1fQ.-ouuqA5BzXN3_O3J9Abisq12rWmxtfwkQXMhvJ_-9aE"
		user = "6b00e16857c55c927093"
	)
	date := time.Date(2026, 11, 21, 1, 12, 51, 872_000_000, time.UTC)
	tests := map[string]struct {
		link string
		want appwrite.Callback
	}{
		"OAuth2, recorded":           {"http://localhost/success?secret=" + jwt + "&userId=" + user + "#", appwrite.Callback{UserID: user, Secret: jwt}},
		"OAuth2, other parameters":   {"http://localhost/success?a=1&secret=s&userId=u&b=2", appwrite.Callback{UserID: "u", Secret: "s"}},
		"path alone, as in a server": {"/success?secret=s&userId=u", appwrite.Callback{UserID: "u", Secret: "s"}},
		"mail, escaped":              {"http://localhost/r?x=1&userId=u&secret=s&expire=2026-11-21T01%3A12%3A51.872%2B00%3A00", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail, + not escaped":        {"http://localhost/r?userId=u&secret=s&expire=2026-11-21T01:12:51.872+00:00", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail, ends in Z":            {"http://localhost/r?userId=u&secret=s&expire=2026-11-21T01:12:51.872Z", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail, another zone":         {"http://localhost/r?userId=u&secret=s&expire=2026-11-21T02:12:51.872+01:00", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail, west of Greenwich":    {"http://localhost/r?userId=u&secret=s&expire=2026-11-20T20:12:51.872-05:00", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail, with a space":         {"http://localhost/r?userId=u&secret=s&expire=2026-11-21+01%3A12%3A51.872", appwrite.Callback{"u", "s", models.Timestamp{Time: date}}},
		"mail of servers before 1.0": {"http://localhost/r?userId=u&secret=s&expire=1795223571", appwrite.Callback{"u", "s", models.Timestamp{Time: date.Truncate(time.Second)}}},
		"no expiry":                  {"http://localhost/r?userId=u&secret=s&expire=", appwrite.Callback{UserID: "u", Secret: "s"}},
		"escapes in the secret":      {"http://localhost/r?userId=u&secret=a%2Bb%3D%3D", appwrite.Callback{UserID: "u", Secret: "a+b=="}},
		"the first of two counts":    {"http://localhost/r?userId=u&userId=x&secret=s&secret=y", appwrite.Callback{UserID: "u", Secret: "s"}},
		"empty error":                {"http://localhost/r?userId=u&secret=s&error=", appwrite.Callback{UserID: "u", Secret: "s"}},
	}
	for name, test := range tests {
		got, err := appwrite.ParseCallback(parse(t, test.link))
		require.NoError(t, err, name)
		assert.Equal(t, test.want.UserID, got.UserID, name)
		assert.Equal(t, test.want.Secret, got.Secret, name)
		assert.True(t, test.want.Expire.Equal(got.Expire.Time), "%s: %v", name, got.Expire)
	}
}

func TestAFailedLoginComesBackAsTheErrorThatItWas(t *testing.T) {
	t.Parallel()
	link := func(failure string) *url.URL {
		return parse(t, "http://localhost/failure?error="+url.QueryEscape(failure)+"#")
	}
	_, err := appwrite.ParseCallback(link(`{"message":"The provider returned an error: access_denied","type":"user_oauth2_provider_error","code":424}`))
	require.ErrorIs(t, err, appwrite.ErrUserOAuth2ProviderError)
	e, ok := errors.AsType[*appwrite.Error](err)
	require.True(t, ok)
	assert.Equal(t, 424, e.StatusCode)
	assert.Equal(t, "The provider returned an error: access_denied", e.Message)

	_, err = appwrite.ParseCallback(link(`{"message":"Exists","type":"user_already_exists","code":409,"project":{"$id":"p1"}}`))
	require.ErrorIs(t, err, appwrite.ErrUserAlreadyExists)
	require.ErrorIs(t, err, appwrite.ErrConflict)

	// A login can fail and leave parameters of the application in place.
	_, err = appwrite.ParseCallback(parse(t, "http://localhost/f?userId=u&secret=s&error=%7B%22type%22%3A%22user_blocked%22%2C%22message%22%3A%22x%22%7D"))
	require.ErrorIs(t, err, appwrite.ErrUserBlocked)

	for _, garbage := range []string{"access_denied", "1", "{", `{"message":`, `[]`, `{"code":"424"}`, `{"code":{}}`, "<script>alert(1)</script>", "\x00\xff", strings.Repeat("x", 200_000), `{"message":"` + strings.Repeat("x", 200_000) + `"}`} {
		cb, err := appwrite.ParseCallback(link(garbage))
		e, ok := errors.AsType[*appwrite.Error](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, appwrite.Callback{}, cb)
		assert.Less(t, len(e.Error()), 350)
		assert.Less(t, len(e.Message), 5<<10)
		assert.NotErrorIs(t, err, appwrite.ErrorType(""))
	}
}

func TestACallbackThatLacksAPartIsRefused(t *testing.T) {
	t.Parallel()
	_, err := appwrite.ParseCallback(nil)
	e, ok := errors.AsType[*appwrite.ParamError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "u", e.Param)

	for link, param := range map[string]string{
		"http://localhost/r":                                               "userId",
		"http://localhost/r?secret=s":                                      "userId",
		"http://localhost/r?userId=&secret=s":                              "userId",
		"http://localhost/r?userId=u":                                      "secret",
		"http://localhost/r?userId=u&secret=":                              "secret",
		"http://localhost/r?userid=u&secret=s":                             "userId",
		"http://localhost/r?userId=u%0Av&secret=s":                         "userId",
		"http://localhost/r?userId=u&secret=s3cr3t%00":                     "secret",
		"http://localhost/r?userId=u&secret=%zz":                           "secret",
		"http://localhost/r#userId=u&secret=s":                             "userId",
		"http://localhost/r?userId=u&secret=s3cr3t&expire=soon":            "expire",
		"http://localhost/r?userId=u&secret=s3cr3t&expire=9e9":             "expire",
		"http://localhost/r?userId=u&secret=s3cr3t&expire=%22":             "expire",
		"http://localhost/r?userId=u&secret=s3cr3t&expire=null":            "expire",
		"http://localhost/r?userId=u&secret=s&expire=99999999999999999999": "expire",
		"mailto:x": "userId",
	} {
		u, err := url.Parse(link)
		if err != nil { // what net/url refuses cannot arrive
			u = &url.URL{RawQuery: strings.SplitN(link, "?", 2)[1]}
		}
		cb, err := appwrite.ParseCallback(u)
		e, ok := errors.AsType[*appwrite.ParamError](err)
		require.True(t, ok, "%s: %v", link, err)
		assert.Equal(t, param, e.Param, link)
		assert.Equal(t, "appwrite.ParseCallback", e.Operation)
		assert.NotContains(t, err.Error(), "s3cr3t")
		assert.Equal(t, appwrite.Callback{}, cb)
	}
}

func TestACallbackShowsNoSecret(t *testing.T) {
	t.Parallel()
	cb := appwrite.Callback{UserID: "u1", Secret: "s3cr3t"}
	text, err := json.Marshal(cb)
	require.NoError(t, err)
	for _, shown := range []string{fmt.Sprint(cb), fmt.Sprintf("%+v", cb), fmt.Sprintf("%#v", cb), fmt.Sprintf("%s", cb), fmt.Sprint(&cb), string(text)} {
		assert.NotContains(t, shown, "s3cr3t")
		assert.Contains(t, shown, "u1")
	}
}
