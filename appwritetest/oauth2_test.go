package appwritetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

var pages = appwrite.OAuth2Params{Success: "http://localhost/success", Failure: "http://localhost/failure"}

// tokenLogin starts a login for a token and returns its location.
func tokenLogin(t *testing.T, s *Server) string {
	t.Helper()
	location, err := s.Client().Account.CreateOAuth2Token(t.Context(), models.OAuthProviderGitHub, pages)
	require.NoError(t, err)
	return location
}

// sessionLogin starts a login for a session and returns its location.
func sessionLogin(t *testing.T, s *Server, provider models.OAuthProvider) string {
	t.Helper()
	location, err := s.Client().Account.CreateOAuth2Session(t.Context(), provider, pages)
	require.NoError(t, err)
	return location
}

// logIn completes a login for a token and returns the account it signs in.
func logIn(t *testing.T, s *Server) *appwrite.Account {
	t.Helper()
	callback, err := appwrite.ParseCallback(s.OAuth2().Login(tokenLogin(t, s)))
	require.NoError(t, err)
	made, err := s.Client().Account.CreateSession(t.Context(), appwrite.SessionParams{UserID: callback.UserID, Secret: callback.Secret})
	require.NoError(t, err)
	return s.Client().WithSession(made.Secret).Account
}

// asBrowser returns the account that the cookies of a completed login sign in.
func asBrowser(t *testing.T, s *Server, res *http.Response) *appwrite.Account {
	t.Helper()
	require.NotEmpty(t, res.Cookies(), "no session")
	return s.Client(appwrite.WithCookies(res.Cookies())).Account
}

// cookies are those of a browser that is signed in with the secret.
func cookies(s *Server, secret string) []*http.Cookie {
	return []*http.Cookie{{Name: "a_session_" + s.ProjectID(), Value: url.QueryEscape(secret)}}
}

func getUser(t *testing.T, a *appwrite.Account) *models.User {
	t.Helper()
	user, err := a.Get(t.Context())
	require.NoError(t, err)
	return user
}

// refusedWith returns status, type and message of the error that a login ends with.
func refusedWith(t *testing.T, page *url.URL) string {
	t.Helper()
	assert.Equal(t, "/failure", page.Path)
	_, err := appwrite.ParseCallback(page)
	var refusal *appwrite.Error
	require.ErrorAs(t, err, &refusal)
	return fmt.Sprintf("%d %s: %s", refusal.StatusCode, refusal.Type, refusal.Message)
}

func TestOAuth2AsksTheProviderForTheScopes(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	got := send(t, s, "GET", "/account/tokens/oauth2/github?scopes[]=repo&scopes[]=email&scopes[]=read:user", nil, "")
	location, err := url.Parse(got.header.Get("Location"))
	require.NoError(t, err)
	assert.Equal(t, "email repo read:user", location.Query().Get("scope"))
}

