package appwritetest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// endpointChange is what one operation, or each where none is named, did otherwise
// before a release.
type endpointChange struct {
	before    string
	operation string // without "account."
	undo      func(*endpoint)
}

// endpointChanges are those of operations, the newest release first: a server undoes
// each that is newer than itself.
var endpointChanges = []endpointChange{
	{"1.9.0", "createJWT", func(e *endpoint) { e.prepare, e.rate = prepare(ignore("duration")), hourly(100, byCaller) }},
	{"1.9.0", "createMFAChallenge", func(e *endpoint) { e.status = http.StatusOK }},
	{"1.9.0", "createMFARecoveryCodes", func(e *endpoint) { e.status = http.StatusOK }},
	{"1.9.0", "createEmailPasswordSession", func(e *endpoint) { e.rate.resets = false }},
	{"1.9.0", "create", func(e *endpoint) { e.prepare = prepare(refuseNull("name")) }},
	{"1.9.0", "updatePassword", func(e *endpoint) { e.prepare = prepare(checkOldPassword) }},
	{"1.8.1", "listLogs", func(e *endpoint) { e.prepare = prepare(ignore("total")) }},
	{"1.8.1", "listIdentities", func(e *endpoint) { e.prepare = prepare(ignore("total")) }},
	{"1.8.0", "create", func(e *endpoint) { e.prepare = nil }},
	{"1.7.0", "createEmailToken", func(e *endpoint) { e.rate = hourly(10, byEmail) }},
	{"1.6.0", "createPhoneToken", func(e *endpoint) { e.method = "" }},
	{"1.6.0", "createPhoneVerification", func(e *endpoint) { e.method = "" }},
	{"1.6.0", "deleteMFAAuthenticator", func(e *endpoint) { e.handle, e.recentMFA = deleteMFAAuthenticatorByCode, false }},
	{"1.5.8", "updatePassword", func(e *endpoint) { e.rate = rate{} }},

	{"1.5.0", "", func(e *endpoint) {
		if e.scope == scopeSessions {
			e.scope = scopePublic // which no API key can have
		}
		e.signsIn = e.operation == "account.createAnonymousSession"
	}},
	{"1.5.0", "create", func(e *endpoint) { e.prepare = append(e.prepare, makeIDForOldFormats) }},
	{"1.5.0", "createMagicURLToken", func(e *endpoint) {
		e.method, e.rate, e.prepare = "", hourly(10, byEmail), prepare(ignore("phrase"), makeIDForOldFormats)
	}},
	{"1.5.0", "updateMagicURLSession", func(e *endpoint) { e.handle, e.rate = signInWith(tokenMagicURL), hourly(10, byUser) }},
	{"1.5.0", "updatePhoneSession", func(e *endpoint) { e.handle, e.rate = signInWith(tokenPhoneOTP), hourly(10, byUser) }},
	{"1.5.0", "updateSession", func(e *endpoint) { e.handle = refreshSession }},
	{"1.5.0", "updateRecovery", func(e *endpoint) { e.prepare = prepare(checkPasswordAgain) }},
	{"1.4.0", "updateStatus", func(e *endpoint) { e.handle = blockKeepingCookies }},
	{"1.3.0", "updatePrefs", func(e *endpoint) { e.prepare = prepare(noPrefsAreEmpty) }},
	{"1.0.0", "updatePhone", func(e *endpoint) { e.prepare = prepare(spell("phone", "number")) }},
	{"1.0.0", "createPhoneToken", func(e *endpoint) { e.prepare = prepare(spell("phone", "number")) }},
	{"0.15.0", "createJWT", func(e *endpoint) { e.rate = hourly(10, byCaller) }},
	{"0.14.0", "updatePassword", func(e *endpoint) { e.handle = changePassword }},
	{"0.14.0", "delete", func(e *endpoint) { e.handle = blockAccount }},
	{"0.12.0", "create", func(e *endpoint) { e.prepare = prepare(makeID("userId")) }},
	{"0.12.0", "createMagicURLToken", func(e *endpoint) { e.prepare = append(e.prepare, makeID("userId")) }},
	{"0.8.0", "", func(e *endpoint) { e.method = "" }},
	{"0.8.0", "updatePassword", func(e *endpoint) { e.prepare = prepare(demand("oldPassword"), checkOldPassword) }},
	{"0.7.0", "deleteSession", func(e *endpoint) { e.handle = deleteSessionAndFallback }},
	{"0.7.0", "updatePrefs", func(e *endpoint) { e.handle, e.prepare = mergePrefs, nil }},
	{"0.7.0", "health.getVersion", func(e *endpoint) { e.handle, e.scope = getHealth, scopePublic }},
	{"0.6.0", "health.getVersion", func(e *endpoint) { e.scope = "" }},
	{"0.6.0", "updatePassword", func(e *endpoint) { e.prepare = append(e.prepare, spell("oldPassword", "old-password")) }},
	{"0.6.0", "updateRecovery", func(e *endpoint) {
		e.prepare = append(e.prepare, spell("password", "password-a"), spell("passwordAgain", "password-b"))
	}},
	{"0.6.0", "createOAuth2Session", func(e *endpoint) { e.prepare = prepare(demand("success"), demand("failure")) }},
}

// endpointsOf returns the operations as the release has them.
func endpointsOf(d *dress) []endpoint {
	list := append(slices.Clone(endpoints), healthEndpoint)
	for i := range list {
		name := strings.TrimPrefix(list[i].operation, "account.")
		for _, c := range endpointChanges {
			if (c.operation == name || c.operation == "") && d.before(c.before) {
				c.undo(&list[i])
			}
		}
	}
	return list
}

// matching is how the server compares a path to those of its routes.
type matching int

const (
	exactly   matching = iota
	byCount            // the last segment may go on after its end, as /accountx for /account
	byStart            // and more segments may follow
	byService          // but the first, the service's, may not go on
)

func matchingOf(d *dress) matching {
	switch {
	case d.before("0.7.0"):
		return byService
	case d.before("1.3.0"):
		return byStart
	case d.before("1.4.0"):
		return byCount
	}
	return exactly
}

// service is the number of the segment of a path that names the service.
const service = 1

// findLoosely returns the first of the routes, the longest paths first, that the path
// starts as. It is why DELETE of a path that is not known deletes the account.
func (t *routeTable) findLoosely(method string, segments []string) (*endpoint, map[string]string) {
	for _, p := range t.patterns {
		if p.method != method || len(segments) < len(p.segments) || (t.matching == byCount && len(segments) != len(p.segments)) {
			continue
		}
		last := len(p.segments) - 1
		found := slices.Clone(segments[:last+1])
		if want := p.segments[last]; strings.HasPrefix(found[last], want) && (t.matching != byService || last != service) {
			found[last] = want
		}
		if values, ok := p.match(method, found); ok {
			return p.endpoint, values
		}
	}
	return nil, nil
}

// sortForLooseMatch puts the longest paths first.
func (t *routeTable) sortForLooseMatch() {
	slices.SortStableFunc(t.patterns, func(a, b pattern) int {
		return cmp.Compare(len(strings.Join(b.segments, "/")), len(strings.Join(a.segments, "/")))
	})
}

// unknownRoute answers where the server asks first who is calling.
var unknownRoute = &endpoint{handle: func(*call) (any, error) { return nil, errRouteNotFound }}
