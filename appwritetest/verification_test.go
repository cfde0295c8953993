package appwritetest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

func TestEmailVerification(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/account/verifications/email", "/account/verification"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s := NewServer(t)
			_, secret := signUp(t, s)
			got := send(t, s, "POST", path, as(secret), `{"url":"http://localhost/verify"}`)
			require.Equal(t, 201, got.status, got.body)
			mail := lastMessage(t, s, email)
			assert.Equal(t, KindEmailVerification, mail.Kind)

			assert.Equal(t, badToken, exchange(t, s, "PUT", path, Message{UserID: mail.UserID, Secret: "nope"}).failure(t))
			done := exchange(t, s, "PUT", path, mail)
			assert.Equal(t, 200, done.status)
			assert.Equal(t, got.body, done.body, "the same token again")
			assert.Equal(t, badToken, exchange(t, s, "PUT", path, mail).failure(t))
			assert.Equal(t, "409 user_email_already_verified: User email is already verified",
				send(t, s, "POST", path, as(secret), `{"url":"http://localhost/verify"}`).failure(t))
			assert.Equal(t, true, send(t, s, "GET", "/account", as(secret), "").object(t)["emailVerification"])
		})
	}
}

func TestPhoneVerification(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, secret := signUp(t, s)
	ada := s.Client().WithSession(secret).Account
	_, err := ada.CreatePhoneVerification(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUserPhoneNotFound)
	_, err = ada.UpdatePhone(t.Context(), appwrite.UpdatePhoneParams{Phone: "+14155550100", Password: password})
	require.NoError(t, err)
	_, err = ada.CreatePhoneVerification(t.Context())
	require.NoError(t, err)
	sms := lastMessage(t, s, "+14155550100")
	assert.Equal(t, KindPhoneVerification, sms.Kind)
	_, err = s.Client().Account.UpdatePhoneVerification(t.Context(), appwrite.VerificationParams{UserID: id, Secret: sms.Secret})
	require.NoError(t, err)
	_, err = ada.CreatePhoneVerification(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUserPhoneAlreadyVerified)
}

func TestVerificationOfNobody(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	made, err := s.Client().Account.CreateAnonymousSession(t.Context())
	require.NoError(t, err)
	_, err = s.Client().WithSession(made.Secret).Account.CreateEmailVerification(t.Context(), "http://localhost")
	require.ErrorIs(t, err, appwrite.ErrUserEmailNotFound)
	_, err = s.Client().Account.UpdateEmailVerification(t.Context(), appwrite.VerificationParams{UserID: "nobody", Secret: "x"})
	require.ErrorIs(t, err, appwrite.ErrUserNotFound)
}
