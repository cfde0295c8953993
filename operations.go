package appwrite

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed17809555/appwrite/internal/release"
)

// Operation is one operation of the Account API, as the table below lists it.
type Operation struct {
	// Name is the operation as errors and logs name it: "account.createSession".
	Name string
	// Routes are the verbs and paths under which servers answer it, the ones
	// that a client prefers first.
	Routes []Route
}

// Route is one verb and path of an operation and the server release.Range that have it.
type Route struct {
	Method string // HTTP verb
	Path   string // relative to the endpoint, parameters in braces: "/account/sessions/{sessionId}"
	Since  string // first release with this route, "1.5.0"
	Until  string // last release with it; "" where the newest known release still has it
}

// Operations returns the table of all Account operations: what this client calls
// and what package appwritetest serves. The result is the caller's to change.
func Operations() []Operation {
	list := make([]Operation, len(table))
	for i, op := range table {
		list[i] = Operation{Name: op.name, Routes: make([]Route, len(op.routes))}
		for j, r := range op.routes {
			list[i].Routes[j] = r.Route
		}
	}
	return list
}

// Has reports whether servers of the given release ("1.4", "1.4.13") answer the
// operation on this route. A release that cannot be parsed has no routes.
func (r Route) Has(serverVersion string) bool {
	v, err := release.Parse(serverVersion)
	since, err2 := release.Parse(r.Since)
	if err != nil || err2 != nil || v < since {
		return false
	}
	if r.Until == "" {
		return true
	}
	until, err := release.Parse(r.Until)
	return err == nil && v <= until
}

// operation is a row of the table, parsed once.
type operation struct {
	name   string
	routes []route

	alternatives []string      // names of operations that do for it on servers without it
	merging      release.Range // those whose preferences are merged, not replaced
}

type route struct {
	Route
	since, until release.Version // until is 0 where Until is ""
	segments     []string
	params       int
}

func makeRoute(r Route) route {
	parsed := route{Route: r, since: release.Must(r.Since), segments: strings.Split(r.Path, "/")[1:]}
	if r.Until != "" {
		parsed.until = release.Must(r.Until)
	}
	for _, s := range parsed.segments {
		if isParam(s) {
			parsed.params++
		}
	}
	return parsed
}

func isParam(segment string) bool { return strings.HasPrefix(segment, "{") }

func (r *route) has(v release.Version) bool {
	return r.since <= v && (r.until == 0 || v <= r.until)
}

// route returns the route to use for a server of the given release.
func (op *operation) route(v release.Version) (*route, error) {
	for i := range op.routes {
		if op.routes[i].has(v) {
			return &op.routes[i], nil
		}
	}
	// The next route that v is too old for, else the one that v is too new for.
	nearest := op.routes[0]
	for _, r := range op.routes {
		if r.since > v && (nearest.since <= v || r.since < nearest.since) {
			nearest = r
		}
	}
	return nil, &UnsupportedError{Operation: op.name, Since: nearest.Since, Until: nearest.Until, ServerVersion: v.String(), Instead: op.insteadOn(v)}
}

// insteadOn names the alternatives that servers of the release have.
func (op *operation) insteadOn(v release.Version) string {
	var names []string
	for _, other := range table {
		has := slices.ContainsFunc(other.routes, func(r route) bool { return r.has(v) })
		if has && slices.Contains(op.alternatives, other.name) {
			names = append(names, other.name)
		}
	}
	return strings.Join(names, ", ")
}

var table []*operation

// op adds a row to the table.
func op(name string, routes ...Route) *operation {
	row := &operation{name: "account." + name, routes: make([]route, len(routes))}
	for i, r := range routes {
		row.routes[i] = makeRoute(r)
	}
	table = append(table, row)
	return row
}

// or names what else does for an operation where servers lack it.
func (op *operation) or(names ...string) *operation {
	for _, name := range names {
		op.alternatives = append(op.alternatives, "account."+name)
	}
	return op
}

// mergingIn names the releases that merge preferences into those that are there, and then
// answer with all of them.
func (op *operation) mergingIn(r release.Range) *operation {
	op.merging = r
	return op
}

func on(method, path, since string) Route {
	return Route{Method: method, Path: path, Since: since}
}

func (r Route) until(last string) Route {
	r.Until = last
	return r
}

//go:generate go run ./internal/gendocs

