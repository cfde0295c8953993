package documents

import "github.com/seed17809555/appwrite/internal/everycall"

// withoutCall are the methods of Account that belong to an operation and are not in the list of
// calls.
var withoutCall = map[string]string{
	"account.updatePrefs":         "MergePrefs",
	"account.createOAuth2Session": "OAuth2SessionURL",
	"account.createOAuth2Token":   "OAuth2TokenURL",
}

// Deprecated are the methods of Account that have a successor.
var Deprecated = []string{"UpdateMagicURLSession", "UpdatePhoneSession", "CreateVerification", "UpdateVerification"}

// MethodsOf returns the methods of Account that run an operation of the operations table. The
// first is named after the operation.
func MethodsOf(operation string) []string {
	var methods []string
	for _, call := range everycall.Of(operation) {
		methods = append(methods, call.Method)
	}
	if method := withoutCall[operation]; method != "" {
		methods = append(methods, method)
	}
	return methods
}
