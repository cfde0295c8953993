package appwrite_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/release"
)

func TestTheOperationsTableIsSoundAndGivenAsACopy(t *testing.T) {
	t.Parallel()
	list := appwrite.Operations()
	list[0].Name, list[0].Routes[0].Path = "changed", "/changed"
	path := regexp.MustCompile(`^(/(?:[a-z0-9-]+|\{[a-z][A-Za-z]*\}))+$`)
	names := map[string]bool{}
	for _, op := range appwrite.Operations() {
		assert.Regexp(t, `^account\.[a-z][A-Za-z0-9]*$`, op.Name)
		assert.False(t, names[op.Name], op.Name)
		names[op.Name] = true
		require.NotEmpty(t, op.Routes, op.Name)
		for _, r := range op.Routes {
			assert.Contains(t, []string{"GET", "POST", "PUT", "PATCH", "DELETE"}, r.Method, op.Name)
			assert.Regexp(t, path, r.Path, op.Name)
			assert.True(t, r.Path == "/account" || strings.HasPrefix(r.Path, "/account/"), op.Name)
			since, err := release.Parse(r.Since)
			require.NoError(t, err, op.Name)
			assert.Equal(t, since.String(), r.Since, "%s: a release has three numbers", op.Name)
			assert.LessOrEqual(t, since, release.Must(appwrite.LatestServerVersion), op.Name)
			if r.Until != "" {
				until, err := release.Parse(r.Until)
				require.NoError(t, err, op.Name)
				assert.Equal(t, until.String(), r.Until, op.Name)
				assert.LessOrEqual(t, since, until, op.Name)
			}
			braces := regexp.MustCompile(`\{\w+\}`).FindAllString(r.Path, -1)
			assert.Equal(t, strings.Count(op.Routes[0].Path, "{"), len(braces), "%s: routes with the same parameters", op.Name)
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(braces))), len(braces), "%s: a parameter twice", op.Name)
		}
	}
}

// all is the operations table and the route that asks for the server's version.
func all() []appwrite.Operation {
	return append(appwrite.Operations(), appwrite.Operation{Name: "health.getVersion", Routes: []appwrite.Route{{Method: "GET", Path: "/health/version", Since: "0.5.0"}}})
}

// overlap reports whether some release has both routes.
func overlap(a, b appwrite.Route) bool {
	startsIn := func(a, b appwrite.Route) bool { return b.Has(a.Since) }
	return startsIn(a, b) || startsIn(b, a)
}

func TestNoTwoOperationsShareARoute(t *testing.T) {
	t.Parallel()
	brace := regexp.MustCompile(`\{\w+\}`)
	type place struct {
		op string
		r  appwrite.Route
	}
	seen := map[string][]place{}
	for _, op := range all() {
		for _, r := range op.Routes {
			key := r.Method + " " + brace.ReplaceAllString(r.Path, "{}")
			for _, other := range seen[key] {
				assert.False(t, overlap(r, other.r), "%s and %s both have %s in some release", op.Name, other.op, key)
			}
			seen[key] = append(seen[key], place{op.Name, r})
		}
	}
}

// A route with fixed segments wins over one with parameters on servers, so that an ID equal to
// a fixed segment would name another operation: DELETE /account/sessions/{sessionId}.
func TestNoOperationIsShadowedByAnotherOnesParameter(t *testing.T) {
	t.Parallel()
	var routes []appwrite.Route
	for _, op := range appwrite.Operations() {
		routes = append(routes, op.Routes...)
	}
	for _, fixed := range routes {
		for _, open := range routes {
			a, b := strings.Split(fixed.Path, "/"), strings.Split(open.Path, "/")
			if fixed.Method != open.Method || len(a) != len(b) || strings.Count(fixed.Path, "{") >= strings.Count(open.Path, "{") {
				continue
			}
			same := true
			for i := range a {
				same = same && (a[i] == b[i] || strings.HasPrefix(b[i], "{"))
			}
			assert.False(t, same, "%s %s could be taken for %s", fixed.Method, fixed.Path, open.Path)
		}
	}
}

