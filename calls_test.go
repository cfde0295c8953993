package appwrite

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// everyCall is one method of Account, called with good parameters, and a success that a
// server may answer with. Tests that claim something of every call run over everyCalls.
type everyCall struct {
	method string // Go name
	op     *operation
	status int
	body   string // of the success
	ids    int    // how many of the path's parameters are IDs
	do     func(ctx context.Context, a *Account, ids []string, opts ...RequestOption) (any, error)
}

const (
	userBody     = `{"$id":"u1","$createdAt":"2026-11-21T00:12:51.872+00:00","name":"Walter","email":"w@example.com","status":true,"prefs":{}}`
	sessionBody  = `{"$id":"s1","$createdAt":"2026-11-21T00:12:51.872+00:00","userId":"u1","secret":"from-the-body","factors":["password"]}`
	tokenBody    = `{"$id":"t1","$createdAt":"2026-11-21T00:12:51.872+00:00","userId":"u1","secret":"","expire":"2026-11-21T01:12:51.872+00:00","phrase":""}`
	targetBody   = `{"$id":"p1","userId":"u1","providerId":null,"providerType":"push","identifier":"device","expired":false}`
	codesBody    = `{"recoveryCodes":["0123456789","abcdef0123"]}`
	consentBody  = `{"$id":"c1","userId":"u1","appId":"app","scopes":["account"],"expire":""}`
	providerPage = "https://provider.example/login?client_id=1"
)

// result drops typed nil pointers, so that tests can ask for a nil result.
func result[T any](v *T, err error) (any, error) {
	if v == nil {
		return nil, err
	}
	return v, err
}

func onlyError(err error) (any, error) { return nil, err }

func text200(s string, err error) (any, error) {
	if s == "" {
		return nil, err
	}
	return s, err
}

// goodIDs are what fills the paths where a test does not care.
var goodIDs = []string{"id1", "id2"}

