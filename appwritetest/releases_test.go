package appwritetest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
)

func TestAVersionThatNoServerHasIsRefused(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"", "1", "abc", "0.4", "0.4.9", "1.9.7", "2.0", "1.4.x", "-1.4"} {
		_, err := Start(WithServerVersion(version))
		assert.ErrorContains(t, err, "server version", version)
	}
}

func TestWithoutAVersionTheServerIsTheNewest(t *testing.T) {
	t.Parallel()
	assert.Same(t, latest(), NewServer(t).store.server)
	assert.Same(t, latest(), NewServer(t, WithServerVersion(appwrite.LatestServerVersion)).store.server)
	assert.Equal(t, appwrite.LatestServerVersion, latest().String())
}

func TestTheServersClientsAreSetToItsVersion(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithServerVersion("1.4.13"))
	version, err := s.Client().ServerVersion(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "1.4.13", version)

	before := len(s.Requests())
	_, err = s.Client().Account.CreateEmailToken(t.Context(), appwrite.EmailTokenParams{Email: "a@b.co"})
	var unsupported *appwrite.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	assert.Equal(t, "1.4.13", unsupported.ServerVersion)
	assert.Len(t, s.Requests(), before, "the client has sent it")

	detected, err := s.Client(appwrite.WithServerVersion("1.9")).DetectServerVersion(t.Context())
	require.NoError(t, err)
	_, err = detected.Account.CreateEmailToken(t.Context(), appwrite.EmailTokenParams{Email: "a@b.co"})
	require.ErrorAs(t, err, &unsupported)
}

// It is why a client must not send an old server what it does not know.
func TestADeleteThatIsNotKnownDeletesTheAccountUpTo0_13(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]int{"0.5": 204, "0.9": 204, "0.12": 204, "0.13.4": 204, "0.14": 404, "0.15.3": 404, "1.3": 404, "1.4": 404, "1.9": 404} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			s, user := oldSession(t, version)
			path := "/account/targets/x/push/y"
			signedIn := send(t, s, "POST", "/account/sessions/email", nil, `{"email":"ada@example.com","password":"`+recordedPassword+`"}`)
			cookie, _, _ := strings.Cut(signedIn.header.Values("Set-Cookie")[0], ";")
			assert.Equal(t, want, send(t, s, "DELETE", path, headers{"Cookie": cookie}, "").status)
			_, err := user.Account.Get(t.Context())
			if want == 404 {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, appwrite.ErrUserBlocked)
		})
	}
}

// oldSession returns a server of the version and a client that is signed in there.
func oldSession(t *testing.T, version string) (*Server, *appwrite.Client) {
	t.Helper()
	s := NewServer(t, WithServerVersion(version))
	guest := s.Client()
	_, err := guest.Account.Create(t.Context(), appwrite.CreateAccountParams{Email: "ada@example.com", Password: recordedPassword, Name: "Ada"})
	require.NoError(t, err)
	session, err := guest.Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: "ada@example.com", Password: recordedPassword})
	require.NoError(t, err)
	require.NotEmpty(t, session.Secret)
	return s, guest.WithSession(session.Secret)
}

// minorReleases are all lines of releases that there were.
var minorReleases = []string{
	"0.5", "0.6", "0.7", "0.8", "0.9", "0.10", "0.11", "0.12", "0.13", "0.14", "0.15",
	"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9",
}

