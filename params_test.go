package appwrite

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/id"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// wire is what a call sent.
type wire struct {
	verb, path, query, body string // the query decoded, for the reader
	raw                     *http.Request
}

// sending makes a call and returns what it sent, one of "" and an error if nothing was.
func sending(t *testing.T, status int, body string, call func(ctx context.Context, a *Account) error, opts ...Option) (wire, error) {
	t.Helper()
	var sent []wire
	client, _ := memClient(t, func(r *http.Request) (*http.Response, error) {
		var text []byte
		if r.Body != nil {
			var err error
			text, err = io.ReadAll(r.Body)
			assert.NoError(t, err)
		}
		decoded, err := url.QueryUnescape(r.URL.RawQuery)
		assert.NoError(t, err)
		sent = append(sent, wire{r.Method, r.URL.EscapedPath(), decoded, string(text), r})
		resp := response(r, status, jsonType, body)
		if status == http.StatusMovedPermanently {
			resp.Header.Set("Location", providerPage)
		}
		return resp, nil
	}, opts...)
	err := call(t.Context(), client.Account)
	require.LessOrEqual(t, len(sent), 1)
	if len(sent) == 0 {
		return wire{}, err
	}
	return sent[0], err
}

// uniqueIDs is how the IDs that the client made are written in the table below.
var uniqueIDs = regexp.MustCompile(`"(userId|targetId)":"[0-9a-f]{20}"`)

// onTheWire is what each call of the table of calls sends to today's server.
var onTheWire = map[string]wire{
	"Get":                           {verb: "GET", path: "/v1/account"},
	"Create":                        {verb: "POST", path: "/v1/account", body: `{"userId":"u1","email":"w@example.com","password":"param-password-1","name":"Walter"}`},
	"Delete":                        {verb: "DELETE", path: "/v1/account"},
	"UpdateName":                    {verb: "PATCH", path: "/v1/account/name", body: `{"name":"Walter"}`},
	"UpdateEmail":                   {verb: "PATCH", path: "/v1/account/email", body: `{"email":"w@example.com","password":"param-password-1"}`},
	"UpdatePassword":                {verb: "PATCH", path: "/v1/account/password", body: `{"password":"param-password-1","oldPassword":"param-password-2"}`},
	"UpdatePhone":                   {verb: "PATCH", path: "/v1/account/phone", body: `{"phone":"+14155550123","password":"param-password-1"}`},
	"UpdateStatus":                  {verb: "PATCH", path: "/v1/account/status"},
	"GetPrefs":                      {verb: "GET", path: "/v1/account/prefs"},
	"UpdatePrefs":                   {verb: "PATCH", path: "/v1/account/prefs", body: `{"prefs":{"theme":"dark"}}`},
	"ListLogs":                      {verb: "GET", path: "/v1/account/logs", query: `queries[]={"method":"limit","values":[5]}`},
	"Logs":                          {verb: "GET", path: "/v1/account/logs", query: `queries[]={"method":"limit","values":[100]}`},
	"ListIdentities":                {verb: "GET", path: "/v1/account/identities", query: `total=0`},
	"Identities":                    {verb: "GET", path: "/v1/account/identities", query: `queries[]={"method":"limit","values":[100]}`},
	"DeleteIdentity":                {verb: "DELETE", path: "/v1/account/identities/id1"},
	"CreateEmailPasswordSession":    {verb: "POST", path: "/v1/account/sessions/email", body: `{"email":"w@example.com","password":"param-password-1"}`},
	"CreateAnonymousSession":        {verb: "POST", path: "/v1/account/sessions/anonymous"},
	"CreateSession":                 {verb: "POST", path: "/v1/account/sessions/token", body: `{"userId":"u1","secret":"param-secret-1"}`},
	"UpdateMagicURLSession":         {verb: "PUT", path: "/v1/account/sessions/magic-url", body: `{"userId":"u1","secret":"param-secret-1"}`},
	"UpdatePhoneSession":            {verb: "PUT", path: "/v1/account/sessions/phone", body: `{"userId":"u1","secret":"param-secret-1"}`},
	"GetSession":                    {verb: "GET", path: "/v1/account/sessions/id1"},
	"UpdateSession":                 {verb: "PATCH", path: "/v1/account/sessions/id1"},
	"ListSessions":                  {verb: "GET", path: "/v1/account/sessions"},
	"DeleteSession":                 {verb: "DELETE", path: "/v1/account/sessions/id1"},
	"DeleteSessions":                {verb: "DELETE", path: "/v1/account/sessions"},
	"CreateEmailToken":              {verb: "POST", path: "/v1/account/tokens/email", body: `{"userId":"(new)","email":"w@example.com","phrase":true}`},
	"CreateMagicURLToken":           {verb: "POST", path: "/v1/account/tokens/magic-url", body: `{"userId":"(new)","email":"w@example.com","url":"http://localhost/in"}`},
	"CreatePhoneToken":              {verb: "POST", path: "/v1/account/tokens/phone", body: `{"userId":"(new)","phone":"+14155550123"}`},
	"CreateOAuth2Token":             {verb: "GET", path: "/v1/account/tokens/oauth2/id1", query: `scopes[]=email&success=http://localhost/ok`},
	"CreateOAuth2Session":           {verb: "GET", path: "/v1/account/sessions/oauth2/id1", query: `failure=http://localhost/no&success=http://localhost/ok`},
	"CreateJWT":                     {verb: "POST", path: "/v1/account/jwts", body: `{"duration":600}`},
	"CreateRecovery":                {verb: "POST", path: "/v1/account/recovery", body: `{"email":"w@example.com","url":"http://localhost/r"}`},
	"UpdateRecovery":                {verb: "PUT", path: "/v1/account/recovery", body: `{"userId":"u1","secret":"param-secret-1","password":"param-password-1"}`},
	"CreateEmailVerification":       {verb: "POST", path: "/v1/account/verifications/email", body: `{"url":"http://localhost/v"}`},
	"UpdateEmailVerification":       {verb: "PUT", path: "/v1/account/verifications/email", body: `{"userId":"u1","secret":"param-secret-1"}`},
	"CreateVerification":            {verb: "POST", path: "/v1/account/verifications/email", body: `{"url":"http://localhost/v"}`},
	"UpdateVerification":            {verb: "PUT", path: "/v1/account/verifications/email", body: `{"userId":"u1","secret":"param-secret-1"}`},
	"CreatePhoneVerification":       {verb: "POST", path: "/v1/account/verifications/phone"},
	"UpdatePhoneVerification":       {verb: "PUT", path: "/v1/account/verifications/phone", body: `{"userId":"u1","secret":"param-secret-1"}`},
	"UpdateMFA":                     {verb: "PATCH", path: "/v1/account/mfa", body: `{"mfa":true}`},
	"ListMFAFactors":                {verb: "GET", path: "/v1/account/mfa/factors"},
	"CreateMFAAuthenticator":        {verb: "POST", path: "/v1/account/mfa/authenticators/id1"},
	"UpdateMFAAuthenticator":        {verb: "PUT", path: "/v1/account/mfa/authenticators/id1", body: `{"otp":"param-otp-1"}`},
	"DeleteMFAAuthenticator":        {verb: "DELETE", path: "/v1/account/mfa/authenticators/id1"},
	"DeleteMFAAuthenticatorWithOTP": {verb: "DELETE", path: "/v1/account/mfa/authenticators/id1"},
	"CreateMFAChallenge":            {verb: "POST", path: "/v1/account/mfa/challenges", body: `{"factor":"totp"}`},
	"UpdateMFAChallenge":            {verb: "PUT", path: "/v1/account/mfa/challenges", body: `{"challengeId":"m1","otp":"param-otp-1"}`},
	"GetMFARecoveryCodes":           {verb: "GET", path: "/v1/account/mfa/recovery-codes"},
	"CreateMFARecoveryCodes":        {verb: "POST", path: "/v1/account/mfa/recovery-codes"},
	"UpdateMFARecoveryCodes":        {verb: "PATCH", path: "/v1/account/mfa/recovery-codes"},
	"CreatePushTarget":              {verb: "POST", path: "/v1/account/targets/push", body: `{"targetId":"(new)","identifier":"device"}`},
	"UpdatePushTarget":              {verb: "PUT", path: "/v1/account/targets/id1/push", body: `{"identifier":"device"}`},
	"DeletePushTarget":              {verb: "DELETE", path: "/v1/account/targets/id1/push"},
	"ListConsents":                  {verb: "GET", path: "/v1/account/consents"},
	"GetConsent":                    {verb: "GET", path: "/v1/account/consents/id1"},
	"DeleteConsent":                 {verb: "DELETE", path: "/v1/account/consents/id1"},
	"ListConsentTokens":             {verb: "GET", path: "/v1/account/consents/id1/tokens"},
	"GetConsentToken":               {verb: "GET", path: "/v1/account/consents/id1/tokens/id2"},
	"DeleteConsentToken":            {verb: "DELETE", path: "/v1/account/consents/id1/tokens/id2"},
}

