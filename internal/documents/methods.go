package documents

import "strings"

// further are the methods of Account that run an operation beside the one of its name.
var further = map[string][]string{
	"account.updatePrefs":             {"MergePrefs"},
	"account.listLogs":                {"Logs"},
	"account.listIdentities":          {"Identities"},
	"account.createOAuth2Session":     {"OAuth2SessionURL"},
	"account.createOAuth2Token":       {"OAuth2TokenURL"},
	"account.createEmailVerification": {"CreateVerification"},
	"account.updateEmailVerification": {"UpdateVerification"},
	"account.deleteMFAAuthenticator":  {"DeleteMFAAuthenticatorWithOTP"},
}

// Deprecated are the methods of Account that have a successor.
var Deprecated = []string{"UpdateMagicURLSession", "UpdatePhoneSession", "CreateVerification", "UpdateVerification"}

// MethodsOf returns the methods of Account that run an operation of the operations table,
// the one that is named after it first.
func MethodsOf(operation string) []string {
	name := strings.TrimPrefix(operation, "account.")
	return append([]string{strings.ToUpper(name[:1]) + name[1:]}, further[operation]...)
}
