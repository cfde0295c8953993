package appwritetest

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/seed17809555/appwrite"
)

// endpoint is how this server answers an operation.
type endpoint struct {
	operation string
	handle    func(*call) (any, error)
	status    int        // of a success; 204 goes without a body
	scope     string     // what the caller must be allowed; "" asks for nothing
	signsIn   bool       // refused to who is signed in
	method    AuthMethod // refused where the project has it off; "" for most
	beforeMFA bool       // open to sessions that still owe a factor
	recentMFA bool       // open only after a challenge of the last 30 minutes
	cloud     bool       // Appwrite Cloud only, see Server.AddConsent
	page      bool       // browsers get here: errors are web pages
	open      bool       // outside of any project: the caller is not identified
	rate      rate
	prepare   []prepareFunc // what older releases do to its parameters
	path      string        // of the first route; routes fills it in
}

// endpoints are the operations. Their routes are in the table of package appwrite.
var endpoints = []endpoint{
	{operation: "account.get", handle: getAccount, status: 200, scope: scopeAccount},
	{operation: "account.create", handle: createAccount, status: 201, scope: scopeSessions, method: MethodEmailPassword, rate: hourly(10)},
	{operation: "account.delete", handle: deleteAccount, status: 204, scope: scopeAccount},
	{operation: "account.updateName", handle: updateName, status: 200, scope: scopeAccount},
	{operation: "account.updateEmail", handle: updateEmail, status: 200, scope: scopeAccount},
	{operation: "account.updatePassword", handle: updatePassword, status: 200, scope: scopeAccount, rate: hourly(10)},
	{operation: "account.updatePhone", handle: updatePhone, status: 200, scope: scopeAccount},
	{operation: "account.updateStatus", handle: updateStatus, status: 200, scope: scopeAccount},
	{operation: "account.getPrefs", handle: getPrefs, status: 200, scope: scopeAccount},
	{operation: "account.updatePrefs", handle: updatePrefs, status: 200, scope: scopeAccount},
	{operation: "account.listLogs", handle: listLogs, status: 200, scope: scopeAccount},

	{operation: "account.listSessions", handle: listSessions, status: 200, scope: scopeAccount},
	{operation: "account.deleteSessions", handle: deleteSessions, status: 204, scope: scopeAccount, rate: hourly(100)},
	{operation: "account.getSession", handle: getSession, status: 200, scope: scopeAccount},
	{operation: "account.updateSession", handle: updateSession, status: 200, scope: scopeAccount, rate: hourly(10)},
	{operation: "account.deleteSession", handle: deleteSession, status: 204, scope: scopeAccount, beforeMFA: true, rate: hourly(100)},
	{operation: "account.createEmailPasswordSession", handle: createEmailPasswordSession, status: 201, scope: scopeSessions, signsIn: true, method: MethodEmailPassword, rate: hourly(10, byEmail).resetting()},
	{operation: "account.createAnonymousSession", handle: createAnonymousSession, status: 201, scope: scopeSessions, signsIn: true, method: MethodAnonymous, rate: hourly(50, byIP)},
	{operation: "account.createSession", handle: createSession, status: 201, scope: scopeSessions, signsIn: true, rate: hourly(10, byIPAndUser).resetting()},
	{operation: "account.updateMagicURLSession", handle: createSession, status: 201, scope: scopeSessions, signsIn: true, rate: hourly(10, byIPAndUser).resetting()},
	{operation: "account.updatePhoneSession", handle: createSession, status: 201, scope: scopeSessions, signsIn: true, rate: hourly(10, byIPAndUser)},

	{operation: "account.createOAuth2Session", handle: createOAuth2Session, status: 301, scope: scopeSessions, rate: hourly(50, byIP), page: true},
	{operation: "account.createOAuth2Token", handle: createOAuth2Token, status: 301, scope: scopeSessions, rate: hourly(50, byIP), page: true},
	{operation: "account.createMagicURLToken", handle: createMagicURLToken, status: 201, scope: scopeSessions, method: MethodMagicURL, rate: hourly(60, byEmail, byURLAndIP)},
	{operation: "account.createEmailToken", handle: createEmailToken, status: 201, scope: scopeSessions, method: MethodEmailOTP, rate: hourly(10, byEmail, byURLAndIP)},
	{operation: "account.createPhoneToken", handle: createPhoneToken, status: 201, scope: scopeSessions, method: MethodPhone, rate: hourly(10, byPhone, byURLAndIP)},
	{operation: "account.listIdentities", handle: listIdentities, status: 200, scope: scopeAccount},
	{operation: "account.deleteIdentity", handle: deleteIdentity, status: 204, scope: scopeAccount},
	{operation: "account.createJWT", handle: createJWT, status: 201, scope: scopeAccount, method: MethodJWT, rate: rate{limit: 120, window: time.Minute, keys: []string{byCaller}}},
	{operation: "account.createRecovery", handle: createRecovery, status: 201, scope: scopeSessions, rate: hourly(10, byEmail, byURLAndIP)},
	{operation: "account.updateRecovery", handle: updateRecovery, status: 200, scope: scopeSessions, rate: hourly(10, byUser)},
	{operation: "account.createEmailVerification", handle: createEmailVerification, status: 201, scope: scopeAccount, rate: hourly(10, byCaller)},
	{operation: "account.updateEmailVerification", handle: updateEmailVerification, status: 200, scope: scopePublic, rate: hourly(10, byUser)},
	{operation: "account.createPhoneVerification", handle: createPhoneVerification, status: 201, scope: scopeAccount, method: MethodPhone, rate: hourly(10, byCaller, byURLAndIP)},
	{operation: "account.updatePhoneVerification", handle: updatePhoneVerification, status: 200, scope: scopePublic, rate: hourly(10, byUserOnly)},

	{operation: "account.updateMFA", handle: updateMFA, status: 200, scope: scopeAccount},
	{operation: "account.createMFAAuthenticator", handle: createMFAAuthenticator, status: 200, scope: scopeAccount},
	{operation: "account.updateMFAAuthenticator", handle: updateMFAAuthenticator, status: 200, scope: scopeAccount},
	{operation: "account.deleteMFAAuthenticator", handle: deleteMFAAuthenticator, status: 204, scope: scopeAccount, recentMFA: true},
	{operation: "account.createMFAChallenge", handle: createMFAChallenge, status: 201, scope: scopeAccount, beforeMFA: true, rate: hourly(10, byCaller)},
	{operation: "account.updateMFAChallenge", handle: updateMFAChallenge, status: 200, scope: scopeAccount, beforeMFA: true, rate: hourly(10, byChallenge)},
	{operation: "account.listMFAFactors", handle: listMFAFactors, status: 200, scope: scopeAccount, beforeMFA: true},
	{operation: "account.getMFARecoveryCodes", handle: getMFARecoveryCodes, status: 200, scope: scopeAccount, recentMFA: true},
	{operation: "account.createMFARecoveryCodes", handle: createMFARecoveryCodes, status: 201, scope: scopeAccount},
	{operation: "account.updateMFARecoveryCodes", handle: updateMFARecoveryCodes, status: 200, scope: scopeAccount, recentMFA: true},

	{operation: "account.createPushTarget", handle: createPushTarget, status: 201, scope: scopeTargets},
	{operation: "account.updatePushTarget", handle: updatePushTarget, status: 200, scope: scopeTargets},
	{operation: "account.deletePushTarget", handle: deletePushTarget, status: 204, scope: scopeTargets},

	{operation: "account.listConsents", handle: listConsents, status: 200, scope: scopeAccount, cloud: true},
	{operation: "account.getConsent", handle: getConsent, status: 200, scope: scopeAccount, cloud: true},
	{operation: "account.deleteConsent", handle: deleteConsent, status: 204, scope: scopeAccount, cloud: true},
	{operation: "account.listConsentTokens", handle: listConsentTokens, status: 200, scope: scopeAccount, cloud: true},
	{operation: "account.getConsentToken", handle: getConsentToken, status: 200, scope: scopeAccount, cloud: true},
	{operation: "account.deleteConsentToken", handle: deleteConsentToken, status: 204, scope: scopeAccount, cloud: true},
}

