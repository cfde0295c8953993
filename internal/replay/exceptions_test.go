package replay

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/seed17809555/appwrite"
)

// source is a file of recordings and what is special about its exchanges.
type source struct {
	release    string
	exceptions map[string]exception // by the exchange's name, of servers before 1.9 without its number
}

// nameOf is the name under which an exchange stands in the exceptions. The recordings of old
// servers number the same exchange otherwise in each release.
func (s source) nameOf(x *Exchange) string {
	if s.release == "1.9.6" {
		return x.Name
	}
	_, name, _ := strings.Cut(x.Name, "-")
	return name
}

// exception is an exchange that is not, or not wholly, what a method sends and receives. Every
// other one is replayed in both directions.
type exception struct {
	reason string
	// answer names the operation whose method is given the recorded answer although the SDK
	// cannot send the recorded request: "=" for the one that the request is for, "" for none,
	// because the answer is for nobody who calls the SDK.
	answer string
}

func noMethod(reason string) exception   { return exception{reason: reason} }
func answerOnly(reason string) exception { return exception{reason: reason, answer: "="} }
func answerFor(operation, reason string) exception {
	return exception{reason: reason, answer: operation}
}

var sources = append(oldSources(), source{
	release: "1.9.6",
	exceptions: map[string]exception{
		"015-account-head":           noMethod("HEAD: nothing to decode"),
		"016-account-options-cors":   noMethod("CORS: a browser's question"),
		"129-users-create-token":     noMethod("the Users API, of another service"),
		"133-oauth2-sessions-mock-2": noMethod("the provider's login page"),
		"134-oauth2-sessions-mock-3": noMethod("the provider's callback to the server"),
		"135-oauth2-sessions-mock-4": noMethod("the browser's way back from the provider"),
		"138-oauth2-tokens-mock-2":   noMethod("the provider's login page"),
		"139-oauth2-tokens-mock-3":   noMethod("the provider's callback to the server"),
		"140-oauth2-tokens-mock-4":   noMethod("the browser's way back from the provider"),

		"264-err-404-route":             answerFor("account.get", "no such path"),
		"265-err-404-route-accept-json": answerFor("account.get", "no such path"),
		"267-err-method-not-allowed":    answerFor("account.get", "no such verb"),

		"013-account-get-with-api-key-and-session": answerOnly("a client holds one credential"),
		"269-account-get-session-and-jwt":          answerOnly("a client holds one credential"),
		"247-err-no-project":                       answerOnly("a client has a project"),
		"248-err-no-project-create":                answerOnly("a client has a project"),

		"021-jwt-create-duration-too-long": answerOnly("the SDK refuses more than an hour"),
		"039-account-update-name-missing":  answerOnly("the SDK asks for a name"),
		"056-prefs-update-not-object":      answerOnly("the SDK refuses what is no object"),
		"058-prefs-update-missing":         answerOnly("the SDK always sends prefs"),
		"201-mfa-update-bad-value":         answerOnly("a bool in Go"),
		"257-err-missing-param":            answerOnly("the SDK always sends userId"),
		"258-unknown-param":                answerOnly("the SDK sends no parameters of others"),
		"259-err-no-body":                  answerOnly("the SDK sends what is required"),
		"260-err-invalid-json":             answerOnly("the SDK sends JSON objects"),
		"261-err-json-array":               answerOnly("the SDK sends JSON objects"),
		"262-err-text-plain-body":          answerOnly("the SDK sends JSON objects"),

		"263-account-create-form-urlencoded": answerOnly("the SDK sends JSON objects"),

		"078-logs-list-total-False":        answerOnly("a bool in Go, sent as 0 or not at all"),
		"080-logs-list-total-empty":        answerOnly("a bool in Go, sent as 0 or not at all"),
		"083-logs-list-query-old-syntax":   answerOnly("the SDK refuses queries of servers before 1.5"),
		"084-logs-list-query-invalid-json": answerOnly("the SDK refuses what is no query"),
		"085-logs-list-query-not-array":    answerOnly("a slice in Go"),
	},
})

