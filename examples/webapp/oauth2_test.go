package main

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
)

func TestAProviderSignsIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "1", Email: email, Name: "Ada", EmailVerified: true})
	v := s.visit(t)

	v.open("/sessions")
	require.Equal(t, "/sign-in", v.path())
	v.press("Continue with GitHub", http.StatusOK)
	require.Equal(t, "/sessions", v.path(), "where it was going")
	require.Contains(t, v.text(), "by GitHub")
	require.Len(t, v.cookies(), 1, "that of the session; the login's is gone")
	for _, entry := range get(v, chromedp.NavigationEntries()).Entries {
		require.NotContains(t, entry.URL, "secret=", "left in the history")
	}

	v.open("/profile")
	require.Contains(t, v.text(), "To change it, set a password first.")
}

func TestADeniedLoginIsExplainedOnTheSignInPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visit(t)
	v.open("/inbox")
	v.press("Refuse the next sign-in", http.StatusOK)
	v.open("/sign-in")
	v.press("Continue with Google", http.StatusUnauthorized)
	require.Contains(t, v.text(), "You cancelled the sign-in, or the provider refused it.")
	require.Contains(t, v.text(), "Welcome back")
	require.Empty(t, v.cookies())

	v.press("Continue with Google", http.StatusOK)
	require.Contains(t, v.text(), "Hello, User Name", "the next one is not refused")
}

func TestACallbackThatThisBrowserDidNotBeginIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	location, err := s.Client().Account.CreateOAuth2Token(t.Context(), models.OAuthProviderGitHub, appwrite.OAuth2Params{
		Success: s.url + "/oauth2/callback", Failure: s.url + "/oauth2/callback",
	})
	require.NoError(t, err)
	stolen := s.OAuth2().Login(location).String()

	v := s.visit(t)
	v.load(http.StatusForbidden, chromedp.Navigate(stolen))
	require.Contains(t, v.text(), "That sign-in was not started in this browser")
	require.Empty(t, v.cookies())
}
