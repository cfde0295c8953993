package appwrite_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

func TestAnErrorWithoutTypeGetsTheOneThatIsCertain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		release string
		status  int
		body    string
		want    appwrite.ErrorType
	}{
		{"0.5", 401, `{"message":"Guest (role: guest) missing scope (account)","code":401,"version":"0.5.3"}`, appwrite.ErrGeneralUnauthorizedScope},
		{"0.9", 401, `{"message":"Invalid credentials","code":401,"version":"0.9.4"}`, appwrite.ErrUserInvalidCredentials},
		{"0.9", 401, `{"message":"Invalid credentials. User is blocked","code":401,"version":"0.9.4"}`, appwrite.ErrUserBlocked},
		{"0.12.3", 400, `{"message":"Param \"userId\" is not optional.","code":400,"version":"0.12.3"}`, appwrite.ErrGeneralArgumentInvalid},
		{"0.12.3", 503, `{"message":"Service is disabled","code":503,"version":"0.12.3"}`, appwrite.ErrGeneralServiceDisabled},
		{"0.12.3", 404, `{"message":"User not found","code":404}`, appwrite.ErrUserNotFound},
		{"1.9", 404, `{"message":"User not found","code":404,"version":"0.12.3"}`, appwrite.ErrUserNotFound}, // the answer knows better

		{"0.9", 500, `{"message":"Server Error","code":500,"version":"0.9.4"}`, ""}, // may be anything
		{"0.9", 404, `{"message":"Invalid credentials","code":404,"version":"0.9.4"}`, ""},
		{"0.9", 404, `{"message":"User not found in the hall","code":404,"version":"0.9.4"}`, ""},
		{"0.9", 401, `{"message":"Invalid credentials","code":401,"version":"0.9.4","type":"other_type"}`, "other_type"},
		{"0.13", 404, `{"message":"User not found","code":404,"version":"0.13.4"}`, ""}, // it is no Appwrite's
		{"1.9", 404, `{"message":"User not found","code":404}`, ""},

		{"1.0", 412, `<!DOCTYPE html><h1 class="x">Error 412</h1> <p>This provider is disabled. Please configure it.</p>`, appwrite.ErrProjectProviderDisabled},
		{"1.4", 412, `<!DOCTYPE html><h1 class="x">Error 412</h1> <p>This provider is disabled. Please configure it.</p>`, ""},
	} {
		e := errorOf(t, tc.status, jsonType, tc.body, appwrite.WithServerVersion(tc.release))
		assert.Equal(t, tc.want, e.Type, "%s: %s", tc.release, tc.body)
		if tc.want != "" {
			assert.ErrorIs(t, e, tc.want)
		}
	}
}

func TestAFailureThatAnOldServerSendsAs200IsAnError(t *testing.T) {
	t.Parallel()
	const password = "Passw0rd-1!"
	for _, tc := range []struct {
		body, message string
		status        int
	}{
		{"500: Server Error", "Server Error", 500},
		{"\n503: Service is disabled\n", "Service is disabled", 503},
		{"error: Data too long for column 'value' at row 1", "Data too long for column 'value' at row 1", 500},
		{"error: Incorrect value " + password, "Incorrect value [redacted]", 500},
	} {
		for _, release := range []string{"0.9", "0.11.0"} {
			client := memory(t, answers(200, "text/html", tc.body), appwrite.WithServerVersion(release))
			user, err := client.Account.UpdateEmail(t.Context(), appwrite.UpdateEmailParams{Email: "a@example.com", Password: password})
			require.Nil(t, user)
			e := as[*appwrite.Error](t, err)
			assert.Equal(t, tc.status, e.StatusCode)
			assert.Equal(t, tc.message, e.Message)
			assert.Equal(t, "account.updateEmail", e.Operation)
			assert.ErrorIs(t, err, appwrite.ErrServer)
			assert.NotContains(t, string(e.Body), password)

			err = client.Account.DeleteSessions(t.Context())
			assert.ErrorIs(t, err, appwrite.ErrServer, "a call that expects no content")
		}
	}
}