// oldReleases are the servers before 1.9 whose exchanges are recorded.
var oldReleases = []string{"0.5.3", "0.6.2", "0.9.4", "0.11.0", "0.13.4", "0.15.3", "1.0.3", "1.4.13", "1.5.11", "1.8.1"}

// oldException is an exception in a range of releases, and the names of the exchanges.
type oldException struct {
	exception
	names        string
	since, until string // "" means no bound
}

func (e exception) of(names string) oldException { return oldException{exception: e, names: names} }

func (o oldException) from(release string) oldException {
	o.since = release
	return o
}

func (o oldException) upTo(release string) oldException {
	o.until = release
	return o
}

func oldSources() (all []source) {
	for _, release := range oldReleases {
		src := source{release: release, exceptions: map[string]exception{}}
		for _, o := range oldExceptions {
			if !(appwrite.Route{Since: cmp.Or(o.since, "0.1"), Until: o.until}).Has(release) {
				continue
			}
			for _, name := range strings.Fields(o.names) {
				src.exceptions[name] = o.exception
			}
		}
		all = append(all, src)
	}
	return all
}

var oldExceptions = []oldException{
	noMethod("no operation of Account: Client.ServerVersion").of("health-version health-version-no-project prod-health-version"),
	noMethod("CORS: a browser's question").of("account-options"),
	noMethod("the Users API, of another service").of("users-block-by-admin"),
	noMethod("the Users API, of another service").of("users-block").upTo("0.13.4"),
	noMethod("between provider, server and browser").of("oauth2-flow-2 oauth2-flow-3 oauth2-flow-4"),
	noMethod("between provider, server and browser").of("modern-oauth2-token-2 modern-oauth2-token-3 modern-oauth2-token-4").from("1.5.0"),

	answerFor("account.get", "no such path").of("err-404-route err-404-route-accept-json prod-err-404-route account-get-trailing-slash"),
	answerFor("account.get", "no such verb").of("err-method-not-allowed session-update-put"),

	answerOnly("a client holds one credential").of("account-get-cookie-and-api-key"),
	answerOnly("a client holds one credential").of("account-get-cookie-and-jwt account-get-api-key-and-jwt").from("0.7.0"),
	answerOnly("a client holds one credential").of("modern-account-get-session-and-key").from("1.5.0"),
	answerOnly("the SDK sends the session as a cookie, the only way in which the server reads it").of("account-get-x-appwrite-session").upTo("1.4.13"),
	answerOnly("it holds no session").of("account-get-fallback-cookies-garbage"),
	answerOnly("a client has a project").of("err-no-project err-no-project-create"),

	answerOnly("the SDK leaves an empty name out").of("account-create-with-custom-userid-empty-name account-create-name-null prod-account-create-name-null"),
	answerOnly("the SDK asks for it").of("account-update-name-empty session-email-missing-password recovery-create-no-url"),
	answerOnly("the SDK asks for both URLs, as the server does").of("oauth2-start-no-urls oauth2-start-unknown-host oauth2-start-unknown-provider prod-oauth2-disabled-provider").upTo("0.5.3"),
	answerOnly("the SDK asks for the old password, as the server does").of("account-update-password-without-old").upTo("0.7.9"),
	answerOnly("the SDK always sends prefs").of("prefs-update-missing"),
	answerOnly("the SDK refuses what is no object").of("prefs-update-list prefs-update-empty-list prefs-update-json-string"),
	answerOnly("the SDK sends no parameters of others").of("account-create-unknown-param"),
	answerOnly("the SDK sends JSON objects, with what is required").of("err-invalid-json err-json-array err-text-plain err-no-body prod-err-invalid-json account-create-form-urlencoded"),
	answerOnly("the SDK makes an ID where servers want one").of("account-create-without-userid magic-url-session-create-without-userid").from("0.12.0"),

	answerOnly("the SDK sends one password twice").of("recovery-confirm-mismatch"),
	answerOnly("the SDK sends one password twice").of("recovery-confirm-password-a-b-mismatch").upTo("1.4.13"),
	answerOnly("the SDK sends the password twice, as the server wants it").of("recovery-confirm-without-again").upTo("1.4.13"),
	answerOnly("the SDK sends password-a and password-b").of("recovery-confirm recovery-confirm-again recovery-confirm-unknown-user recovery-confirm-wrong-secret").upTo("0.5.3"),
	answerOnly("the SDK sends password and passwordAgain").of("recovery-confirm-password-a-b").from("0.6.0").upTo("1.4.13"),
	answerOnly("the SDK sends old-password").of("account-update-password account-update-password-short account-update-password-wrong-old").upTo("0.5.3"),
	answerOnly("the SDK sends number").of("account-update-phone account-update-phone-bad newer-route-patch-phone phone-session-create phone-session-create-bad-phone newer-route-post-sessions-phone phone-token-create-new-path newer-route-post-tokens-phone auth-method-disabled-phone").from("0.15.0").upTo("0.15.3"),
	answerOnly("the SDK sends phone").of("account-update-phone-param-number phone-session-create-param-number").from("1.0.0"),

	answerOnly("a slice in Go").of("logs-list-queries-plain-string prod-logs-queries-plain-string"),
	answerOnly("a slice in Go").of("identities-list-single-string").from("1.4.0"),
	answerOnly("the SDK refuses what is no query").of("logs-list-queries-garbage"),
	answerOnly("queries are written with package query, and sent as limit and offset or not at all").
		of("logs-list-queries-indexed-string logs-list-queries-brackets-string logs-list-queries-indexed-raw-brackets logs-list-queries-json logs-list-queries-bad-method").upTo("0.15.3"),
	answerOnly("the SDK sends queries in the form of the time").of("logs-list-limit-offset logs-list-limit-zero logs-list-limit-101").from("1.0.0"),
	answerOnly("the SDK sends queries in the form of the time").of("logs-list-queries-json").from("1.0.0").upTo("1.4.13"),
	answerOnly("the SDK sends queries in the form of the time").of("identities-list-equal-json").from("1.4.0").upTo("1.4.13"),
	answerOnly("queries are written with package query, and sent in JSON").
		of("logs-list-queries-indexed-string logs-list-queries-brackets-string logs-list-queries-indexed-raw-brackets logs-list-queries-bad-method identities-list-limit-string identities-list-equal-string identities-list-equal-brackets identities-list-order identities-list-bad-attr").from("1.5.0"),

	answerOnly("the SDK sends recoverycode, which can be completed").of("modern-mfa-challenge-create-recovery-code").from("1.5.0"),
	answerOnly("the SDK asks for the code, as the server does").of("modern-mfa-authenticator-delete-no-otp newer-route-delete-mfa-authenticators-totp").from("1.5.0").upTo("1.5.11"),
	answerOnly("the SDK sends no code, which servers no longer read").of("modern-mfa-authenticator-delete-otp").from("1.6.0"),
	answerOnly("the SDK sends the code in the body").of("modern-mfa-authenticator-delete-otp-query").from("1.5.0"),
}

