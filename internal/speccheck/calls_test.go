package speccheck

//lint:file-ignore SA1019 deprecated methods are checked, too

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/documents"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// call is a method of Account, called with all of its arguments and with those alone that it
// requires.
type call struct {
	method string
	status int // of the success; 0 where the result is not the answer
	full   doing
	least  doing // nil where it is full
}

// doing returns a pointer to a model, models.Preferences, a URL, or nil.
type doing func(context.Context, *appwrite.Account) (any, error)

func nothing(err error) (any, error) { return nil, err }

// with makes a doing of a method that takes one argument, and returns one result.
func with[P, R any](do func(*appwrite.Account, context.Context, P, ...appwrite.RequestOption) (R, error), argument P) doing {
	return func(ctx context.Context, a *appwrite.Account) (any, error) { return do(a, ctx, argument) }
}

// without makes a doing of a method that takes no argument.
func without[R any](do func(*appwrite.Account, context.Context, ...appwrite.RequestOption) (R, error)) doing {
	return func(ctx context.Context, a *appwrite.Account) (any, error) { return do(a, ctx) }
}

// deleting makes a doing of a method that takes one argument, and returns only an error.
func deleting[P any](do func(*appwrite.Account, context.Context, P, ...appwrite.RequestOption) error, argument P) doing {
	return func(ctx context.Context, a *appwrite.Account) (any, error) { return nothing(do(a, ctx, argument)) }
}

// oauth2 makes a doing of a method that takes a provider.
func oauth2(do func(*appwrite.Account, context.Context, models.OAuthProvider, appwrite.OAuth2Params, ...appwrite.RequestOption) (string, error), p appwrite.OAuth2Params) doing {
	return func(ctx context.Context, a *appwrite.Account) (any, error) {
		return do(a, ctx, models.OAuthProviderGitHub, p)
	}
}

// first makes a doing of an iterator, which asks for one page and returns no model.
func first[T any](pages func(*appwrite.Account, context.Context, appwrite.ListParams, ...appwrite.RequestOption) iter.Seq2[T, error], p appwrite.ListParams) doing {
	return func(ctx context.Context, a *appwrite.Account) (any, error) {
		for _, err := range pages(a, ctx, p) {
			return nil, err
		}
		return nil, nil
	}
}

type account = appwrite.Account

var (
	sessionParams = appwrite.SessionParams{UserID: "u1", Secret: "s3cr3t"}
	verification  = appwrite.VerificationParams{UserID: "u1", Secret: "s3cr3t"}
	page          = appwrite.ListParams{Queries: []string{query.Limit(5), query.Offset(10)}, SkipTotal: true}
	filtered      = appwrite.ListParams{Queries: []string{query.Equal("provider", "github"), query.Limit(5)}, SkipTotal: true}
	redirects     = appwrite.OAuth2Params{Success: "https://example.com/in", Failure: "https://example.com/no", Scopes: []string{"email"}}
)

