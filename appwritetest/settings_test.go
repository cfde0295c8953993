package appwritetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

func TestMethodsThatAreSwitchedOff(t *testing.T) {
	t.Parallel()
	newcomer := `{"userId":"unique()","email":"new@example.com","password":"` + password + `"}`
	for method, tt := range map[AuthMethod]struct {
		want     string
		path     string
		requests map[string]string
	}{
		MethodEmailPassword: {want: "Email / Password", requests: map[string]string{"/account": newcomer, "/account/sessions/email": login}},
		MethodMagicURL:      {want: "Magic URL", requests: map[string]string{"/account/tokens/magic-url": newcomer}},
		MethodEmailOTP:      {want: "Email OTP", requests: map[string]string{"/account/tokens/email": newcomer}},
		MethodPhone: {want: "Phone", requests: map[string]string{
			"/account/tokens/phone": `{"userId":"unique()","phone":"+14155550100"}`, "/account/verifications/phone": "",
		}},
		MethodAnonymous: {want: "Anonymous", requests: map[string]string{"/account/sessions/anonymous": ""}},
		MethodJWT:       {want: "JWT", requests: map[string]string{"/account/jwts": "{}"}},
	} {
		t.Run(string(method), func(t *testing.T) {
			t.Parallel()
			s := NewServer(t, WithSettings(Settings{DisabledMethods: []AuthMethod{method}}))
			_, secret := signUp(t, s)
			for path, body := range tt.requests {
				got := send(t, s, "POST", path, as(secret), body)
				assert.Equal(t, "501 user_auth_method_unsupported: "+tt.want+" authentication is disabled for this project", got.failure(t), path)
				assert.NotEmpty(t, limits(got), "it comes after the rate limit")
				got = send(t, s, "POST", path, headers{"X-Appwrite-Key": s.APIKey()}, body)
				assert.NotEqual(t, 501, got.status, "keys may still: %s", path)
			}
			assert.Equal(t, 200, send(t, s, "GET", "/account", as(secret), "").status, "who is in, stays in")
		})
	}
}

func TestTheOtherMethodsStayOn(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSettings(Settings{DisabledMethods: []AuthMethod{MethodEmailPassword, MethodJWT}}))
	_, err := s.Client().Account.CreateAnonymousSession(t.Context())
	require.NoError(t, err)
	_, err = s.Client().Account.CreateJWT(t.Context(), appwrite.JWTParams{})
	require.ErrorIs(t, err, appwrite.ErrGeneralUnauthorizedScope, "scopes come first")
}

func TestAServiceThatIsSwitchedOff(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSettings(Settings{AccountDisabled: true}))
	for _, path := range []string{"GET /account", "POST /account"} {
		got := send(t, s, path[:len(path)-len(" /account")], "/account", nil, "{}")
		assert.Equal(t, "403 general_service_disabled: The requested service is disabled. You can enable the service from the Appwrite console.", got.failure(t))
		assert.Empty(t, limits(got))
	}
	key := headers{"X-Appwrite-Key": s.APIKey()}
	assert.Equal(t, 201, send(t, s, "POST", "/account/sessions/anonymous", key, "").status)
	_, err := s.Client().ServerVersion(t.Context())
	require.NoError(t, err)
}

func TestTheOldestSessionsEndBeyondTheLimit(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]int{0: 10, 1: 1, 3: 3} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			t.Parallel()
			s := NewServer(t, WithSettings(Settings{SessionLimit: limit}))
			s.AddUser(User{Email: email, Password: password})
			var secrets []string
			for range want + 2 {
				secrets = append(secrets, signIn(t, s))
			}
			for i, secret := range secrets {
				status := send(t, s, "GET", "/account", as(secret), "").status
				assert.Equal(t, map[bool]int{true: 401, false: 200}[i < 2], status, "session %d", i)
			}
		})
	}
}

func TestHowLongSessionsLast(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSettings(Settings{SessionDuration: time.Hour}))
	s.AddUser(User{Email: email, Password: password})
	made := send(t, s, "POST", "/account/sessions/email", nil, login)
	_, attributes := cookieOf(t, made, "a_session_"+s.ProjectID())
	assert.Contains(t, attributes, "Max-Age=3600;")
	ada := s.Client(appwrite.WithSession(signIn(t, s))).Account
	s.Clock().Advance(59 * time.Minute)
	_, err := ada.UpdateSession(t.Context(), appwrite.CurrentSession)
	require.NoError(t, err)
	s.Clock().Advance(59 * time.Minute)
	_, err = ada.Get(t.Context())
	require.NoError(t, err, "extended by as much")
	s.Clock().Advance(time.Minute)
	_, err = ada.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrGeneralUnauthorizedScope)
}

func TestAFullProjectTakesNobodyIn(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSettings(Settings{UserLimit: 1}))
	newcomer := `{"userId":"unique()","email":"new@example.com","phone":"+14155550100","password":"` + password + `"}`
	_, secret := signUp(t, s)
	for _, path := range []string{"/account", "/account/sessions/anonymous", "/account/tokens/email", "/account/tokens/magic-url", "/account/tokens/phone"} {
		assert.Equal(t, "400 user_count_exceeded: The current project has exceeded the maximum number of users. Please check your user limit in the Appwrite console.",
			send(t, s, "POST", path, nil, newcomer).failure(t), path)
	}
	assert.Contains(t, refusedWith(t, s.OAuth2().Login(tokenLogin(t, s))), "400 user_count_exceeded")
	assert.Equal(t, 201, send(t, s, "POST", "/account/tokens/email", nil, `{"userId":"x","email":"`+email+`"}`).status, "who is in may sign in")
	require.Equal(t, 204, send(t, s, "DELETE", "/account", as(secret), "").status)
	assert.Equal(t, 201, send(t, s, "POST", "/account", nil, newcomer).status, "a place has become free")
	s.AddUser(User{Email: "third@example.com"})
}

func TestStartRefusesSettingsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, settings := range []Settings{
		{SessionLimit: -1}, {SessionDuration: -1}, {UserLimit: -1}, {DisabledMethods: []AuthMethod{"x"}},
		{OAuth2Providers: []models.OAuthProvider{"huggingface"}}, {Password: PasswordRules{History: -1}}, {Password: PasswordRules{MinLength: -1}}, {Password: PasswordRules{MinLength: 257}},
	} {
		_, err := Start(WithoutListener(), WithSettings(settings))
		require.Error(t, err, "%+v", settings)
		_, err = Start(WithoutListener(), WithProject("other", settings))
		assert.Error(t, err, "%+v", settings)
	}
}