func TestEveryCallSendsExactlyThis(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everyCall) {
		want, ok := onTheWire[c.method]
		require.True(t, ok, "%s must stand in onTheWire", c.method)
		got, err := sending(t, c.status, c.body, func(ctx context.Context, a *Account) error {
			_, err := c.do(ctx, a, goodIDs)
			return err
		})
		require.NoError(t, err)
		assert.Equal(t, want.verb, got.verb)
		assert.Equal(t, want.path, got.path)
		assert.Equal(t, want.query, got.query)
		assert.Equal(t, want.body, uniqueIDs.ReplaceAllString(got.body, `"$1":"(new)"`))
		assert.Equal(t, "appwrite.test", got.raw.Host)
		assert.Equal(t, "https", got.raw.URL.Scheme)
		if want.body == "" {
			assert.Nil(t, got.raw.Body)
			assert.Empty(t, got.raw.Header.Values("Content-Type"))
		} else {
			assert.Equal(t, []string{"application/json"}, got.raw.Header["Content-Type"])
			assert.Equal(t, int64(len(got.body)), got.raw.ContentLength)
		}
	})
}

// variant is a call with other parameters than those of the table of calls.
type variant struct {
	name        string
	answer      string
	query, body string
	call        func(ctx context.Context, a *Account) error
}

func only(_ any, err error) error { return err }