func TestABrowserCompletesAnOAuth2Login(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	var page *url.URL
	browser := &http.Client{
		Jar:       jar,
		Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if r.URL.Host == "localhost" {
				page = r.URL
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
	start, err := s.Client().Account.OAuth2SessionURL(models.OAuthProviderGoogle, pages)
	require.NoError(t, err)
	res, err := browser.Get(start)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.NotNil(t, page, "the app's page was not reached: %d", res.StatusCode)
	assert.Equal(t, "http://localhost/success#", page.String()+"#")

	res, err = browser.Get(s.Endpoint() + "/account?project=" + s.ProjectID())
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	var user models.User
	require.NoError(t, json.NewDecoder(res.Body).Decode(&user))
	assert.Equal(t, "useroauth@localhost.test", user.Email)
}

func TestOAuth2TokenSignsIn(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	ctx, guest := t.Context(), s.Client().Account
	location := tokenLogin(t, s)
	require.Len(t, s.Requests(), 1, "the SDK leaves the location to the browser")
	callback, err := appwrite.ParseCallback(s.OAuth2().Login(location))
	require.NoError(t, err)
	exchanged := func(userID, secret string) reply {
		return send(t, s, "POST", "/account/sessions/token", nil, fmt.Sprintf(`{"userId":%q,"secret":%q}`, userID, secret))
	}
	other := s.AddUser(User{}).ID
	assert.Equal(t, badToken, exchanged(other, callback.Secret).failure(t), "another user's")
	assert.Equal(t, badToken, exchanged(callback.UserID, callback.Secret[:len(callback.Secret)-2]+"xx").failure(t), "not signed by the server")

	got := exchanged(callback.UserID, callback.Secret)
	require.Equal(t, 201, got.status, got.body)
	assert.Equal(t, "github", got.text(t, "provider"))
	assert.Equal(t, []any{"email"}, got.object(t)["factors"])
	assert.Equal(t, badToken, exchanged(callback.UserID, callback.Secret).failure(t), "a second time")

	callback, err = appwrite.ParseCallback(s.OAuth2().Login(tokenLogin(t, s)))
	require.NoError(t, err)
	s.Clock().Advance(time.Minute)
	_, err = guest.CreateSession(ctx, appwrite.SessionParams{UserID: callback.UserID, Secret: callback.Secret})
	require.ErrorIs(t, err, appwrite.ErrUserInvalidToken, "after a minute")
}

func TestAUsersJWTIsNoOAuth2Token(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := signUp(t, s)
	jwt := send(t, s, "POST", "/account/jwts", as(secret), "").text(t, "jwt")
	assert.Equal(t, badToken, send(t, s, "POST", "/account/sessions/token", nil, fmt.Sprintf(`{"userId":%q,"secret":%q}`, id, jwt)).failure(t))
	callback, err := appwrite.ParseCallback(s.OAuth2().Login(tokenLogin(t, s)))
	require.NoError(t, err)
	assert.Equal(t, guestRefused, send(t, s, "GET", "/account", headers{"X-Appwrite-JWT": callback.Secret}, "").failure(t))
}

func TestEveryProviderOfTheReleaseSignsIn(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	for _, provider := range oauth2Providers {
		location, err := s.Client().Account.OAuth2TokenURL(provider.key, pages)
		require.NoError(t, err)
		callback, err := appwrite.ParseCallback(s.OAuth2().Login(location))
		require.NoError(t, err)
		made, err := s.Client().Account.CreateSession(t.Context(), appwrite.SessionParams{UserID: callback.UserID, Secret: callback.Secret})
		require.NoError(t, err, "%s: a token of %d characters", provider.key, len(callback.Secret))
		assert.Equal(t, string(provider.key), made.Provider)
	}
}

func TestOAuth2SessionHasTheProvidersTokens(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	res := s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub))
	browser := asBrowser(t, s, res)
	h := headers{"Cookie": res.Cookies()[0].Name + "=" + res.Cookies()[0].Value}

	got := send(t, s, "GET", "/account/sessions/current", h, "")
	assert.Equal(t, "github", got.text(t, "provider"))
	assert.Equal(t, "1", got.text(t, "providerUid"))
	assert.Equal(t, []any{"email", "oauth2"}, got.object(t)["factors"])

	before, err := browser.GetSession(t.Context(), appwrite.CurrentSession)
	require.NoError(t, err)
	assert.WithinDuration(t, s.Clock().Now().Add(4*time.Hour), before.ProviderAccessTokenExpiry.Time, time.Minute)

	s.Clock().Advance(5 * time.Hour)
	send(t, s, "PATCH", "/account/sessions/current", h, "{}")
	after, err := browser.GetSession(t.Context(), appwrite.CurrentSession)
	require.NoError(t, err)
	assert.NotEqual(t, before.ProviderAccessToken, after.ProviderAccessToken)
	assert.Equal(t, before.ProviderRefreshToken, after.ProviderRefreshToken)
	assert.WithinDuration(t, s.Clock().Now().Add(4*time.Hour), after.ProviderAccessTokenExpiry.Time, time.Minute)
}

func TestRefreshingOAuth2TokensFails(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	browser := asBrowser(t, s, s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub)))
	before, err := browser.GetSession(t.Context(), appwrite.CurrentSession)
	require.NoError(t, err)
	for status, want := range map[int]string{
		400: "400 user_oauth2_bad_request: invalid_grant: The provider refused the grant.",
		401: "401 user_oauth2_unauthorized: invalid_client: The provider refused the application.",
		418: "500 user_oauth2_provider_error: Server Error",
		503: "503 user_oauth2_provider_error: server_error: The provider failed.",
	} {
		s.OAuth2().FailTokens(status)
		_, err := browser.UpdateSession(t.Context(), appwrite.CurrentSession, appwrite.NoRetry())
		var refusal *appwrite.Error
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, want, fmt.Sprintf("%d %s: %s", refusal.StatusCode, refusal.Type, refusal.Message))
	}
	after, err := browser.GetSession(t.Context(), appwrite.CurrentSession)
	require.NoError(t, err)
	assert.Equal(t, before, after, "a failure changes nothing")
	_, err = browser.UpdateSession(t.Context(), appwrite.CurrentSession)
	require.NoError(t, err, "the next one works")
}

