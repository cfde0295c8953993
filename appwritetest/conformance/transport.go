package conformance

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/url"
	"strings"
)

var corsHeaders = map[string]string{
	"Access-Control-Allow-Methods":     "GET, POST, PUT, PATCH, DELETE",
	"Access-Control-Expose-Headers":    "X-Appwrite-Session, X-Fallback-Cookies",
	"Access-Control-Allow-Credentials": "true",
	"Access-Control-Max-Age":           "86400",
}

const (
	unknownOrigin = "Invalid Origin. Register your new client (evil.example) as a new Web platform on your project console dashboard"
	unknownRoute  = "The page you're looking for doesn't exist."
)

// form is the type of a body that a web page's form sends.
const form = "application/x-www-form-urlencoded"

func (p *probe) allowsOrigin(r answer) {
	p.tb.Helper()
	for name, value := range corsHeaders {
		p.Equal(value, r.header.Get(name), name)
	}
	p.Contains(r.header.Get("Access-Control-Allow-Headers"), "X-Appwrite-JWT")
}

// inFormat asks for the response format of a release.
func (a actor) inFormat(release string) actor { return a.with("X-Appwrite-Response-Format", release) }

// without returns the keys that are not among the others.
func without(keys []string, others ...string) (rest []string) {
	for _, key := range keys {
		if !strings.Contains(" "+strings.Join(others, " ")+" ", " "+key+" ") {
			rest = append(rest, key)
		}
	}
	return rest
}

func init() { add("transport", transportRules) }

