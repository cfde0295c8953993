package appwrite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/models"
)

func TestClientsThatNewClientDidNotMakeRefuseEveryCall(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	var none *appwrite.Client
	accounts := map[string]*appwrite.Account{
		"nil Account":                   nil,
		"zero Account":                  {},
		"NewAccount(nil)":               appwrite.NewAccount(nil),
		"NewAccount of a zero Client":   appwrite.NewAccount(&appwrite.Client{}),
		"Account of a zero Client":      (&appwrite.Client{}).Account,
		"zero Client with a session":    (&appwrite.Client{}).WithSession("s").Account,
		"nil Client with a session":     none.WithSession("s").Account,
		"nil Client with a JWT":         none.WithJWT("j").Account,
		"nil Client with an API key":    none.WithAPIKey("k").Account,
		"nil Client as guest":           none.AsGuest().Account,
		"zero Client as guest":          (&appwrite.Client{}).AsGuest().Account,
		"zero Client's copy of a copy":  (&appwrite.Client{}).WithJWT("j").WithAPIKey("k").Account,
		"NewAccount of a copy of a nil": appwrite.NewAccount(none.AsGuest()),
	}
	for name, a := range accounts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range everycall.All {
				got, err := c.Do(ctx, a, c.Full())
				requireParamError(t, err, c.Operation, "client")
				assert.Nil(t, got, c.Method)
			}
			_, err := a.MergePrefs(ctx, map[string]any{"k": 1})
			requireParamError(t, err, "account.getPrefs", "client")
			_, err = appwrite.GetPrefs[map[string]any](ctx, a)
			requireParamError(t, err, "account.getPrefs", "client")
			_, err = a.OAuth2TokenURL(models.OAuthProviderGitHub, appwrite.OAuth2Params{})
			requireParamError(t, err, "account.createOAuth2Token", "client")
			_, err = a.OAuth2SessionURL(models.OAuthProviderGitHub, appwrite.OAuth2Params{})
			requireParamError(t, err, "account.createOAuth2Session", "client")
			_, err = appwrite.NewJWTSource(a, 0).JWT(ctx)
			requireParamError(t, err, "account.createJWT", "client")
			assert.NotContains(t, fmt.Sprintf("%v %+v %s", a, a, a), "PANIC")
		})
	}
	for name, c := range map[string]*appwrite.Client{"nil": nil, "zero": {}} {
		t.Run(name+" Client", func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, c.Endpoint())
			assert.Empty(t, c.ProjectID())
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", c, c, c, c), "PANIC")
			c.CloseIdleConnections()
			_, err := c.ServerVersion(ctx)
			requireParamError(t, err, "health.getVersion", "client")
			_, err = c.DetectServerVersion(ctx)
			require.Error(t, err)
			_, err = c.With()
			requireParamError(t, err, "appwrite.Client.With", "client")
		})
	}
}

func TestNilArgumentsAreRefusedByEveryCall(t *testing.T) {
	t.Parallel()
	client := memory(t, answersJSON(200, `{}`))
	var none context.Context
	ctx := t.Context()
	for _, c := range everycall.All {
		for _, tc := range []struct {
			param string
			ctx   context.Context
			opts  []appwrite.RequestOption
		}{
			{"ctx", none, nil},
			{"ctx", none, []appwrite.RequestOption{appwrite.NoRetry()}},
			{"opts", ctx, []appwrite.RequestOption{nil}},
			{"opts", ctx, []appwrite.RequestOption{appwrite.NoRetry(), nil}},
			{"response", ctx, []appwrite.RequestOption{appwrite.CaptureResponse(nil)}},
			{"request", ctx, []appwrite.RequestOption{appwrite.ForwardRequest(nil)}},
		} {
			got, err := c.Do(tc.ctx, client.Account, c.Full(), tc.opts...)
			requireParamError(t, err, c.Operation, tc.param)
			assert.Nil(t, got)
		}
	}
	_, err := client.ServerVersion(none)
	requireParamError(t, err, "health.getVersion", "ctx")
	_, err = appwrite.NewJWTSource(client.Account, 0).JWT(none)
	requireParamError(t, err, "account.createJWT", "ctx")
	assert.Empty(t, client.Take())
}

func TestNewClientOpensNoConnection(t *testing.T) {
	t.Parallel()
	client := served(t, func(http.ResponseWriter, *http.Request) {}, appwrite.WithSession("s"))
	_, err := client.With(appwrite.WithLocale("de"))
	require.NoError(t, err)
	client.WithJWT("j").CloseIdleConnections()
	assert.Empty(t, client.Take())
}

