package appwrite

import (
	"net/http"

	"github.com/seed17809555/appwrite/internal/release"
)

//go:generate go run ./internal/gendocs

// The rows. Releases are those in which the path was seen or read in the server's source; where
// several paths answer, the one of the server's own time comes first.
var (
	opGet    = op("get", on(http.MethodGet, "/account", "0.2.0")).answers("$id")
	opCreate = op("create", on(http.MethodPost, "/account", "0.5.0")).answers("$id")
	opDelete = op("delete",
		on(http.MethodDelete, "/account", "1.5.0"),
		on(http.MethodDelete, "/account", "0.2.0").until("0.13.4")).or("updateStatus")
	opUpdateEmail    = op("updateEmail", on(http.MethodPatch, "/account/email", "0.2.0")).answers("$id")
	opUpdateName     = op("updateName", on(http.MethodPatch, "/account/name", "0.2.0")).answers("$id")
	opUpdatePassword = op("updatePassword", on(http.MethodPatch, "/account/password", "0.2.0")).answers("$id")
	opUpdatePhone    = op("updatePhone", on(http.MethodPatch, "/account/phone", "0.15.0")).answers("$id")
	opGetPrefs       = op("getPrefs", on(http.MethodGet, "/account/prefs", "0.2.0"))
	opUpdatePrefs    = op("updatePrefs",
		on(http.MethodPatch, "/account/prefs", "0.2.0")).answers("$id").mergingIn(release.Between(v0_2, v0_7))
	opUpdateStatus = op("updateStatus",
		on(http.MethodPatch, "/account/status", "0.14.0")).answers("$id").or("delete")
	opListLogs = op("listLogs", on(http.MethodGet, "/account/logs", "0.5.0").until("1.9.6")).answers("logs")

	opListSessions   = op("listSessions", on(http.MethodGet, "/account/sessions", "0.2.0")).answers("sessions")
	opDeleteSessions = op("deleteSessions", on(http.MethodDelete, "/account/sessions", "0.5.0"))
	opGetSession     = op("getSession",
		on(http.MethodGet, "/account/sessions/{sessionId}", "0.9.0")).answers("$id").or("listSessions")
	opUpdateSession = op("updateSession",
		on(http.MethodPatch, "/account/sessions/{sessionId}", "0.13.0")).answers("$id")
	opDeleteSession              = op("deleteSession", on(http.MethodDelete, "/account/sessions/{sessionId}", "0.5.0"))
	opCreateEmailPasswordSession = op("createEmailPasswordSession",
		on(http.MethodPost, "/account/sessions/email", "0.15.0"),
		on(http.MethodPost, "/account/sessions", "0.15.3"),
		on(http.MethodPost, "/account/sessions", "0.5.0").until("0.14.2")).answers("$id")
	opCreateAnonymousSession = op("createAnonymousSession",
		on(http.MethodPost, "/account/sessions/anonymous", "0.8.0")).answers("$id")
	opCreateSession = op("createSession",
		on(http.MethodPost, "/account/sessions/token", "1.5.0")).answers("$id").or("updateMagicURLSession", "updatePhoneSession")
	opUpdateMagicURLSession = op("updateMagicURLSession",
		on(http.MethodPut, "/account/sessions/magic-url", "0.10.0")).answers("$id")
	opUpdatePhoneSession = op("updatePhoneSession",
		on(http.MethodPut, "/account/sessions/phone", "0.15.0")).answers("$id")
	opCreateOAuth2Session = op("createOAuth2Session",
		on(http.MethodGet, "/account/sessions/oauth2/{provider}", "0.5.0"))
	opCreateOAuth2Token = op("createOAuth2Token",
		on(http.MethodGet, "/account/tokens/oauth2/{provider}", "1.5.0")).or("createOAuth2Session")

	opCreateMagicURLToken = op("createMagicURLToken",
		on(http.MethodPost, "/account/tokens/magic-url", "1.5.0"),
		on(http.MethodPost, "/account/sessions/magic-url", "0.10.0")).answers("$id")
	opCreateEmailToken = op("createEmailToken",
		on(http.MethodPost, "/account/tokens/email", "1.5.0")).answers("$id").or("createMagicURLToken")
	opCreatePhoneToken = op("createPhoneToken",
		on(http.MethodPost, "/account/tokens/phone", "1.5.0"),
		on(http.MethodPost, "/account/sessions/phone", "0.15.0")).answers("$id")
	opCreateJWT = op("createJWT",
		on(http.MethodPost, "/account/jwts", "1.6.0"),
		on(http.MethodPost, "/account/jwt", "0.7.0")).answers("jwt")
	opCreateRecovery          = op("createRecovery", on(http.MethodPost, "/account/recovery", "0.5.0")).answers("$id")
	opUpdateRecovery          = op("updateRecovery", on(http.MethodPut, "/account/recovery", "0.5.0")).answers("$id")
	opCreateEmailVerification = op("createEmailVerification",
		on(http.MethodPost, "/account/verifications/email", "1.8.0"),
		on(http.MethodPost, "/account/verification", "0.5.0")).answers("$id")
	opUpdateEmailVerification = op("updateEmailVerification",
		on(http.MethodPut, "/account/verifications/email", "1.8.0"),
		on(http.MethodPut, "/account/verification", "0.5.0")).answers("$id")
	opCreatePhoneVerification = op("createPhoneVerification",
		on(http.MethodPost, "/account/verifications/phone", "1.8.0"),
		on(http.MethodPost, "/account/verification/phone", "0.15.0")).answers("$id")
	opUpdatePhoneVerification = op("updatePhoneVerification",
		on(http.MethodPut, "/account/verifications/phone", "1.8.0"),
		on(http.MethodPut, "/account/verification/phone", "0.15.0")).answers("$id")
	opListIdentities = op("listIdentities",
		on(http.MethodGet, "/account/identities", "1.4.0")).answers("identities")
	opDeleteIdentity = op("deleteIdentity", on(http.MethodDelete, "/account/identities/{identityId}", "1.4.0"))

	opUpdateMFA              = op("updateMFA", on(http.MethodPatch, "/account/mfa", "1.5.0")).answers("$id")
	opCreateMFAAuthenticator = op("createMFAAuthenticator",
		on(http.MethodPost, "/account/mfa/authenticators/{type}", "1.5.0")).answers("secret")
	opUpdateMFAAuthenticator = op("updateMFAAuthenticator",
		on(http.MethodPut, "/account/mfa/authenticators/{type}", "1.5.0")).answers("$id")
	opDeleteMFAAuthenticator = op("deleteMFAAuthenticator",
		on(http.MethodDelete, "/account/mfa/authenticators/{type}", "1.5.0"))
	opCreateMFAChallenge = op("createMFAChallenge",
		on(http.MethodPost, "/account/mfa/challenges", "1.8.1"),
		on(http.MethodPost, "/account/mfa/challenge", "1.5.0")).answers("$id")
	opUpdateMFAChallenge = op("updateMFAChallenge",
		on(http.MethodPut, "/account/mfa/challenges", "1.8.1"),
		on(http.MethodPut, "/account/mfa/challenge", "1.5.0")).answers("$id")
	opListMFAFactors      = op("listMFAFactors", on(http.MethodGet, "/account/mfa/factors", "1.5.0")).answers("totp")
	opGetMFARecoveryCodes = op("getMFARecoveryCodes",
		on(http.MethodGet, "/account/mfa/recovery-codes", "1.5.0")).answers("recoveryCodes")
	opCreateMFARecoveryCodes = op("createMFARecoveryCodes",
		on(http.MethodPost, "/account/mfa/recovery-codes", "1.5.0")).answers("recoveryCodes")
	opUpdateMFARecoveryCodes = op("updateMFARecoveryCodes",
		on(http.MethodPatch, "/account/mfa/recovery-codes", "1.5.0")).answers("recoveryCodes")

	opCreatePushTarget = op("createPushTarget",
		on(http.MethodPost, "/account/targets/push", "1.5.0")).answers("$id")
	opUpdatePushTarget = op("updatePushTarget",
		on(http.MethodPut, "/account/targets/{targetId}/push", "1.5.0")).answers("$id")
	opDeletePushTarget = op("deletePushTarget",
		on(http.MethodDelete, "/account/targets/{targetId}/push", "1.5.0"))

	// Consents are answered by Appwrite Cloud; open-source servers have no such route.
	opListConsents      = op("listConsents", on(http.MethodGet, "/account/consents", "1.9.0")).answers("consents")
	opGetConsent        = op("getConsent", on(http.MethodGet, "/account/consents/{consentId}", "1.9.0")).answers("$id")
	opDeleteConsent     = op("deleteConsent", on(http.MethodDelete, "/account/consents/{consentId}", "1.9.0"))
	opListConsentTokens = op("listConsentTokens",
		on(http.MethodGet, "/account/consents/{consentId}/tokens", "1.9.0")).answers("tokens")
	opGetConsentToken = op("getConsentToken",
		on(http.MethodGet, "/account/consents/{consentId}/tokens/{tokenId}", "1.9.0")).answers("$id")
	opDeleteConsentToken = op("deleteConsentToken",
		on(http.MethodDelete, "/account/consents/{consentId}/tokens/{tokenId}", "1.9.0"))
)