// The same client code on all of them.
func TestAUserCanSignUpAndStayOnEachRelease(t *testing.T) {
	t.Parallel()
	for _, version := range minorReleases {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			s, client := oldSession(t, version)
			u, err := client.Account.Get(ctx)
			require.NoError(t, err)
			assert.Equal(t, "ada@example.com", u.Email)
			assert.WithinDuration(t, s.Clock().Now(), u.Registration.Time, time.Minute)

			_, err = client.Account.UpdatePrefs(ctx, map[string]any{"theme": "dark", "size": 2})
			require.NoError(t, err)
			_, err = client.Account.MergePrefs(ctx, map[string]any{"size": 3})
			require.NoError(t, err)
			prefs, err := appwrite.GetPrefs[map[string]any](ctx, client.Account)
			require.NoError(t, err)
			assert.Equal(t, map[string]any{"theme": "dark", "size": 3.0}, prefs)

			for range 40 {
				_, err = client.Account.UpdateName(ctx, "Ada L.")
				require.NoError(t, err)
			}
			logs := 0
			for entry, err := range client.Account.Logs(ctx, appwrite.ListParams{}) {
				require.NoError(t, err)
				assert.WithinDuration(t, s.Clock().Now(), entry.Time.Time, time.Minute)
				logs++
			}
			if s.store.server.before(release.V0_12) {
				assert.Equal(t, 25, logs, "there are no pages")
			} else {
				assert.Greater(t, logs, 40)
			}

			_, err = s.Client().Account.CreateRecovery(ctx, appwrite.RecoveryParams{Email: "ada@example.com", URL: "http://localhost/"})
			require.NoError(t, err)
			mail, ok := s.Inbox().Last("ada@example.com")
			require.True(t, ok)
			_, err = s.Client().Account.UpdateRecovery(ctx, appwrite.UpdateRecoveryParams{UserID: mail.UserID, Secret: mail.Secret, Password: "battery staple"})
			require.NoError(t, err)
			again, err := s.Client().Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "ada@example.com", Password: "battery staple"})
			require.NoError(t, err)
			client = client.WithSession(again.Secret)
			list, err := client.Account.ListSessions(ctx)
			require.NoError(t, err)
			require.NotEmpty(t, list.Sessions)
			require.NoError(t, client.Account.DeleteSession(ctx, appwrite.CurrentSession))
			_, err = client.Account.Get(ctx)
			require.ErrorIs(t, err, appwrite.ErrUnauthorized)
		})
	}
}

func TestPreferencesThatAreTooLargeAreNeverASuccess(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]int{"0.5": 500, "0.8": 500, "0.9": 500, "0.11": 500, "0.12": 400, "1.9": 400} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			_, client := oldSession(t, version)
			_, err := client.Account.UpdatePrefs(t.Context(), map[string]any{"k": strings.Repeat("x", 70_000)}, appwrite.NoRetry())
			var failure *appwrite.Error
			require.ErrorAs(t, err, &failure)
			assert.Equal(t, want, failure.StatusCode)
		})
	}
}

func TestOlderServersKnowFewerOAuth2Providers(t *testing.T) {
	t.Parallel()
	pages := appwrite.OAuth2Params{Success: "http://localhost/", Failure: "http://localhost/"}
	for provider, versions := range map[models.OAuthProvider][2]string{
		models.OAuthProviderApple: {"0.5", "0.6"}, models.OAuthProviderOIDC: {"1.3", "1.4"}, models.OAuthProviderX: {"1.9", "1.9.6"},
	} {
		_, err := NewServer(t, WithServerVersion(versions[0])).Client().Account.CreateOAuth2Session(t.Context(), provider, pages)
		var failure *appwrite.Error
		require.ErrorAs(t, err, &failure, provider)
		assert.Equal(t, http.StatusBadRequest, failure.StatusCode)
		_, err = NewServer(t, WithServerVersion(versions[1])).Client().Account.CreateOAuth2Session(t.Context(), provider, pages)
		require.NoError(t, err, provider)
	}
}

func TestFaultsAreInTheWordsOfTheRelease(t *testing.T) {
	t.Parallel()
	s, client := oldSession(t, "0.9")
	s.Fail(Fault{Operation: "account.get", Times: 1, Status: http.StatusTooManyRequests})
	_, err := client.Account.Get(t.Context(), appwrite.NoRetry())
	var failure *appwrite.Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, "Too many requests", failure.Message)
	assert.Equal(t, "0.9.0", failure.Version)
}
