package conformance

import (
	"regexp"
	"strings"
	"time"
)

var sessionKeys = strings.Fields("$id $createdAt $updatedAt userId expire provider providerUid providerAccessToken providerAccessTokenExpiry " +
	"providerRefreshToken ip osCode osName osVersion clientType clientCode clientName clientVersion clientEngine clientEngineVersion " +
	"deviceName deviceBrand deviceModel countryCode countryName current factors secret mfaUpdatedAt")

// cookieForm matches the attributes of a sign-in's cookie. Before, hostAttributes, which depend
// on the host and on https, are removed.
var (
	cookieForm     = `^expires=(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d-[A-Z][a-z][a-z]-\d{4} \d\d:\d\d:\d\d GMT; Max-Age=31536000; path=/; HttpOnly`
	hostAttributes = regexp.MustCompile(`; domain=[^;]*|; secure`)
)

// nobody is an ID that does not exist.
const nobody = "ffffffffffffffffffff"

func init() { add("sessions", sessionRules) }

var sessionRules = []rule{
	{"Signing in with a password answers 201 with a session of 29 keys, in their order", "recordings/1.9.6/004-session-email-create", 0, func(p *probe) {
		a := p.register()
		p.Equal(sessionKeys, p.guest().post("/account/sessions/email", a.credentials()).is(201).keys(""))
	}},
	{"A session made with a password says so", "recordings/1.9.6/004-session-email-create", 0, func(p *probe) {
		a := p.register()
		p.guest().post("/account/sessions/email", a.credentials()).is(201).has("userId", quoted(a.id), "provider", `"email"`, "providerUid", quoted(a.email),
			"factors", `["password"]`, "current", "true", "mfaUpdatedAt", `""`, "providerAccessToken", `""`, "providerAccessTokenExpiry", `""`, "providerRefreshToken", `""`)
	}},
	{"A session lasts a year", "recordings/1.9.6/004-session-email-create", 0, func(p *probe) {
		p.key().post("/account/sessions/email", p.register().credentials()).is(201).lasts(year)
	}},
	{"A session's secret is hidden from callers without an API key", "recordings/1.9.6/004-session-email-create", 0, func(p *probe) {
		p.guest().post("/account/sessions/email", p.register().credentials()).is(201).has("secret", `""`)
	}},
	{"A session's secret is shown to an API key", "recordings/1.9.6/005-session-email-create-with-api-key", 0, func(p *probe) {
		r := p.key().post("/account/sessions/email", p.register().credentials()).is(201)
		p.Equal(r.secret(), r.text("secret"))
		p.session(r.text("secret")).get("/account").is(200)
	}},
	{"Signing in sets two cookies of the same value, that of old browsers first", "recordings/1.9.6/004-session-email-create", 0, func(p *probe) {
		r := p.guest().post("/account/sessions/email", p.register().credentials()).is(201)
		lines := r.header.Values("Set-Cookie")
		p.Len(lines, 2)
		p.True(strings.HasPrefix(lines[0], p.cookieName()+"_legacy="), lines)
		old, _ := r.cookie(p.cookieName() + "_legacy")
		value, _ := r.cookie(p.cookieName())
		p.Equal(old, value)
		p.NotEmpty(value)
	}},
	{"Cookies of a sign-in last as long as the session and are hidden from scripts", "recordings/1.9.6/004-session-email-create", 0, func(p *probe) {
		r := p.guest().post("/account/sessions/email", p.register().credentials()).is(201)
		_, old := r.cookie(p.cookieName() + "_legacy")
		_, attributes := r.cookie(p.cookieName())
		p.Regexp(cookieForm+"$", hostAttributes.ReplaceAllString(old, ""))
		p.Regexp(cookieForm+"; SameSite=None$", hostAttributes.ReplaceAllString(attributes, ""))
	}},
	{"A sign-in's fallback header holds the cookie's value, not percent-encoded", "recordings/1.9.6/004-session-email-create", 0, func(p *probe) {
		r := p.guest().post("/account/sessions/email", p.register().credentials()).is(201)
		p.Equal([]string{`{"` + p.cookieName() + `":` + quoted(r.secret()) + `}`}, r.header.Values("X-Fallback-Cookies"))
	}},
	{"A session's secret holds the user's ID and 256 hexadecimal digits", "docs/server/credentials.md#session-secret", 0, func(p *probe) {
		a := p.signUp()
		id, secret := p.unwrap(a.secret)
		p.Equal(a.id, id)
		p.Regexp(`^[0-9a-f]{256}$`, secret)
	}},
	{"A wrong password is refused with 401", "recordings/1.9.6/245-err-bad-password", 0, func(p *probe) {
		a := p.register()
		p.guest().post("/account/sessions/email", obj{"email": a.email, "password": "wrong-password"}).badCredentials()
	}},
	{"An unknown address is refused as a wrong password is", "recordings/1.9.6/246-err-unknown-user-login", 0, func(p *probe) {
		p.guest().post("/account/sessions/email", obj{"email": newEmail(), "password": "wrong-password"}).badCredentials()
	}},
	{"The address to sign in with may be in any case", "docs/server/parameters.md#e-mail-addresses", 0, func(p *probe) {
		a := p.register()
		p.key().post("/account/sessions/email", obj{"email": strings.ToUpper(a.email), "password": password}).is(201).has("userId", quoted(a.id))
	}},
	{"A signed-in user cannot sign in with a password", "recordings/1.9.6/034-session-email-create-while-signed-in", 0, func(p *probe) {
		a := p.signUp()
		a.post("/account/sessions/email", a.credentials()).signedInAlready()
	}},
	{"A signed-in user cannot sign in anonymously", "recordings/1.9.6/033-session-anonymous-create-while-signed-in", 0, func(p *probe) {
		p.signUp().post("/account/sessions/anonymous", obj{}).signedInAlready()
	}},
	{"A signed-in user cannot sign in with a token", "docs/server/sessions.md#signed-in-already", 0, func(p *probe) {
		a := p.signUp()
		a.post("/account/sessions/token", obj{"userId": a.id, "secret": "123456"}).signedInAlready()
	}},
	{"The oldest path of the sign-in with a password still works", "docs/server/sessions.md#signing-in-with-a-password", 0, func(p *probe) {
		p.key().post("/account/sessions", p.register().credentials()).is(201).has("provider", `"email"`)
	}},
	{"Signing in needs a password", "docs/server/sessions.md#signing-in-with-a-password", 0, func(p *probe) {
		p.key().post("/account/sessions/email", obj{"email": newEmail()}).missing("password")
	}},
	{"Each sign-in starts a session of its own", "recordings/1.9.6/059-sessions-list", 0, func(p *probe) {
		a := p.signUp()
		p.NotEqual(a.secret, a.signedIn().secret)
		a.get("/account/sessions").is(200).has("total", "2")
	}},

	{"Signing in anonymously makes a user and says so", "recordings/1.9.6/029-session-anonymous-create", 0, func(p *probe) {
		r := p.guest().post("/account/sessions/anonymous", obj{}).is(201)
		r.has("provider", `"anonymous"`, "providerUid", `""`, "factors", `["anonymous"]`, "current", "true", "secret", `""`).lasts(year)
		p.session(r.secret()).get("/account").is(200).has("$id", r.json("userId"))
	}},
	{"An anonymous user has neither address nor password nor targets", "recordings/1.9.6/030-account-get-anonymous", 0, func(p *probe) {
		p.anonymous().get("/account").is(200).has("email", `""`, "phone", `""`, "name", `""`, "passwordUpdate", `""`, "targets", "[]", "status", "true")
	}},
	{"Without an e-mail address, the facts about it are null", "recordings/1.9.6/030-account-get-anonymous", 0, func(p *probe) {
		p.anonymous().get("/account").is(200).has("emailCanonical", "null", "emailIsFree", "null", "emailIsDisposable", "null",
			"emailIsCorporate", "null", "emailIsCanonical", "null")
	}},
	{"An API key may sign somebody in anonymously, and sees the secret", "recordings/1.9.6/032-session-anonymous-create-with-api-key", 0, func(p *probe) {
		r := p.key().post("/account/sessions/anonymous", obj{}).is(201)
		p.Equal(r.secret(), r.text("secret"))
	}},
	{"Signing in anonymously needs no body", "recordings/1.9.6/036-session-anonymous-create-no-body", 0, func(p *probe) {
		p.guest().post("/account/sessions/anonymous", nil).is(201)
	}},

	{"Sessions are listed with their number, the oldest first", "recordings/1.9.6/059-sessions-list", 0, func(p *probe) {
		a := p.signUp()
		a.signedIn()
		r := a.get("/account/sessions").is(200)
		p.Equal([]string{"total", "sessions"}, r.keys(""))
		p.Equal(sessionKeys, r.keys("sessions.0"))
		r.has("total", "2", "sessions.0.current", "true", "sessions.1.current", "false")
		p.False(r.date("sessions.1.$createdAt").Before(r.date("sessions.0.$createdAt")), r)
	}},
	{"A list of sessions shows no secrets", "recordings/1.9.6/059-sessions-list", 0, func(p *probe) {
		p.signUp().get("/account/sessions").is(200).has("sessions.0.secret", `""`)
	}},
	{"A user's list has no sessions of others", "recordings/1.9.6/059-sessions-list", 0, func(p *probe) {
		a, b := p.signUp(), p.signUp()
		a.get("/account/sessions").is(200).has("total", "1", "sessions.0.userId", quoted(a.id))
		b.get("/account/sessions").is(200).has("total", "1", "sessions.0.userId", quoted(b.id))
	}},
	{"The session called current is the caller's", "recordings/1.9.6/061-session-get-current", 0, func(p *probe) {
		a := p.signUp()
		r := a.get("/account/sessions/current").is(200).has("userId", quoted(a.id), "current", "true", "secret", `""`)
		p.Equal(sessionKeys, r.keys(""))
	}},
	{"A session is found by its ID, and knows that it is not the caller's", "recordings/1.9.6/062-session-get-id", 0, func(p *probe) {
		a := p.signUp()
		id := a.signedIn().get("/account/sessions/current").is(200).text("$id")
		a.get("/account/sessions/"+id).is(200).has("$id", quoted(id), "current", "false")
	}},
	{"An unknown session is answered with 404", "recordings/1.9.6/063-session-get-unknown", 0, func(p *probe) {
		p.signUp().get("/account/sessions/" + nobody).noSuchSession()
	}},
	{"Another user's session is an unknown one", "recordings/1.9.6/063-session-get-unknown", 0, func(p *probe) {
		id := p.signUp().get("/account/sessions/current").is(200).text("$id")
		a := p.signUp()
		a.get("/account/sessions/" + id).noSuchSession()
		a.delete("/account/sessions/" + id).noSuchSession()
	}},
	{"A session ID of more than 36 characters is refused", "recordings/1.9.6/271-err-session-id-too-long", 0, func(p *probe) {
		p.signUp().get("/account/sessions/"+strings.Repeat("x", 40)).invalid("sessionId", wrongUID)
	}},

	{"Renewing a session makes it last a year from now, in a date without a zone", "recordings/1.9.6/064-session-update-current", 0, func(p *probe) {
		a := p.signUp()
		before := a.get("/account/sessions/current").is(200)
		after := a.patch("/account/sessions/current", obj{}).is(200)
		p.Equal(sessionKeys, after.keys(""))
		p.False(after.stamp("expire").Before(before.date("expire")), after)
		p.InDelta(year.Seconds(), after.stamp("expire").Sub(p.now).Seconds(), 5)
	}},
	{"The answer to a renewal has current false and no country's name", "recordings/1.9.6/064-session-update-current", 0, func(p *probe) {
		p.signUp().patch("/account/sessions/current", obj{}).is(200).has("current", "false", "countryName", `""`, "secret", `""`)
	}},
	{"The answer to a renewal has the date of the change before", "recordings/1.9.6/064-session-update-current, recordings/1.9.6/090-session-update-again", 0, func(p *probe) {
		a := p.signUp()
		made := a.get("/account/sessions/current").is(200)
		first := a.patch("/account/sessions/current", obj{}).is(200)
		p.Equal(made.date("$updatedAt"), first.date("$updatedAt"))
		p.later("$updatedAt", first, func() answer { return a.patch("/account/sessions/current", obj{}) })
	}},
	{"A session is renewed by its ID, without a body", "recordings/1.9.6/065-session-update-id-no-body", 0, func(p *probe) {
		a := p.signUp()
		id := a.signedIn().get("/account/sessions/current").is(200).text("$id")
		a.patch("/account/sessions/"+id, nil).is(200).has("$id", quoted(id)).stamp("expire")
	}},
	{"An unknown session cannot be renewed", "recordings/1.9.6/066-session-update-unknown", 0, func(p *probe) {
		p.signUp().patch("/account/sessions/"+nobody, obj{}).noSuchSession()
	}},
	{"A session ends after its year", "docs/server/sessions.md#lifetime", clock, func(p *probe) {
		p = p.movable(Settings{})
		a := p.signUp()
		p.target.Clock.Advance(year - time.Hour)
		a.get("/account").is(200)
		p.target.Clock.Advance(2 * time.Hour)
		a.get("/account").forGuests()
	}},
	{"A renewed session lasts a year longer", "docs/server/sessions.md#renewal", clock, func(p *probe) {
		p = p.movable(Settings{})
		a := p.signUp()
		p.target.Clock.Advance(year - time.Hour)
		a.patch("/account/sessions/current", nil).is(200)
		p.target.Clock.Advance(year - time.Hour)
		a.get("/account").is(200)
	}},

	{"Another session is ended with 204, and the caller's cookies stay", "recordings/1.9.6/067-session-delete-id", 0, func(p *probe) {
		a := p.signUp()
		other := a.signedIn()
		r := a.delete("/account/sessions/" + other.get("/account/sessions/current").is(200).text("$id")).gone()
		p.Equal("text/html", r.header.Get("Content-Type"))
		p.Empty(r.header.Values("Set-Cookie"))
		p.Empty(r.header.Values("X-Fallback-Cookies"))
		other.get("/account").forGuests()
		a.get("/account").is(200)
	}},
	{"A session that has ended cannot be ended again", "recordings/1.9.6/068-session-delete-again", 0, func(p *probe) {
		a := p.signUp()
		id := a.signedIn().get("/account/sessions/current").is(200).text("$id")
		a.delete("/account/sessions/" + id).gone()
		a.delete("/account/sessions/" + id).noSuchSession()
	}},
	{"Ending the current session signs the browser out", "recordings/1.9.6/278-session-delete-current-cookie", 0, func(p *probe) {
		p.signsOut(p.signUp().delete("/account/sessions/current").gone(), 1)
	}},
	{"The secret of an ended session is a guest's", "recordings/1.9.6/279-account-get-after-session-delete", 0, func(p *probe) {
		a := p.signUp()
		a.delete("/account/sessions/current").gone()
		a.get("/account").forGuests()
	}},
	{"Ending two sessions at once signs the browser out, and says so twice", "recordings/1.9.6/280-sessions-delete-all, docs/server/sessions.md#ending-sessions", 0, func(p *probe) {
		a := p.signUp()
		a.signedIn()
		p.signsOut(a.delete("/account/sessions").gone(), 2)
	}},
	{"Ending all sessions ends each of them", "recordings/1.9.6/281-account-get-after-sessions-delete", 0, func(p *probe) {
		a := p.signUp()
		other := a.signedIn()
		a.delete("/account/sessions").gone()
		a.get("/account").forGuests()
		other.get("/account").forGuests()
	}},
	{"Without an ID, the path of a session is the list", "docs/server/sessions.md#empty-id-in-a-path", 0, func(p *probe) {
		p.signUp().get("/account/sessions/").is(200).has("total", "1")
	}},
	{"Without an ID, ending a session ends all", "docs/server/sessions.md#empty-id-in-a-path", 0, func(p *probe) {
		a := p.signUp()
		other := a.signedIn()
		a.delete("/account/sessions/").gone()
		other.get("/account").forGuests()
	}},
	{"A session remembers the address of X-Forwarded-For, from whomever it comes", "recordings/1.9.6/273-session-email-create-browser-ua-geo", direct, func(p *probe) {
		p.guest().with("X-Forwarded-For", "81.2.69.142").post("/account/sessions/email", p.register().credentials()).is(201).has("ip", `"81.2.69.142"`)
	}},
	{"Behind https, cookies are secure and for all hosts below the server's", "recordings/1.9.6/336-session-email-create-https-proxy-domain", direct, func(p *probe) {
		r := p.guest().with("X-Forwarded-Proto", "https").with("Host", "api.example.test").post("/account/sessions/email", p.register().credentials()).is(201)
		_, old := r.cookie(p.cookieName() + "_legacy")
		_, attributes := r.cookie(p.cookieName())
		p.True(strings.HasSuffix(old, "; path=/; domain=.api.example.test; secure; HttpOnly"), old)
		p.True(strings.HasSuffix(attributes, "; path=/; domain=.api.example.test; secure; HttpOnly; SameSite=None"), attributes)
		p.Equal("max-age=10886400", r.header.Get("Strict-Transport-Security"))
	}},
	{"The eleventh session ends the oldest", "docs/server/contradicted.md#the-session-limit-of-a-new-project", fresh, func(p *probe) {
		p = p.fresh(Settings{})
		a := p.signUp()
		for range 9 {
			a.signedIn()
		}
		a.get("/account/sessions").is(200).has("total", "10")
		last := a.signedIn()
		a.get("/account").forGuests()
		last.get("/account/sessions").is(200).has("total", "10")
	}},
	{"A project may allow fewer sessions", "docs/server/sessions.md#session-limit, docs/server/contradicted.md#the-moment-in-which-a-session-ends", fresh, func(p *probe) {
		p = p.fresh(Settings{SessionLimit: 1})
		a := p.signUp()
		b := a.signedIn()
		a.get("/account").forGuests()
		b.get("/account").is(200)
	}},
}
