package appwritetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/release"
)

// A server answers as one release, see WithServerVersion. What releases do differently stands
// in tables, one line for each difference, with the releases that do it. What concerns all
// operations is here; the routes and rules of operations are in releaseroutes.go, what happens
// to parameters in releaseparams.go, the keys of answers in releaseanswers.go, the words of
// errors in releaseerrors.go, and handlers that only some releases have in releasehandlers.go.
// A handler asks for a difference by its name, never for a release.

// releases are ranges of releases.
type releases []release.Range

func since(v release.Version) releases { return releases{release.Since(v)} }

func before(v release.Version) releases { return releases{release.Before(v)} }

func between(a, b release.Version) releases { return releases{release.Between(a, b)} }

func (r releases) has(v release.Version) bool {
	return slices.ContainsFunc(r, func(in release.Range) bool { return in.Has(v) })
}

// The differences that are a question of yes or no.
var (
	// Whom the server takes a caller for.
	ignoresSessionHeader = before(release.V1_5) // sessions come as cookies, or as their fallback
	ignoresJWT           = before(release.V0_7)
	ignoresDevKey        = before(release.V1_7)
	ignoresImpersonation = before(release.V1_9)
	jwtBeatsSession      = before(release.V1_9)                // where both come; otherwise it is an error
	userBeatsKey         = before(release.V1_5)                // a session or JWT counts, and the API key beside it does not
	keyExcludesUser      = between(release.V1_5, release.V1_9) // both at once are an error
	unknownKeyIsGuest    = before(release.V1_6)
	originForWritesOnly  = before(release.V1_9)  // pages of unknown hosts may read, and are taken for those of localhost
	mustNameProject      = before(release.V0_12) // without one, the console does not answer instead

	// Parameters.
	emptyIsAbsent = before(release.V1_3) // the empty string is taken for a parameter that was not sent
	nullIsAbsent  = append(before(release.V0_7), between(release.V0_9, release.V1_3)...)
	hostsByName   = before(release.V1_8) // a link that leads elsewhere is refused with the list of hosts
	plainReasons  = before(release.V1_4) // without the name in backquotes, and in the words of the time
	shortReasons  = before(release.V0_12)

	// What users and sessions are like.
	noTargets         = before(release.V1_5)
	noSessionLimit    = before(release.V1_2)
	noUserLimit       = before(release.V0_8)
	noDictionary      = before(release.V1_3) // and no history of passwords
	noPersonalData    = before(release.V1_4)
	sessionsSurvive   = before(release.V1_9) // a change of the password, and its recovery
	blockedMaySignIn  = before(release.V0_7)
	weekLongLinks     = before(release.V1_5)                  // to verify an address, and to sign in
	plainOAuth2Tokens = before(release.V1_9)                  // not wrapped in a JWT, and valid as long as a session
	oldOAuth2State    = before(release.V1_5)                  // which does not say that tokens are wanted
	failsSilently     = before(release.V1_4)                  // the page of a failed login is not told why
	revealsHashes     = between(release.V0_7, release.V1_6)   // of secrets that were used up, in place of the secrets
	revealsPhoneCodes = before(release.V1_0)                  // in the confirmation of a phone number
	lowerRecoveryCode = before(release.V1_9)                  // the factor's name
	doubtsLinks       = between(release.V0_13, release.V0_14) // a login by a link does not verify the address
	verifiesAgain     = before(release.V1_4)                  // an address that is verified
	countsFirst       = before(release.V0_7)                  // calls, before it looks for the project

	// The answer.
	untypedErrors    = before(release.V0_13)
	plainPages       = before(release.V1_8)                 // of errors: the message is not the heading
	jsonNotFound     = before(release.V1_9)                 // unknown routes are not a web page
	knowsRoutesLate  = between(release.V1_4, release.V1_9)  // a caller who owes a factor is told so first
	barelyCompresses = before(release.V1_8)                 // without the headers that say so
	diesOfSize       = between(release.V0_9, release.V0_12) // preferences that are too large end the request, with a 200
	failsOfSize      = before(release.V0_9)                 // or with a 500
	okPreflights     = before(release.V0_7)                 // with 200
	noHSTS           = before(release.V1_4)                 // over https
	cachesRedirects  = before(release.V0_6)                 // to the page of a login
	neverWarns       = before(release.V1_5)                 // callers that are newer
)

