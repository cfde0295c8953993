// Package documents lists the names that five published documents of different times have for
// the operations of the Account API. docs/documents.md is made from it, and tests hold the
// client to it.
package documents

// Document is one of the five.
type Document struct {
	Label      string // "D0"
	Title      string // in Markdown
	Kind       string // programming language, or "documentation"
	Describes  string // the Appwrite version that it is about
	Release    string // that a client must be set to for its operations
	Operations []Operation
}

// Operation is an operation under the name that a document has for it, and the method of
// Account that calls it.
type Operation struct {
	Name   string
	Method string
}

// All are the documents. Each lists its operations in the order of the operations table, once
// for every name.
var All = []Document{
	{
		Label: "D0", Title: "`AccountApi` of a JavaScript client made by OpenAPI Generator", Kind: "JavaScript",
		Describes: "0.9", Release: "0.9",
		Operations: []Operation{
			{"accountGet", "Get"},
			{"accountCreate", "Create"},
			{"accountDelete", "Delete"},
			{"accountUpdateEmail", "UpdateEmail"},
			{"accountUpdateName", "UpdateName"},
			{"accountUpdatePassword", "UpdatePassword"},
			{"accountGetPrefs", "GetPrefs"},
			{"accountUpdatePrefs", "UpdatePrefs"},
			{"accountGetLogs", "ListLogs"},
			{"accountGetSessions", "ListSessions"},
			{"accountDeleteSessions", "DeleteSessions"},
			{"accountGetSession", "GetSession"},
			{"accountDeleteSession", "DeleteSession"},
			{"accountCreateSession", "CreateEmailPasswordSession"},
			{"accountCreateAnonymousSession", "CreateAnonymousSession"},
			{"accountCreateOAuth2Session", "CreateOAuth2Session"},
			{"accountCreateJWT", "CreateJWT"},
			{"accountCreateRecovery", "CreateRecovery"},
			{"accountUpdateRecovery", "UpdateRecovery"},
			{"accountCreateVerification", "CreateEmailVerification"},
			{"accountUpdateVerification", "UpdateEmailVerification"},
		},
	},
	{
		Label: "D1", Title: "`AccountApi` of a Rust client made by OpenAPI Generator", Kind: "Rust",
		Describes: "1.4", Release: "1.4",
		Operations: []Operation{
			{"account_get", "Get"},
			{"account_update_email", "UpdateEmail"},
			{"account_update_name", "UpdateName"},
			{"account_update_password", "UpdatePassword"},
			{"account_update_phone", "UpdatePhone"},
			{"account_get_prefs", "GetPrefs"},
			{"account_update_prefs", "UpdatePrefs"},
			{"account_update_status", "UpdateStatus"},
			{"account_list_logs", "ListLogs"},
			{"account_list_sessions", "ListSessions"},
			{"account_delete_sessions", "DeleteSessions"},
			{"account_get_session", "GetSession"},
			{"account_update_session", "UpdateSession"},
			{"account_delete_session", "DeleteSession"},
			{"account_create_recovery", "CreateRecovery"},
			{"account_update_recovery", "UpdateRecovery"},
			{"account_create_verification", "CreateEmailVerification"},
			{"account_update_verification", "UpdateEmailVerification"},
			{"account_create_phone_verification", "CreatePhoneVerification"},
			{"account_update_phone_verification", "UpdatePhoneVerification"},
			{"account_list_identities", "ListIdentities"},
			{"account_delete_identity", "DeleteIdentity"},
		},
	},
	{
		Label: "D2", Title: "\"Account Service\", documentation", Kind: "documentation",
		// Most of its paths came with release 0.5.
		Describes: "0.4", Release: "0.5",
		Operations: []Operation{
			{"Get Account", "Get"},
			{"Create Account", "Create"},
			{"Delete Account", "Delete"},
			{"Update Account Email", "UpdateEmail"},
			{"Update Account Name", "UpdateName"},
			{"Update Account Password", "UpdatePassword"},
			{"Get Account Preferences", "GetPrefs"},
			{"Update Account Preferences", "UpdatePrefs"},
			{"Get Account Logs", "ListLogs"},
			{"Get Account Sessions", "ListSessions"},
			{"Delete All Account Sessions", "DeleteSessions"},
			{"Delete Current Account Session", "DeleteSession"},
			{"Delete Account Session", "DeleteSession"},
			{"Create Account Session", "CreateEmailPasswordSession"},
			{"Create Account Session with OAuth", "CreateOAuth2Session"},
			{"Password Recovery", "CreateRecovery"},
			{"Password Reset", "UpdateRecovery"},
			{"Create Verification", "CreateEmailVerification"},
			{"Updated Verification", "UpdateEmailVerification"},
		},
	},
	{
		Label: "D3", Title: "`Account` of node-appwrite 23.1.0, reference", Kind: "Node",
		Describes: "1.9", Release: "1.9",
		Operations: []Operation{
			{"get", "Get"},
			{"create", "Create"},
			{"updateEmail", "UpdateEmail"},
			{"updateName", "UpdateName"},
			{"updatePassword", "UpdatePassword"},
			{"updatePhone", "UpdatePhone"},
			{"getPrefs", "GetPrefs"},
			{"updatePrefs", "UpdatePrefs"},
			{"updateStatus", "UpdateStatus"},
			{"listLogs", "ListLogs"},
			{"listSessions", "ListSessions"},
			{"deleteSessions", "DeleteSessions"},
			{"getSession", "GetSession"},
			{"updateSession", "UpdateSession"},
			{"deleteSession", "DeleteSession"},
			{"createEmailPasswordSession", "CreateEmailPasswordSession"},
			{"createAnonymousSession", "CreateAnonymousSession"},
			{"createSession", "CreateSession"},
			{"updateMagicURLSession", "UpdateMagicURLSession"},
			{"updatePhoneSession", "UpdatePhoneSession"},
			{"createOAuth2Token", "CreateOAuth2Token"},
			{"createMagicURLToken", "CreateMagicURLToken"},
			{"createEmailToken", "CreateEmailToken"},
			{"createPhoneToken", "CreatePhoneToken"},
			{"createJWT", "CreateJWT"},
			{"createRecovery", "CreateRecovery"},
			{"updateRecovery", "UpdateRecovery"},
			{"createEmailVerification", "CreateEmailVerification"},
			{"createVerification", "CreateVerification"},
			{"updateEmailVerification", "UpdateEmailVerification"},
			{"updateVerification", "UpdateVerification"},
			{"createPhoneVerification", "CreatePhoneVerification"},
			{"updatePhoneVerification", "UpdatePhoneVerification"},
			{"listIdentities", "ListIdentities"},
			{"deleteIdentity", "DeleteIdentity"},
			{"updateMFA", "UpdateMFA"},
			{"createMfaAuthenticator", "CreateMFAAuthenticator"},
			{"createMFAAuthenticator", "CreateMFAAuthenticator"},
			{"updateMfaAuthenticator", "UpdateMFAAuthenticator"},
			{"updateMFAAuthenticator", "UpdateMFAAuthenticator"},
			{"deleteMfaAuthenticator", "DeleteMFAAuthenticator"},
			{"deleteMFAAuthenticator", "DeleteMFAAuthenticator"},
			{"createMfaChallenge", "CreateMFAChallenge"},
			{"createMFAChallenge", "CreateMFAChallenge"},
			{"updateMfaChallenge", "UpdateMFAChallenge"},
			{"updateMFAChallenge", "UpdateMFAChallenge"},
			{"listMfaFactors", "ListMFAFactors"},
			{"listMFAFactors", "ListMFAFactors"},
			{"getMfaRecoveryCodes", "GetMFARecoveryCodes"},
			{"getMFARecoveryCodes", "GetMFARecoveryCodes"},
			{"createMfaRecoveryCodes", "CreateMFARecoveryCodes"},
			{"createMFARecoveryCodes", "CreateMFARecoveryCodes"},
			{"updateMfaRecoveryCodes", "UpdateMFARecoveryCodes"},
			{"updateMFARecoveryCodes", "UpdateMFARecoveryCodes"},
		},
	},
	{
		Label: "D4", Title: "\"Account API\", documentation of the server SDKs", Kind: "documentation",
		Describes: "0.11", Release: "0.11",
		Operations: []Operation{
			{"get", "Get"},
			{"delete", "Delete"},
			{"updateEmail", "UpdateEmail"},
			{"updateName", "UpdateName"},
			{"updatePassword", "UpdatePassword"},
			{"getPrefs", "GetPrefs"},
			{"updatePrefs", "UpdatePrefs"},
			{"getLogs", "ListLogs"},
			{"getSessions", "ListSessions"},
			{"deleteSessions", "DeleteSessions"},
			{"getSession", "GetSession"},
			{"deleteSession", "DeleteSession"},
			{"createRecovery", "CreateRecovery"},
			{"updateRecovery", "UpdateRecovery"},
			{"createVerification", "CreateEmailVerification"},
			{"updateVerification", "UpdateEmailVerification"},
		},
	},
}
