package appwritetest

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A server can answer as an older release does, see WithServerVersion. What the
// releases do otherwise stands in tables, by the release that changed it: what concerns
// all operations here, each operation's routes and rules in dressroutes.go, the keys of
// answers in dressanswers.go, and the words of errors in dresserrors.go. The handlers are
// those of the newest release: they ask for what the server does, and for no version.

// dress is what a server of a release does otherwise than one of serverVersion. The
// zero value, but for the release, is the newest.
type dress struct {
	version string // "0.9.0"
	release int    // the same, see format
	routes  *routeTable

	// Whom the server takes a caller for.
	ignoresSessionHeader bool // sessions come as cookies, or as their fallback
	ignoresJWT           bool
	ignoresDevKey        bool
	ignoresImpersonation bool
	jwtBeatsSession      bool // where both come; else it is an error
	userBeatsKey         bool // a session or JWT counts, and the API key beside it does not
	keyExcludesUser      bool // both at once are an error
	unknownKeyIsGuest    bool
	originForWritesOnly  bool // pages of unknown hosts may read, and are taken for those of localhost
	mustNameProject      bool // there is no console to answer instead

	// Parameters.
	emptyIsAbsent bool // the empty string
	nullIsAbsent  bool
	queries       queryDialect
	hostsByName   bool           // a link that leads elsewhere is refused with the list of hosts
	password      *passwordRange // nil is today's
	nameLimit     int            // of characters; 0 is today's
	plainReasons  bool           // without the name in backquotes, and in the words of the time
	shortReasons  bool

	// What users and sessions are like.
	noTargets         bool
	noSessionLimit    bool
	noUserLimit       bool
	noDictionary      bool // nor a history of passwords
	noPersonalData    bool
	sessionsSurvive   bool // a change of the password, and its recovery
	blockedMaySignIn  bool
	weekLongLinks     bool // to verify an address, and to sign in
	plainOAuth2Tokens bool // not wrapped in a JWT, and good as long as a session
	oldOAuth2State    bool // without word of tokens
	failsSilently     bool // the page of a failed login is not told why
	revealsHashes     bool // of secrets that were taken, as if they were secrets
	lowerRecoveryCode bool // the factor's name
	doubtsLinks       bool // who comes by one has not verified his address
	verifiesAgain     bool // an address that is verified
	countsFirst       bool // calls, before it looks for the project

	// The answer.
	untypedErrors    bool
	plainPages       bool // of errors: the message is no heading
	jsonNotFound     bool // unknown routes are no web page
	knowsRoutesLate  bool // a caller that owes a factor is told so first
	barelyCompresses bool // without saying how
	compresses       int  // above which size; -1 is never
	diesOfSize       bool // preferences that are too large end the request, with a 200
	failsOfSize      bool // or with a 500
	preflightStatus  int  // 0 is today's
	noHSTS           bool // over https
	cachesRedirects  bool // to the page of a login
	neverWarns       bool // callers that are newer
	cookieDates      cookieDates
}

// cookieDates is how the server writes the end of a session cookie.
type cookieDates int

const (
	cookieExpiresAndAge cookieDates = iota
	cookieExpires
	cookieForGood // does not: the browser drops it when it closes
)

// change is what was otherwise before a release.
type change struct {
	before string
	undo   func(*dress)
}