// The table. Releases are those in which the path was seen or read in the server's
// source; where several paths answer, the one of the server's own time comes first.
var (
	opGet = op("get",
		on(http.MethodGet, "/account", "0.2.0"))
	opCreate = op("create",
		on(http.MethodPost, "/account", "0.5.0"))
	opDelete = op("delete",
		on(http.MethodDelete, "/account", "1.5.0"),
		on(http.MethodDelete, "/account", "0.2.0").until("0.13.4")).or("updateStatus")
	opUpdateEmail = op("updateEmail",
		on(http.MethodPatch, "/account/email", "0.2.0"))
	opUpdateName = op("updateName",
		on(http.MethodPatch, "/account/name", "0.2.0"))
	opUpdatePassword = op("updatePassword",
		on(http.MethodPatch, "/account/password", "0.2.0"))
	opUpdatePhone = op("updatePhone",
		on(http.MethodPatch, "/account/phone", "0.15.0"))
	opGetPrefs = op("getPrefs",
		on(http.MethodGet, "/account/prefs", "0.2.0"))
	opUpdatePrefs = op("updatePrefs",
		on(http.MethodPatch, "/account/prefs", "0.2.0")).mergingIn(release.Between(v0_2, v0_7))
	opUpdateStatus = op("updateStatus",
		on(http.MethodPatch, "/account/status", "0.14.0")).or("delete")
	opListLogs = op("listLogs",
		on(http.MethodGet, "/account/logs", "0.5.0").until("1.9.6"))

	opListSessions = op("listSessions",
		on(http.MethodGet, "/account/sessions", "0.2.0"))
	opDeleteSessions = op("deleteSessions",
		on(http.MethodDelete, "/account/sessions", "0.5.0"))
	opGetSession = op("getSession",
		on(http.MethodGet, "/account/sessions/{sessionId}", "0.9.0")).or("listSessions")
	opUpdateSession = op("updateSession",
		on(http.MethodPatch, "/account/sessions/{sessionId}", "0.13.0"))
	opDeleteSession = op("deleteSession",
		on(http.MethodDelete, "/account/sessions/{sessionId}", "0.5.0"))
	opCreateEmailPasswordSession = op("createEmailPasswordSession",
		on(http.MethodPost, "/account/sessions/email", "0.15.0"),
		on(http.MethodPost, "/account/sessions", "0.15.3"),
		on(http.MethodPost, "/account/sessions", "0.5.0").until("0.14.2"))
	opCreateAnonymousSession = op("createAnonymousSession",
		on(http.MethodPost, "/account/sessions/anonymous", "0.8.0"))
	opCreateSession = op("createSession",
		on(http.MethodPost, "/account/sessions/token", "1.5.0")).or("updateMagicURLSession", "updatePhoneSession")
	opUpdateMagicURLSession = op("updateMagicURLSession",
		on(http.MethodPut, "/account/sessions/magic-url", "0.10.0"))
	opUpdatePhoneSession = op("updatePhoneSession",
		on(http.MethodPut, "/account/sessions/phone", "0.15.0"))
	opCreateOAuth2Session = op("createOAuth2Session",
		on(http.MethodGet, "/account/sessions/oauth2/{provider}", "0.5.0"))
	opCreateOAuth2Token = op("createOAuth2Token",
		on(http.MethodGet, "/account/tokens/oauth2/{provider}", "1.5.0")).or("createOAuth2Session")

	opCreateMagicURLToken = op("createMagicURLToken",
		on(http.MethodPost, "/account/tokens/magic-url", "1.5.0"),
		on(http.MethodPost, "/account/sessions/magic-url", "0.10.0"))
	opCreateEmailToken = op("createEmailToken",
		on(http.MethodPost, "/account/tokens/email", "1.5.0")).or("createMagicURLToken")
	opCreatePhoneToken = op("createPhoneToken",
		on(http.MethodPost, "/account/tokens/phone", "1.5.0"),
		on(http.MethodPost, "/account/sessions/phone", "0.15.0"))
	opCreateJWT = op("createJWT",
		on(http.MethodPost, "/account/jwts", "1.6.0"),
		on(http.MethodPost, "/account/jwt", "0.7.0"))

	opCreateRecovery = op("createRecovery",
		on(http.MethodPost, "/account/recovery", "0.5.0"))
	opUpdateRecovery = op("updateRecovery",
		on(http.MethodPut, "/account/recovery", "0.5.0"))
	opCreateEmailVerification = op("createEmailVerification",
		on(http.MethodPost, "/account/verifications/email", "1.8.0"),
		on(http.MethodPost, "/account/verification", "0.5.0"))
	opUpdateEmailVerification = op("updateEmailVerification",
		on(http.MethodPut, "/account/verifications/email", "1.8.0"),
		on(http.MethodPut, "/account/verification", "0.5.0"))
	opCreatePhoneVerification = op("createPhoneVerification",
		on(http.MethodPost, "/account/verifications/phone", "1.8.0"),
		on(http.MethodPost, "/account/verification/phone", "0.15.0"))
	opUpdatePhoneVerification = op("updatePhoneVerification",
		on(http.MethodPut, "/account/verifications/phone", "1.8.0"),
		on(http.MethodPut, "/account/verification/phone", "0.15.0"))

	opListIdentities = op("listIdentities",
		on(http.MethodGet, "/account/identities", "1.4.0"))
	opDeleteIdentity = op("deleteIdentity",
		on(http.MethodDelete, "/account/identities/{identityId}", "1.4.0"))

	opUpdateMFA = op("updateMFA",
		on(http.MethodPatch, "/account/mfa", "1.5.0"))
	opCreateMFAAuthenticator = op("createMFAAuthenticator",
		on(http.MethodPost, "/account/mfa/authenticators/{type}", "1.5.0"))
	opUpdateMFAAuthenticator = op("updateMFAAuthenticator",
		on(http.MethodPut, "/account/mfa/authenticators/{type}", "1.5.0"))
	opDeleteMFAAuthenticator = op("deleteMFAAuthenticator",
		on(http.MethodDelete, "/account/mfa/authenticators/{type}", "1.5.0"))
	opCreateMFAChallenge = op("createMFAChallenge",
		on(http.MethodPost, "/account/mfa/challenges", "1.8.1"),
		on(http.MethodPost, "/account/mfa/challenge", "1.5.0"))
	opUpdateMFAChallenge = op("updateMFAChallenge",
		on(http.MethodPut, "/account/mfa/challenges", "1.8.1"),
		on(http.MethodPut, "/account/mfa/challenge", "1.5.0"))
	opListMFAFactors = op("listMFAFactors",
		on(http.MethodGet, "/account/mfa/factors", "1.5.0"))
	opGetMFARecoveryCodes = op("getMFARecoveryCodes",
		on(http.MethodGet, "/account/mfa/recovery-codes", "1.5.0"))
	opCreateMFARecoveryCodes = op("createMFARecoveryCodes",
		on(http.MethodPost, "/account/mfa/recovery-codes", "1.5.0"))
	opUpdateMFARecoveryCodes = op("updateMFARecoveryCodes",
		on(http.MethodPatch, "/account/mfa/recovery-codes", "1.5.0"))

	opCreatePushTarget = op("createPushTarget",
		on(http.MethodPost, "/account/targets/push", "1.5.0"))
	opUpdatePushTarget = op("updatePushTarget",
		on(http.MethodPut, "/account/targets/{targetId}/push", "1.5.0"))
	opDeletePushTarget = op("deletePushTarget",
		on(http.MethodDelete, "/account/targets/{targetId}/push", "1.5.0"))

	// Consents are answered by Appwrite Cloud; open-source servers have no such route.
	opListConsents = op("listConsents",
		on(http.MethodGet, "/account/consents", "1.9.0"))
	opGetConsent = op("getConsent",
		on(http.MethodGet, "/account/consents/{consentId}", "1.9.0"))
	opDeleteConsent = op("deleteConsent",
		on(http.MethodDelete, "/account/consents/{consentId}", "1.9.0"))
	opListConsentTokens = op("listConsentTokens",
		on(http.MethodGet, "/account/consents/{consentId}/tokens", "1.9.0"))
	opGetConsentToken = op("getConsentToken",
		on(http.MethodGet, "/account/consents/{consentId}/tokens/{tokenId}", "1.9.0"))
	opDeleteConsentToken = op("deleteConsentToken",
		on(http.MethodDelete, "/account/consents/{consentId}/tokens/{tokenId}", "1.9.0"))
)

// opHealthVersion is what Client.ServerVersion asks; it is no Account operation.
var opHealthVersion = &operation{
	name:   "health.getVersion",
	routes: []route{makeRoute(on(http.MethodGet, "/health/version", "0.5.0"))},
}