// basePath is the endpoint's path, before that of every route.
const basePath = "/v1"

var healthEndpoint = endpoint{operation: "health.getVersion", handle: getVersion, status: 200}

func routesOf(s *serverRelease) *routeTable {
	served := map[string]*endpoint{}
	list := endpointsOf(s)
	for i := range list {
		served[list[i].operation] = &list[i]
	}
	table := &routeTable{static: map[string]*endpoint{}, operations: map[string]bool{}, matching: matchingOf(s)}
	for _, op := range appwrite.Operations() {
		ep := served[op.Name]
		for _, route := range op.Routes {
			if ep != nil && route.Has(s.String()) {
				ep.path = cmp.Or(ep.path, basePath+route.Path)
				table.add(route.Method, basePath+route.Path, ep)
			}
		}
	}
	table.add(http.MethodGet, basePath+"/health/version", served["health.getVersion"])

	// What a browser passes on its way through an OAuth2 login.
	table.add(http.MethodGet, providerPath, &endpoint{operation: "oauth2.authorize", handle: authorizeOAuth2, status: 301, page: true, open: true})
	back := &endpoint{operation: "oauth2.callback", handle: returnOAuth2, status: 301, page: true, open: true}
	table.add(http.MethodGet, callbackPath+"{provider}/{projectId}", back)
	table.add(http.MethodPost, callbackPath+"{provider}/{projectId}", back)
	table.add(http.MethodGet, basePath+"/account/sessions/oauth2/{provider}/redirect",
		&endpoint{operation: "oauth2.redirect", handle: finishOAuth2, status: 301, scope: scopePublic, rate: hourly(50, byIP), page: true})
	table.sortForLooseMatch()
	return table
}

