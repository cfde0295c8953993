package appwrite_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
)

func TestASourceRenewsAJWTThatTheServerRefuses(t *testing.T) {
	t.Parallel()
	server := appwritetest.NewServer(t)
	session, err := server.Client().Account.CreateAnonymousSession(t.Context())
	require.NoError(t, err)
	source := appwrite.NewJWTSource(server.Client(appwrite.WithSession(session.Secret)).Account, 15*time.Minute)
	client := server.Client(appwrite.WithJWTSource(source))
	before, err := client.Account.UpdateName(t.Context(), "before")
	require.NoError(t, err)

	server.Clock().Advance(16 * time.Minute) // this process's clock says that it is still good
	_, err = client.Account.UpdateName(t.Context(), "once", appwrite.NoRetry())
	require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
	after, err := client.Account.UpdateName(t.Context(), "after")
	require.NoError(t, err)
	assert.Equal(t, before.ID, after.ID)

	// No other JWT helps where the session has ended.
	require.NoError(t, server.Client(appwrite.WithSession(session.Secret)).Account.DeleteSession(t.Context(), appwrite.CurrentSession))
	_, err = client.Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUnauthorized)
	server.Clock().Advance(16 * time.Minute)
	_, err = client.Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
}
