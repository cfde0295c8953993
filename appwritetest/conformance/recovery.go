package conformance

import "time"

// recover starts a recovery with the API key, which sees the secret.
func (a account) recover() (token answer) {
	a.p.tb.Helper()
	return a.p.key().post("/account/recovery", obj{"email": a.email, "url": "http://localhost/recover"}).is(201)
}

// reset returns the body of the request that ends a recovery.
func reset(token answer) obj {
	return obj{"userId": token.text("userId"), "secret": token.text("secret"), "password": newPassword}
}

func init() { add("recovery", recoveryRules) }

var recoveryRules = []rule{
	{"A recovery is answered with 201 and a token without its secret", "recordings/1.9.6/103-recovery-create", mail, func(p *probe) {
		a := p.register()
		r := p.guest().post("/account/recovery", obj{"email": a.email, "url": "http://localhost/recover?x=1"}).is(201)
		p.Equal(tokenKeys, r.keys(""))
		r.has("userId", quoted(a.id), "secret", `""`, "phrase", `""`)
	}},
	{"A recovery is good for an hour", "recordings/1.9.6/103-recovery-create", mail, func(p *probe) {
		p.register().recover().lasts(time.Hour)
	}},
	{"A recovery's link keeps the page's query and adds user, secret and expiry", "recordings/1.9.6/103-recovery-create, docs/server/recovery.md#asking-for-it", mail, func(p *probe) {
		a := p.register()
		r := p.key().post("/account/recovery", obj{"email": a.email, "url": "http://localhost/recover?x=1"}).is(201)
		to := p.mail(a.email, 1).address(p)
		p.Equal("http://localhost/recover", to.Scheme+"://"+to.Host+to.Path)
		p.Equal("1", to.Query().Get("x"))
		p.Equal(a.id, to.Query().Get("userId"))
		p.Equal(r.text("secret"), to.Query().Get("secret"))
		p.NotEmpty(to.Query().Get("expire"))
	}},
	{"An API key sees a recovery's secret of 256 hexadecimal digits", "recordings/1.9.6/104-recovery-create-with-api-key", mail, func(p *probe) {
		p.Regexp(`^[0-9a-f]{256}$`, p.register().recover().text("secret"))
	}},
	{"A wrong secret recovers nothing", "recordings/1.9.6/105-recovery-confirm-bad-secret", mail, func(p *probe) {
		a := p.register()
		a.recover()
		p.guest().put("/account/recovery", obj{"userId": a.id, "secret": "bad", "password": newPassword}).badToken()
	}},
	{"A recovery ends with 200 and its token", "recordings/1.9.6/106-recovery-confirm", mail, func(p *probe) {
		token := p.register().recover()
		p.guest().put("/account/recovery", reset(token)).is(200).has("$id", token.json("$id"), "secret", `""`, "expire", token.json("expire"))
	}},
	{"A recovery's secret works once", "recordings/1.9.6/107-recovery-confirm-twice", mail, func(p *probe) {
		token := p.register().recover()
		p.guest().put("/account/recovery", reset(token)).is(200)
		p.guest().put("/account/recovery", reset(token)).badToken()
	}},
	{"An unknown address cannot be recovered", "recordings/1.9.6/108-recovery-create-unknown-user", 0, func(p *probe) {
		p.key().post("/account/recovery", obj{"email": newEmail(), "url": "http://localhost/recover"}).noSuchUser()
	}},
	{"A recovery's link leads to hosts of the project only", "recordings/1.9.6/109-recovery-create-url-not-allowed", 0, func(p *probe) {
		p.guest().post("/account/recovery", obj{"email": newEmail(), "url": "http://evil.example/x"}).invalid("url", unknownHost)
	}},
	{"A recovery's page must be a URL", "recordings/1.9.6/110-recovery-create-url-invalid", 0, func(p *probe) {
		p.key().post("/account/recovery", obj{"email": newEmail(), "url": "not a url"}).invalid("url", "Invalid URI.")
	}},
	{"A recovery needs a page", "docs/server/recovery.md#asking-for-it", 0, func(p *probe) {
		p.key().post("/account/recovery", obj{"email": newEmail()}).missing("url")
	}},
	{"A recovery ends the user's sessions", "recordings/1.9.6/111-account-get-after-recovery", mail, func(p *probe) {
		a := p.signUp()
		p.guest().put("/account/recovery", reset(a.recover())).is(200)
		a.get("/account").forGuests()
	}},
	{"A recovered account has the new password", "recordings/1.9.6/106-recovery-confirm", mail, func(p *probe) {
		a := p.register()
		p.guest().put("/account/recovery", reset(a.recover())).is(200)
		p.key().post("/account/sessions/email", a.credentials()).badCredentials()
		p.key().post("/account/sessions/email", obj{"email": a.email, "password": newPassword}).is(201)
	}},
	{"A recovery proves the e-mail address", "docs/server/recovery.md#ending-it", mail, func(p *probe) {
		a := p.register()
		p.guest().put("/account/recovery", reset(a.recover())).is(200)
		a.password = newPassword
		a.signedIn().get("/account").is(200).has("emailVerification", "true")
	}},
	{"A recovery's password has at least eight bytes", "docs/server/recovery.md#ending-it", mail, func(p *probe) {
		body := reset(p.register().recover())
		body["password"] = "short"
		p.key().put("/account/recovery", body).invalid("password", longPassword)
	}},
	{"Nobody asks for the password twice any more", "docs/server/recovery.md#passwordagain", mail, func(p *probe) {
		body := reset(p.register().recover())
		body["passwordAgain"] = "something else"
		p.guest().put("/account/recovery", body).is(200)
	}},
	{"The recovery of an unknown user is answered with 404", "docs/server/recovery.md#ending-it", 0, func(p *probe) {
		p.key().put("/account/recovery", obj{"userId": nobody, "secret": "s", "password": newPassword}).noSuchUser()
	}},
	{"A recovery's secret does not sign in", "recordings/1.9.6/113-session-token-create-bad-secret", mail, func(p *probe) {
		token := p.register().recover()
		p.guest().post("/account/sessions/token", redeem(token, token.text("secret"))).badToken()
	}},
	{"A recovery is no good after an hour", "docs/server/recovery.md#asking-for-it", clock | mail, func(p *probe) {
		p = p.movable(Settings{})
		token := p.register().recover()
		p.target.Clock.Advance(time.Hour + time.Second)
		p.guest().put("/account/recovery", reset(token)).badToken()
	}},
}