// routeTable finds the endpoint of a request. Empty segments do not count, as on the server:
// /account/sessions/ is the list of sessions.
type routeTable struct {
	static   map[string]*endpoint // by method and path
	patterns []pattern

	operations map[string]bool // all names that there are
	matching   matching        // of older releases; then all routes are patterns
}

type pattern struct {
	method   string
	segments []string // a parameter has its braces
	endpoint *endpoint
}

func (t *routeTable) add(method, path string, ep *endpoint) {
	t.operations[ep.operation] = true
	segments := splitPath(path)
	if strings.Contains(path, "{") || t.matching != exactly {
		t.patterns = append(t.patterns, pattern{method, segments, ep})
		return
	}
	t.static[method+" "+strings.Join(segments, "/")] = ep
}

// find returns the endpoint, or nil, and the parameters in the path. HEAD is GET without the
// body.
func (t *routeTable) find(method, path string) (*endpoint, map[string]string) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	segments := splitPath(path)
	if t.matching != exactly {
		return t.findLoosely(method, segments)
	}
	if ep := t.static[method+" "+strings.Join(segments, "/")]; ep != nil {
		return ep, nil
	}
	for _, p := range t.patterns {
		if values, ok := p.match(method, segments); ok {
			return p.endpoint, values
		}
	}
	return nil, nil
}

func (p *pattern) match(method string, segments []string) (map[string]string, bool) {
	if p.method != method || len(p.segments) != len(segments) {
		return nil, false
	}
	var values map[string]string
	for i, want := range p.segments {
		if name, ok := strings.CutPrefix(want, "{"); ok {
			if values == nil {
				values = map[string]string{}
			}
			values[strings.TrimSuffix(name, "}")] = segments[i]
		} else if want != segments[i] {
			return nil, false
		}
	}
	return values, true
}

func splitPath(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

type versionWire struct {
	Version string `json:"version"`
}

func getVersion(c *call) (any, error) { return versionWire{c.server.String()}, nil }