var calls = []call{
	{method: "Get", status: 200, full: without((*account).Get)},
	{method: "Create", status: 201,
		full:  with((*account).Create, appwrite.CreateAccountParams{UserID: "u1", Email: "w@example.com", Password: "password", Name: "Walter"}),
		least: with((*account).Create, appwrite.CreateAccountParams{Email: "w@example.com", Password: "password"})},
	{method: "Delete", status: 204, full: func(ctx context.Context, a *account) (any, error) { return nothing(a.Delete(ctx)) }},
	{method: "UpdateName", status: 200, full: with((*account).UpdateName, "Walter")},
	{method: "UpdateEmail", status: 200, full: with((*account).UpdateEmail, appwrite.UpdateEmailParams{Email: "w@example.com", Password: "password"})},
	{method: "UpdatePassword", status: 200,
		full:  with((*account).UpdatePassword, appwrite.UpdatePasswordParams{Password: "password", OldPassword: "the old one"}),
		least: with((*account).UpdatePassword, appwrite.UpdatePasswordParams{Password: "password"})},
	{method: "UpdatePhone", status: 200, full: with((*account).UpdatePhone, appwrite.UpdatePhoneParams{Phone: "+14155550123", Password: "password"})},
	{method: "UpdateStatus", status: 200, full: without((*account).UpdateStatus)},

	{method: "GetPrefs", status: 200, full: without((*account).GetPrefs)},
	{method: "UpdatePrefs", status: 200, full: with((*account).UpdatePrefs, any(map[string]string{"theme": "dark"}))},
	{method: "MergePrefs", full: with((*account).MergePrefs, any(map[string]string{"theme": "dark"}))},

	{method: "ListLogs", status: 200, full: with((*account).ListLogs, page), least: with((*account).ListLogs, appwrite.ListParams{})},
	{method: "Logs", full: first((*account).Logs, page), least: first((*account).Logs, appwrite.ListParams{})},
	{method: "ListIdentities", status: 200, full: with((*account).ListIdentities, filtered), least: with((*account).ListIdentities, appwrite.ListParams{})},
	{method: "Identities", full: first((*account).Identities, filtered), least: first((*account).Identities, appwrite.ListParams{})},
	{method: "DeleteIdentity", status: 204, full: deleting((*account).DeleteIdentity, "i1")},

	{method: "CreateEmailPasswordSession", status: 201, full: with((*account).CreateEmailPasswordSession, appwrite.EmailPasswordParams{Email: "w@example.com", Password: "password"})},
	{method: "CreateAnonymousSession", status: 201, full: without((*account).CreateAnonymousSession)},
	{method: "CreateSession", status: 201, full: with((*account).CreateSession, sessionParams)},
	{method: "UpdateMagicURLSession", status: 201, full: with((*account).UpdateMagicURLSession, sessionParams)},
	{method: "UpdatePhoneSession", status: 201, full: with((*account).UpdatePhoneSession, sessionParams)},
	{method: "GetSession", status: 200, full: with((*account).GetSession, "s1")},
	{method: "UpdateSession", status: 200, full: with((*account).UpdateSession, "s1")},
	{method: "ListSessions", status: 200, full: without((*account).ListSessions)},
	{method: "DeleteSession", status: 204, full: deleting((*account).DeleteSession, "s1")},
	{method: "DeleteSessions", status: 204, full: func(ctx context.Context, a *account) (any, error) { return nothing(a.DeleteSessions(ctx)) }},

	{method: "CreateEmailToken", status: 201,
		full:  with((*account).CreateEmailToken, appwrite.EmailTokenParams{UserID: "u1", Email: "w@example.com", Phrase: true}),
		least: with((*account).CreateEmailToken, appwrite.EmailTokenParams{Email: "w@example.com"})},
	{method: "CreateMagicURLToken", status: 201,
		full:  with((*account).CreateMagicURLToken, appwrite.MagicURLTokenParams{UserID: "u1", Email: "w@example.com", URL: "https://example.com", Phrase: true}),
		least: with((*account).CreateMagicURLToken, appwrite.MagicURLTokenParams{Email: "w@example.com"})},
	{method: "CreatePhoneToken", status: 201,
		full:  with((*account).CreatePhoneToken, appwrite.PhoneTokenParams{UserID: "u1", Phone: "+14155550123"}),
		least: with((*account).CreatePhoneToken, appwrite.PhoneTokenParams{Phone: "+14155550123"})},
	{method: "CreateOAuth2Token", status: 301, full: oauth2((*account).CreateOAuth2Token, redirects), least: oauth2((*account).CreateOAuth2Token, appwrite.OAuth2Params{})},
	{method: "CreateOAuth2Session", status: 301, full: oauth2((*account).CreateOAuth2Session, redirects), least: oauth2((*account).CreateOAuth2Session, appwrite.OAuth2Params{})},
	{method: "CreateJWT", status: 201, full: with((*account).CreateJWT, appwrite.JWTParams{Duration: time.Hour}), least: with((*account).CreateJWT, appwrite.JWTParams{})},

	{method: "CreateRecovery", status: 201, full: with((*account).CreateRecovery, appwrite.RecoveryParams{Email: "w@example.com", URL: "https://example.com"})},
	{method: "UpdateRecovery", status: 200, full: with((*account).UpdateRecovery, appwrite.UpdateRecoveryParams{UserID: "u1", Secret: "s3cr3t", Password: "password"})},
	{method: "CreateEmailVerification", status: 201, full: with((*account).CreateEmailVerification, "https://example.com")},
	{method: "UpdateEmailVerification", status: 200, full: with((*account).UpdateEmailVerification, verification)},
	{method: "CreateVerification", status: 201, full: with((*account).CreateVerification, "https://example.com")},
	{method: "UpdateVerification", status: 200, full: with((*account).UpdateVerification, verification)},
	{method: "CreatePhoneVerification", status: 201, full: without((*account).CreatePhoneVerification)},
	{method: "UpdatePhoneVerification", status: 200, full: with((*account).UpdatePhoneVerification, verification)},

	{method: "UpdateMFA", status: 200, full: with((*account).UpdateMFA, true)},
	{method: "ListMFAFactors", status: 200, full: without((*account).ListMFAFactors)},
	{method: "CreateMFAAuthenticator", status: 200, full: with((*account).CreateMFAAuthenticator, models.AuthenticatorTOTP)},
	{method: "UpdateMFAAuthenticator", status: 200, full: func(ctx context.Context, a *account) (any, error) {
		return a.UpdateMFAAuthenticator(ctx, models.AuthenticatorTOTP, "123456")
	}},
	{method: "DeleteMFAAuthenticator", status: 204, full: deleting((*account).DeleteMFAAuthenticator, models.AuthenticatorTOTP)},
	{method: "DeleteMFAAuthenticatorWithOTP", status: 204, full: func(ctx context.Context, a *account) (any, error) {
		return nothing(a.DeleteMFAAuthenticatorWithOTP(ctx, models.AuthenticatorTOTP, "123456"))
	}},
	{method: "CreateMFAChallenge", status: 201, full: with((*account).CreateMFAChallenge, models.FactorRecoveryCode), least: with((*account).CreateMFAChallenge, models.FactorTOTP)},
	{method: "UpdateMFAChallenge", status: 200, full: with((*account).UpdateMFAChallenge, appwrite.MFAChallengeParams{ChallengeID: "m1", OTP: "123456"})},
	{method: "GetMFARecoveryCodes", status: 200, full: without((*account).GetMFARecoveryCodes)},
	{method: "CreateMFARecoveryCodes", status: 201, full: without((*account).CreateMFARecoveryCodes)},
	{method: "UpdateMFARecoveryCodes", status: 200, full: without((*account).UpdateMFARecoveryCodes)},

	{method: "CreatePushTarget", status: 201,
		full:  with((*account).CreatePushTarget, appwrite.PushTargetParams{TargetID: "t1", Identifier: "device", ProviderID: "p1"}),
		least: with((*account).CreatePushTarget, appwrite.PushTargetParams{Identifier: "device"})},
	{method: "UpdatePushTarget", status: 200, full: func(ctx context.Context, a *account) (any, error) { return a.UpdatePushTarget(ctx, "t1", "device") }},
	{method: "DeletePushTarget", status: 204, full: deleting((*account).DeletePushTarget, "t1")},

	{method: "ListConsents", status: 200, full: with((*account).ListConsents, page), least: with((*account).ListConsents, appwrite.ListParams{})},
	{method: "GetConsent", status: 200, full: with((*account).GetConsent, "c1")},
	{method: "DeleteConsent", status: 204, full: deleting((*account).DeleteConsent, "c1")},
	{method: "ListConsentTokens", status: 200,
		full: func(ctx context.Context, a *account) (any, error) { return a.ListConsentTokens(ctx, "c1", page) },
		least: func(ctx context.Context, a *account) (any, error) {
			return a.ListConsentTokens(ctx, "c1", appwrite.ListParams{})
		}},
	{method: "GetConsentToken", status: 200, full: func(ctx context.Context, a *account) (any, error) { return a.GetConsentToken(ctx, "c1", "t1") }},
	{method: "DeleteConsentToken", status: 204, full: func(ctx context.Context, a *account) (any, error) {
		return nothing(a.DeleteConsentToken(ctx, "c1", "t1"))
	}},
}

