package signup

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
)

func TestSignUpMailsALinkThatVerifies(t *testing.T) {
	srv := appwritetest.NewServer(t) // stops with the test
	require.NoError(t, SignUp(t.Context(), srv.Client(), "ada@example.com", "correct horse", "http://localhost/verify"))

	mail, ok := srv.Inbox().Last("ada@example.com")
	require.True(t, ok)
	link, err := url.Parse(mail.URL)
	require.NoError(t, err)
	callback, err := appwrite.ParseCallback(link)
	require.NoError(t, err)
	_, err = srv.Client().Account.UpdateEmailVerification(t.Context(), appwrite.VerificationParams{UserID: callback.UserID, Secret: callback.Secret})
	require.NoError(t, err)
}

func TestSignUpTellsWhenTheAddressIsTaken(t *testing.T) {
	srv := appwritetest.NewServer(t)
	srv.AddUser(appwritetest.User{Email: "ada@example.com", Password: "correct horse"})
	require.ErrorIs(t, SignUp(t.Context(), srv.Client(), "ada@example.com", "correct horse", "http://localhost/verify"), ErrTaken)
	require.Empty(t, srv.Inbox().Messages())
}

func TestSignUpTellsWhenAppwriteCannotMail(t *testing.T) {
	srv := appwritetest.NewServer(t)
	srv.Fail(appwritetest.Fault{Operation: "account.createEmailVerification", Status: 501, Type: appwrite.ErrGeneralSMTPDisabled})
	err := SignUp(t.Context(), srv.Client(), "ada@example.com", "correct horse", "http://localhost/verify")
	require.ErrorIs(t, err, appwrite.ErrGeneralSMTPDisabled)
}
