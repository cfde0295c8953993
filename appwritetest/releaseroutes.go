package appwritetest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/seed17809555/appwrite/internal/release"
)

// endpointChange is what an operation, or each where none is named, does differently in some
// releases.
type endpointChange struct {
	in        releases
	operation string // without "account."
	change    func(*endpoint)
}

// endpointChanges are made in their order, so a later line may change what an earlier one set.
var endpointChanges = []endpointChange{
	{before(release.V1_9), "createJWT", func(e *endpoint) { e.prepare, e.rate = prepare(ignore("duration")), hourly(100, byCaller) }},
	{before(release.V1_9), "createMFAChallenge", func(e *endpoint) { e.status = http.StatusOK }},
	{before(release.V1_9), "createMFARecoveryCodes", func(e *endpoint) { e.status = http.StatusOK }},
	{before(release.V1_9), "createEmailPasswordSession", func(e *endpoint) { e.rate.resets = false }},
	{before(release.V1_9), "create", func(e *endpoint) { e.prepare = prepare(refuseNull("name")) }},
	{before(release.V1_9), "updatePassword", func(e *endpoint) { e.prepare = prepare(checkOldPassword) }},
	{before(release.V1_8_1), "listLogs", func(e *endpoint) { e.prepare = prepare(ignore("total")) }},
	{before(release.V1_8_1), "listIdentities", func(e *endpoint) { e.prepare = prepare(ignore("total")) }},
	{before(release.V1_8), "create", func(e *endpoint) { e.prepare = nil }},
	{before(release.V1_7), "createEmailToken", func(e *endpoint) { e.rate = hourly(10, byEmail) }},
	{before(release.V1_6), "createPhoneToken", func(e *endpoint) { e.method = "" }},
	{before(release.V1_6), "createPhoneVerification", func(e *endpoint) { e.method = "" }},
	{before(release.V1_6), "deleteMFAAuthenticator", func(e *endpoint) { e.handle, e.recentMFA = deleteMFAAuthenticatorByCode, false }},
	{before(release.V1_5_8), "updatePassword", func(e *endpoint) { e.rate = rate{} }},

	{before(release.V1_5), "", func(e *endpoint) {
		if e.scope == scopeSessions {
			e.scope = scopePublic // which no API key can have
		}
		e.signsIn = e.operation == "account.createAnonymousSession"
	}},
	{before(release.V1_5), "create", func(e *endpoint) { e.prepare = append(e.prepare, makeIDForOldFormats) }},
	{before(release.V1_5), "createMagicURLToken", func(e *endpoint) {
		e.method, e.rate, e.prepare = "", hourly(10, byEmail), prepare(ignore("phrase"), makeIDForOldFormats)
	}},
	{before(release.V1_5), "updateMagicURLSession", func(e *endpoint) { e.handle, e.rate = signInWith(tokenMagicURL), hourly(10, byUser) }},
	{before(release.V1_5), "updatePhoneSession", func(e *endpoint) { e.handle, e.rate = signInWith(tokenPhoneOTP), hourly(10, byUser) }},
	{before(release.V1_5), "updateSession", func(e *endpoint) { e.handle = refreshSession }},
	{before(release.V1_5), "updateRecovery", func(e *endpoint) { e.prepare = prepare(checkPasswordAgain) }},
	{before(release.V1_4), "updateStatus", func(e *endpoint) { e.handle = blockKeepingCookies }},
	{before(release.V1_3), "updatePrefs", func(e *endpoint) { e.prepare = prepare(noPrefsAreEmpty) }},
	{before(release.V1_0), "updatePhone", func(e *endpoint) { e.prepare = prepare(spell("phone", "number")) }},
	{before(release.V1_0), "createPhoneToken", func(e *endpoint) { e.prepare = prepare(spell("phone", "number")) }},
	{before(release.V0_15), "createJWT", func(e *endpoint) { e.rate = hourly(10, byCaller) }},
	{before(release.V0_14), "updatePassword", func(e *endpoint) { e.handle = changePassword }},
	{before(release.V0_14), "delete", func(e *endpoint) { e.handle = blockAccount }},
	{before(release.V0_12), "create", func(e *endpoint) { e.prepare = prepare(makeID("userId")) }},
	{before(release.V0_12), "createMagicURLToken", func(e *endpoint) { e.prepare = append(e.prepare, makeID("userId")) }},
	{before(release.V0_8), "", func(e *endpoint) { e.method = "" }},
	{before(release.V0_8), "updatePassword", func(e *endpoint) { e.prepare = prepare(demand("oldPassword"), checkOldPassword) }},
	{before(release.V0_7), "deleteSession", func(e *endpoint) { e.handle = deleteSessionAndFallback }},
	{before(release.V0_7), "updatePrefs", func(e *endpoint) { e.handle, e.prepare = mergePrefs, nil }},
	{before(release.V0_7), "health.getVersion", func(e *endpoint) { e.handle, e.scope = getHealth, scopePublic }},
	{before(release.V0_6), "health.getVersion", func(e *endpoint) { e.scope = "" }},
	{before(release.V0_6), "updatePassword", func(e *endpoint) { e.prepare = append(e.prepare, spell("oldPassword", "old-password")) }},
	{before(release.V0_6), "updateRecovery", func(e *endpoint) {
		e.prepare = append(e.prepare, spell("password", "password-a"), spell("passwordAgain", "password-b"))
	}},
	{before(release.V0_6), "createOAuth2Session", func(e *endpoint) { e.prepare = prepare(demand("success"), demand("failure")) }},
}

// endpointsOf returns the operations as the release has them.
func endpointsOf(s *serverRelease) []endpoint {
	list := append(slices.Clone(endpoints), healthEndpoint)
	for i := range list {
		name := strings.TrimPrefix(list[i].operation, "account.")
		for _, c := range endpointChanges {
			if (c.operation == name || c.operation == "") && s.is(c.in) {
				c.change(&list[i])
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

func matchingOf(s *serverRelease) matching {
	switch {
	case s.before(release.V0_7):
		return byService
	case s.before(release.V1_3):
		return byStart
	case s.before(release.V1_4):
		return byCount
	}
	return exactly
}

// service is the number of the segment of a path that names the service.
const service = 1

// findLoosely returns the first of the routes, the longest paths first, that the path starts
// as. It is why DELETE of a path that is not known deletes the account.
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