var everyCalls = []everyCall{
	{"Get", opGet, 200, userBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.Get(ctx, o...))
	}},
	{"Create", opCreate, 201, userBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.Create(ctx, CreateAccountParams{UserID: "u1", Email: "w@example.com", Password: "param-password-1", Name: "Walter"}, o...))
	}},
	{"Delete", opDelete, 204, "", 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return onlyError(a.Delete(ctx, o...))
	}},
	{"UpdateName", opUpdateName, 200, userBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdateName(ctx, "Walter", o...))
	}},
	{"UpdateEmail", opUpdateEmail, 200, userBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdateEmail(ctx, UpdateEmailParams{Email: "w@example.com", Password: "param-password-1"}, o...))
	}},
	{"UpdatePassword", opUpdatePassword, 200, userBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdatePassword(ctx, UpdatePasswordParams{Password: "param-password-1", OldPassword: "param-password-2"}, o...))
	}},
	{"UpdatePhone", opUpdatePhone, 200, userBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdatePhone(ctx, UpdatePhoneParams{Phone: "+14155550123", Password: "param-password-1"}, o...))
	}},
	{"UpdateStatus", opUpdateStatus, 200, userBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdateStatus(ctx, o...))
	}},
	{"GetPrefs", opGetPrefs, 200, `{"theme":"dark"}`, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		prefs, err := a.GetPrefs(ctx, o...)
		if err != nil {
			return nil, err
		}
		return prefs, nil
	}},
	{"UpdatePrefs", opUpdatePrefs, 200, userBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdatePrefs(ctx, map[string]any{"theme": "dark"}, o...))
	}},
	{"ListLogs", opListLogs, 200, `{"total":1,"logs":[{"event":"session.create"}]}`, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.ListLogs(ctx, ListParams{Queries: []string{query.Limit(5)}}, o...))
	}},
	{"Logs", opListLogs, 200, `{"total":1,"logs":[{"event":"session.create"}]}`, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		for entry, err := range a.Logs(ctx, ListParams{}, o...) {
			if err != nil {
				return nil, err
			}
			return entry, nil
		}
		return nil, nil
	}},
	{"ListIdentities", opListIdentities, 200, `{"total":1,"identities":[{"$id":"i1"}]}`, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.ListIdentities(ctx, ListParams{SkipTotal: true}, o...))
	}},
	{"Identities", opListIdentities, 200, `{"total":1,"identities":[{"$id":"i1"}]}`, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		for identity, err := range a.Identities(ctx, ListParams{}, o...) {
			if err != nil {
				return nil, err
			}
			return identity, nil
		}
		return nil, nil
	}},
	{"DeleteIdentity", opDeleteIdentity, 204, "", 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return onlyError(a.DeleteIdentity(ctx, ids[0], o...))
	}},
	{"CreateEmailPasswordSession", opCreateEmailPasswordSession, 201, sessionBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateEmailPasswordSession(ctx, EmailPasswordParams{Email: "w@example.com", Password: "param-password-1"}, o...))
	}},
	{"CreateAnonymousSession", opCreateAnonymousSession, 201, sessionBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateAnonymousSession(ctx, o...))
	}},
	{"CreateSession", opCreateSession, 201, sessionBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateSession(ctx, SessionParams{UserID: "u1", Secret: "param-secret-1"}, o...))
	}},
	{"UpdateMagicURLSession", opUpdateMagicURLSession, 201, sessionBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdateMagicURLSession(ctx, SessionParams{UserID: "u1", Secret: "param-secret-1"}, o...))
	}},
	{"UpdatePhoneSession", opUpdatePhoneSession, 201, sessionBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdatePhoneSession(ctx, SessionParams{UserID: "u1", Secret: "param-secret-1"}, o...))
	}},
	{"GetSession", opGetSession, 200, sessionBody, 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return result(a.GetSession(ctx, ids[0], o...))
	}},
	{"UpdateSession", opUpdateSession, 200, sessionBody, 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return result(a.UpdateSession(ctx, ids[0], o...))
	}},
	{"ListSessions", opListSessions, 200, `{"total":1,"sessions":[` + sessionBody + `]}`, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.ListSessions(ctx, o...))
	}},
	{"DeleteSession", opDeleteSession, 204, "", 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return onlyError(a.DeleteSession(ctx, ids[0], o...))
	}},
	{"DeleteSessions", opDeleteSessions, 204, "", 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return onlyError(a.DeleteSessions(ctx, o...))
	}},
	{"CreateEmailToken", opCreateEmailToken, 201, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateEmailToken(ctx, EmailTokenParams{Email: "w@example.com", Phrase: true}, o...))
	}},
	{"CreateMagicURLToken", opCreateMagicURLToken, 201, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateMagicURLToken(ctx, MagicURLTokenParams{Email: "w@example.com", URL: "http://localhost/in"}, o...))
	}},
	{"CreatePhoneToken", opCreatePhoneToken, 201, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreatePhoneToken(ctx, PhoneTokenParams{Phone: "+14155550123"}, o...))
	}},
	{"CreateOAuth2Token", opCreateOAuth2Token, 301, "", 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return text200(a.CreateOAuth2Token(ctx, models.OAuthProvider(ids[0]), OAuth2Params{Success: "http://localhost/ok", Scopes: []string{"email"}}, o...))
	}},
	{"CreateOAuth2Session", opCreateOAuth2Session, 301, "", 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return text200(a.CreateOAuth2Session(ctx, models.OAuthProvider(ids[0]), OAuth2Params{Success: "http://localhost/ok", Failure: "http://localhost/no"}, o...))
	}},
	{"CreateJWT", opCreateJWT, 201, `{"jwt":"a.b.c"}`, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateJWT(ctx, JWTParams{Duration: 10 * time.Minute}, o...))
	}},
	{"CreateRecovery", opCreateRecovery, 201, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateRecovery(ctx, RecoveryParams{Email: "w@example.com", URL: "http://localhost/r"}, o...))
	}},
	{"UpdateRecovery", opUpdateRecovery, 200, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdateRecovery(ctx, UpdateRecoveryParams{UserID: "u1", Secret: "param-secret-1", Password: "param-password-1"}, o...))
	}},
	{"CreateEmailVerification", opCreateEmailVerification, 201, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateEmailVerification(ctx, "http://localhost/v", o...))
	}},
	{"UpdateEmailVerification", opUpdateEmailVerification, 200, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdateEmailVerification(ctx, VerificationParams{UserID: "u1", Secret: "param-secret-1"}, o...))
	}},
	{"CreateVerification", opCreateEmailVerification, 201, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateVerification(ctx, "http://localhost/v", o...))
	}},
	{"UpdateVerification", opUpdateEmailVerification, 200, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdateVerification(ctx, VerificationParams{UserID: "u1", Secret: "param-secret-1"}, o...))
	}},
	{"CreatePhoneVerification", opCreatePhoneVerification, 201, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreatePhoneVerification(ctx, o...))
	}},
	{"UpdatePhoneVerification", opUpdatePhoneVerification, 200, tokenBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdatePhoneVerification(ctx, VerificationParams{UserID: "u1", Secret: "param-secret-1"}, o...))
	}},
	{"UpdateMFA", opUpdateMFA, 200, userBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdateMFA(ctx, true, o...))
	}},
	{"ListMFAFactors", opListMFAFactors, 200, `{"totp":false,"phone":false,"email":false,"recoveryCode":false}`, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.ListMFAFactors(ctx, o...))
	}},
	{"CreateMFAAuthenticator", opCreateMFAAuthenticator, 200, `{"secret":"BASE32SECRET","uri":"otpauth://totp/x?secret=BASE32SECRET"}`, 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return result(a.CreateMFAAuthenticator(ctx, models.AuthenticatorType(ids[0]), o...))
	}},
	{"UpdateMFAAuthenticator", opUpdateMFAAuthenticator, 200, userBody, 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return result(a.UpdateMFAAuthenticator(ctx, models.AuthenticatorType(ids[0]), "param-otp-1", o...))
	}},
	{"DeleteMFAAuthenticator", opDeleteMFAAuthenticator, 204, "", 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return onlyError(a.DeleteMFAAuthenticator(ctx, models.AuthenticatorType(ids[0]), o...))
	}},
	{"DeleteMFAAuthenticatorWithOTP", opDeleteMFAAuthenticator, 204, "", 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return onlyError(a.DeleteMFAAuthenticatorWithOTP(ctx, models.AuthenticatorType(ids[0]), "param-otp-1", o...))
	}},
	{"CreateMFAChallenge", opCreateMFAChallenge, 201, `{"$id":"m1","userId":"u1","expire":"2026-11-21T01:12:51.872+00:00"}`, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateMFAChallenge(ctx, models.FactorTOTP, o...))
	}},
	{"UpdateMFAChallenge", opUpdateMFAChallenge, 200, sessionBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdateMFAChallenge(ctx, MFAChallengeParams{ChallengeID: "m1", OTP: "param-otp-1"}, o...))
	}},
	{"GetMFARecoveryCodes", opGetMFARecoveryCodes, 200, codesBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.GetMFARecoveryCodes(ctx, o...))
	}},
	{"CreateMFARecoveryCodes", opCreateMFARecoveryCodes, 201, codesBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreateMFARecoveryCodes(ctx, o...))
	}},
	{"UpdateMFARecoveryCodes", opUpdateMFARecoveryCodes, 200, codesBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.UpdateMFARecoveryCodes(ctx, o...))
	}},
	{"CreatePushTarget", opCreatePushTarget, 201, targetBody, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.CreatePushTarget(ctx, PushTargetParams{Identifier: "device"}, o...))
	}},
	{"UpdatePushTarget", opUpdatePushTarget, 200, targetBody, 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return result(a.UpdatePushTarget(ctx, ids[0], "device", o...))
	}},
	{"DeletePushTarget", opDeletePushTarget, 204, "", 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return onlyError(a.DeletePushTarget(ctx, ids[0], o...))
	}},
	{"ListConsents", opListConsents, 200, `{"total":1,"consents":[` + consentBody + `]}`, 0, func(ctx context.Context, a *Account, _ []string, o ...RequestOption) (any, error) {
		return result(a.ListConsents(ctx, ListParams{}, o...))
	}},
	{"GetConsent", opGetConsent, 200, consentBody, 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return result(a.GetConsent(ctx, ids[0], o...))
	}},
	{"DeleteConsent", opDeleteConsent, 204, "", 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return onlyError(a.DeleteConsent(ctx, ids[0], o...))
	}},
	{"ListConsentTokens", opListConsentTokens, 200, `{"total":1,"tokens":[` + consentBody + `]}`, 1, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return result(a.ListConsentTokens(ctx, ids[0], ListParams{}, o...))
	}},
	{"GetConsentToken", opGetConsentToken, 200, consentBody, 2, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return result(a.GetConsentToken(ctx, ids[0], ids[1], o...))
	}},
	{"DeleteConsentToken", opDeleteConsentToken, 204, "", 2, func(ctx context.Context, a *Account, ids []string, o ...RequestOption) (any, error) {
		return onlyError(a.DeleteConsentToken(ctx, ids[0], ids[1], o...))
	}},
}