func TestWhatIsUnsetIsLeftOut(t *testing.T) {
	t.Parallel()
	variants := []variant{
		{"no name", userBody, "", `{"userId":"u1","email":"e","password":"p"}`, func(ctx context.Context, a *Account) error {
			return only(a.Create(ctx, CreateAccountParams{UserID: "u1", Email: "e", Password: "p"}))
		}},
		{"no old password", userBody, "", `{"password":"p"}`, func(ctx context.Context, a *Account) error {
			return only(a.UpdatePassword(ctx, UpdatePasswordParams{Password: "p"}))
		}},
		{"no URL", tokenBody, "", `{"userId":"u1","email":"e"}`, func(ctx context.Context, a *Account) error {
			return only(a.CreateMagicURLToken(ctx, MagicURLTokenParams{UserID: "u1", Email: "e"}))
		}},
		{"URL and phrase", tokenBody, "", `{"userId":"u1","email":"e","url":"http://x/","phrase":true}`, func(ctx context.Context, a *Account) error {
			return only(a.CreateMagicURLToken(ctx, MagicURLTokenParams{UserID: "u1", Email: "e", URL: "http://x/", Phrase: true}))
		}},
		{"no phrase", tokenBody, "", `{"userId":"u1","email":"e"}`, func(ctx context.Context, a *Account) error {
			return only(a.CreateEmailToken(ctx, EmailTokenParams{UserID: "u1", Email: "e"}))
		}},
		{"no provider", targetBody, "", `{"targetId":"t1","identifier":"i"}`, func(ctx context.Context, a *Account) error {
			return only(a.CreatePushTarget(ctx, PushTargetParams{TargetID: "t1", Identifier: "i"}))
		}},
		{"provider", targetBody, "", `{"targetId":"t1","identifier":"i","providerId":"p"}`, func(ctx context.Context, a *Account) error {
			return only(a.CreatePushTarget(ctx, PushTargetParams{TargetID: "t1", Identifier: "i", ProviderID: "p"}))
		}},
		{"no duration", `{"jwt":"a.b.c"}`, "", "", func(ctx context.Context, a *Account) error {
			return only(a.CreateJWT(ctx, JWTParams{}))
		}},
		{"MFA off is a value", userBody, "", `{"mfa":false}`, func(ctx context.Context, a *Account) error {
			return only(a.UpdateMFA(ctx, false))
		}},
		{"empty preferences are a value", userBody, "", `{"prefs":{}}`, func(ctx context.Context, a *Account) error {
			return only(a.UpdatePrefs(ctx, models.Preferences{}))
		}},
		{"no queries", `{"total":0,"logs":[]}`, "", "", func(ctx context.Context, a *Account) error {
			return only(a.ListLogs(ctx, ListParams{Queries: []string{}}))
		}},
		{"total not wanted", `{"total":0,"logs":[]}`, "total=0", "", func(ctx context.Context, a *Account) error {
			return only(a.ListLogs(ctx, ListParams{SkipTotal: true}))
		}},
		{"queries and no total", `{"total":0,"identities":[]}`, `queries[]={"method":"limit","values":[2]}&queries[]={"method":"offset","values":[4]}&total=0`, "", func(ctx context.Context, a *Account) error {
			return only(a.ListIdentities(ctx, ListParams{Queries: []string{query.Limit(2), query.Offset(4)}, SkipTotal: true}))
		}},
		{"consents with queries", `{"total":0,"consents":[]}`, `queries[]={"method":"limit","values":[2]}&total=0`, "", func(ctx context.Context, a *Account) error {
			return only(a.ListConsents(ctx, ListParams{Queries: []string{query.Limit(2)}, SkipTotal: true}))
		}},
		{"tokens with queries", `{"total":0,"tokens":[]}`, `queries[]={"method":"limit","values":[2]}`, "", func(ctx context.Context, a *Account) error {
			return only(a.ListConsentTokens(ctx, "c1", ListParams{Queries: []string{query.Limit(2)}}))
		}},
		{"text that JSON must escape", userBody, "", `{"name":"a\"b\\c\u0001\n</script>&é"}`, func(ctx context.Context, a *Account) error {
			return only(a.UpdateName(ctx, "a\"b\\c\x01\n</script>&é"))
		}},
	}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			got, err := sending(t, 200, v.answer, v.call)
			require.NoError(t, err)
			assert.Equal(t, v.query, got.query)
			assert.Equal(t, v.body, got.body)
			assert.NotContains(t, got.body, "null")
			assert.NotContains(t, got.body, `""`)
		})
	}
}

func TestOAuth2ParametersAreSentAsTheServerReadsThem(t *testing.T) {
	t.Parallel()
	tests := map[string]OAuth2Params{
		"":                               {},
		"success=http://x/?a=b&c=d#e":    {Success: "http://x/?a=b&c=d#e"},
		"failure=http://x/":              {Failure: "http://x/"},
		"scopes[]=a&scopes[]=b c":        {Scopes: []string{"a", "b c"}},
		"failure=f&scopes[]=a&success=s": {Success: "s", Failure: "f", Scopes: []string{"a"}},
	}
	for want, params := range tests {
		for _, start := range []func(*Account, context.Context, models.OAuthProvider, OAuth2Params, ...RequestOption) (string, error){(*Account).CreateOAuth2Token, (*Account).CreateOAuth2Session} {
			got, err := sending(t, 301, "", func(ctx context.Context, a *Account) error {
				return only(start(a, ctx, models.OAuthProviderGitHub, params))
			})
			require.NoError(t, err)
			assert.Equal(t, want, got.query)
			assert.True(t, strings.HasSuffix(got.path, "/oauth2/github"), got.path)
			assert.Equal(t, params.Success, got.raw.URL.Query().Get("success"), "one value, escaped")
			assert.Equal(t, params.Scopes, got.raw.URL.Query()["scopes[]"])
		}
	}
}

// text is a parameter of text in a body, and the call that sends it among good ones.
type textParam struct {
	method, name string
	optional     bool
	call         func(ctx context.Context, a *Account, v string) error
}