func TestRoutesKnowTheirReleases(t *testing.T) {
	t.Parallel()
	bounded := appwrite.Route{Method: "GET", Path: "/x", Since: "1.4.0", Until: "1.8.1"}
	open := appwrite.Route{Method: "GET", Path: "/x", Since: "1.4.2"}
	for _, tc := range []struct {
		route   appwrite.Route
		release string
		want    bool
	}{
		{bounded, "1.3.9", false}, {bounded, "1.4", true}, {bounded, "1.4.0", true}, {bounded, "1.4.13", true}, {bounded, "1.8.1", true}, {bounded, "1.8.2", false}, {bounded, "1.9.6", false},
		{bounded, "1.10.0", false}, {bounded, "0.15.3", false}, {bounded, "1.8.1-rc.1", true},
		{open, "1.4", false}, {open, "1.4.1", false}, {open, "1.4.2", true}, {open, "1.4.13", true}, {open, "1.9.6", true}, {open, "1.10.0", true}, {open, "2.0", true}, {open, "99.0.0", true},
		{open, "", false}, {open, "latest", false}, {open, "1", false}, {open, "1.4.2.3", false}, {open, "1.x", false},
		{appwrite.Route{Since: "soon"}, "1.4", false}, {appwrite.Route{Since: "1.4.0", Until: "later"}, "1.4", false}, {appwrite.Route{}, "1.4", false},
	} {
		assert.Equal(t, tc.want, tc.route.Has(tc.release), "%s in %s to %s", tc.release, tc.route.Since, tc.route.Until)
	}
}

// All routes and their releases are in docs/operations.md, which a test compares with the
// table.
func TestTheServerVersionChoosesTheRoute(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ method, release, want string }{
		{"CreateJWT", "0.7", "POST /account/jwt"},
		{"CreateJWT", "1.5.11", "POST /account/jwt"},
		{"CreateJWT", "1.6", "POST /account/jwts"},
		{"CreateJWT", "1.9.6", "POST /account/jwts"},
		{"CreateEmailPasswordSession", "0.5", "POST /account/sessions"},
		{"CreateEmailPasswordSession", "0.14", "POST /account/sessions"},
		{"CreateEmailPasswordSession", "0.15", "POST /account/sessions/email"},
		{"CreateMFAChallenge", "1.8", "POST /account/mfa/challenge"},
		{"CreateMFAChallenge", "1.8.1", "POST /account/mfa/challenges"},
		{"CreateVerification", "1.7", "POST /account/verification"},
		{"Delete", "0.13.4", "DELETE /account"},
		{"Delete", "0.14", ""},
		{"Delete", "1.4.14", ""},
		{"Delete", "1.5", "DELETE /account"},
		{"UpdateStatus", "0.13.4", ""},
		{"ListLogs", "0.4", ""},
		{"ListLogs", "1.9.6", "GET /account/logs"},
		{"Logs", "1.9.7", ""},
		{"DeleteIdentity", "0.13.4", ""},
		{"DeleteIdentity", "1.4", "DELETE /account/identities/i1"},
		{"Get", "0.1", ""},
		{"Get", "0.2", "GET /account"},
		{"Get", "99.0", "GET /account"},
	} {
		c := everycall.Named(tc.method)
		client := memory(t, c.Succeed, appwrite.WithServerVersion(tc.release))
		got, err := c.Do(t.Context(), client.Account, c.Full())
		if tc.want == "" {
			requireUnsupported(t, err, c, tc.release)
			assert.Nil(t, got)
			assert.Empty(t, client.Take())
			continue
		}
		require.NoError(t, err, "%s %s", tc.method, tc.release)
		r := client.One(t)
		assert.Equal(t, tc.want, r.Method+" "+strings.TrimPrefix(r.Path(), "/v1"), "%s %s", tc.method, tc.release)
	}
}

func requireUnsupported(t *testing.T, err error, c everycall.Call, ver string) {
	t.Helper()
	lacking := as[*appwrite.UnsupportedError](t, err)
	assert.Equal(t, c.Operation, lacking.Operation)
	assert.Equal(t, release.Must(ver).String(), lacking.ServerVersion)
	since, until := release.Must(lacking.Since), lacking.Until
	assert.True(t, slices.ContainsFunc(c.Routes(), func(r appwrite.Route) bool { return r.Since == lacking.Since && r.Until == until }))
	assert.True(t, since > release.Must(ver) || until != "" && release.Must(until) < release.Must(ver), "%v", err)
	for _, r := range c.Routes() {
		assert.False(t, release.Must(r.Since) > release.Must(ver) && release.Must(r.Since) < since, "%s is nearer: %v", r.Since, err)
	}
	assert.Contains(t, err.Error(), c.Operation)
	assert.Contains(t, err.Error(), lacking.ServerVersion)
}