func TestWhomAnOAuth2LoginSignsIn(t *testing.T) {
	t.Parallel()
	ada := OAuth2Identity{ProviderUID: "ada", Email: "Ada@Example.com", Name: "Ada at GitHub", EmailVerified: true}
	unverified := ada
	unverified.EmailVerified = false

	t.Run("a new user with the account's data", func(t *testing.T) {
		t.Parallel()
		s := NewServer(t)
		s.OAuth2().SetIdentity(ada)
		user := getUser(t, logIn(t, s))
		assert.Equal(t, email, user.Email)
		assert.Equal(t, ada.Name, user.Name)
		assert.True(t, user.EmailVerification)
		assert.True(t, user.PasswordUpdate.IsZero())
		require.Len(t, user.Targets, 1)
		assert.Equal(t, email, user.Targets[0].Identifier)
		again := logIn(t, s)
		assert.Equal(t, user.ID, getUser(t, again).ID, "the same user the next time")
		logs, err := again.ListLogs(t.Context(), appwrite.ListParams{})
		require.NoError(t, err)
		assert.Equal(t, 4, logs.Total, "a login and an exchange, twice")
		assert.Equal(t, "session.create", logs.Logs[0].Event)
	})
	t.Run("a new user with an address that is not verified", func(t *testing.T) {
		t.Parallel()
		s := NewServer(t)
		s.OAuth2().SetIdentity(unverified)
		assert.False(t, getUser(t, logIn(t, s)).EmailVerification)
	})
	t.Run("the user of the verified address", func(t *testing.T) {
		t.Parallel()
		s := NewServer(t)
		id, _ := signUp(t, s)
		s.OAuth2().SetIdentity(ada)
		user := getUser(t, logIn(t, s))
		assert.Equal(t, id, user.ID)
		assert.Equal(t, "Ada", user.Name, "stays")
	})
	t.Run("not the user of an address that is not verified", func(t *testing.T) {
		t.Parallel()
		s := NewServer(t)
		signUp(t, s)
		s.OAuth2().SetIdentity(unverified)
		assert.Equal(t, "400 general_bad_request: "+errBadRequest.message, refusedWith(t, s.OAuth2().Login(tokenLogin(t, s))))
	})
	t.Run("the identity's user when the address has changed at the provider", func(t *testing.T) {
		t.Parallel()
		s := NewServer(t)
		s.OAuth2().SetIdentity(ada)
		first := getUser(t, logIn(t, s))
		s.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: "ada", Email: "new@example.com"})
		assert.Equal(t, first.ID, getUser(t, logIn(t, s)).ID)
	})
	t.Run("the user of another provider's account with the address", func(t *testing.T) {
		t.Parallel()
		s := NewServer(t)
		s.OAuth2().SetIdentity(ada)
		mine := logIn(t, s)
		_, err := mine.UpdateEmail(t.Context(), appwrite.UpdateEmailParams{Email: "other@example.com", Password: password})
		require.NoError(t, err)
		second := ada
		second.ProviderUID = "ada2"
		s.OAuth2().SetIdentity(second)
		browser := asBrowser(t, s, s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGoogle)))
		assert.Equal(t, getUser(t, mine).ID, getUser(t, browser).ID)
		list, err := mine.ListIdentities(t.Context(), appwrite.ListParams{})
		require.NoError(t, err)
		assert.Equal(t, 2, list.Total)

		second.ProviderUID, second.EmailVerified = "ada3", false
		s.OAuth2().SetIdentity(second)
		assert.Contains(t, refusedWith(t, s.OAuth2().Login(tokenLogin(t, s))), "400 general_bad_request")
	})
	t.Run("the user of a session that the account has started, without its identity and address", func(t *testing.T) {
		t.Parallel()
		s := NewServer(t)
		s.OAuth2().SetIdentity(ada)
		browser := asBrowser(t, s, s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub)))
		list, err := browser.ListIdentities(t.Context(), appwrite.ListParams{})
		require.NoError(t, err)
		require.NoError(t, browser.DeleteIdentity(t.Context(), list.Identities[0].ID))
		s.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: "ada"})
		assert.Equal(t, getUser(t, browser).ID, getUser(t, logIn(t, s)).ID)

		list, err = browser.ListIdentities(t.Context(), appwrite.ListParams{})
		require.NoError(t, err)
		require.NoError(t, browser.DeleteIdentity(t.Context(), list.Identities[0].ID))
		s.AddUser(User{Email: "bob@example.com", Password: password})
		made, err := s.Client().Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: "bob@example.com", Password: password})
		require.NoError(t, err)
		asBrowser(t, s, s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub), cookies(s, made.Secret)...))
		assert.Contains(t, refusedWith(t, s.OAuth2().Login(tokenLogin(t, s))), "400 general_bad_request", "once it is another's")
	})
}