// keysSince are the keys that models have and answers in the form of older releases have not,
// and the first release that sends them. Only they may be in a result without being in the
// recorded body, with their zero value.
var keysSince = map[string]string{
	"User.$createdAt":         "0.15.0",
	"User.$updatedAt":         "0.15.0",
	"User.status":             "0.7.0",
	"User.emailVerification":  "0.7.0",
	"User.passwordUpdate":     "0.8.0",
	"User.labels":             "1.4.0",
	"User.phone":              "0.15.0",
	"User.phoneVerification":  "0.15.0",
	"User.mfa":                "1.5.0",
	"User.prefs":              "0.7.0",
	"User.targets":            "1.5.0",
	"User.accessedAt":         "1.4.0",
	"User.emailCanonical":     "1.9.0",
	"User.emailIsFree":        "1.9.0",
	"User.emailIsDisposable":  "1.9.0",
	"User.emailIsCorporate":   "1.9.0",
	"User.emailIsCanonical":   "1.9.0",
	"User.impersonator":       "1.9.0",
	"User.impersonatorUserId": "1.9.0",

	"Target.expired": "1.6.0",

	"Session.userId":                    "0.7.0",
	"Session.provider":                  "0.7.0",
	"Session.providerUid":               "0.7.0",
	"Session.clientEngineVersion":       "0.7.0",
	"Session.ip":                        "0.7.0",
	"Session.osCode":                    "0.7.0",
	"Session.osName":                    "0.7.0",
	"Session.osVersion":                 "0.7.0",
	"Session.clientType":                "0.7.0",
	"Session.clientCode":                "0.7.0",
	"Session.clientName":                "0.7.0",
	"Session.clientVersion":             "0.7.0",
	"Session.clientEngine":              "0.7.0",
	"Session.deviceName":                "0.7.0",
	"Session.deviceBrand":               "0.7.0",
	"Session.deviceModel":               "0.7.0",
	"Session.countryCode":               "0.7.0",
	"Session.countryName":               "0.7.0",
	"Session.current":                   "0.7.0",
	"Session.expire":                    "0.7.0",
	"Session.providerAccessToken":       "0.8.0",
	"Session.providerAccessTokenExpiry": "0.13.0",
	"Session.providerRefreshToken":      "0.13.0",
	"Session.$createdAt":                "0.15.0",
	"Session.$updatedAt":                "1.5.0",
	"Session.factors":                   "1.5.0",
	"Session.secret":                    "1.5.0",
	"Session.mfaUpdatedAt":              "1.5.0",

	"Token.userId":     "0.7.0",
	"Token.secret":     "0.7.0",
	"Token.$createdAt": "0.15.0",
	"Token.phrase":     "1.5.0",

	"Log.clientEngineVersion": "0.7.0",
	"Log.userId":              "0.12.0",
	"Log.userEmail":           "0.12.0",
	"Log.userName":            "0.12.0",
	"Log.mode":                "0.12.0",
	"Log.userType":            "1.9.0",

	"MFAFactors.custom": "1.9.7",
}