// notCalls are the methods of Account that are not one call each.
var notCalls = map[string]string{
	"OAuth2TokenURL":   "sends nothing",
	"OAuth2SessionURL": "sends nothing",
	"MergePrefs":       "GetPrefs, then UpdatePrefs",
	"String":           "sends nothing",
	"Format":           "sends nothing",
	"MarshalJSON":      "sends nothing",
}

// sharedRows are methods that call the operation of another method.
var sharedRows = map[string]bool{"CreateVerification": true, "UpdateVerification": true, "Logs": true, "Identities": true, "DeleteMFAAuthenticatorWithOTP": true}

// answer writes the call's success.
func (c everyCall) answer(w http.ResponseWriter) {
	switch {
	case c.status == http.StatusMovedPermanently:
		w.Header().Set("Location", providerPage)
	case c.status == http.StatusNoContent:
		w.Header().Set("Content-Type", "text/html")
	default:
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	}
	w.WriteHeader(c.status)
	_, _ = w.Write([]byte(c.body))
}

func TestEveryMethodOfAccountIsInTheTableOfCalls(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, c := range everyCalls {
		listed[c.method] = true
	}
	methods := reflect.TypeFor[*Account]()
	for i := range methods.NumMethod() {
		name := methods.Method(i).Name
		assert.True(t, listed[name] != (notCalls[name] != ""), "%s must stand in everyCalls or in notCalls", name)
	}
}

func TestEveryOperationHasItsMethod(t *testing.T) {
	t.Parallel()
	byRow := map[*operation][]string{}
	for _, c := range everyCalls {
		if sharedRows[c.method] {
			continue
		}
		byRow[c.op] = append(byRow[c.op], c.method)
	}
	for _, row := range table {
		if assert.Len(t, byRow[row], 1, row.name) {
			assert.Equal(t, strings.ToLower(row.name), "account."+strings.ToLower(byRow[row][0]))
		}
	}
	assert.Len(t, table, 54)
}
