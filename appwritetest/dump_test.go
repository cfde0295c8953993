package appwritetest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/models"
)

func TestNeitherDumpNorRequestsShowSecrets(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	send(t, s, "POST", "/account", nil, `{"userId":"unique()","email":"`+email+`","password":"`+password+`"}`)
	secret := signIn(t, s)
	jwt := send(t, s, "POST", "/account/jwts", as(secret), "").text(t, "jwt")
	send(t, s, "GET", "/account", headers{"X-Appwrite-JWT": jwt}, "")
	send(t, s, "GET", "/account", headers{"Cookie": "a_session_test-project=" + secret, "Authorization": "Bearer " + jwt}, "")
	send(t, s, "POST", "/account/tokens/email", nil, `{"userId":"unique()","email":"`+email+`","phrase":true}`)
	send(t, s, "PATCH", "/account/password", as(secret), `{"password":"a new password","oldPassword":"`+password+`"}`)
	mail := lastMessage(t, s, email)
	exchange(t, s, "POST", "/account/sessions/token", mail)
	app := send(t, s, "POST", "/account/mfa/authenticators/totp", as(secret), "").text(t, "secret")
	codes := send(t, s, "POST", "/account/mfa/recovery-codes", as(secret), "").object(t)["recoveryCodes"].([]any)
	challenge := challengeOf(t, s, secret, "recoveryCode")
	answerChallenge(t, s, secret, challenge, codes[0].(string))
	send(t, s, "POST", "/account/targets/push", as(secret), `{"targetId":"unique()","identifier":"device-token"}`)

	const nested = "nested secret"
	send(t, s, "PATCH", "/account/prefs", as(secret), `{"prefs":{"mail":[{"host":"mx","password":"`+nested+`"}]}}`)
	send(t, s, "PUT", "/account/recovery", headers{"Referer": "http://localhost/reset?secret=" + mail.Secret}, `{}`)

	requests, err := json.Marshal(s.Requests())
	require.NoError(t, err)
	assert.Contains(t, string(requests), `{\"host\":\"mx\"`)
	for _, shown := range []string{s.Dump(), string(requests)} {
		for _, hidden := range []string{password, "a new password", secret, jwt, s.APIKey(), mail.Secret, mail.Phrase, app, codes[0].(string), codes[1].(string), "device-token", nested} {
			assert.NotContains(t, shown, hidden)
		}
		assert.Contains(t, shown, email)
	}
}

func TestRequestsAreRecorded(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	send(t, s, "PATCH", "/account/name", with(as(secret), headers{"X-Trace": "1"}), `{"name":"Ada L."}`)
	send(t, s, "GET", "/account/logs?total=0", nil, "")
	send(t, s, "GET", "/nothing", nil, "")

	all := s.Requests()
	require.Len(t, all, 4)
	assert.Equal(t, "account.createEmailPasswordSession", all[0].Operation)
	assert.JSONEq(t, `{"email":"`+email+`","password":"***"}`, all[0].Params)
	assert.Equal(t, http.MethodPatch, all[1].Method)
	assert.Equal(t, "/v1/account/name", all[1].Path)
	assert.Equal(t, "1", all[1].Header.Get("X-Trace"))
	assert.Equal(t, "***", all[1].Header.Get("X-Appwrite-Session"))
	assert.Equal(t, 200, all[1].Status)
	assert.Equal(t, `{"total":"0"}`, all[2].Params)
	assert.Equal(t, 401, all[2].Status)
	assert.Empty(t, all[3].Operation)
	assert.Equal(t, 404, all[3].Status)

	all[1].Header.Set("X-Trace", "2")
	assert.Equal(t, "1", s.Requests()[1].Header.Get("X-Trace"), "what is handed out is a copy")
}

func TestLargeParametersAreNotKept(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	for _, n := range []int{keptParams - 100, keptParams} {
		send(t, s, "POST", "/account/recovery", nil, `{"email":"`+strings.Repeat("x", n)+`"}`)
	}
	all := s.Requests()
	assert.Greater(t, len(all[0].Params), keptParams-100)
	assert.Equal(t, "{}", all[1].Params)
}

func TestOldRequestsAreForgotten(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	for range 2*keptRequests + 10 {
		throughHandler(s, "GET", "http://localhost/v1/health/version", nil, "")
	}
	assert.Len(t, s.Requests(), keptRequests)
}

func TestDumpIsReadable(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithSeed(7))
	s.AddUser(User{ID: "ada", Email: email, Name: "Ada", Password: password, EmailVerified: true, Prefs: map[string]int{"n": 1}})
	secret := signIn(t, s)
	send(t, s, "POST", "/account/targets/push", as(secret), `{"targetId":"mine","identifier":"device-token"}`)
	s.AddUser(User{
		ID: "bob", Email: "bob@example.com", Password: password, MFA: true, TOTPSecret: totpSecret, RecoveryCodes: []string{"a", "b"},
	})
	s.AddConsent(models.OAuth2Consent{ID: "first", UserID: "bob", Scopes: []string{"account"}}, models.OAuth2ConsentToken{})
	challenge := challengeOf(t, s, secret, "totp")
	dump := s.Dump()
	assert.Contains(t, dump, `user ada name="Ada" email="ada@example.com" phone="" password emailVerified`)
	assert.Contains(t, dump, `prefs={"n":1}`)
	assert.Contains(t, dump, "email factors=[\"password\"] expires 20")
	assert.Contains(t, dump, "target mine push ***")
	assert.Contains(t, dump, "challenge "+challenge+" totp expires 20")
	assert.Contains(t, dump, `user bob name="" email="bob@example.com" phone="" password mfa`)
	assert.Contains(t, dump, "authenticator totp verified=true")
	assert.Contains(t, dump, "recovery codes: 2")
	assert.Contains(t, dump, `consent first scopes=["account"] tokens=1`)
	assert.Contains(t, dump, "inbox: 0 messages")
}
