package everycall

import (
	"context"
	"iter"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

//lint:file-ignore SA1019 deprecated methods are calls too

// Successes of servers.
const (
	User     = `{"$id":"u1","$createdAt":"2026-11-21T00:12:51.872+00:00","name":"Walter","email":"w@example.com","status":true,"prefs":{}}`
	Session  = `{"$id":"s1","$createdAt":"2026-11-21T00:12:51.872+00:00","userId":"u1","secret":"from-the-body","factors":["password"]}`
	Token    = `{"$id":"t1","$createdAt":"2026-11-21T00:12:51.872+00:00","userId":"u1","secret":"","expire":"2026-11-21T01:12:51.872+00:00","phrase":""}`
	Target   = `{"$id":"p1","userId":"u1","providerId":null,"providerType":"push","identifier":"device","expired":false}`
	Codes    = `{"recoveryCodes":["0123456789","abcdef0123"]}`
	Consent  = `{"$id":"c1","userId":"u1","appId":"app","scopes":["account"],"expire":""}`
	Log      = `{"event":"session.create"}`
	Identity = `{"$id":"i1"}`
)

// page is what a listing is asked for where all parameters are sent.
var page = appwrite.ListParams{Queries: []string{query.Limit(5), query.Offset(10)}, SkipTotal: true}

func list(key, entry string) string { return `{"total":1,"` + key + `":[` + entry + `]}` }

type (
	ctx     = context.Context
	account = appwrite.Account
	opt     = appwrite.RequestOption
)

// result drops typed nil pointers, so that a failed call has a nil result.
func result[T any](v *T, err error) (any, error) {
	if v == nil {
		return nil, err
	}
	return v, err
}

func nothing(err error) (any, error) { return nil, err }

func text(s string, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// first returns the first entry of an iterator.
func first[T any](entries iter.Seq2[T, error]) (any, error) {
	for entry, err := range entries {
		if err != nil {
			return nil, err
		}
		return entry, nil
	}
	return nil, nil
}

func sessionParams(in Inputs) appwrite.SessionParams {
	return appwrite.SessionParams{UserID: in.UserID, Secret: in.Secret}
}

func verificationParams(in Inputs) appwrite.VerificationParams {
	return appwrite.VerificationParams{UserID: in.UserID, Secret: in.Secret}
}

// All is the list.
var All = []Call{
	{Method: "Get", Operation: "account.get", Status: 200, Body: User,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) { return result(a.Get(c, o...)) }},
	{Method: "Create", Operation: "account.create", Guest: true, Status: 201, Body: User, Optional: "userId name", Ready: somebodyElse,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.Create(c, appwrite.CreateAccountParams{UserID: in.UserID, Email: in.Email, Password: in.Password, Name: in.Name}, o...))
		}},
	{Method: "Delete", Operation: "account.delete", Status: 204,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) { return nothing(a.Delete(c, o...)) }},
	{Method: "UpdateName", Operation: "account.updateName", Status: 200, Body: User,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdateName(c, in.Name, o...))
		}},
	{Method: "UpdateEmail", Operation: "account.updateEmail", Status: 200, Body: User, Ready: newEmail,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdateEmail(c, appwrite.UpdateEmailParams{Email: in.Email, Password: in.Password}, o...))
		}},
	{Method: "UpdatePassword", Operation: "account.updatePassword", Status: 200, Body: User, Optional: "oldPassword",
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdatePassword(c, appwrite.UpdatePasswordParams{Password: in.Password, OldPassword: in.OldPassword}, o...))
		}},
	{Method: "UpdatePhone", Operation: "account.updatePhone", Status: 200, Body: User, Ready: newPhone,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdatePhone(c, appwrite.UpdatePhoneParams{Phone: in.Phone, Password: in.Password}, o...))
		}},
	{Method: "UpdateStatus", Operation: "account.updateStatus", Status: 200, Body: User,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) { return result(a.UpdateStatus(c, o...)) }},

	{Method: "GetPrefs", Operation: "account.getPrefs", Status: 200, Body: `{"theme":"dark"}`,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) {
			prefs, err := a.GetPrefs(c, o...)
			if err != nil {
				return nil, err
			}
			return prefs, nil
		}},
	{Method: "UpdatePrefs", Operation: "account.updatePrefs", Status: 200, Body: User,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdatePrefs(c, in.Prefs, o...))
		}},

	{Method: "ListLogs", Operation: "account.listLogs", Status: 200, Body: list("logs", Log),
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) { return result(a.ListLogs(c, in.List, o...)) }},
	{Method: "Logs", Operation: "account.listLogs", Status: 200, Body: list("logs", Log),
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) { return first(a.Logs(c, in.List, o...)) }},
	{Method: "ListIdentities", Operation: "account.listIdentities", Status: 200, Body: list("identities", Identity), Ready: identity,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.ListIdentities(c, in.List, o...))
		}},
	{Method: "Identities", Operation: "account.listIdentities", Status: 200, Body: list("identities", Identity), Ready: identity,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return first(a.Identities(c, in.List, o...))
		}},
	{Method: "DeleteIdentity", Operation: "account.deleteIdentity", Status: 204, IDs: []string{"i1"}, Ready: identity,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return nothing(a.DeleteIdentity(c, in.IDs[0], o...))
		}},

	{Method: "CreateEmailPasswordSession", Operation: "account.createEmailPasswordSession", Guest: true, Status: 201, Body: Session, Ready: presentPassword,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreateEmailPasswordSession(c, appwrite.EmailPasswordParams{Email: in.Email, Password: in.Password}, o...))
		}},
	{Method: "CreateAnonymousSession", Operation: "account.createAnonymousSession", Guest: true, Status: 201, Body: Session,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) {
			return result(a.CreateAnonymousSession(c, o...))
		}},
	{Method: "CreateSession", Operation: "account.createSession", Guest: true, Status: 201, Body: Session, Ready: emailToken,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreateSession(c, sessionParams(in), o...))
		}},
	{Method: "UpdateMagicURLSession", Operation: "account.updateMagicURLSession", Guest: true, Status: 201, Body: Session, Ready: magicURL,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdateMagicURLSession(c, sessionParams(in), o...))
		}},
	{Method: "UpdatePhoneSession", Operation: "account.updatePhoneSession", Guest: true, Status: 201, Body: Session, Ready: phoneToken,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdatePhoneSession(c, sessionParams(in), o...))
		}},
	{Method: "GetSession", Operation: "account.getSession", Status: 200, Body: Session, IDs: []string{appwrite.CurrentSession},
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.GetSession(c, in.IDs[0], o...))
		}},
	{Method: "UpdateSession", Operation: "account.updateSession", Status: 200, Body: Session, IDs: []string{appwrite.CurrentSession},
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdateSession(c, in.IDs[0], o...))
		}},
	{Method: "ListSessions", Operation: "account.listSessions", Status: 200, Body: list("sessions", Session),
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) { return result(a.ListSessions(c, o...)) }},
	{Method: "DeleteSession", Operation: "account.deleteSession", Status: 204, IDs: []string{appwrite.CurrentSession},
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return nothing(a.DeleteSession(c, in.IDs[0], o...))
		}},
	{Method: "DeleteSessions", Operation: "account.deleteSessions", Status: 204,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) { return nothing(a.DeleteSessions(c, o...)) }},

	{Method: "CreateEmailToken", Operation: "account.createEmailToken", Guest: true, Status: 201, Body: Token, Optional: "userId",
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreateEmailToken(c, appwrite.EmailTokenParams{UserID: in.UserID, Email: in.Email, Phrase: in.Phrase}, o...))
		}},
	{Method: "CreateMagicURLToken", Operation: "account.createMagicURLToken", Guest: true, Status: 201, Body: Token, Optional: "userId url",
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreateMagicURLToken(c, appwrite.MagicURLTokenParams{UserID: in.UserID, Email: in.Email, URL: in.URL, Phrase: in.Phrase}, o...))
		}},
	{Method: "CreatePhoneToken", Operation: "account.createPhoneToken", Guest: true, Status: 201, Body: Token, Optional: "userId",
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreatePhoneToken(c, appwrite.PhoneTokenParams{UserID: in.UserID, Phone: in.Phone}, o...))
		}},
	{Method: "CreateOAuth2Token", Operation: "account.createOAuth2Token", Guest: true, Status: 301, IDs: []string{string(models.OAuthProviderGitHub)},
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return text(a.CreateOAuth2Token(c, models.OAuthProvider(in.IDs[0]), in.OAuth2, o...))
		}},
	{Method: "CreateOAuth2Session", Operation: "account.createOAuth2Session", Guest: true, Status: 301, IDs: []string{string(models.OAuthProviderGitHub)},
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return text(a.CreateOAuth2Session(c, models.OAuthProvider(in.IDs[0]), in.OAuth2, o...))
		}},
	{Method: "CreateJWT", Operation: "account.createJWT", Status: 201, Body: `{"jwt":"a.b.c"}`,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreateJWT(c, appwrite.JWTParams{Duration: in.Duration}, o...))
		}},

	{Method: "CreateRecovery", Operation: "account.createRecovery", Guest: true, Status: 201, Body: Token,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreateRecovery(c, appwrite.RecoveryParams{Email: in.Email, URL: in.URL}, o...))
		}},
	{Method: "UpdateRecovery", Operation: "account.updateRecovery", Guest: true, Status: 200, Body: Token, Ready: recovery,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdateRecovery(c, appwrite.UpdateRecoveryParams{UserID: in.UserID, Secret: in.Secret, Password: in.Password}, o...))
		}},
	{Method: "CreateEmailVerification", Operation: "account.createEmailVerification", Status: 201, Body: Token,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreateEmailVerification(c, in.URL, o...))
		}},
	{Method: "UpdateEmailVerification", Operation: "account.updateEmailVerification", Status: 200, Body: Token, Ready: emailVerification,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdateEmailVerification(c, verificationParams(in), o...))
		}},
	{Method: "CreateVerification", Operation: "account.createEmailVerification", Status: 201, Body: Token,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreateVerification(c, in.URL, o...))
		}},
	{Method: "UpdateVerification", Operation: "account.updateEmailVerification", Status: 200, Body: Token, Ready: emailVerification,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdateVerification(c, verificationParams(in), o...))
		}},
	{Method: "CreatePhoneVerification", Operation: "account.createPhoneVerification", Status: 201, Body: Token,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) {
			return result(a.CreatePhoneVerification(c, o...))
		}},
	{Method: "UpdatePhoneVerification", Operation: "account.updatePhoneVerification", Status: 200, Body: Token, Ready: phoneVerification,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdatePhoneVerification(c, verificationParams(in), o...))
		}},

	{Method: "UpdateMFA", Operation: "account.updateMFA", Status: 200, Body: User,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdateMFA(c, in.Enabled, o...))
		}},
	{Method: "ListMFAFactors", Operation: "account.listMFAFactors", Status: 200, Body: `{"totp":false,"phone":false,"email":false,"recoveryCode":false}`,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) { return result(a.ListMFAFactors(c, o...)) }},
	{Method: "CreateMFAAuthenticator", Operation: "account.createMFAAuthenticator", Status: 200, Body: `{"secret":"BASE32SECRET","uri":"otpauth://totp/x?secret=BASE32SECRET"}`, IDs: []string{"totp"},
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreateMFAAuthenticator(c, models.AuthenticatorType(in.IDs[0]), o...))
		}},
	{Method: "UpdateMFAAuthenticator", Operation: "account.updateMFAAuthenticator", Status: 200, Body: User, IDs: []string{"totp"}, Ready: pendingApp,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdateMFAAuthenticator(c, models.AuthenticatorType(in.IDs[0]), in.OTP, o...))
		}},
	{Method: "DeleteMFAAuthenticator", Operation: "account.deleteMFAAuthenticator", Status: 204, IDs: []string{"totp"}, Ready: completedChallenge,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return nothing(a.DeleteMFAAuthenticator(c, models.AuthenticatorType(in.IDs[0]), o...))
		}},
	{Method: "DeleteMFAAuthenticatorWithOTP", Operation: "account.deleteMFAAuthenticator", Status: 204, IDs: []string{"totp"}, Release: "1.5", Ready: completedChallenge,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return nothing(a.DeleteMFAAuthenticatorWithOTP(c, models.AuthenticatorType(in.IDs[0]), in.OTP, o...))
		}},
	{Method: "CreateMFAChallenge", Operation: "account.createMFAChallenge", Status: 201, Body: `{"$id":"m1","userId":"u1","expire":"2026-11-21T01:12:51.872+00:00"}`, Ready: app,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreateMFAChallenge(c, in.Factor, o...))
		}},
	{Method: "UpdateMFAChallenge", Operation: "account.updateMFAChallenge", Status: 200, Body: Session, Ready: challenge,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdateMFAChallenge(c, appwrite.MFAChallengeParams{ChallengeID: in.ChallengeID, OTP: in.OTP}, o...))
		}},
	{Method: "GetMFARecoveryCodes", Operation: "account.getMFARecoveryCodes", Status: 200, Body: Codes, Ready: recoveryCodes,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) {
			return result(a.GetMFARecoveryCodes(c, o...))
		}},
	{Method: "CreateMFARecoveryCodes", Operation: "account.createMFARecoveryCodes", Status: 201, Body: Codes,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) {
			return result(a.CreateMFARecoveryCodes(c, o...))
		}},
	{Method: "UpdateMFARecoveryCodes", Operation: "account.updateMFARecoveryCodes", Status: 200, Body: Codes, Ready: recoveryCodes,
		Do: func(c ctx, a *account, _ Inputs, o ...opt) (any, error) {
			return result(a.UpdateMFARecoveryCodes(c, o...))
		}},

	{Method: "CreatePushTarget", Operation: "account.createPushTarget", Status: 201, Body: Target, Optional: "targetId providerId",
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.CreatePushTarget(c, appwrite.PushTargetParams{TargetID: in.TargetID, Identifier: in.Identifier, ProviderID: in.ProviderID}, o...))
		}},
	{Method: "UpdatePushTarget", Operation: "account.updatePushTarget", Status: 200, Body: Target, IDs: []string{"t1"}, Ready: target,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.UpdatePushTarget(c, in.IDs[0], in.Identifier, o...))
		}},
	{Method: "DeletePushTarget", Operation: "account.deletePushTarget", Status: 204, IDs: []string{"t1"}, Ready: target,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return nothing(a.DeletePushTarget(c, in.IDs[0], o...))
		}},

	{Method: "ListConsents", Operation: "account.listConsents", Status: 200, Body: list("consents", Consent), Ready: consent,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.ListConsents(c, in.List, o...))
		}},
	{Method: "GetConsent", Operation: "account.getConsent", Status: 200, Body: Consent, IDs: []string{"c1"}, Ready: consent,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.GetConsent(c, in.IDs[0], o...))
		}},
	{Method: "DeleteConsent", Operation: "account.deleteConsent", Status: 204, IDs: []string{"c1"}, Ready: consent,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return nothing(a.DeleteConsent(c, in.IDs[0], o...))
		}},
	{Method: "ListConsentTokens", Operation: "account.listConsentTokens", Status: 200, Body: list("tokens", Consent), IDs: []string{"c1"}, Ready: consent,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.ListConsentTokens(c, in.IDs[0], in.List, o...))
		}},
	{Method: "GetConsentToken", Operation: "account.getConsentToken", Status: 200, Body: Consent, IDs: []string{"c1", "t1"}, Ready: consent,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return result(a.GetConsentToken(c, in.IDs[0], in.IDs[1], o...))
		}},
	{Method: "DeleteConsentToken", Operation: "account.deleteConsentToken", Status: 204, IDs: []string{"c1", "t1"}, Ready: consent,
		Do: func(c ctx, a *account, in Inputs, o ...opt) (any, error) {
			return nothing(a.DeleteConsentToken(c, in.IDs[0], in.IDs[1], o...))
		}},
}