func TestWhatIsNoFailureOfAnOldServerIsNotTakenForOne(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ release, body string }{
		{"0.12.0", "500: Server Error"},
		{"1.9", "500: Server Error"},
		{"0.11.0", "200: Welcome"},
		{"0.11.0", "5000: Server Error"},
		{"0.11.0", "<html><title>500: Server Error</title></html>"},
		{"0.11.0", "500: Server Error\nand more"},
		{"0.11.0", "error: " + strings.Repeat("x", appwrite.MaxKeptBytes)},
	} {
		_, err := memory(t, answers(200, "text/html", tc.body), appwrite.WithServerVersion(tc.release)).Account.Get(t.Context())
		as[*appwrite.DecodeError](t, err)
	}
	prefs, err := memory(t, answersJSON(200, `{"error: a":"500: b"}`), appwrite.WithServerVersion("0.6")).Account.GetPrefs(t.Context())
	require.NoError(t, err)
	assert.JSONEq(t, `{"error: a":"500: b"}`, string(prefs.Raw()))
}

// mergingServer keeps a user's preferences as servers 0.5 and 0.6 do, whose update merges and
// answers with all of them.
func mergingServer(status int) tripper {
	return func(r *http.Request) (*http.Response, error) {
		switch r.Method + " " + r.URL.Path {
		case "GET /v1/account":
			return response(status, jsonType, `{"$id":"u1","email":"a@example.com","registration":1795226105,"name":"A","message":"x"}`), nil
		case "PATCH /v1/account/prefs":
			return response(200, jsonType, `{"old":1,"new":{"a":[]}}`), nil
		}
		return response(404, jsonType, `{"message":"Not Found","code":404}`), nil
	}
}

func TestServersBefore07AnswerWithPreferencesAndTheCallWithTheUser(t *testing.T) {
	t.Parallel()
	for _, release := range []string{"0.5", "0.6.2"} {
		client := memory(t, mergingServer(200), appwrite.WithServerVersion(release))
		for name, call := range map[string]func(context.Context, any, ...appwrite.RequestOption) (*models.User, error){"UpdatePrefs": client.Account.UpdatePrefs, "MergePrefs": client.Account.MergePrefs} {
			user, err := call(t.Context(), map[string]any{"new": 1})
			require.NoError(t, err, "%s on %s", name, release)
			assert.Equal(t, "u1", user.ID)
			assert.Equal(t, int64(1795226105), user.Registration.Unix())
			assert.Equal(t, `{"old":1,"new":{"a":[]}}`, string(user.Prefs.Raw()), "all preferences, not those of the call")
			requests := client.Take()
			require.Len(t, requests, 2, "no read of what the server merges itself")
			assert.Equal(t, `{"prefs":{"new":1}}`, requests[1].Body)
		}
	}
}

func TestNothingIsStoredOnAServerBefore07WhereTheAnswerWouldBeAnError(t *testing.T) {
	t.Parallel()
	client := memory(t, mergingServer(401), appwrite.WithServerVersion("0.6"))
	user, err := client.Account.UpdatePrefs(t.Context(), map[string]any{"a": 1})
	assert.Nil(t, user)
	assert.ErrorIs(t, err, appwrite.ErrUnauthorized)
	client.One(t)
}

func TestAPreferenceCannotBeRemovedOnServersBefore07(t *testing.T) {
	t.Parallel()
	client := memory(t, mergingServer(200), appwrite.WithServerVersion("0.6"))
	user, err := client.Account.MergePrefs(t.Context(), map[string]any{"kept": 1, "gone": nil})
	assert.Nil(t, user)
	assert.Equal(t, "prefs", as[*appwrite.ParamError](t, err).Param)
	assert.Empty(t, client.Take())

	_, err = client.Account.MergePrefs(t.Context(), map[string]any{"nested": map[string]any{"null": nil}})
	assert.NoError(t, err, "nested objects are replaced, not merged")
}