func TestOAuth2LinksTheAccountToWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	ctx := t.Context()
	id, secret := signUp(t, s)
	s.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: "7", Email: "ada@github.example", Name: "Other"})
	require.Equal(t, 201, send(t, s, "POST", "/account/targets/push", as(secret), `{"targetId":"phone","identifier":"device-1"}`).status)
	res := s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub), cookies(s, secret)...)
	ada := asBrowser(t, s, res)

	user := getUser(t, ada)
	assert.Equal(t, []string{email, "device-1"}, identifiers(t, ada), "a device stays with the new session")
	assert.Equal(t, id, user.ID)
	assert.Equal(t, email, user.Email)
	assert.Equal(t, "Ada", user.Name)
	list, err := ada.ListIdentities(ctx, appwrite.ListParams{})
	require.NoError(t, err)
	require.Len(t, list.Identities, 1)
	assert.Equal(t, "ada@github.example", list.Identities[0].ProviderEmail)
	assert.Equal(t, guestRefused, send(t, s, "GET", "/account", as(secret), "").failure(t), "the new session takes the old one's place")

	t.Run("again renews the tokens", func(t *testing.T) {
		s.Clock().Advance(time.Hour)
		again := asBrowser(t, s, s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub), res.Cookies()...))
		renewed, err := again.ListIdentities(ctx, appwrite.ListParams{})
		require.NoError(t, err)
		require.Len(t, renewed.Identities, 1)
		assert.Equal(t, list.Identities[0].ID, renewed.Identities[0].ID)
		assert.NotEqual(t, list.Identities[0].ProviderAccessToken, renewed.Identities[0].ProviderAccessToken)
		assert.True(t, renewed.Identities[0].UpdatedAt.After(renewed.Identities[0].CreatedAt.Time))
		assert.True(t, getUser(t, again).UpdatedAt.After(user.UpdatedAt.Time))
	})
	t.Run("but not what is another user's", func(t *testing.T) {
		s.AddUser(User{ID: "bob", Email: "bob@example.com", Password: password})
		made, err := s.Client().Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "bob@example.com", Password: password})
		require.NoError(t, err)
		s.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: "9", Email: "bob@github.example"})
		bob := s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub), cookies(s, made.Secret)...).Cookies()
		const taken = "409 user_already_exists: A user with the same id, email, or phone already exists in this project."
		for name, account := range map[string]OAuth2Identity{
			"account":               {ProviderUID: "7", Email: "unknown@example.com"},
			"address of a user":     {ProviderUID: "8", Email: email, EmailVerified: true},
			"address of an account": {ProviderUID: "8", Email: "ADA@github.example", EmailVerified: true},
			"address, moved to his": {ProviderUID: "9", Email: "ADA@github.example", EmailVerified: true},
		} {
			s.OAuth2().SetIdentity(account)
			res := s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub), bob...)
			page, err := res.Location()
			require.NoError(t, err)
			assert.Equal(t, taken, refusedWith(t, page), name)
			assert.Empty(t, res.Cookies())
		}
		assert.Equal(t, "bob", getUser(t, s.Client(appwrite.WithCookies(bob)).Account).ID, "the session stays")
	})
}

func TestOAuth2MakesAnAnonymousUserAnAccount(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	made, err := s.Client().Account.CreateAnonymousSession(t.Context())
	require.NoError(t, err)
	s.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: "7", Email: "Ada@example.com", Name: "Ada", EmailVerified: true})
	user := getUser(t, asBrowser(t, s, s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub), cookies(s, made.Secret)...)))
	assert.Equal(t, made.UserID, user.ID)
	assert.Equal(t, email, user.Email)
	assert.Equal(t, "Ada", user.Name)
	assert.False(t, user.EmailVerification)
	assert.Equal(t, user.ID, getUser(t, logIn(t, s)).ID, "the next login finds it")
	_, err = s.Client().Account.CreateRecovery(t.Context(), appwrite.RecoveryParams{Email: email, URL: "http://localhost"})
	require.NoError(t, err, "so does its address")
}