var textParams = []textParam{
	{"Create", "userId", true, func(ctx context.Context, a *Account, v string) error {
		return only(a.Create(ctx, CreateAccountParams{UserID: v, Email: "e", Password: "p"}))
	}},
	{"Create", "email", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.Create(ctx, CreateAccountParams{Email: v, Password: "p", Name: "n"}))
	}},
	{"Create", "password", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.Create(ctx, CreateAccountParams{Email: "e", Password: v, Name: "n"}))
	}},
	{"Create", "name", true, func(ctx context.Context, a *Account, v string) error {
		return only(a.Create(ctx, CreateAccountParams{Email: "e", Password: "p", Name: v}))
	}},
	{"UpdateName", "name", false, func(ctx context.Context, a *Account, v string) error { return only(a.UpdateName(ctx, v)) }},
	{"UpdateEmail", "email", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateEmail(ctx, UpdateEmailParams{Email: v, Password: "p"}))
	}},
	{"UpdateEmail", "password", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateEmail(ctx, UpdateEmailParams{Email: "e", Password: v}))
	}},
	{"UpdatePassword", "password", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdatePassword(ctx, UpdatePasswordParams{Password: v, OldPassword: "p"}))
	}},
	{"UpdatePassword", "oldPassword", true, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdatePassword(ctx, UpdatePasswordParams{Password: "p", OldPassword: v}))
	}},
	{"UpdatePhone", "phone", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdatePhone(ctx, UpdatePhoneParams{Phone: v, Password: "p"}))
	}},
	{"UpdatePhone", "password", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdatePhone(ctx, UpdatePhoneParams{Phone: "+1", Password: v}))
	}},
	{"CreateEmailPasswordSession", "email", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateEmailPasswordSession(ctx, EmailPasswordParams{Email: v, Password: "p"}))
	}},
	{"CreateEmailPasswordSession", "password", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateEmailPasswordSession(ctx, EmailPasswordParams{Email: "e", Password: v}))
	}},
	{"CreateSession", "userId", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateSession(ctx, SessionParams{UserID: v, Secret: "s"}))
	}},
	{"CreateSession", "secret", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateSession(ctx, SessionParams{UserID: "u", Secret: v}))
	}},
	{"UpdateMagicURLSession", "userId", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateMagicURLSession(ctx, SessionParams{UserID: v, Secret: "s"}))
	}},
	{"UpdateMagicURLSession", "secret", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateMagicURLSession(ctx, SessionParams{UserID: "u", Secret: v}))
	}},
	{"UpdatePhoneSession", "userId", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdatePhoneSession(ctx, SessionParams{UserID: v, Secret: "s"}))
	}},
	{"UpdatePhoneSession", "secret", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdatePhoneSession(ctx, SessionParams{UserID: "u", Secret: v}))
	}},
	{"CreateEmailToken", "userId", true, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateEmailToken(ctx, EmailTokenParams{UserID: v, Email: "e"}))
	}},
	{"CreateEmailToken", "email", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateEmailToken(ctx, EmailTokenParams{UserID: "u", Email: v}))
	}},
	{"CreateMagicURLToken", "userId", true, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateMagicURLToken(ctx, MagicURLTokenParams{UserID: v, Email: "e"}))
	}},
	{"CreateMagicURLToken", "email", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateMagicURLToken(ctx, MagicURLTokenParams{UserID: "u", Email: v}))
	}},
	{"CreateMagicURLToken", "url", true, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateMagicURLToken(ctx, MagicURLTokenParams{UserID: "u", Email: "e", URL: v}))
	}},
	{"CreatePhoneToken", "userId", true, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreatePhoneToken(ctx, PhoneTokenParams{UserID: v, Phone: "+1"}))
	}},
	{"CreatePhoneToken", "phone", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreatePhoneToken(ctx, PhoneTokenParams{UserID: "u", Phone: v}))
	}},
	{"CreateRecovery", "email", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateRecovery(ctx, RecoveryParams{Email: v, URL: "x"}))
	}},
	{"CreateRecovery", "url", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateRecovery(ctx, RecoveryParams{Email: "e", URL: v}))
	}},
	{"UpdateRecovery", "userId", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateRecovery(ctx, UpdateRecoveryParams{UserID: v, Secret: "s", Password: "p"}))
	}},
	{"UpdateRecovery", "secret", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateRecovery(ctx, UpdateRecoveryParams{UserID: "u", Secret: v, Password: "p"}))
	}},
	{"UpdateRecovery", "password", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateRecovery(ctx, UpdateRecoveryParams{UserID: "u", Secret: "s", Password: v}))
	}},
	{"CreateEmailVerification", "url", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateEmailVerification(ctx, v))
	}},
	{"UpdateEmailVerification", "userId", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateEmailVerification(ctx, VerificationParams{UserID: v, Secret: "s"}))
	}},
	{"UpdateEmailVerification", "secret", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateEmailVerification(ctx, VerificationParams{UserID: "u", Secret: v}))
	}},
	{"CreateVerification", "url", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateVerification(ctx, v))
	}},
	{"UpdateVerification", "userId", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateVerification(ctx, VerificationParams{UserID: v, Secret: "s"}))
	}},
	{"UpdateVerification", "secret", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateVerification(ctx, VerificationParams{UserID: "u", Secret: v}))
	}},
	{"UpdatePhoneVerification", "userId", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdatePhoneVerification(ctx, VerificationParams{UserID: v, Secret: "s"}))
	}},
	{"UpdatePhoneVerification", "secret", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdatePhoneVerification(ctx, VerificationParams{UserID: "u", Secret: v}))
	}},
	{"UpdateMFAAuthenticator", "otp", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, v))
	}},
	{"CreateMFAChallenge", "factor", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreateMFAChallenge(ctx, models.AuthenticationFactor(v)))
	}},
	{"UpdateMFAChallenge", "challengeId", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateMFAChallenge(ctx, MFAChallengeParams{ChallengeID: v, OTP: "o"}))
	}},
	{"UpdateMFAChallenge", "otp", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdateMFAChallenge(ctx, MFAChallengeParams{ChallengeID: "c", OTP: v}))
	}},
	{"CreatePushTarget", "targetId", true, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreatePushTarget(ctx, PushTargetParams{TargetID: v, Identifier: "i"}))
	}},
	{"CreatePushTarget", "identifier", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreatePushTarget(ctx, PushTargetParams{TargetID: "t", Identifier: v}))
	}},
	{"CreatePushTarget", "providerId", true, func(ctx context.Context, a *Account, v string) error {
		return only(a.CreatePushTarget(ctx, PushTargetParams{TargetID: "t", Identifier: "i", ProviderID: v}))
	}},
	{"UpdatePushTarget", "identifier", false, func(ctx context.Context, a *Account, v string) error {
		return only(a.UpdatePushTarget(ctx, "t", v))
	}},
}

// methodNamed finds a row of the table of calls.
func methodNamed(t *testing.T, method string) everyCall {
	t.Helper()
	for _, c := range everyCalls {
		if c.method == method {
			return c
		}
	}
	require.FailNow(t, "no such method", method)
	return everyCall{}
}

