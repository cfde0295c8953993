package appwritetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

func TestRecoverySetsThePasswordAndEndsTheSessions(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	ctx, guest := t.Context(), s.Client().Account
	_, err := guest.CreateRecovery(ctx, appwrite.RecoveryParams{Email: "ADA@example.com", URL: "http://localhost/recover?x=1#top"})
	require.NoError(t, err)
	mail := lastMessage(t, s, email)
	assert.Equal(t, KindRecovery, mail.Kind)
	assert.Regexp(t, `^http://localhost/recover\?x=1&userId=.*&secret=.*&expire=.*#top$`, mail.URL)
	assert.Len(t, mail.Secret, 256)

	p := appwrite.UpdateRecoveryParams{UserID: mail.UserID, Secret: "bad", Password: "a new password"}
	_, err = guest.UpdateRecovery(ctx, p)
	require.ErrorIs(t, err, appwrite.ErrUserInvalidToken)
	p.Secret = mail.Secret
	token, err := guest.UpdateRecovery(ctx, p)
	require.NoError(t, err)
	assert.Empty(t, token.Secret)
	_, err = guest.UpdateRecovery(ctx, p)
	require.ErrorIs(t, err, appwrite.ErrUserInvalidToken)

	assert.Equal(t, guestRefused, send(t, s, "GET", "/account", as(secret), "").failure(t))
	made, err := guest.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: email, Password: "a new password"})
	require.NoError(t, err)
	user, err := s.Client().WithSession(made.Secret).Account.Get(ctx)
	require.NoError(t, err)
	assert.True(t, user.EmailVerification, "who reads the mail owns the address")
}

func TestRecoveryIsRefused(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithPlatforms("app.example.com", "*.preview.example.com"))
	s.AddUser(User{Email: email})
	for body, want := range map[string]string{
		`{"email":"nobody@example.com","url":"http://localhost"}`:                "404 user_not_found: User with the requested ID could not be found.",
		`{"email":"ada@example.com"}`:                                            "400 general_argument_invalid: Param \"url\" is not optional.",
		`{"email":"ada@example.com","url":"not a url"}`:                          "400 general_argument_invalid: Invalid `url` param: Invalid URI.",
		`{"email":"ada@example.com","url":7}`:                                    "400 general_argument_invalid: Invalid `url` param: Invalid URI.",
		`{"email":"ada@example.com","url":"http://evil.example/x"}`:              "400 general_argument_invalid: Invalid `url` param: Invalid URI. Register your new client (evil.example) as a new Web platform on your project console dashboard",
		`{"email":"ada@example.com","url":"javascript:alert(1)"}`:                "400 general_argument_invalid: Invalid `url` param: Invalid Scheme. The scheme used (javascript) in the URI (javascript:alert(1)) is not supported. If you are using a custom scheme, please change it to `appwrite-callback-<PROJECT_ID>`",
		`{"email":"ada@example.com","url":"http://preview.example.com"}`:         "400 general_argument_invalid: Invalid `url` param: Invalid URI. Register your new client (preview.example.com) as a new Web platform on your project console dashboard",
		`{"email":"ada@example.com","url":"https://1.preview.example.com"}`:      "",
		`{"email":"ada@example.com","url":"https://app.example.com:8080"}`:       "",
		`{"email":"ada@example.com","url":"http://127.0.0.1:3000/x"}`:            "",
		`{"email":"ada@example.com","url":"appwrite-callback-test-project://x"}`: "",
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			got := send(t, s, "POST", "/account/recovery", nil, body)
			if want == "" {
				assert.Equal(t, 201, got.status, got.body)
				return
			}
			assert.Equal(t, want, got.failure(t))
		})
	}
	assert.Contains(t, send(t, s, "PUT", "/account/recovery", nil, `{"userId":"nobody","secret":"x","password":"12345678"}`).failure(t), "404 user_not_found")
}

func TestRecoveryExpires(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{Email: email})
	send(t, s, "POST", "/account/recovery", nil, `{"email":"`+email+`","url":"http://localhost"}`)
	mail := lastMessage(t, s, email)
	s.Clock().Advance(time.Hour)
	got := send(t, s, "PUT", "/account/recovery", nil, `{"userId":"`+mail.UserID+`","secret":"`+mail.Secret+`","password":"12345678"}`)
	assert.Equal(t, badToken, got.failure(t))
}
