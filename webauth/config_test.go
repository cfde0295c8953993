package webauth_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/webauth"
)

func TestNewRefusesWhatCannotBeUsed(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t, appwritetest.WithoutListener())
	good := srv.Client()
	for name, c := range map[string]struct {
		client *appwrite.Client
		config webauth.Config
		reason string
	}{
		"no client":           {nil, webauth.Config{URL: appURL}, "NewClient"},
		"empty client":        {&appwrite.Client{}, webauth.Config{URL: appURL}, "NewClient"},
		"a user's client":     {good.WithSession("secret"), webauth.Config{URL: appURL}, "neither a guest nor an API key"},
		"a JWT's client":      {good.WithJWT("secret"), webauth.Config{URL: appURL}, "neither a guest nor an API key"},
		"no URL":              {good, webauth.Config{}, "http or https URL"},
		"no host":             {good, webauth.Config{URL: "https://:443"}, "http or https URL"},
		"no scheme":           {good, webauth.Config{URL: "app.example.com"}, "http or https URL"},
		"other scheme":        {good, webauth.Config{URL: "ftp://app.example.com"}, "http or https URL"},
		"no URL at all":       {good, webauth.Config{URL: "https://a b\x00"}, "http or https URL"},
		"path":                {good, webauth.Config{URL: appURL + "/app"}, "more than scheme and host"},
		"query":               {good, webauth.Config{URL: appURL + "?a"}, "more than scheme and host"},
		"user info":           {good, webauth.Config{URL: "https://me:pw@app.example.com"}, "more than scheme and host"},
		"plain http":          {good, webauth.Config{URL: "http://app.example.com"}, "plain http"},
		"looks like loopback": {good, webauth.Config{URL: "http://localhost.example.com"}, "plain http"},
		"short key":           {good, webauth.Config{URL: appURL, Key: []byte("secret")}, "32 bytes"},
		"sign-in elsewhere":   {good, webauth.Config{URL: appURL, SignInPath: "//evil.example"}, "is not a path"},
		"MFA elsewhere":       {good, webauth.Config{URL: appURL, MFAPath: "https://evil.example"}, "is not a path"},
		"callback with query": {good, webauth.Config{URL: appURL, OAuth2CallbackPath: "/back?a=b"}, "is not a path"},
		"no prefix":           {good, webauth.Config{URL: appURL, TrustedProxies: make([]netip.Prefix, 1)}, "no prefix of"},
		"IPv4 in IPv6":        {good, webauth.Config{URL: appURL, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("::ffff:10.0.0.0/104")}}, "no prefix of"},
	} {
		auth, err := webauth.New(c.client, c.config)
		assert.Nil(t, auth, name)
		assert.ErrorContains(t, err, c.reason, name)
	}
	for _, url := range []string{appURL, appURL + "/", "https://app.example.com:8443", "http://localhost:8080", "http://app.localhost", "http://127.0.0.1:1", "http://[::1]:8080"} {
		auth, err := webauth.New(good, webauth.Config{URL: url})
		require.NoError(t, err, url)
		assert.Equal(t, strings.TrimSuffix(url, "/")+"/magic", auth.URL("/magic"))
	}
	for _, url := range []string{"HTTPS://App.Example.com", appURL + ":443"} {
		auth, err := webauth.New(good, webauth.Config{URL: url})
		require.NoError(t, err, url)
		assert.Equal(t, appURL+"/magic", auth.URL("/magic"), "as browsers write it")
	}
	_, err := webauth.New(srv.Client(appwrite.WithAPIKey(srv.APIKey())), webauth.Config{URL: appURL})
	assert.NoError(t, err)
}

func TestNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	srv := appwritetest.NewServer(t, appwritetest.WithoutListener())
	config := webauth.Config{URL: appURL, Key: []byte("0123456789abcdef0123456789abcdef")}
	auth, err := webauth.New(srv.Client(appwrite.WithAPIKey(srv.APIKey())), config)
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		text := fmt.Sprintf(verb, auth) + fmt.Sprintf(verb, config) + fmt.Sprintf(verb, &config)
		assert.Contains(t, text, appURL, verb)
		for _, secret := range []string{"0123456789", fmt.Sprintf("%x", config.Key), fmt.Sprint(config.Key), srv.APIKey()} {
			assert.NotContains(t, text, strings.Trim(secret, "[]"), verb)
		}
	}
}

func TestOutsideOfLoadNobodyIsSignedInAndNothingIsSent(t *testing.T) {
	t.Parallel()
	_, err := webauth.UserFrom(t.Context())
	require.ErrorIs(t, err, webauth.ErrNotSignedIn)
	require.ErrorIs(t, err, appwrite.ErrUnauthorized)
	require.NotNil(t, webauth.ClientFrom(t.Context()))
	_, err = webauth.AccountFrom(t.Context()).Get(t.Context())
	var refused *appwrite.ParamError
	require.ErrorAs(t, err, &refused)
}

func TestPathsAreTheApps(t *testing.T) {
	t.Parallel()
	a := newApp(t, func(c *webauth.Config) {
		c.SignInPath, c.MFAPath, c.OAuth2CallbackPath = "/login", "/second", "/back"
	})
	a.mux.Handle("GET /back", a.auth.OAuth2Callback())
	a.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: "1", Email: ada, EmailVerified: true})
	a.AddUser(appwritetest.User{Email: bob, Password: password, MFA: true, EmailVerified: true})
	b := a.browser(t)
	assert.Equal(t, "/login?return_to=%2Fprofile", b.get("/profile").Header.Get("Location"))
	b.signIn(bob)
	assert.Equal(t, "/second?return_to=%2Fprofile", b.get("/profile").Header.Get("Location"))
	back := a.OAuth2().Login(b.get("/oauth2/github").Header.Get("Location"))
	assert.Equal(t, "/back", back.Path)
	assert.Equal(t, http.StatusSeeOther, b.get(back.String()).StatusCode)
}