// Old servers run another operation under a path that they do not know, up to blocking the
// user: no call of any release may send what the table does not have for it.
func TestNoCallSendsARouteThatTheReleaseLacks(t *testing.T) {
	t.Parallel()
	releases := []string{"0.1", "0.2", "0.5", "0.7", "0.9", "0.10", "0.13.4", "0.14", "0.15", "0.15.3", "1.0", "1.3.8", "1.4", "1.4.14", "1.5", "1.6", "1.7", "1.8", "1.8.1", "1.9", "1.9.6", "1.9.7", "2.0"}
	for _, c := range everycall.All {
		for _, ver := range releases {
			client := memory(t, c.Succeed, appwrite.WithServerVersion(ver))
			_, err := c.Do(t.Context(), client.Account, c.Full())
			requests := client.Take()
			i := slices.IndexFunc(c.Routes(), func(r appwrite.Route) bool { return r.Has(ver) })
			if i < 0 {
				requireUnsupported(t, err, c, ver)
				require.Empty(t, requests, "%s %s", c.Method, ver)
				continue
			}
			if err != nil {
				as[*appwrite.ParamError](t, err) // a parameter that only later releases know
				require.Empty(t, requests)
				continue
			}
			if c.Operation == "account.updatePrefs" && release.Must(ver) < release.V0_7 { // which merges
				require.Len(t, requests, 2, "%s %s", c.Method, ver)
				require.Equal(t, "GET /v1/account", requests[0].Method+" "+requests[0].URI, "the user, whom the answer lacks")
				requests = requests[1:]
			}
			require.Len(t, requests, 1, "%s %s", c.Method, ver)
			want := c.Routes()[i].Path
			for _, id := range c.IDs {
				if brace := regexp.MustCompile(`\{\w+\}`).FindString(want); brace != "" {
					want = strings.Replace(want, brace, id, 1)
				}
			}
			require.Equal(t, c.Routes()[i].Method+" /v1"+want, requests[0].Method+" "+requests[0].Path(), "%s %s", c.Method, ver)
		}
	}
}

func TestAnUnsupportedOperationNamesItsSuccessor(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ method, release, since, until, instead string }{
		{"CreateJWT", "0.6", "0.7.0", "", ""},
		{"ListLogs", "1.9.7", "0.5.0", "1.9.6", ""},
		{"CreateEmailToken", "1.4", "1.5.0", "", "account.createMagicURLToken"},
		{"CreateEmailToken", "0.9", "1.5.0", "", ""},
		{"CreateSession", "1.4", "1.5.0", "", "account.updateMagicURLSession, account.updatePhoneSession"},
		{"CreateSession", "0.10", "1.5.0", "", "account.updateMagicURLSession"},
		{"Delete", "0.14", "1.5.0", "", "account.updateStatus"},
		{"UpdateStatus", "0.13.4", "0.14.0", "", "account.delete"},
		{"GetSession", "0.8", "0.9.0", "", "account.listSessions"},
		{"CreateOAuth2Token", "1.4", "1.5.0", "", "account.createOAuth2Session"},
	} {
		c := everycall.Named(tc.method)
		client := memory(t, c.Succeed, appwrite.WithServerVersion(tc.release))
		_, err := c.Do(t.Context(), client.Account, c.Full())
		assert.Equal(t, &appwrite.UnsupportedError{Operation: c.Operation, Since: tc.since, Until: tc.until, ServerVersion: release.Must(tc.release).String(), Instead: tc.instead}, err)
		for _, part := range []string{tc.since, tc.until, tc.instead, release.Must(tc.release).String()} {
			assert.Contains(t, err.Error(), part)
		}
		assert.Empty(t, client.Take())
	}
}

// A client is often set to a line of releases, such as "0.15", which is its first one.
func TestARouteIsThereFromTheFirstReleaseOfALine(t *testing.T) {
	t.Parallel()
	var later []string
	for _, op := range appwrite.Operations() {
		for _, r := range op.Routes {
			if !strings.HasSuffix(r.Since, ".0") {
				later = append(later, r.Method+" "+r.Path+" "+r.Since)
			}
		}
	}
	assert.Equal(t, []string{
		"POST /account/sessions 0.15.3", // again, beside its successor
		"POST /account/mfa/challenges 1.8.1",
		"PUT /account/mfa/challenges 1.8.1",
	}, later)
}