// queryDialects are how servers take queries.
var queryDialects = []struct {
	in      releases
	dialect queryDialect
}{
	{before(release.V0_12), noQueries},
	{between(release.V0_12, release.V1_0), pagesByNumber},
	{between(release.V1_0, release.V1_5), queriesAsCalls},
	{since(release.V1_5), queriesAsJSON},
}

// passwordRanges are what servers ask of a password, where it is not what today's ask.
var passwordRanges = []struct {
	in   releases
	rule passwordRange
}{
	{before(release.V0_12), passwordRange{6, 32, "Password must be between 6 and 32 chars and contain ..."}},
	{between(release.V0_12, release.V1_3), passwordRange{8, noLimit, "Password must be at least 8 characters"}},
	{between(release.V1_3, release.V1_5), passwordRange{8, noLimit, "Password must be at least 8 characters and should not be one of the commonly used password."}},
	{between(release.V1_5, release.V1_9), passwordRange{8, 256, commonPasswordReason}},
}

// sizesToCompress are above which size servers compress.
var sizesToCompress = []struct {
	in   releases
	from int
}{
	{before(release.V0_7), noLimit},
	{between(release.V0_7, release.V1_8), 1},
	{since(release.V1_8), compressFrom},
}

// serverRelease is a release that a server answers as, and what is looked up for each of them
// once.
type serverRelease struct {
	version  release.Version // 1.9.6
	queries  queryDialect
	password *passwordRange // nil is today's
	cookies  cookieDates
	compress int // bodies above this size
	routes   *routeTable
}

// defaultVersion is what a server answers as without WithServerVersion.
const defaultVersion = "1.9.6"

const oldestVersion = "0.5.0"

// known holds the releases that were asked for. They never change.
var known sync.Map // of *serverRelease by release.Version

// releaseOf returns a release such as "0.9" or "1.4.13".
func releaseOf(version string) (*serverRelease, error) {
	v, err := release.Parse(version)
	switch {
	case err != nil || strings.Contains(version, "-"):
		return nil, fmt.Errorf("not a server version such as 1.4 or 1.4.13: %q", version)
	case v < release.Must(oldestVersion) || v > release.Must(appwrite.LatestServerVersion):
		return nil, fmt.Errorf("not a server version between %s and %s: %q", oldestVersion, appwrite.LatestServerVersion, version)
	}
	if s, ok := known.Load(v); ok {
		return s.(*serverRelease), nil
	}
	s := &serverRelease{version: v}
	for _, row := range queryDialects {
		if row.in.has(v) {
			s.queries = row.dialect
		}
	}
	for _, row := range passwordRanges {
		if row.in.has(v) {
			s.password = &row.rule
		}
	}
	for _, row := range datesOfCookies {
		if row.in.has(v) {
			s.cookies = row.dates
		}
	}
	for _, row := range sizesToCompress {
		if row.in.has(v) {
			s.compress = row.from
		}
	}
	s.routes = routesOf(s)
	made, _ := known.LoadOrStore(v, s)
	return made.(*serverRelease), nil
}

// latest is the newest release.
var latest = sync.OnceValue(func() *serverRelease {
	s, _ := releaseOf(appwrite.LatestServerVersion) // is known
	return s
})

// is reports whether the release does what only some releases do.
func (s *serverRelease) is(difference releases) bool { return difference.has(s.version) }

func (s *serverRelease) before(v release.Version) bool { return s.version < v }

func (s *serverRelease) String() string { return s.version.String() }

// settings returns what of a project's settings the release has.
func (s *serverRelease) settings(given Settings) Settings {
	if s.password != nil {
		rules := s.passwordRules()
		if !s.is(noDictionary) {
			rules.Dictionary, rules.History = given.Password.Dictionary, given.Password.History
		}
		rules.PersonalData = given.Password.PersonalData && !s.is(noPersonalData)
		given.Password = rules
	}
	if s.is(noSessionLimit) {
		given.SessionLimit = noLimit
	}
	if s.is(noUserLimit) {
		given.UserLimit = 0
	}
	return given
}

const noLimit = 1 << 30

// linkLifetime is that of links which verify an address or sign in.
func (s *serverRelease) linkLifetime() time.Duration {
	if s.is(weekLongLinks) {
		return 7 * 24 * linkLifetime
	}
	return linkLifetime
}

// recoveryCode is the name that a challenge must have for the factor.
func (s *serverRelease) recoveryCode() string {
	if s.is(lowerRecoveryCode) {
		return strings.ToLower(factorRecoveryCode)
	}
	return factorRecoveryCode
}