var transportRules = []rule{
	{"Answers are JSON in UTF-8, of a server named Appwrite, with nosniff", "recordings/1.9.6/008-account-get-session-header", 0, func(p *probe) {
		r := p.signUp().get("/account").is(200)
		p.Equal("application/json; charset=UTF-8", r.header.Get("Content-Type"))
		p.Equal("Appwrite", r.header.Get("Server"))
		p.Equal("nosniff", r.header.Get("X-Content-Type-Options"))
	}},
	{"Successes have no header about caching", "recordings/1.9.6/008-account-get-session-header", 0, func(p *probe) {
		r := p.signUp().get("/account").is(200)
		p.Empty(r.header.Get("Cache-Control"))
		p.Empty(r.header.Get("Expires"))
	}},
	{"Errors are JSON with message, code, type and version, in this order", "recordings/1.9.6/014-account-get-guest", 0, func(p *probe) {
		r := p.guest().get("/account").is(401)
		p.Equal("application/json; charset=UTF-8", r.header.Get("Content-Type"))
		p.Equal([]string{"message", "code", "type", "version"}, r.keys("")[:4]) // a development server adds file, line and trace
		p.Regexp(`^\d+\.\d+\.\d+`, r.text("version"))
	}},
	{"Errors are not to be cached", "recordings/1.9.6/014-account-get-guest", 0, func(p *probe) {
		r := p.guest().get("/account").is(401)
		p.Equal("no-cache, no-store, must-revalidate", r.header.Get("Cache-Control"))
		p.Equal("0", r.header.Get("Expires"))
		p.Equal("no-cache", r.header.Get("Pragma"))
	}},
	{"The version is told to anyone, and is that of the errors", "docs/server/transport.md#the-version", 0, func(p *probe) {
		r := p.guest().get("/health/version").is(200)
		p.Equal([]string{"version"}, r.keys(""))
		r.has("version", p.guest().get("/account").is(401).json("version"))
	}},
	{"HEAD is GET without the body", "recordings/1.9.6/015-account-head", 0, func(p *probe) {
		r := p.signUp().send("HEAD", "/account", nil).is(200)
		p.Empty(r.body)
		p.Equal("application/json; charset=UTF-8", r.header.Get("Content-Type"))
	}},
	{"Other scripts are sent as they are", "recordings/1.9.6/037-account-update-name", 0, func(p *probe) {
		r := p.signUp().patch("/account/name", `{"name":"New Name \u00fc\u4e2d"}`).is(200)
		p.Contains(string(r.body), `"name":"New Name ü中"`)
	}},
	{"Slashes are sent escaped", "docs/server/transport.md#answers", 0, func(p *probe) {
		p.Contains(string(p.signUp().patch("/account/name", obj{"name": "a/b"}).is(200).body), `"name":"a\/b"`)
	}},

	{"An unknown path is answered with 404, as a web page", "recordings/1.9.6/264-err-404-route", 0, func(p *probe) {
		p.Equal(unknownRoute, p.guest().get("/accountx").page(404, "general_route_not_found"))
	}},
	{"An unknown path is a web page for callers who ask for JSON, too", "recordings/1.9.6/265-err-404-route-accept-json", 0, func(p *probe) {
		p.Equal(unknownRoute, p.guest().with("Accept", "application/json").get("/account/nothing/here").page(404, "general_route_not_found"))
	}},
	{"A known path under another verb is an unknown one", "recordings/1.9.6/267-err-method-not-allowed", 0, func(p *probe) {
		p.Equal(unknownRoute, p.signUp().put("/account", obj{}).page(404, "general_route_not_found"))
	}},
	{"No header overrides the verb", "docs/server/transport.md#the-verb", 0, func(p *probe) {
		a := p.signUp()
		a.with("X-HTTP-Method-Override", "DELETE").get("/account").is(200)
		a.get("/account").is(200)
	}},

	{"Without a body, the first parameter is missing", "recordings/1.9.6/259-err-no-body", 0, func(p *probe) {
		p.key().post("/account", nil).missing("userId")
	}},
	{"Invalid JSON counts as no body", "recordings/1.9.6/260-err-invalid-json", 0, func(p *probe) {
		p.key().post("/account", `{"userId":`).missing("userId")
	}},
	{"A JSON list counts as no parameters", "recordings/1.9.6/261-err-json-array", 0, func(p *probe) {
		p.key().post("/account", `[1,2]`).missing("userId")
	}},
	{"Plain text counts as no parameters", "recordings/1.9.6/262-err-text-plain-body", 0, func(p *probe) {
		p.key().with("Content-Type", "text/plain").post("/account", "hello").missing("userId")
	}},
	{"A form's parameters count", "recordings/1.9.6/263-account-create-form-urlencoded", 0, func(p *probe) {
		email := newEmail()
		body := url.Values{"userId": {"unique()"}, "email": {email}, "password": {password}}
		p.key().with("Content-Type", form).post("/account", body.Encode()).is(201).has("email", quoted(email))
	}},
	{"A form has no booleans", "docs/server/parameters.md#forms", 0, func(p *probe) {
		body := url.Values{"userId": {"unique()"}, "email": {newEmail()}, "phrase": {"true"}}
		p.key().with("Content-Type", form).post("/account/tokens/email", body.Encode()).invalid("phrase", wrongBoolean)
	}},
	{"A charset beside the type of JSON changes nothing", "recordings/1.9.6/343-account-update-name-content-type-charset", 0, func(p *probe) {
		p.signUp().with("Content-Type", "application/json; charset=utf-8").patch("/account/name", `{"name":"Plain \u00e9"}`).is(200).has("name", `"Plain é"`)
	}},
	{"Parameters of a POST are not read from the query", "docs/server/parameters.md#where-they-are-read", 0, func(p *probe) {
		p.key().post("/account?userId=unique()", obj{"email": newEmail(), "password": password}).missing("userId")
	}},
	{"Headers of an SDK change nothing", "recordings/1.9.6/337-account-get-sdk-headers", 0, func(p *probe) {
		a := p.signUp()
		a.with("X-SDK-Name", "Go").with("X-SDK-Platform", "server").with("X-SDK-Language", "go").with("X-SDK-Version", "0.0.1").get("/account").is(200)
	}},
	{"A locale changes nothing in a user", "recordings/1.9.6/272-account-get-locale-de", 0, func(p *probe) {
		a := p.signUp()
		p.JSONEq(string(a.get("/account").is(200).body), string(a.with("X-Appwrite-Locale", "de").get("/account").is(200).body))
	}},

	{"A page of a known host may call the server", "recordings/1.9.6/017-account-get-origin-localhost", 0, func(p *probe) {
		r := p.signUp().with("Origin", "http://localhost").get("/account").is(200)
		p.allowsOrigin(r)
		p.Equal("http://localhost", r.header.Get("Access-Control-Allow-Origin"))
	}},
	{"A page of an unknown host may not call the server", "recordings/1.9.6/018-account-get-origin-unknown", 0, func(p *probe) {
		r := p.signUp().with("Origin", "http://evil.example").get("/account").refused(403, "general_unknown_origin", unknownOrigin)
		p.Empty(r.header.Get("Access-Control-Allow-Origin"))
	}},
	{"A caller with an API key may call from any page", "docs/server/transport.md#origins", 0, func(p *probe) {
		p.key().with("Origin", "http://evil.example").post("/account", newAccount()).is(201)
	}},
	{"OPTIONS tells a browser with 204 what it may send", "recordings/1.9.6/016-account-options-cors", 0, func(p *probe) {
		r := p.guest().with("Origin", "http://localhost").send("OPTIONS", "/account", nil).gone()
		p.allowsOrigin(r)
		p.Equal("http://localhost", r.header.Get("Access-Control-Allow-Origin"))
	}},
	{"Without an origin nothing is said about origins", "docs/server/contradicted.md#cors-headers-without-an-origin", 0, func(p *probe) {
		p.Empty(p.signUp().get("/account").is(200).header.Get("Access-Control-Allow-Methods"))
	}},

	{"A long answer is compressed for callers that accept it", "recordings/1.9.6/060-sessions-list-accept-gzip", 0, func(p *probe) {
		a := p.signUp()
		a.signedIn()
		r := a.with("Accept-Encoding", "gzip").get("/account/sessions").is(200)
		p.Equal("gzip", r.header.Get("Content-Encoding"))
		p.Equal("Accept-Encoding", r.header.Get("Vary"))
		p.Equal("true", r.header.Get("X-Utopia-Compression"))
		plain, err := gzip.NewReader(bytes.NewReader(r.body))
		p.NoError(err)
		text, err := io.ReadAll(plain)
		p.NoError(err)
		p.Equal(string(a.get("/account/sessions").is(200).body), string(text))
	}},
	{"A short answer is not compressed", "docs/server/transport.md#compression", 0, func(p *probe) {
		r := p.signUp().with("Accept-Encoding", "gzip").get("/account/prefs").is(200)
		p.Empty(r.header.Get("Content-Encoding"))
		p.True(json.Valid(r.body))
	}},

	{"In a format before 1.9 a user has no impersonation", "recordings/1.9.6/210-account-get-format-0.15.0, recordings/1.9.6/222-account-get-format-1.6.0, recordings/1.9.6/226-account-get-format-1.8.0", 0, func(p *probe) {
		a := p.signUp()
		for _, release := range []string{"0.15.0", "1.0.0", "1.4.0", "1.6.0", "1.8.0"} {
			p.Equal(without(userKeys, "impersonator", "impersonatorUserId"), a.inFormat(release).get("/account").is(200).keys(""), release)
		}
	}},
	{"In a format from 1.9 on a user is whole", "recordings/1.9.6/228-account-get-format-1.9.0, recordings/1.9.6/230-account-get-format-1.9.6", 0, func(p *probe) {
		a := p.signUp()
		for _, release := range []string{"1.9.0", "1.9.6"} {
			p.Equal(userKeys, a.inFormat(release).get("/account").is(200).keys(""), release)
		}
	}},
	{"In a format before 1.5 a session has neither factors nor secret", "recordings/1.9.6/211-session-get-current-format-0.15.0, recordings/1.9.6/219-session-get-current-format-1.4.0, recordings/1.9.6/236-sessions-list-format-1.4.0", 0, func(p *probe) {
		a := p.signUp()
		old := without(sessionKeys, "factors", "secret")
		for _, release := range []string{"0.15.0", "1.4.0"} {
			p.Equal(old, a.inFormat(release).get("/account/sessions/current").is(200).keys(""), release)
		}
		p.Equal(old, a.inFormat("1.4.0").get("/account/sessions").is(200).keys("sessions.0"))
	}},
	{"In a format from 1.5 on a session is whole", "recordings/1.9.6/223-session-get-current-format-1.6.0, recordings/1.9.6/229-session-get-current-format-1.9.0", 0, func(p *probe) {
		a := p.signUp()
		for _, release := range []string{"1.6.0", "1.8.0", "1.9.0"} {
			p.Equal(sessionKeys, a.inFormat(release).get("/account/sessions/current").is(200).keys(""), release)
		}
	}},
	{"In a format before 1.5 a token has no phrase", "docs/server/transport.md#response-formats", mail, func(p *probe) {
		r := p.key().inFormat("1.4.0").post("/account/tokens/email", otpFor(newEmail())).is(201)
		p.Equal(without(tokenKeys, "phrase"), r.keys(""))
	}},
	{"In an old format factors and JWTs are as ever", "recordings/1.9.6/238-mfa-factors-format-1.4.0, recordings/1.9.6/239-jwt-create-format-1.4.0", 0, func(p *probe) {
		a := p.signUp()
		p.Equal([]string{"jwt"}, a.inFormat("1.4.0").post("/account/jwts", obj{}).is(201).keys(""))
		p.Equal([]string{"totp", "phone", "email", "recoveryCode"}, a.inFormat("1.4.0").get("/account/mfa/factors").is(200).keys(""))
	}},
	{"A format newer than the server is answered with the newest and a warning", "recordings/1.9.6/232-account-get-format-99.0.0, recordings/1.9.6/233-session-get-current-format-99.0.0", 0, func(p *probe) {
		a := p.signUp()
		r := a.inFormat("99.0.0").get("/account").is(200)
		p.Equal(userKeys, r.keys(""))
		version := p.guest().get("/health/version").is(200).text("version")
		p.Equal("The current SDK is built for Appwrite 99.0.0. However, the current Appwrite server version is "+version+
			". Please downgrade your SDK to match the Appwrite version: https://appwrite.io/docs/sdks", r.header.Get("X-Appwrite-Warning"))
		p.Empty(a.inFormat("1.9.6").get("/account").is(200).header.Get("X-Appwrite-Warning"))
		p.NotEmpty(a.inFormat("99.0.0").get("/account/sessions/current").is(200).header.Get("X-Appwrite-Warning"))
	}},
}