// changes are what all operations have in common, the newest release first: a server
// undoes each that is newer than itself.
var changes = []change{
	{"1.9.0", func(d *dress) {
		d.jwtBeatsSession, d.keyExcludesUser, d.ignoresImpersonation, d.originForWritesOnly = true, true, true, true
		d.sessionsSurvive, d.plainOAuth2Tokens, d.jsonNotFound, d.knowsRoutesLate = true, true, true, true
		d.lowerRecoveryCode = true
		d.password = &passwordRange{8, 256, "Password must be between 8 and 265 characters long, and should not be one of the commonly used password."}
	}},
	{"1.8.0", func(d *dress) { d.hostsByName, d.barelyCompresses, d.compresses, d.plainPages = true, true, 1, true }},
	{"1.7.0", func(d *dress) { d.ignoresDevKey = true }},
	{"1.6.0", func(d *dress) { d.unknownKeyIsGuest, d.revealsHashes = true, true }},
	{"1.5.0", func(d *dress) {
		d.ignoresSessionHeader, d.userBeatsKey, d.keyExcludesUser = true, true, false
		d.queries, d.noTargets, d.weekLongLinks, d.oldOAuth2State, d.neverWarns = queriesAsCalls, true, true, true, true
		d.password = &passwordRange{8, noLimit, "Password must be at least 8 characters and should not be one of the commonly used password."}
	}},
	{"1.4.0", func(d *dress) {
		d.knowsRoutesLate, d.noPersonalData, d.failsSilently = false, true, true
		d.verifiesAgain, d.plainReasons, d.noHSTS, d.cookieDates = true, true, true, cookieExpires
	}},
	{"1.3.0", func(d *dress) {
		d.noDictionary, d.emptyIsAbsent, d.nullIsAbsent = true, true, true
		d.password = &passwordRange{8, noLimit, "Password must be at least 8 characters"}
	}},
	{"1.2.0", func(d *dress) { d.noSessionLimit = true }},
	{"1.0.0", func(d *dress) { d.queries = pagesByNumber }},
	{"0.14.0", func(d *dress) { d.cookieDates, d.doubtsLinks = cookieForGood, true }},
	{"0.13.0", func(d *dress) { d.untypedErrors, d.doubtsLinks = true, false }},
	{"0.12.0", func(d *dress) {
		d.mustNameProject, d.queries, d.diesOfSize, d.cookieDates = true, noQueries, true, cookieExpires
		d.shortReasons = true
		d.password = &passwordRange{6, 32, "Password must be between 6 and 32 chars and contain ..."}
	}},
	{"0.9.0", func(d *dress) { d.diesOfSize, d.failsOfSize, d.nullIsAbsent = false, true, false }},
	{"0.8.0", func(d *dress) { d.noUserLimit = true }},
	{"0.7.0", func(d *dress) {
		d.ignoresJWT, d.blockedMaySignIn, d.revealsHashes, d.nullIsAbsent = true, true, false, true
		d.cookieDates, d.preflightStatus = cookieExpiresAndAge, http.StatusOK
		d.nameLimit, d.compresses, d.countsFirst = 100, -1, true
	}},
	{"0.6.0", func(d *dress) { d.cachesRedirects = true }},
}

const oldestVersion = "0.5.0"

// newest is the dress of serverVersion.
var newest = &dress{version: serverVersion, release: mustRelease(serverVersion)}

// dressOf returns the dress of a release such as "0.9" or "1.4.13".
func dressOf(version string) (*dress, error) {
	release, err := parseRelease(version)
	switch {
	case err != nil:
		return nil, err
	case release < mustRelease(oldestVersion) || release > newest.release:
		return nil, fmt.Errorf("no server version between %s and %s: %q", oldestVersion, serverVersion, version)
	case release == newest.release:
		return newest, nil
	}
	d := &dress{version: fmt.Sprintf("%d.%d.%d", release>>20, release>>10&1023, release&1023), release: release}
	for _, c := range changes {
		if d.before(c.before) {
			c.undo(d)
		}
	}
	d.routes = routesOf(d)
	return d, nil
}

func parseRelease(version string) (int, error) {
	if strings.Count(version, ".") == 1 {
		version += ".0"
	}
	release, ok := parseFormat(version)
	if !ok {
		return 0, fmt.Errorf("no server version such as 1.4 or 1.4.13: %q", version)
	}
	return release, nil
}

// mustRelease is parseRelease for the constants of this package.
func mustRelease(version string) int {
	release, err := parseRelease(version)
	if err != nil {
		panic("appwritetest: " + err.Error())
	}
	return release
}

// before reports whether the server is older than the release.
func (d *dress) before(version string) bool { return d.release < mustRelease(version) }

// old reports whether the server is any but the newest.
func (d *dress) old() bool { return d != newest }

// routeTable returns the routes of the release.
func (d *dress) routeTable() *routeTable {
	if !d.old() {
		return routes()
	}
	return d.routes
}

// settings returns what of a project's settings the release has.
func (d *dress) settings(s Settings) Settings {
	if !d.old() {
		return s
	}
	if d.password != nil {
		rules := d.passwordRules()
		if !d.noDictionary {
			rules.Dictionary, rules.History = s.Password.Dictionary, s.Password.History
		}
		rules.PersonalData = s.Password.PersonalData && !d.noPersonalData
		s.Password = rules
	}
	if d.noSessionLimit {
		s.SessionLimit = noLimit
	}
	if d.noUserLimit {
		s.UserLimit = 0
	}
	return s
}

const noLimit = 1 << 30

// linkLifetime is that of links which verify an address or sign in.
func (d *dress) linkLifetime() time.Duration {
	if d.weekLongLinks {
		return 7 * 24 * linkLifetime
	}
	return linkLifetime
}

// compressFrom is the size above which the server compresses.
func (d *dress) compressFrom() int {
	if d.compresses < 0 {
		return noLimit
	}
	return cmp.Or(d.compresses, compressFrom)
}

// recoveryCode is the name that a challenge must have for the factor.
func (d *dress) recoveryCode() string {
	if d.lowerRecoveryCode {
		return strings.ToLower(factorRecoveryCode)
	}
	return factorRecoveryCode
}

// revealsCode reports whether the confirmation of a token hands back its code.
func (d *dress) revealsCode(kind tokenType) bool {
	return kind == tokenPhoneVerification && d.before("1.0.0")
}
