package appwrite_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

func TestResponseFormatIsOfTheServerVersion(t *testing.T) {
	t.Parallel()
	client := memory(t, answersJSON(200, userBody))
	for release, want := range map[string]string{"": appwrite.LatestServerVersion, "1.4": "1.4.0", "1.4.13": "1.4.13", "0.15.3": "0.15.3", "1.9.6": "1.9.6"} {
		c := client.Client
		if release != "" {
			var err error
			c, err = client.With(appwrite.WithServerVersion(release))
			require.NoError(t, err)
		}
		_, err := c.Account.Get(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{want}, client.One(t).Header["X-Appwrite-Response-Format"], release)
	}
}

func TestServerVersionSendsNoCredential(t *testing.T) {
	t.Parallel()
	base := memory(t, answersJSON(200, `{"version":"1.9.6"}`))
	for _, c := range []*appwrite.Client{base.Client, base.WithSession("s"), base.WithJWT("bad\n"), base.WithAPIKey("k")} {
		version, err := c.ServerVersion(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "1.9.6", version)
		r := base.One(t)
		assert.Equal(t, "/v1/health/version", r.URI)
		assert.Empty(t, credentialsIn(r.Header))
	}
}

func TestServerVersionWithoutVersionIsAnError(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"version":""}`, `[]`, `"1.9.6"`, ``} {
		version, err := memory(t, answersJSON(200, body)).ServerVersion(t.Context())
		as[*appwrite.DecodeError](t, err)
		assert.Empty(t, version)
	}
}

func TestDetectingTheServerVersionSetsACopyToIt(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status     int
		body, want string
	}{
		{200, `{"version":"0.9.4"}`, "0.9.4"},
		{200, `{"version":"1.4.13"}`, "1.4.13"},
		{200, `{"version":"1.8.1"}`, "1.8.1"},
		{200, `{"version":"2.0.0"}`, "2.0.0"},
		{200, `{"version":"1.9.0-RC1"}`, "1.9.0"},
		// Errors of the server's own tell it too.
		{503, `{"message":"Service is disabled","code":503,"version":"0.12.3"}`, "0.12.3"},
		{403, `{"message":"Disabled.","code":403,"type":"general_service_disabled","version":"1.8.1"}`, "1.8.1"},
		{429, errorBody(429, appwrite.ErrGeneralRateLimitExceeded), "1.9.6"},
	} {
		base := memory(t, answersJSON(tc.status, tc.body), appwrite.WithSession("s"), appwrite.WithServerVersion("1.0"), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}))
		client, err := base.DetectServerVersion(t.Context())
		require.NoError(t, err, tc.body)
		assert.Equal(t, tc.want, client.Version().String())
		assert.Equal(t, "1.0.0", base.Version().String(), "the client itself never changes")
		assert.Equal(t, base.Secret(), client.Secret())
		assert.Equal(t, base.CredentialKind(), client.CredentialKind())
		r := base.One(t)
		assert.Equal(t, "/v1/health/version", r.URI)
		assert.Empty(t, credentialsIn(r.Header))
	}
}

func TestAServerThatHidesItsVersionGivesAnErrorThatHelps(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		body   string
		hidden bool
	}{
		{200, `{"status":"OK"}`, true}, // servers before 0.7
		{200, `{"version":"latest"}`, true},
		{200, `{"version":"4294967297.4.0"}`, true},
		{200, `{"version":""}`, true},
		{200, `<html>Welcome</html>`, true},
		{401, `{"message":"no","version":"1.4.13"}`, true}, // a gateway may have written it
		{401, `{"message":"no","type":"general_unauthorized_scope","version":"hidden"}`, true},
		{403, `forbidden`, true},
		{404, `{"message":"Not Found"}`, true},
		{500, `{}`, false},
		{429, `{"message":"Too many requests"}`, false},
	} {
		client, err := memory(t, answersJSON(tc.status, tc.body), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1})).DetectServerVersion(t.Context())
		require.Error(t, err)
		assert.Nil(t, client)
		assert.Equal(t, tc.hidden, strings.Contains(err.Error(), "WithServerVersion"), "%d %s: %v", tc.status, tc.body, err)
		if tc.hidden {
			assert.Error(t, errors.Unwrap(err), "what the server said can still be matched")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := memory(t, answersJSON(200, `{}`)).DetectServerVersion(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}