// The ways in which a request of the SDK may differ from the recorded one and still be the same
// request to the server.
const (
	oldPath           = "old path"
	projectInQuery    = "project in the query"
	totalCounts       = "total that is not 0"
	ownName           = "X-SDK headers"
	fallbackAsSession = "X-Fallback-Cookies"
	sessionAsCookie   = "session as a cookie"
	noBody            = "no body"
	generatedID       = "unique()"
	newerFormat       = "newer format"
	ignoredParam      = "ignored parameter"
)

var differences = map[string]string{
	oldPath:           "the client takes the path that its server version has for good, not an alias",
	projectInQuery:    "browsers name the project there, the client in a header",
	totalCounts:       "servers count unless total is 0, so it is left out (they even read false as true)",
	ownName:           "they name the SDK that made the recording",
	fallbackAsSession: "the same secret travels as X-Appwrite-Session",
	sessionAsCookie:   "a client set to a server before 1.5 sends it so, which later ones read as well",
	noBody:            "an empty object and no body at all are the same to servers",
	generatedID:       "the client makes the ID, so that it knows it",
	newerFormat:       "a client asks for the format of its own server; servers answer in their own where they do not know another",
	ignoredParam:      "servers of the release do not know it, so it is left out",
}

// paramsSince are parameters that recordings hold although their servers ignore them, and the
// first release that does not.
var paramsSince = map[string]string{
	"create userId":              "0.12.0",
	"createMagicURLToken userId": "0.12.0",
	"createJWT duration":         "1.9.0",
	"listLogs limit":             "0.12.0",
	"listLogs offset":            "0.12.0",
	"listLogs total":             "1.8.1",
	"listIdentities total":       "1.8.1",
	"createOAuth2Session scopes": "0.7.0",
}