// refused asserts that a call was refused for a parameter before anything was sent.
func refused(t *testing.T, sent wire, err error, op *operation, param string) *ParamError {
	t.Helper()
	e, ok := errors.AsType[*ParamError](err)
	require.True(t, ok, "%s %s: %v", op.name, param, err)
	assert.Equal(t, op.name, e.Operation)
	assert.Equal(t, param, e.Param)
	assert.NotEmpty(t, e.Reason)
	assert.Empty(t, sent.verb, "nothing may be sent")
	return e
}

func TestEveryTextOfABodyIsCheckedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, p := range textParams {
		covered[p.method+"."+p.name] = true
		t.Run(p.method+"/"+p.name, func(t *testing.T) {
			t.Parallel()
			c := methodNamed(t, p.method)
			send := func(v string) (wire, error) {
				return sending(t, c.status, c.body, func(ctx context.Context, a *Account) error { return p.call(ctx, a, v) })
			}
			sent, err := send("")
			if !p.optional {
				refused(t, sent, err, c.op, p.name)
			} else {
				require.NoError(t, err)
				var body map[string]string
				require.NoError(t, json.Unmarshal([]byte(sent.body), &body))
				value, there := body[p.name]
				if p.name == "userId" || p.name == "targetId" {
					assert.NoError(t, id.Validate(value))
					assert.Len(t, value, 20)
				} else {
					assert.False(t, there, sent.body)
				}
			}

			// Servers and proxies would each make something else of such bytes.
			for _, invalid := range []string{"\xff", "caf\xe9", "a\xc3", "\xed\xa0\x80"} {
				sent, err = send(invalid)
				e := refused(t, sent, err, c.op, p.name)
				assert.NotContains(t, e.Error(), invalid)
			}

			for _, good := range []string{"x", "ü中🎉", " ", "\u2028", "a\x00b", "\ufffd"} {
				sent, err = send(good)
				require.NoError(t, err, "%q", good)
				var body map[string]any
				require.NoError(t, json.Unmarshal([]byte(sent.body), &body))
				assert.Equal(t, good, body[p.name])
			}
		})
	}
	// A new parameter is covered without anyone remembering.
	for method, sent := range onTheWire {
		var body map[string]any
		if sent.body == "" || json.Unmarshal([]byte(sent.body), &body) != nil {
			continue
		}
		for name, value := range body {
			if _, text := value.(string); text {
				assert.True(t, covered[method+"."+name], "%s of %s must stand in textParams", name, method)
			}
		}
	}
}

func TestAnEmptyIDOfAPathIsRefusedUnderItsName(t *testing.T) {
	t.Parallel()
	inBraces := regexp.MustCompile(`\{(\w+)\}`)
	forEveryCall(t, func(t *testing.T, c everyCall) {
		names := inBraces.FindAllStringSubmatch(c.op.routes[0].Path, -1)
		require.Len(t, names, c.ids)
		for i, name := range names {
			ids := append([]string{}, goodIDs...)
			ids[i] = ""
			sent, err := sending(t, c.status, c.body, func(ctx context.Context, a *Account) error {
				_, err := c.do(ctx, a, ids)
				return err
			})
			refused(t, sent, err, c.op, name[1])
		}
	})
}

func TestABadQueryIsRefusedUnderItsIndex(t *testing.T) {
	t.Parallel()
	bad := map[string]string{
		"empty":         "",
		"old syntax":    "limit(25)",
		"no JSON":       "{bad",
		"list":          `["limit"]`,
		"no method":     `{"values":[1]}`,
		"NaN":           query.Equal("x", math.NaN()),
		"infinity":      query.LessThan("x", math.Inf(1)),
		"no values":     query.Equal[string]("x"),
		"invalid UTF-8": query.Equal("x", "\xff"),
		"nested":        query.Or(query.Equal("a", "b"), query.Equal[int]("x")),
	}
	lists := map[string]func(ctx context.Context, a *Account, p ListParams) error{
		"ListLogs":       func(ctx context.Context, a *Account, p ListParams) error { return only(a.ListLogs(ctx, p)) },
		"ListIdentities": func(ctx context.Context, a *Account, p ListParams) error { return only(a.ListIdentities(ctx, p)) },
		"ListConsents":   func(ctx context.Context, a *Account, p ListParams) error { return only(a.ListConsents(ctx, p)) },
		"ListConsentTokens": func(ctx context.Context, a *Account, p ListParams) error {
			return only(a.ListConsentTokens(ctx, "c", p))
		},
		"Logs": func(ctx context.Context, a *Account, p ListParams) error {
			for _, err := range a.Logs(ctx, p) {
				return err
			}
			return nil
		},
		"Identities": func(ctx context.Context, a *Account, p ListParams) error {
			for _, err := range a.Identities(ctx, p) {
				return err
			}
			return nil
		},
	}
	for method, list := range lists {
		for name, text := range bad {
			for i := range 3 {
				queries := []string{query.OrderAsc("a"), query.OrderDesc("b"), query.OrderAsc("c")}
				queries[i] = text
				c := methodNamed(t, method)
				sent, err := sending(t, c.status, c.body, func(ctx context.Context, a *Account) error {
					return list(ctx, a, ListParams{Queries: queries})
				})
				e := refused(t, sent, err, c.op, "queries["+strconv.Itoa(i)+"]")
				assert.NotContains(t, e.Error(), "\xff", name)
			}
		}
	}
}

func TestQueriesArriveAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	queries := []string{
		query.Equal("provider", "github", "it's \"quoted\" & more=x+y"),
		query.Equal("n", int64(1)<<53+1, math.MaxInt64, math.MinInt64),
		query.Equal("u", uint64(math.MaxUint64)),
		query.Equal("f", 0.1, 1e21),
		query.Equal("b", true, false),
		query.GreaterThan("$createdAt", time.Date(2026, 11, 21, 1, 12, 51, 872_999_999, time.FixedZone("", 3600))),
		query.Or(query.And(query.Equal("a", "1"), query.IsNull("b")), query.StartsWith("c", "é中")),
		query.Limit(25), query.Offset(0), query.CursorAfter("i1"),
	}
	want := []string{
		`{"method":"equal","attribute":"provider","values":["github","it's \"quoted\" & more=x+y"]}`,
		`{"method":"equal","attribute":"n","values":[9007199254740993,9223372036854775807,-9223372036854775808]}`,
		`{"method":"equal","attribute":"u","values":[18446744073709551615]}`,
		`{"method":"equal","attribute":"f","values":[0.1,1e+21]}`,
		`{"method":"equal","attribute":"b","values":[true,false]}`,
		`{"method":"greaterThan","attribute":"$createdAt","values":["2026-11-21T00:12:51.872+00:00"]}`,
		`{"method":"or","values":[{"method":"and","values":[{"method":"equal","attribute":"a","values":["1"]},{"method":"isNull","attribute":"b"}]},{"method":"startsWith","attribute":"c","values":["é中"]}]}`,
		`{"method":"limit","values":[25]}`,
		`{"method":"offset","values":[0]}`,
		`{"method":"cursorAfter","values":["i1"]}`,
	}
	var arrived url.Values
	client := sockClient(t, func(w http.ResponseWriter, r *http.Request) {
		arrived = r.URL.Query()
		w.Header().Set("Content-Type", jsonType)
		_, _ = io.WriteString(w, `{"total":0,"identities":[]}`)
	})
	_, err := client.Account.ListIdentities(t.Context(), ListParams{Queries: queries})
	require.NoError(t, err)
	assert.Equal(t, url.Values{"queries[]": want}, arrived)
}

func TestADurationIsWholeSecondsWithinTheServersBounds(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                            "",
		time.Second:                  `{"duration":1}`,
		1999 * time.Millisecond:      `{"duration":1}`,
		15 * time.Minute:             `{"duration":900}`,
		time.Hour - 1:                `{"duration":3599}`,
		time.Hour:                    `{"duration":3600}`,
		-1:                           "refused",
		1:                            "refused",
		time.Second - 1:              "refused",
		time.Hour + 1:                "refused",
		24 * time.Hour:               "refused",
		-time.Hour:                   "refused",
		time.Duration(math.MaxInt64): "refused",
		time.Duration(math.MinInt64): "refused",
		900:                          "refused", // meant as seconds
	} {
		sent, err := sending(t, 201, `{"jwt":"a.b.c"}`, func(ctx context.Context, a *Account) error {
			return only(a.CreateJWT(ctx, JWTParams{Duration: d}))
		})
		if want == "refused" {
			refused(t, sent, err, opCreateJWT, "duration")
			continue
		}
		require.NoError(t, err, d)
		assert.Equal(t, want, sent.body, d)
	}
}

func TestAFactorIsSpelledAsTheServerComparesIt(t *testing.T) {
	t.Parallel()
	factors := []models.AuthenticationFactor{models.FactorEmail, models.FactorPhone, models.FactorTOTP, models.FactorRecoveryCode, models.FactorCustom}
	for release, recoveryCode := range map[string]string{
		"1.5": "recoverycode", "1.5.11": "recoverycode", "1.6.2": "recoverycode", "1.7.5": "recoverycode", "1.8": "recoverycode", "1.8.1": "recoverycode",
		"1.9": "recoveryCode", "1.9.0": "recoveryCode", "1.9.6": "recoveryCode", "2.0": "recoveryCode",
	} {
		for _, factor := range factors {
			want := string(factor)
			if factor == models.FactorRecoveryCode {
				want = recoveryCode
			}
			sent, err := sending(t, 201, `{"$id":"m1"}`, func(ctx context.Context, a *Account) error {
				return only(a.CreateMFAChallenge(ctx, factor))
			}, WithServerVersion(release))
			require.NoError(t, err)
			assert.Equal(t, `{"factor":"`+want+`"}`, sent.body, release)
		}
	}
}

func TestIDsThatTheClientMakesAreNewEveryTime(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range textParams {
		if !p.optional || p.name != "userId" && p.name != "targetId" {
			continue
		}
		c := methodNamed(t, p.method)
		for range 10 {
			sent, err := sending(t, c.status, c.body, func(ctx context.Context, a *Account) error { return p.call(ctx, a, "") })
			require.NoError(t, err)
			var body map[string]string
			require.NoError(t, json.Unmarshal([]byte(sent.body), &body))
			made := body[p.name]
			assert.False(t, seen[made], made)
			seen[made] = true
		}
		// The server's own word for a new ID is passed on.
		sent, err := sending(t, c.status, c.body, func(ctx context.Context, a *Account) error { return p.call(ctx, a, "unique()") })
		require.NoError(t, err)
		assert.Contains(t, sent.body, `"`+p.name+`":"unique()"`)
	}
	assert.Len(t, seen, 50)
}

// recorded are requests that a real server, 1.9.6, was sent and understood.
func recorded(t *testing.T) map[string]struct {
	Verb, Target string
	Body         json.RawMessage
} {
	t.Helper()
	text, err := os.ReadFile("testdata/params/recorded.json")
	require.NoError(t, err)
	var all map[string]struct {
		Verb, Target string
		Body         json.RawMessage
	}
	require.NoError(t, json.Unmarshal(text, &all))
	return all
}