func TestOAuth2LoginFails(t *testing.T) {
	t.Parallel()
	const refused = "Failed to obtain access token. The GitHub OAuth2 provider returned an error: "
	for name, tt := range map[string]struct {
		prepare func(*Server)
		want    string
	}{
		"the user says no":   {func(s *Server) { s.OAuth2().Deny() }, "424 user_oauth2_provider_error: The GitHub OAuth2 provider returned an error: access_denied: The user denied the sign-in."},
		"tokens, 400":        {func(s *Server) { s.OAuth2().FailTokens(400) }, "400 user_oauth2_bad_request: " + refused + "invalid_grant: The provider refused the grant."},
		"tokens, 401":        {func(s *Server) { s.OAuth2().FailTokens(401) }, "401 user_oauth2_unauthorized: " + refused + "invalid_client: The provider refused the application."},
		"tokens, 500":        {func(s *Server) { s.OAuth2().FailTokens(500) }, "500 user_oauth2_provider_error: " + refused + "server_error: The provider failed."},
		"no ID":              {func(s *Server) { s.OAuth2().SetIdentity(OAuth2Identity{Email: email}) }, "400 user_missing_id: Missing ID from OAuth2 provider."},
		"no address":         {func(s *Server) { s.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: "7"}) }, "401 user_unauthorized: OAuth provider failed to return email."},
		"address that is no": {func(s *Server) { s.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: "7", Email: "ada"}) }, "400 general_invalid_email: Value must be a valid email address."},
		"blocked": {func(s *Server) {
			s.AddUser(User{Email: defaultIdentity.Email, Blocked: true})
		}, "403 user_blocked: The current user has been blocked."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewServer(t)
			tt.prepare(s)
			res := s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub))
			page, err := res.Location()
			require.NoError(t, err)
			assert.Equal(t, tt.want, refusedWith(t, page))
			assert.Empty(t, res.Cookies())
		})
	}
	t.Run("once", func(t *testing.T) {
		t.Parallel()
		s := NewServer(t)
		s.OAuth2().Deny()
		refusedWith(t, s.OAuth2().Login(tokenLogin(t, s)))
		s.OAuth2().FailTokens(400)
		refusedWith(t, s.OAuth2().Login(tokenLogin(t, s)))
		logIn(t, s)
	})
}

// redirectPath is the last step of a login.
func redirectPath(provider string, s *Server, state oauth2State, more ...[2]string) string {
	return withQuery("/account/sessions/oauth2/"+provider+"/redirect", append(more, [2]string{"state", state.encode()}, [2]string{"project", s.ProjectID()})...)
}

func TestOAuth2Codes(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	state := oauth2State{success: "http://localhost/success", failure: "http://localhost/failure"}
	finish := func(provider string, more ...[2]string) string {
		page, err := url.Parse(send(t, s, "GET", redirectPath(provider, s, state, more...), nil, "").header.Get("Location"))
		require.NoError(t, err)
		return refusedWith(t, page)
	}
	code := func() string {
		_, code, _ := strings.Cut(throughHandler(s, "GET", tokenLogin(t, s), nil, "").header.Get("Location"), "code=")
		code, _, _ = strings.Cut(code, "&")
		require.NotEmpty(t, code)
		return code
	}
	const refused = "400 user_oauth2_bad_request: Failed to obtain access token. The GitHub OAuth2 provider returned an error: invalid_grant: The provider refused the grant."
	assert.Equal(t, "424 user_oauth2_provider_error: Missing OAuth2 code. Please contact the Appwrite team for additional support.", finish("github"))
	assert.Equal(t, "424 user_oauth2_provider_error: The GitHub OAuth2 provider returned an error: <b>", finish("github", [2]string{"error", "<b>"}))
	assert.Equal(t, refused, finish("github", [2]string{"code", "made-up"}))
	assert.Contains(t, finish("google", [2]string{"code", code()}), "400 user_oauth2_bad_request", "another provider's")

	once := code()
	assert.Equal(t, 301, send(t, s, "GET", redirectPath("github", s, state, [2]string{"code", once}), nil, "").status)
	assert.Equal(t, refused, finish("github", [2]string{"code", once}), "a second time")

	late := code()
	s.Clock().Advance(grantLifetime)
	assert.Equal(t, refused, finish("github", [2]string{"code", late}), "too late")
}

