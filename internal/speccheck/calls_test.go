package speccheck

import (
	"context"
	"slices"
	"strings"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/documents"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// mergePrefs reads before it writes, and is checked for what it writes.
var mergePrefs = everycall.Call{
	Method: "MergePrefs", Operation: "account.updatePrefs",
	Do: func(ctx context.Context, a *appwrite.Account, in everycall.Inputs, o ...appwrite.RequestOption) (any, error) {
		return a.MergePrefs(ctx, in.Prefs, o...)
	},
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
func callsOf(op Operation, name string) (found []everycall.Call) {
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
		found = append(found, everycall.Of(row.Name)...)
		if row.Name == mergePrefs.Operation {
			found = append(found, mergePrefs)
		}
	}
	return found
}