func TestCopiesLeaveTheirOriginalAlone(t *testing.T) {
	t.Parallel()
	base := memory(t, answersJSON(200, userBody), appwrite.WithSession("base"), appwrite.WithHeader("X-Own", "base"), appwrite.WithLocale("en"))
	headers := func(c *appwrite.Client) http.Header {
		_, err := c.Account.Get(t.Context())
		require.NoError(t, err)
		return base.One(t).Header
	}
	with := func(opts ...appwrite.Option) *appwrite.Client {
		c, err := base.With(opts...)
		require.NoError(t, err)
		return c
	}
	before := headers(base.Client)
	other := headers(with(appwrite.WithJWT("other"), appwrite.WithHeader("x-own", "other"), appwrite.WithLocale("de"), appwrite.WithServerVersion("1.4"), appwrite.WithUserAgent("other")))
	assert.Equal(t, "other", other.Get("X-Own"))
	assert.Equal(t, "de", other.Get("X-Appwrite-Locale"))
	assert.Equal(t, "other", other.Get("User-Agent"))
	assert.Equal(t, "other", other.Get("X-Appwrite-Jwt"))
	headers(base.WithJWT("other"))
	headers(base.AsGuest())
	assert.Equal(t, before, headers(base.Client))
	assert.Equal(t, before, headers(with()))
	assert.Equal(t, "base", headers(with(appwrite.WithLocale("de"))).Get("X-Appwrite-Session"), "without another credential it stays")
}

func TestCopiesKeepAllButTheCredential(t *testing.T) {
	t.Parallel()
	base := memory(t, answersJSON(200, userBody), appwrite.WithDevKey("dev"), appwrite.WithLocale("de"), appwrite.WithHeader("X-Own", "1"), appwrite.WithHeader("X-SDK-Name", "mine"),
		appwrite.WithForwardedUserAgent("browser"), appwrite.WithImpersonateUserID("u2"), appwrite.WithImpersonateUserEmail("u2@example.com"), appwrite.WithImpersonateUserPhone("+1"))
	again, err := base.With()
	require.NoError(t, err)
	for name, c := range map[string]*appwrite.Client{
		"base": base.Client, "session": base.WithSession("s"), "jwt": base.WithJWT("j"), "key": base.WithAPIKey("k"), "guest": base.WithJWT("j").AsGuest(), "with": again,
	} {
		_, err := c.Account.Get(t.Context())
		require.NoError(t, err)
		h := base.One(t).Header
		for header, want := range map[string]string{
			"X-Appwrite-Dev-Key": "dev", "X-Appwrite-Locale": "de", "X-Own": "1", "X-Sdk-Name": "mine", "X-Forwarded-User-Agent": "browser",
			"X-Appwrite-Impersonate-User-Id": "u2", "X-Appwrite-Impersonate-User-Email": "u2@example.com", "X-Appwrite-Impersonate-User-Phone": "+1",
		} {
			assert.Equal(t, []string{want}, h[header], "%s: %s", name, header)
		}
	}
}

func TestCopiesShareTheConnectionsUnlessTheirMakingChanges(t *testing.T) {
	t.Parallel()
	base := newClient(t, "http://host/v1")
	with := func(c *appwrite.Client, opts ...appwrite.Option) *appwrite.Client {
		c, err := c.With(opts...)
		require.NoError(t, err)
		return c
	}
	own := base.Transport()
	for name, c := range map[string]*appwrite.Client{"session": base.WithSession("s"), "jwt": base.WithJWT("j"), "key": base.WithAPIKey("k"), "guest": base.AsGuest()} {
		assert.Same(t, own, c.Transport(), name)
		assert.True(t, appwrite.SharesCore(base, c), name)
	}
	for name, option := range map[string]appwrite.Option{
		"session": appwrite.WithSession("s"), "locale": appwrite.WithLocale("de"), "header": appwrite.WithHeader("X-Own", "1"), "timeout": appwrite.WithTimeout(time.Second),
		"retry": appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}), "version": appwrite.WithServerVersion("1.4"), "size": appwrite.WithMaxResponseBytes(1), "agent": appwrite.WithUserAgent("x"),
	} {
		assert.Same(t, own, with(base, option).Transport(), name)
	}
	pool := appwrite.WithRootCAs(emptyPool())
	trusting := with(base, pool)
	assert.NotSame(t, own, trusting.Transport())
	assert.NotSame(t, own, with(base, appwrite.WithInsecureSkipVerify()).Transport())
	transport := &http.Transport{}
	assert.Same(t, transport, with(base, through(transport)).Transport())
	assert.Same(t, trusting.Transport(), with(trusting.WithSession("s"), appwrite.WithLocale("de")).Transport())
	assert.NotSame(t, trusting.Transport(), newClient(t, "http://host/v1", pool).Transport(), "clients made apart")
}

func TestClientsPrintEndpointProjectAndKindOfCredential(t *testing.T) {
	t.Parallel()
	base := newClient(t, "https://host/v1")
	for want, c := range map[string]*appwrite.Client{
		"guest": base, "session": base.WithSession("s"), "jwt": base.WithJWT("j"), "apiKey": base.WithAPIKey("k"),
	} {
		text := "appwrite.Client{endpoint: https://host/v1, project: " + testProject + ", credential: " + want + "}"
		account := strings.Replace(text, "Client", "Account", 1)
		assert.Equal(t, text, c.String())
		assert.Equal(t, text, fmt.Sprintf("%#v", *c))
		assert.Equal(t, fmt.Sprintf("%q", text), fmt.Sprintf("%q", c))
		assert.Equal(t, account, c.Account.String())
		for v, text := range map[any]string{c: text, *c: text, c.Account: account, *c.Account: account} {
			object, err := json.Marshal(map[string]any{"v": v})
			require.NoError(t, err)
			assert.JSONEq(t, fmt.Sprintf(`{"v":%q}`, text), string(object))
		}
	}
	assert.Equal(t, "appwrite.Client{}", (&appwrite.Client{}).String())
}