func TestOAuth2ErrorsAreWebPages(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSettings(Settings{OAuth2Providers: []models.OAuthProvider{"github", "mock"}}))
	_, err := s.Client().Account.CreateOAuth2Token(t.Context(), models.OAuthProviderGoogle, pages)
	require.ErrorIs(t, err, appwrite.ErrProjectProviderDisabled)

	const evil = "Register your new client (evil.example) as a new Web platform on your project console dashboard"
	good := oauth2State{success: "http://localhost/success", failure: "http://localhost/failure"}
	for path, want := range map[string]string{
		"/account/tokens/oauth2/github?success=http://evil.example/":                                                         "400 general_argument_invalid: Invalid `success` param: Invalid URI. " + evil,
		"/account/sessions/oauth2/github?failure=http://evil.example/":                                                       "400 general_argument_invalid: Invalid `failure` param: Invalid URI. " + evil,
		"/account/sessions/oauth2/github?scopes=email":                                                                       "400 general_argument_invalid: Invalid `scopes` param: Value must a valid array no longer than 100 items and Value must be a valid string and at least 1 chars and no longer than 4096 chars",
		"/account/tokens/oauth2/github?project=nope":                                                                         "404 project_not_found: " + errProjectNotFound.message,
		"/account/sessions/oauth2/callback/nope/test-project":                                                                "400 general_argument_invalid: " + errInvalidProvider(),
		"/account/sessions/oauth2/github/redirect?code=x":                                                                    "400 project_invalid_success_url: Invalid redirect URL for OAuth success.",
		"/account/sessions/oauth2/github/redirect?code=x&state=%7Bbad":                                                       "500 general_server_error: Server Error",
		redirectPath("github", s, oauth2State{success: "http://evil.example/"}):                                              "400 project_invalid_success_url: Invalid redirect URL for OAuth success.",
		redirectPath("github", s, oauth2State{success: "http://localhost/", failure: "http://evil.example/"}):                "400 project_invalid_failure_url: Invalid redirect URL for OAuth failure.",
		redirectPath("github", s, oauth2State{success: "http://localhost/"}, [2]string{"code", "x"}):                         "400 user_oauth2_bad_request: Failed to obtain access token. The GitHub OAuth2 provider returned an error: invalid_grant: The provider refused the grant.",
		redirectPath("github", s, oauth2State{success: "http://localhost/"}, [2]string{"error", "x"}):                        "500 user_oauth2_provider_error: Server Error",
		redirectPath("github", s, oauth2State{success: "http://localhost/" + strings.Repeat("x", 2048)}, [2]string{"a", ""}): "400 general_argument_invalid: Invalid `state` param: Value must be a valid string and at least 1 chars and no longer than 2048 chars",
	} {
		assert.Equal(t, want, send(t, s, "GET", path, nil, "").failure(t), path)
	}
	key := send(t, s, "GET", redirectPath("github", s, good), headers{"X-Appwrite-Key": s.APIKey()}, "")
	assert.Contains(t, key.failure(t), "401 general_unauthorized_scope", "a key is no browser")

	disabled, err := url.Parse(send(t, s, "GET", redirectPath("google", s, good, [2]string{"code", "x"}), nil, "").header.Get("Location"))
	require.NoError(t, err)
	assert.Equal(t, "412 project_provider_disabled: "+errProviderDisabled.message, refusedWith(t, disabled))

	for status, want := range map[int]string{401: "401 user_oauth2_unauthorized: invalid_client: The provider refused the application.", 500: "500 user_oauth2_provider_error: Server Error"} {
		s.OAuth2().FailUserInfo(status)
		res := s.OAuth2().Follow(tokenLogin(t, s))
		assert.Equal(t, strings.Fields(want)[0]+" "+strings.TrimSuffix(strings.Fields(want)[1], ":"), describePage(res))
	}
	logIn(t, s)
}

// errInvalidProvider is the message for an unknown provider, as recorded.
func errInvalidProvider() string {
	p := newParams(latest())
	p.values.Set("provider", "nope")
	p.provider()
	return p.err.(*apiError).message
}

