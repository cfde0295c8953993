package conformance

import (
	"strings"
	"time"
)

var tokenKeys = strings.Fields("$id $createdAt userId secret expire phrase")

// otpFor, linkFor and codeFor return the body of a request for a token. For an unknown address
// or number, unique() makes a new user.
func otpFor(email string) obj { return obj{"userId": "unique()", "email": email} }

func linkFor(email string) obj {
	return obj{"userId": "unique()", "email": email, "url": "http://localhost/magic"}
}

func codeFor(phone string) obj { return obj{"userId": "unique()", "phone": phone} }

// redeem returns the body of the request that exchanges a token for a session.
func redeem(token answer, secret string) obj {
	return obj{"userId": token.text("userId"), "secret": secret}
}

func init() { add("tokens", tokenRules) }

var tokenRules = []rule{
	{"A code by mail is answered with a token of six keys, in their order", "recordings/1.9.6/112-token-email-create-phrase", mail, func(p *probe) {
		p.Equal(tokenKeys, p.key().post("/account/tokens/email", otpFor(newEmail())).is(201).keys(""))
	}},
	{"A code by mail is good for fifteen minutes", "recordings/1.9.6/112-token-email-create-phrase", mail, func(p *probe) {
		p.key().post("/account/tokens/email", otpFor(newEmail())).is(201).lasts(15 * time.Minute)
	}},
	{"A token's secret is hidden from callers without an API key", "recordings/1.9.6/112-token-email-create-phrase", mail, func(p *probe) {
		p.guest().post("/account/tokens/email", otpFor(newEmail())).is(201).has("secret", `""`)
	}},
	{"An API key sees the code that is mailed", "recordings/1.9.6/117-token-email-create-with-api-key", mail, func(p *probe) {
		email := newEmail()
		r := p.key().post("/account/tokens/email", otpFor(email)).is(201)
		p.Regexp(`^\d{6}$`, r.text("secret"))
		p.Equal(r.text("secret"), p.mail(email, 1).code(p))
	}},
	{"A phrase is made of two words, where one is asked for", "recordings/1.9.6/112-token-email-create-phrase, recordings/1.9.6/117-token-email-create-with-api-key, docs/server/contradicted.md#phrases", mail, func(p *probe) {
		email := newEmail()
		p.key().post("/account/tokens/email", otpFor(email)).is(201).has("phrase", `""`)
		body := otpFor(email)
		body["phrase"] = true
		p.Regexp(`^[A-Z][a-z]+ [a-z]+$`, p.key().post("/account/tokens/email", body).is(201).text("phrase"))
	}},
	{"The phrase is in the mail", "docs/server/tokens.md#phrase", mail, func(p *probe) {
		email := newEmail()
		body := otpFor(email)
		body["phrase"] = true
		phrase := p.key().post("/account/tokens/email", body).is(201).text("phrase")
		p.True(p.mail(email, 1).mentions(phrase), phrase)
	}},
	{"The phrase is asked for with a boolean", "docs/server/tokens.md#phrase", mail, func(p *probe) {
		body := otpFor(newEmail())
		body["phrase"] = "yes"
		p.key().post("/account/tokens/email", body).invalid("phrase", wrongBoolean)
	}},
	{"A token for an unknown address makes a user of it", "recordings/1.9.6/112-token-email-create-phrase, recordings/1.9.6/115-session-token-create-email-otp", mail, func(p *probe) {
		email := newEmail()
		r := p.key().post("/account/tokens/email", otpFor(email)).is(201)
		secret := p.guest().post("/account/sessions/token", redeem(r, r.text("secret"))).is(201).secret()
		p.session(secret).get("/account").is(200).has("$id", r.json("userId"), "email", quoted(email), "passwordUpdate", `""`)
	}},
	{"A token for a known address is that user's, under any ID", "docs/server/tokens.md#asking-for-one, recordings/1.9.6/117-token-email-create-with-api-key", mail, func(p *probe) {
		a := p.register()
		p.key().post("/account/tokens/email", otpFor(a.email)).is(201).has("userId", quoted(a.id))
		p.key().post("/account/tokens/magic-url", linkFor(a.email)).is(201).has("userId", quoted(a.id))
	}},
	{"A malformed e-mail address gets no code", "docs/server/tokens.md#asking-for-one", 0, func(p *probe) {
		p.key().post("/account/tokens/email", otpFor("bad")).invalid("email", wrongEmail)
	}},
	{"A code by mail needs an ID from the caller", "docs/server/tokens.md#asking-for-one", 0, func(p *probe) {
		p.key().post("/account/tokens/email", obj{"email": newEmail()}).missing("userId")
	}},

	{"The code of a mail signs in", "recordings/1.9.6/115-session-token-create-email-otp", mail, func(p *probe) {
		email := newEmail()
		r := p.guest().post("/account/tokens/email", otpFor(email)).is(201)
		session := p.guest().post("/account/sessions/token", redeem(r, p.mail(email, 1).code(p))).is(201)
		p.Equal(sessionKeys, session.keys(""))
		session.has("userId", r.json("userId"), "provider", `"token"`, "providerUid", `""`, "factors", `["email"]`, "current", "true", "secret", `""`).lasts(year)
	}},
	{"Signing in with a token sets the cookies and the fallback", "recordings/1.9.6/115-session-token-create-email-otp", mail, func(p *probe) {
		r := p.key().post("/account/tokens/email", otpFor(newEmail())).is(201)
		session := p.guest().post("/account/sessions/token", redeem(r, r.text("secret"))).is(201)
		p.Len(session.header.Values("Set-Cookie"), 2)
		p.Contains(session.header.Get("X-Fallback-Cookies"), session.secret())
	}},
	{"An API key that signs in with a token sees the session's secret", "recordings/1.9.6/118-session-token-create-with-api-key", mail, func(p *probe) {
		r := p.key().post("/account/tokens/email", otpFor(newEmail())).is(201)
		session := p.key().post("/account/sessions/token", redeem(r, r.text("secret"))).is(201)
		p.Equal(session.secret(), session.text("secret"))
	}},
	{"A wrong code is refused with 401", "recordings/1.9.6/113-session-token-create-bad-secret", mail, func(p *probe) {
		r := p.key().post("/account/tokens/email", otpFor(newEmail())).is(201)
		wrong := "000000"
		if r.text("secret") == wrong {
			wrong = "000001"
		}
		p.guest().post("/account/sessions/token", redeem(r, wrong)).badToken()
	}},
	{"A code of an unknown user is refused as a wrong one is", "recordings/1.9.6/114-session-token-create-unknown-user", 0, func(p *probe) {
		p.guest().post("/account/sessions/token", obj{"userId": nobody, "secret": "304170"}).badToken()
	}},
	{"A code signs in once", "recordings/1.9.6/116-session-token-create-reuse", mail, func(p *probe) {
		r := p.key().post("/account/tokens/email", otpFor(newEmail())).is(201)
		p.guest().post("/account/sessions/token", redeem(r, r.text("secret"))).is(201)
		p.guest().post("/account/sessions/token", redeem(r, r.text("secret"))).badToken()
	}},
	{"One user's code does not sign another in", "docs/server/tokens.md#exchange", mail, func(p *probe) {
		r := p.key().post("/account/tokens/magic-url", linkFor(newEmail())).is(201)
		p.guest().post("/account/sessions/token", obj{"userId": p.register().id, "secret": r.text("secret")}).badToken()
	}},
	{"A secret of 257 characters is refused", "docs/server/tokens.md#exchange", 0, func(p *probe) {
		p.key().post("/account/sessions/token", obj{"userId": nobody, "secret": strings.Repeat("s", 257)}).
			invalid("secret", "Value must be a valid string and at least 1 chars and no longer than 256 chars")
	}},
	{"A code by mail is no good after fifteen minutes", "docs/server/tokens.md#asking-for-one", clock | mail, func(p *probe) {
		p = p.movable(Settings{})
		r := p.key().post("/account/tokens/email", otpFor(newEmail())).is(201)
		p.target.Clock.Advance(15*time.Minute + time.Second)
		p.guest().post("/account/sessions/token", redeem(r, r.text("secret"))).badToken()
	}},
	{"A code by mail is good for just under fifteen minutes", "docs/server/tokens.md#asking-for-one", clock | mail, func(p *probe) {
		p = p.movable(Settings{})
		r := p.key().post("/account/tokens/email", otpFor(newEmail())).is(201)
		p.target.Clock.Advance(15*time.Minute - 5*time.Second)
		p.guest().post("/account/sessions/token", redeem(r, r.text("secret"))).is(201)
	}},

	{"A magic link is good for an hour", "recordings/1.9.6/119-token-magic-url-create", mail, func(p *probe) {
		r := p.guest().post("/account/tokens/magic-url", linkFor(newEmail())).is(201).has("secret", `""`, "phrase", `""`).lasts(time.Hour)
		p.Equal(tokenKeys, r.keys(""))
	}},
	{"A magic link leads to the page, with user, secret, expiry and project", "docs/server/tokens.md#magic-link, recordings/1.9.6/119-token-magic-url-create", mail, func(p *probe) {
		email := newEmail()
		r := p.key().post("/account/tokens/magic-url", linkFor(email)).is(201)
		to := p.mail(email, 1).address(p)
		p.Equal("http://localhost/magic", to.Scheme+"://"+to.Host+to.Path)
		p.Equal(r.text("userId"), to.Query().Get("userId"))
		p.Equal(r.text("secret"), to.Query().Get("secret"))
		p.NotEmpty(to.Query().Get("expire"))
		p.Equal(p.target.ProjectID, to.Query().Get("project"))
	}},
	{"A magic link's secret has 64 hexadecimal digits", "docs/server/tokens.md#asking-for-one", mail, func(p *probe) {
		p.Regexp(`^[0-9a-f]{64}$`, p.key().post("/account/tokens/magic-url", linkFor(newEmail())).is(201).text("secret"))
	}},
	{"A magic link needs no page of the caller's, and has a phrase if asked for", "recordings/1.9.6/121-token-magic-url-create-no-url-phrase", mail, func(p *probe) {
		email := newEmail()
		r := p.key().post("/account/tokens/magic-url", obj{"userId": "unique()", "email": email, "phrase": true}).is(201)
		p.Contains(r.text("phrase"), " ")
		p.Equal(r.text("secret"), p.mail(email, 1).link(p).Get("secret"))
	}},
	{"A magic link signs in", "recordings/1.9.6/122-session-token-create-magic-url", mail, func(p *probe) {
		r := p.key().post("/account/tokens/magic-url", linkFor(newEmail())).is(201)
		p.guest().post("/account/sessions/token", redeem(r, r.text("secret"))).is(201).
			has("userId", r.json("userId"), "provider", `"magic-url"`, "factors", `["email"]`, "current", "true")
	}},
	{"A magic link signs in at its old path", "recordings/1.9.6/120-session-magic-url-update-deprecated", mail, func(p *probe) {
		r := p.key().post("/account/tokens/magic-url", linkFor(newEmail())).is(201)
		p.guest().put("/account/sessions/magic-url", redeem(r, r.text("secret"))).is(201).has("provider", `"magic-url"`, "factors", `["email"]`)
	}},
	{"A magic link for a malformed address is refused", "recordings/1.9.6/123-token-magic-url-invalid-email", 0, func(p *probe) {
		p.key().post("/account/tokens/magic-url", linkFor("bad")).invalid("email", wrongEmail)
	}},
	{"A magic link leads to hosts of the project only", "docs/server/parameters.md#pages", 0, func(p *probe) {
		p.key().post("/account/tokens/magic-url", obj{"userId": "unique()", "email": newEmail(), "url": "http://evil.example/x"}).invalid("url", unknownHost)
	}},
	{"A magic link is asked for at its old path too", "docs/server/tokens.md#asking-for-one", mail, func(p *probe) {
		p.key().post("/account/sessions/magic-url", linkFor(newEmail())).is(201).lasts(time.Hour)
	}},
	{"A magic link is no good after an hour", "docs/server/tokens.md#asking-for-one", clock | mail, func(p *probe) {
		p = p.movable(Settings{})
		r := p.key().post("/account/tokens/magic-url", linkFor(newEmail())).is(201)
		p.target.Clock.Advance(time.Hour + time.Second)
		p.guest().post("/account/sessions/token", redeem(r, r.text("secret"))).badToken()
	}},

	{"A code by SMS is good for fifteen minutes", "recordings/1.9.6/124-token-phone-create", sms, func(p *probe) {
		r := p.guest().post("/account/tokens/phone", codeFor(newPhone())).is(201).has("secret", `""`, "phrase", `""`).lasts(15 * time.Minute)
		p.Equal(tokenKeys, r.keys(""))
	}},
	{"The code of an SMS signs in", "recordings/1.9.6/127-session-token-create-phone", sms, func(p *probe) {
		phone := newPhone()
		r := p.guest().post("/account/tokens/phone", codeFor(phone)).is(201)
		p.guest().post("/account/sessions/token", redeem(r, p.sms(phone, 1).code(p))).is(201).
			has("userId", r.json("userId"), "provider", `"phone"`, "providerUid", `""`, "factors", `["phone"]`)
	}},
	{"The code of an SMS signs in at its old path", "recordings/1.9.6/125-session-phone-update-deprecated", sms, func(p *probe) {
		phone := newPhone()
		r := p.guest().post("/account/tokens/phone", codeFor(phone)).is(201)
		p.guest().put("/account/sessions/phone", redeem(r, p.sms(phone, 1).code(p))).is(201).has("provider", `"phone"`, "factors", `["phone"]`)
	}},
	{"A number that is known already gets another code", "recordings/1.9.6/126-token-phone-create-existing", sms, func(p *probe) {
		phone := newPhone()
		first := p.key().post("/account/tokens/phone", codeFor(phone)).is(201)
		p.key().post("/account/tokens/phone", codeFor(phone)).is(201).has("userId", first.json("userId"))
		p.sms(phone, 2).code(p)
	}},
	{"A token by SMS shows an API key the user's ID and the code in one", "docs/server/tokens.md#its-secret", sms, func(p *probe) {
		phone := newPhone()
		r := p.key().post("/account/tokens/phone", codeFor(phone)).is(201)
		id, code := p.unwrap(r.text("secret"))
		p.Equal(r.text("userId"), id)
		p.Equal(p.sms(phone, 1).code(p), code)
	}},
	{"A malformed phone number gets no code", "recordings/1.9.6/128-token-phone-create-invalid", 0, func(p *probe) {
		p.key().post("/account/tokens/phone", codeFor("nope")).invalid("phone", wrongPhone)
	}},
	{"A code by SMS is asked for at its old path too", "docs/server/tokens.md#asking-for-one", sms, func(p *probe) {
		p.key().post("/account/sessions/phone", codeFor(newPhone())).is(201).lasts(15 * time.Minute)
	}},
	{"A code by SMS is no good after fifteen minutes", "docs/server/tokens.md#asking-for-one", clock | sms, func(p *probe) {
		p = p.movable(Settings{})
		phone := newPhone()
		r := p.key().post("/account/tokens/phone", codeFor(phone)).is(201)
		p.target.Clock.Advance(15*time.Minute + time.Second)
		p.guest().post("/account/sessions/token", redeem(r, p.sms(phone, 1).code(p))).badToken()
	}},
}

const unknownHost = "Invalid URI. Register your new client (evil.example) as a new Web platform on your project console dashboard"