// table is all rows, in the order in which they are written above.
var table = []*operation{
	opGet, opCreate, opDelete, opUpdateEmail, opUpdateName, opUpdatePassword, opUpdatePhone,
	opGetPrefs, opUpdatePrefs, opUpdateStatus, opListLogs,
	opListSessions, opDeleteSessions, opGetSession, opUpdateSession, opDeleteSession,
	opCreateEmailPasswordSession, opCreateAnonymousSession, opCreateSession,
	opUpdateMagicURLSession, opUpdatePhoneSession, opCreateOAuth2Session, opCreateOAuth2Token,
	opCreateMagicURLToken, opCreateEmailToken, opCreatePhoneToken, opCreateJWT,
	opCreateRecovery, opUpdateRecovery, opCreateEmailVerification, opUpdateEmailVerification,
	opCreatePhoneVerification, opUpdatePhoneVerification,
	opListIdentities, opDeleteIdentity,
	opUpdateMFA, opCreateMFAAuthenticator, opUpdateMFAAuthenticator, opDeleteMFAAuthenticator,
	opCreateMFAChallenge, opUpdateMFAChallenge, opListMFAFactors, opGetMFARecoveryCodes,
	opCreateMFARecoveryCodes, opUpdateMFARecoveryCodes,
	opCreatePushTarget, opUpdatePushTarget, opDeletePushTarget,
	opListConsents, opGetConsent, opDeleteConsent, opListConsentTokens, opGetConsentToken,
	opDeleteConsentToken,
}

// opHealthVersion is what Client.ServerVersion asks. It is not an Account operation.
var opHealthVersion = &operation{
	name:   "health.getVersion",
	routes: []route{makeRoute(on(http.MethodGet, "/health/version", "0.5.0"))},
	answer: "version",
}