func TestOAuth2PagesOfTheApp(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithPlatforms("app.example.com"))
	for success, want := range map[string]string{
		"https://app.example.com":                                            `^https://app\.example\.com/\?secret=`,
		"https://app.example.com/in?a=1&b=x+y#at":                            `^https://app\.example\.com/in\?a=1&b=x\+y&secret=[^&]+&userId=[^&]+#at$`,
		"https://app.example.com/v1/account/sessions/oauth2/github/redirect": `/redirect\?secret=`,
		"appwrite-callback-test-project://auth/x":                            `^appwrite-callback-test-project://auth/x\?secret=`,
	} {
		location, err := s.Client().Account.CreateOAuth2Token(t.Context(), models.OAuthProviderGitHub, appwrite.OAuth2Params{Success: success})
		require.NoError(t, err)
		// The URL drops the # without a fragment.
		assert.Regexp(t, want, s.OAuth2().Login(location).String())
	}

	t.Run("the server's own get the session's secret as well", func(t *testing.T) {
		location, err := s.Client().Account.CreateOAuth2Session(t.Context(), models.OAuthProviderGitHub, appwrite.OAuth2Params{})
		require.NoError(t, err)
		page := s.OAuth2().Login(location)
		assert.Equal(t, "/console/auth/oauth2/success", page.Path)
		assert.Equal(t, s.ProjectID(), page.Query().Get("project"))
		assert.Equal(t, "a_session_"+s.ProjectID(), page.Query().Get("key"))
		assert.False(t, page.Query().Has("domain"))
		assert.Equal(t, defaultIdentity.Email, getUser(t, s.Client().WithSession(page.Query().Get("secret")).Account).Email)

		s.OAuth2().Deny()
		page = s.OAuth2().Login(location)
		assert.Equal(t, "/console/auth/oauth2/failure", page.Path)

		got := throughHandler(s, "GET", "https://api.app.test/v1/account/sessions/oauth2/github?project="+s.ProjectID(), headers{"X-Forwarded-Proto": "https"}, "")
		page = s.OAuth2().Login(got.header.Get("Location"))
		assert.Equal(t, "https://api.app.test/console/auth/oauth2/success", page.Scheme+"://"+page.Host+page.Path)
		assert.Equal(t, ".api.app.test", page.Query().Get("domain"))
	})
}

func TestProvidersMayHaveTheBrowserSendAForm(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	got := send(t, s, "POST", "/account/sessions/oauth2/callback/apple/"+s.ProjectID(),
		headers{"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://appleid.apple.com"}, "code=abc&state=%7B%7D&project=evil")
	assert.Equal(t, 301, got.status)
	assert.Equal(t, "http://"+s.address+"/v1/account/sessions/oauth2/apple/redirect?code=abc&state=%7B%7D&project="+s.ProjectID(), got.header.Get("Location"))
}

func TestTheProviderSendsNobodyElsewhere(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	for _, address := range []string{"http://evil.example/v1/account/sessions/oauth2/callback/github/x", "http://" + s.address + "/", ""} {
		got := throughHandler(s, "GET", "http://"+s.address+"/v1/mock/tests/general/oauth2?redirect_uri="+url.QueryEscape(address), nil, "")
		assert.Equal(t, 400, got.status, address)
	}
}

func TestLoginAndFollowRefuseWhatIsNoLogin(t *testing.T) {
	t.Parallel()
	s, err := Start()
	require.NoError(t, err)
	t.Cleanup(s.Close)
	for _, location := range []string{"http://localhost/success", s.Endpoint() + "/account", "%", ""} {
		assert.Panics(t, func() { s.OAuth2().Login(location) }, location)
	}
	s.OAuth2().FailUserInfo(401)
	location := tokenLogin(t, s)
	assert.PanicsWithValue(t, "appwritetest: the OAuth2 login ended with 401 user_oauth2_unauthorized", func() { s.OAuth2().Login(location) })

	t.Run("and do not follow an app that is a login itself for ever", func(t *testing.T) {
		again, err := s.Client().Account.OAuth2TokenURL(models.OAuthProviderGitHub, pages)
		require.NoError(t, err)
		location, err := s.Client().Account.CreateOAuth2Token(t.Context(), models.OAuthProviderGitHub, appwrite.OAuth2Params{Success: again})
		require.NoError(t, err)
		assert.NotNil(t, s.OAuth2().Login(location))
	})
}

func TestProvidersThatAreSwitchedOff(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSettings(Settings{OAuth2Providers: []models.OAuthProvider{models.OAuthProviderGoogle}}))
	_, err := s.Client().Account.CreateOAuth2Session(t.Context(), models.OAuthProviderGitHub, pages)
	require.ErrorIs(t, err, appwrite.ErrProjectProviderDisabled)
	got := send(t, NewServer(t), "GET", "/account/sessions/oauth2/github", headers{"X-Appwrite-Project": ""}, "")
	assert.Contains(t, got.failure(t), "412 project_provider_disabled", "the console has none")
}

