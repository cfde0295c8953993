package appwrite_test

import (
	"fmt"
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

// urlBuilders are the methods that make URLs for a browser, by operation.
func urlBuilders(a *appwrite.Account) map[string]func(models.OAuthProvider, appwrite.OAuth2Params) (string, error) {
	return map[string]func(models.OAuthProvider, appwrite.OAuth2Params) (string, error){
		"account.createOAuth2Token":   a.OAuth2TokenURL,
		"account.createOAuth2Session": a.OAuth2SessionURL,
	}
}

// The URL for a browser is that of the call and names the project, which the call does in a
// header.
func TestTheURLsForABrowserAndThoseOfTheCallsAreExactlyThese(t *testing.T) {
	t.Parallel()
	full := appwrite.OAuth2Params{Success: "https://app.example/ok?a=b&c=d", Failure: "https://app.example/no#x", Scopes: []string{"user:email", "read repo"}}
	const query = "failure=https%3A%2F%2Fapp.example%2Fno%23x&project=p1&scopes%5B%5D=user%3Aemail&scopes%5B%5D=read+repo&success=https%3A%2F%2Fapp.example%2Fok%3Fa%3Db%26c%3Dd"
	for _, test := range []struct {
		endpoint string
		provider models.OAuthProvider
		params   appwrite.OAuth2Params
		want     string // %s stands for the place of the operation
	}{
		{"https://cloud.example/v1", models.OAuthProviderGitHub, appwrite.OAuth2Params{}, "https://cloud.example/v1/account/%s/oauth2/github?project=p1"},
		{"https://cloud.example/v1/", models.OAuthProviderGitHub, appwrite.OAuth2Params{}, "https://cloud.example/v1/account/%s/oauth2/github?project=p1"},
		{"http://localhost:8080/base/v1", "google", appwrite.OAuth2Params{Success: "http://x/"}, "http://localhost:8080/base/v1/account/%s/oauth2/google?project=p1&success=http%%3A%%2F%%2Fx%%2F"},
		{"https://cloud.example/v1", "github", appwrite.OAuth2Params{Failure: "http://x/"}, "https://cloud.example/v1/account/%s/oauth2/github?failure=http%%3A%%2F%%2Fx%%2F&project=p1"},
		{"https://cloud.example/v1", "github", appwrite.OAuth2Params{Scopes: []string{"a", "b c"}}, "https://cloud.example/v1/account/%s/oauth2/github?project=p1&scopes%%5B%%5D=a&scopes%%5B%%5D=b+c"},
		{"https://cloud.example/v1", "github", full, "https://cloud.example/v1/account/%s/oauth2/github?" + strings.ReplaceAll(query, "%", "%%")},
		{"https://cloud.example/v1", "a/b?c", appwrite.OAuth2Params{}, "https://cloud.example/v1/account/%s/oauth2/a%%2Fb%%3Fc?project=p1"},
	} {
		seen := &testkit.Recorder{}
		client := newClient(t, test.endpoint, through(seen.Noted(redirects(301, everycall.ProviderPage))))
		for operation, build := range urlBuilders(client.Account) {
			call, place := client.Account.CreateOAuth2Token, "tokens"
			if operation == "account.createOAuth2Session" {
				call, place = client.Account.CreateOAuth2Session, "sessions"
			}
			want := fmt.Sprintf(test.want, place)
			got, err := build(test.provider, test.params)
			require.NoError(t, err)
			assert.Equal(t, want, got)
			assert.Empty(t, seen.Take(), "no request is made")
			assert.Equal(t, test.params.Scopes, parsed(t, got).Query()["scopes[]"])
			assert.Equal(t, test.params.Success, parsed(t, got).Query().Get("success"), "one value, escaped")

			_, err = call(t.Context(), test.provider, test.params)
			require.NoError(t, err)
			want = strings.NewReplacer("?project=p1&", "?", "?project=p1", "", "&project=p1", "").Replace(want)
			assert.Equal(t, strings.TrimPrefix(want, parsed(t, want).Scheme+"://"+parsed(t, want).Host), seen.One(t).URI)
		}
	}
}

func TestTheURLsForABrowserHoldNoCredential(t *testing.T) {
	t.Parallel()
	const credential = "cred3ntial"
	client := memory(t, answersJSON(500, ""))
	options := credentialOptions(credential)
	options["dev key"], options["header"] = appwrite.WithDevKey(credential), appwrite.WithHeader("X-Own", credential)
	for name, option := range options {
		with, err := client.With(option)
		require.NoError(t, err)
		for _, build := range urlBuilders(with.Account) {
			text, err := build("github", appwrite.OAuth2Params{Success: "http://x/"})
			require.NoError(t, err)
			assert.NotContains(t, text, credential, name)
			assert.Contains(t, text, "project=p1")
		}
	}
	assert.Empty(t, client.Take(), "no request is made")
}

func TestOAuth2URLsHoldTheProviderAsOneSegment(t *testing.T) {
	t.Parallel()
	for operation, build := range urlBuilders(newClient(t, "http://host/v%201/").Account) {
		for _, id := range refusedIDs {
			text, err := build(models.OAuthProvider(id), appwrite.OAuth2Params{})
			requireParamError(t, err, operation, "provider")
			assert.Empty(t, text)
		}
		for _, id := range escapedIDs {
			text, err := build(models.OAuthProvider(id), appwrite.OAuth2Params{})
			require.NoError(t, err)
			u := parsed(t, text)
			assert.Equal(t, "project="+testProject, u.RawQuery)
			assert.Empty(t, u.Fragment)
			segments := strings.Split(u.EscapedPath(), "/")
			require.Len(t, segments, 6, text)
			plain, err := url.PathUnescape(segments[5])
			require.NoError(t, err)
			assert.Equal(t, id, plain)
		}
	}
}

func TestTheURLBuildersKnowTheReleases(t *testing.T) {
	t.Parallel()
	old := newClient(t, "http://host/v1", appwrite.WithServerVersion("1.4"))
	text, err := old.Account.OAuth2TokenURL("github", appwrite.OAuth2Params{})
	assert.Equal(t, &appwrite.UnsupportedError{Operation: "account.createOAuth2Token", Since: "1.5.0", ServerVersion: "1.4.0", Instead: "account.createOAuth2Session"}, err)
	assert.Empty(t, text)
	text, err = old.Account.OAuth2SessionURL("github", appwrite.OAuth2Params{})
	require.NoError(t, err)
	assert.Equal(t, "http://host/v1/account/sessions/oauth2/github?project="+testProject, text)
}