// otherNames are the methods for names that SDKs had before.
var otherNames = map[[2]string]string{
	{"GetLogs", "/account/logs"}:                             "ListLogs",
	{"GetSessions", "/account/sessions"}:                     "ListSessions",
	{"CreateSession", "/account/sessions"}:                   "CreateEmailPasswordSession",
	{"CreateEmailSession", "/account/sessions/email"}:        "CreateEmailPasswordSession",
	{"CreateMagicURLSession", "/account/sessions/magic-url"}: "CreateMagicURLToken",
	{"CreatePhoneSession", "/account/sessions/phone"}:        "CreatePhoneToken",
}

// callsOf returns the calls of the operation that a specification has under a name.
func callsOf(op Operation, name string) (found []call) {
	for key, method := range otherNames {
		if strings.EqualFold(key[0], name) && key[1] == op.Path {
			name = method
		}
	}
	for _, row := range appwrite.Operations() {
		methods := documents.MethodsOf(row.Name)
		if !slices.ContainsFunc(methods, func(method string) bool { return strings.EqualFold(method, name) }) {
			continue
		}
		for _, c := range calls {
			if slices.Contains(methods, c.method) {
				found = append(found, c)
			}
		}
	}
	return found
}

// notCalls are the methods of Account that send nothing.
var notCalls = []string{"OAuth2TokenURL", "OAuth2SessionURL", "String", "Format", "MarshalJSON"}

func TestEveryMethodIsACallOfTheCheck(t *testing.T) {
	t.Parallel()
	var listed, exported []string
	for _, c := range calls {
		listed = append(listed, c.method)
	}
	methods := reflect.TypeFor[*appwrite.Account]()
	for i := range methods.NumMethod() {
		if name := methods.Method(i).Name; !slices.Contains(notCalls, name) {
			exported = append(exported, name)
		}
	}
	assert.ElementsMatch(t, exported, listed)
}