func TestAnAccountsAddressIsNobodyElses(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	ctx, guest := t.Context(), s.Client().Account
	_, secret := signUp(t, s)
	s.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: "7", Email: "ada@github.example"})
	ada := asBrowser(t, s, s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub), cookies(s, secret)...))

	_, err := guest.Create(ctx, appwrite.CreateAccountParams{Email: "ada@github.example", Password: password})
	require.ErrorIs(t, err, appwrite.ErrGeneralBadRequest)
	_, err = guest.CreateEmailToken(ctx, appwrite.EmailTokenParams{Email: "ada@github.example"})
	require.ErrorIs(t, err, appwrite.ErrGeneralBadRequest)
	_, err = guest.CreateMagicURLToken(ctx, appwrite.MagicURLTokenParams{Email: "ada@github.example"})
	require.ErrorIs(t, err, appwrite.ErrUserEmailAlreadyExists)
	made, err := guest.CreateAnonymousSession(ctx)
	require.NoError(t, err)
	change := appwrite.UpdateEmailParams{Email: "ada@github.example", Password: password}
	_, err = s.Client().WithSession(made.Secret).Account.UpdateEmail(ctx, change)
	require.ErrorIs(t, err, appwrite.ErrGeneralBadRequest)
	_, err = ada.UpdateEmail(ctx, change)
	require.NoError(t, err, "but the owner's")

	require.NoError(t, ada.Delete(ctx))
	_, err = guest.Create(ctx, appwrite.CreateAccountParams{Email: "ada@github.example", Password: password})
	require.NoError(t, err, "an account goes with its user")
}

func TestNeitherDumpNorRequestsShowWhatOAuth2HandsOut(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	res := s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub))
	made, err := asBrowser(t, s, res).GetSession(t.Context(), appwrite.CurrentSession)
	require.NoError(t, err)
	callback, err := appwrite.ParseCallback(s.OAuth2().Login(tokenLogin(t, s)))
	require.NoError(t, err)
	send(t, s, "GET", "/account/sessions/oauth2/callback/github/"+s.ProjectID()+"?code=the-code", nil, "")

	requests, err := json.Marshal(s.Requests())
	require.NoError(t, err)
	dump := s.Dump()
	for _, hidden := range []string{made.ProviderAccessToken, made.ProviderRefreshToken, callback.Secret, res.Cookies()[0].Value, "the-code"} {
		require.NotEmpty(t, hidden)
		assert.NotContains(t, dump, hidden)
		assert.NotContains(t, string(requests), hidden)
	}
	assert.Contains(t, dump, `: github uid="1" email="useroauth@localhost.test" tokens expire 20`)
	assert.Contains(t, dump, `oauth2: 45 providers, next login uid="1" email="useroauth@localhost.test"`)
	var steps []string
	for _, r := range s.Requests()[:4] {
		steps = append(steps, r.Operation)
	}
	assert.Equal(t, []string{"account.createOAuth2Session", "oauth2.authorize", "oauth2.callback", "oauth2.redirect"}, steps)
}

func TestASeedMakesOAuth2TheSame(t *testing.T) {
	t.Parallel()
	run := func() []string {
		s := NewServer(t, WithSeed(1))
		made, err := asBrowser(t, s, s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProviderGitHub))).GetSession(t.Context(), appwrite.CurrentSession)
		require.NoError(t, err)
		return []string{made.ID, made.UserID, made.ProviderAccessToken, made.ProviderRefreshToken}
	}
	assert.Equal(t, run(), run())
}

func TestManyOAuth2LoginsAtOnce(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			s.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: fmt.Sprint(i), Email: fmt.Sprintf("user%d@example.com", i), EmailVerified: true})
			start, err := s.Client().Account.OAuth2TokenURL(models.OAuthProviderGitHub, pages)
			if !assert.NoError(t, err) {
				return
			}
			callback, err := appwrite.ParseCallback(s.OAuth2().Login(start))
			if !assert.NoError(t, err) {
				return
			}
			made, err := s.Client().Account.CreateSession(t.Context(), appwrite.SessionParams{UserID: callback.UserID, Secret: callback.Secret})
			if assert.NoError(t, err) {
				assert.Equal(t, callback.UserID, made.UserID)
			}
			s.Dump()
		})
	}
	wg.Wait()
}