// spentSecrets are the operations whose answers hold a secret that is not a credential, which a
// result must not hold, and what it is.
var spentSecrets = map[string]string{
	"account.updateSession":           "the hash of the session's secret (1.5)",
	"account.updateMFAChallenge":      "the hash of the session's secret (1.5)",
	"account.updateRecovery":          "the hash of a used secret (0.7 to 1.5)",
	"account.updateEmailVerification": "the hash of a used secret (0.7 to 1.5)",
	"account.updatePhoneVerification": "the hash of a used secret (up to 1.5), in 0.15 the used code itself",
}

// goneKeys are the keys that old servers send and no model has.
var goneKeys = map[string]string{
	"User.roles":   "whom permissions name, made from ID and status (up to 0.11)",
	"User.oauth2*": "always empty (in the format of 0.6)",
	"Session.type": "the kind of token that a session is, always the same (in 0.5, 0.6)",
	"Token.type":   "the kind of token, which the operation tells (in 0.5, 0.6)",
	"OS.platform":  "the processor (in 0.5, 0.6)",
}

// goneRow is the row of goneKeys for a key, or "".
func goneRow(at, key string) string {
	if strings.HasPrefix(key, "oauth2") {
		key = "oauth2*"
	}
	if row := at + "." + key; goneKeys[row] != "" {
		return row
	}
	return ""
}

// typesSince are the types that servers since 0.13 name in the same exchange, by its name and
// status.
var typesSince = sync.OnceValue(func() map[string]string {
	types := map[string]string{}
	for _, src := range oldSources() {
		if !isSince(src.release, "0.13") {
			continue
		}
		recordings, err := Of(src.release)
		if err != nil {
			panic(err)
		}
		for i := range recordings.Exchanges {
			x := &recordings.Exchanges[i]
			var e struct{ Type string }
			_ = json.Unmarshal(x.Response.Body, &e)
			key := typeKey(src.nameOf(x), x.Response.Status)
			if x.Response.Status >= 400 && types[key] == "" {
				types[key] = e.Type
			}
		}
	}
	return types
})

func typeKey(name string, status int) string { return fmt.Sprintf("%s %d", name, status) }

// typeSince is the type that an answer without one stands for.
func (c *call) typeSince(status int, message string) string {
	for _, known := range messageTypes {
		if known.message.MatchString(message) {
			return known.is
		}
	}
	_, name, _ := strings.Cut(c.exchange.Name, "-")
	return typesSince()[typeKey(name, status)]
}

// messageTypes are the types of messages whose exchange has none in later releases, or one for
// another reason.
var messageTypes = []struct {
	message *regexp.Regexp
	is      string
	reason  string
}{
	{regexp.MustCompile(`^(Param "|Invalid \w+: )`), "general_argument_invalid", "in most, another one was missing later"},
	{regexp.MustCompile(`^Passwords must match$`), "user_password_mismatch", "in 0.5, the names of the parameters were others"},
	{regexp.MustCompile(`^User already registered$`), "user_already_exists", "409 later"},
	{regexp.MustCompile(`missing scope`), "general_unauthorized_scope", "0.5 and 0.6 do not read the JWT that is refused later"},
	{regexp.MustCompile(`^Not Found$`), "general_route_not_found", "later releases have the route"},
	{regexp.MustCompile(`^(Project not found|Missing or unknown project ID)$`), "project_not_found", "404 or the console's answer later"},
	{regexp.MustCompile(`^(This provider is disabled|Provider is undefined)`), "project_provider_disabled", "a page without a type"},
	{regexp.MustCompile(`^No valid session found$`), "user_session_not_found", "404 later"},
}