func TestRequestsAreThoseThatARealServerUnderstood(t *testing.T) {
	t.Parallel()
	const password, newPassword = "Passw0rd-1!", "New-Passw0rd-2!"
	// field reads a text of the recorded body, for what the recording made up: IDs and secrets.
	type field func(name string) string
	calls := map[string]func(ctx context.Context, a *Account, f field) error{
		"001-account-create": func(ctx context.Context, a *Account, f field) error {
			return only(a.Create(ctx, CreateAccountParams{UserID: "unique()", Email: f("email"), Password: password, Name: "Walter O'Brien"}))
		},
		"002-account-create-custom-id-no-name": func(ctx context.Context, a *Account, f field) error {
			return only(a.Create(ctx, CreateAccountParams{UserID: f("userId"), Email: f("email"), Password: password}))
		},
		"004-session-email-create": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreateEmailPasswordSession(ctx, EmailPasswordParams{Email: f("email"), Password: password}))
		},
		"007-account-get-cookie": func(ctx context.Context, a *Account, _ field) error { return only(a.Get(ctx)) },
		"020-jwt-create-duration": func(ctx context.Context, a *Account, _ field) error {
			return only(a.CreateJWT(ctx, JWTParams{Duration: time.Minute}))
		},
		"022-jwt-create-no-body":               func(ctx context.Context, a *Account, _ field) error { return only(a.CreateJWT(ctx, JWTParams{})) },
		"036-session-anonymous-create-no-body": func(ctx context.Context, a *Account, _ field) error { return only(a.CreateAnonymousSession(ctx)) },
		"037-account-update-name":              func(ctx context.Context, a *Account, _ field) error { return only(a.UpdateName(ctx, "New Name ü中")) },
		"040-account-update-email": func(ctx context.Context, a *Account, f field) error {
			return only(a.UpdateEmail(ctx, UpdateEmailParams{Email: f("email"), Password: password}))
		},
		"043-account-update-password": func(ctx context.Context, a *Account, _ field) error {
			return only(a.UpdatePassword(ctx, UpdatePasswordParams{Password: newPassword, OldPassword: password}))
		},
		"048-account-update-phone": func(ctx context.Context, a *Account, f field) error {
			return only(a.UpdatePhone(ctx, UpdatePhoneParams{Phone: f("phone"), Password: newPassword}))
		},
		"051-prefs-update": func(ctx context.Context, a *Account, _ field) error {
			return only(a.UpdatePrefs(ctx, map[string]any{"theme": "dark", "n": 1, "f": 1.5, "b": true, "nul": nil, "arr": []any{1, "two"}, "obj": map[string]any{"a": map[string]any{}}}))
		},
		"052-prefs-get": func(ctx context.Context, a *Account, _ field) error { return only(a.GetPrefs(ctx)) },
		"054-prefs-update-empty-object": func(ctx context.Context, a *Account, _ field) error {
			return only(a.UpdatePrefs(ctx, struct{}{}))
		},
		"059-sessions-list":       func(ctx context.Context, a *Account, _ field) error { return only(a.ListSessions(ctx)) },
		"061-session-get-current": func(ctx context.Context, a *Account, _ field) error { return only(a.GetSession(ctx, CurrentSession)) },
		"062-session-get-id": func(ctx context.Context, a *Account, _ field) error {
			return only(a.GetSession(ctx, "6b00e207325ab6c6b589"))
		},
		"065-session-update-id-no-body": func(ctx context.Context, a *Account, _ field) error {
			return only(a.UpdateSession(ctx, "6b00e207325ab6c6b589"))
		},
		"067-session-delete-id": func(ctx context.Context, a *Account, _ field) error {
			return a.DeleteSession(ctx, "6b00e207325ab6c6b589")
		},
		"069-logs-list": func(ctx context.Context, a *Account, _ field) error { return only(a.ListLogs(ctx, ListParams{})) },
		"070-logs-list-limit-offset": func(ctx context.Context, a *Account, _ field) error {
			return only(a.ListLogs(ctx, ListParams{Queries: []string{query.Limit(2), query.Offset(1)}}))
		},
		"072-logs-list-total-0": func(ctx context.Context, a *Account, _ field) error {
			return only(a.ListLogs(ctx, ListParams{SkipTotal: true}))
		},
		"073-identities-list-total-0": func(ctx context.Context, a *Account, _ field) error {
			return only(a.ListIdentities(ctx, ListParams{SkipTotal: true}))
		},
		"087-identities-list-queries": func(ctx context.Context, a *Account, _ field) error {
			return only(a.ListIdentities(ctx, ListParams{Queries: []string{query.Equal("provider", "google"), query.Limit(5)}}))
		},
		"092-email-verification-create": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreateEmailVerification(ctx, f("url")))
		},
		"094-email-verification-confirm": func(ctx context.Context, a *Account, f field) error {
			return only(a.UpdateEmailVerification(ctx, VerificationParams{UserID: f("userId"), Secret: f("secret")}))
		},
		"101-phone-verification-create-already-verified": func(ctx context.Context, a *Account, _ field) error {
			return only(a.CreatePhoneVerification(ctx))
		},
		"100-phone-verification-confirm": func(ctx context.Context, a *Account, f field) error {
			return only(a.UpdatePhoneVerification(ctx, VerificationParams{UserID: f("userId"), Secret: f("secret")}))
		},
		"103-recovery-create": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreateRecovery(ctx, RecoveryParams{Email: f("email"), URL: f("url")}))
		},
		"106-recovery-confirm": func(ctx context.Context, a *Account, f field) error {
			return only(a.UpdateRecovery(ctx, UpdateRecoveryParams{UserID: f("userId"), Secret: f("secret"), Password: f("password")}))
		},
		"112-token-email-create-phrase": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreateEmailToken(ctx, EmailTokenParams{UserID: "unique()", Email: f("email"), Phrase: true}))
		},
		"117-token-email-create-with-api-key": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreateEmailToken(ctx, EmailTokenParams{UserID: f("userId"), Email: f("email")}))
		},
		"115-session-token-create-email-otp": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreateSession(ctx, SessionParams{UserID: f("userId"), Secret: f("secret")}))
		},
		"119-token-magic-url-create": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreateMagicURLToken(ctx, MagicURLTokenParams{UserID: "unique()", Email: f("email"), URL: f("url")}))
		},
		"121-token-magic-url-create-no-url-phrase": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreateMagicURLToken(ctx, MagicURLTokenParams{UserID: f("userId"), Email: f("email"), Phrase: true}))
		},
		"120-session-magic-url-update-deprecated": func(ctx context.Context, a *Account, f field) error {
			return only(a.UpdateMagicURLSession(ctx, SessionParams{UserID: f("userId"), Secret: f("secret")}))
		},
		"124-token-phone-create": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreatePhoneToken(ctx, PhoneTokenParams{UserID: "unique()", Phone: f("phone")}))
		},
		"125-session-phone-update-deprecated": func(ctx context.Context, a *Account, f field) error {
			return only(a.UpdatePhoneSession(ctx, SessionParams{UserID: f("userId"), Secret: f("secret")}))
		},
		"132-oauth2-sessions-mock-1-start-project-header": func(ctx context.Context, a *Account, _ field) error {
			return only(a.CreateOAuth2Session(ctx, "mock", OAuth2Params{Success: "http://localhost/success", Failure: "http://localhost/failure", Scopes: []string{"email"}}))
		},
		"137-oauth2-tokens-mock-1-start-project-header": func(ctx context.Context, a *Account, _ field) error {
			return only(a.CreateOAuth2Token(ctx, "mock", OAuth2Params{Success: "http://localhost/success", Failure: "http://localhost/failure", Scopes: []string{"email"}}))
		},
		"153-oauth2-token-no-urls": func(ctx context.Context, a *Account, _ field) error {
			return only(a.CreateOAuth2Token(ctx, "mock", OAuth2Params{}))
		},
		"148-identity-delete": func(ctx context.Context, a *Account, _ field) error {
			return a.DeleteIdentity(ctx, "6b00e210eb735be726a5")
		},
		"155-mfa-factors-none": func(ctx context.Context, a *Account, _ field) error { return only(a.ListMFAFactors(ctx)) },
		"162-mfa-authenticator-verify": func(ctx context.Context, a *Account, f field) error {
			return only(a.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, f("otp")))
		},
		"166-mfa-recovery-codes-create-again": func(ctx context.Context, a *Account, _ field) error {
			return only(a.CreateMFARecoveryCodes(ctx))
		},
		"168-mfa-enable":  func(ctx context.Context, a *Account, _ field) error { return only(a.UpdateMFA(ctx, true)) },
		"200-mfa-disable": func(ctx context.Context, a *Account, _ field) error { return only(a.UpdateMFA(ctx, false)) },
		"177-mfa-challenge-create-totp": func(ctx context.Context, a *Account, _ field) error {
			return only(a.CreateMFAChallenge(ctx, models.FactorTOTP))
		},
		"187-mfa-challenge-create-recoveryCode": func(ctx context.Context, a *Account, _ field) error {
			return only(a.CreateMFAChallenge(ctx, models.FactorRecoveryCode))
		},
		"180-mfa-challenge-complete-totp": func(ctx context.Context, a *Account, f field) error {
			return only(a.UpdateMFAChallenge(ctx, MFAChallengeParams{ChallengeID: f("challengeId"), OTP: f("otp")}))
		},
		"183-mfa-recovery-codes-get": func(ctx context.Context, a *Account, _ field) error { return only(a.GetMFARecoveryCodes(ctx)) },
		"198-mfa-authenticator-delete": func(ctx context.Context, a *Account, _ field) error {
			return a.DeleteMFAAuthenticator(ctx, models.AuthenticatorTOTP)
		},
		"202-target-push-create": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreatePushTarget(ctx, PushTargetParams{TargetID: "unique()", Identifier: f("identifier")}))
		},
		"204-target-push-create-unknown-provider": func(ctx context.Context, a *Account, f field) error {
			return only(a.CreatePushTarget(ctx, PushTargetParams{TargetID: "unique()", Identifier: f("identifier"), ProviderID: f("providerId")}))
		},
		"205-target-push-update": func(ctx context.Context, a *Account, f field) error {
			return only(a.UpdatePushTarget(ctx, "6b00e214c5b07fdf347a", f("identifier")))
		},
		"207-target-push-delete": func(ctx context.Context, a *Account, _ field) error {
			return a.DeletePushTarget(ctx, "6b00e214c5b07fdf347a")
		},
		"275-account-delete-as-user": func(ctx context.Context, a *Account, _ field) error { return a.Delete(ctx) },
		"280-sessions-delete-all":    func(ctx context.Context, a *Account, _ field) error { return a.DeleteSessions(ctx) },
	}
	requests := recorded(t)
	for name := range requests {
		assert.Contains(t, calls, name)
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, ok := requests[name]
			require.True(t, ok)
			var body map[string]any
			_ = json.Unmarshal(want.Body, &body)
			got, err := sending(t, 500, "", func(ctx context.Context, a *Account) error {
				return call(ctx, a, func(field string) string {
					value, ok := body[field].(string)
					require.True(t, ok, field)
					return value
				})
			}, WithRetryPolicy(RetryPolicy{MaxAttempts: 1}))
			require.ErrorIs(t, err, ErrServer)
			target, err := url.Parse(want.Target)
			require.NoError(t, err)
			assert.Equal(t, want.Verb, got.verb)
			assert.Equal(t, target.Path, got.path)
			assert.Equal(t, normalQueries(t, target.Query()), normalQueries(t, got.raw.URL.Query()))
			if string(want.Body) == "null" {
				assert.Empty(t, got.body)
			} else {
				assert.JSONEq(t, string(want.Body), got.body)
			}
		})
	}
}

// normalQueries drops the white space that queries may be written with.
func normalQueries(t *testing.T, values url.Values) url.Values {
	t.Helper()
	for i, text := range values["queries[]"] {
		var q any
		require.NoError(t, json.Unmarshal([]byte(text), &q))
		plain, err := json.Marshal(q)
		require.NoError(t, err)
		values["queries[]"][i] = string(plain)
	}
	return values
}
