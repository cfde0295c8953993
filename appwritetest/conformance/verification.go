package conformance

import "time"

const verifyPage = "http://localhost/verify"

// startVerification asks for the mail, and returns the body of the request that proves the
// address.
func (a account) startVerification() (token answer, proof obj) {
	a.p.tb.Helper()
	token = a.post("/account/verifications/email", obj{"url": verifyPage}).is(201)
	return token, obj{"userId": a.id, "secret": a.p.mail(a.email, 1).link(a.p).Get("secret")}
}

// startPhone gives the user a number, asks for the SMS, and returns the body of the request
// that proves the number.
func (a account) startPhone() (token answer, proof obj) {
	a.p.tb.Helper()
	phone := newPhone()
	a.patch("/account/phone", obj{"phone": phone, "password": a.password}).is(200)
	token = a.post("/account/verifications/phone", obj{}).is(201)
	return token, obj{"userId": a.id, "secret": a.p.sms(phone, 1).code(a.p)}
}

func init() { add("verification", verificationRules) }

var verificationRules = []rule{
	{"The verification of an address is answered with 201 and a token without its secret", "recordings/1.9.6/092-email-verification-create", mail, func(p *probe) {
		a := p.signUp()
		token, _ := a.startVerification()
		p.Equal(tokenKeys, token.keys(""))
		token.has("userId", quoted(a.id), "secret", `""`, "phrase", `""`)
	}},
	{"The verification of an address is good for an hour", "recordings/1.9.6/092-email-verification-create", mail, func(p *probe) {
		token, _ := p.signUp().startVerification()
		token.lasts(time.Hour)
	}},
	{"A verification's link leads to the page, with user, secret and expiry", "docs/server/verification.md#e-mail-address", mail, func(p *probe) {
		a := p.signUp()
		a.post("/account/verifications/email", obj{"url": verifyPage}).is(201)
		to := p.mail(a.email, 1).address(p)
		p.Equal(verifyPage, to.Scheme+"://"+to.Host+to.Path)
		p.Equal(a.id, to.Query().Get("userId"))
		p.Regexp(`^[0-9a-f]{256}$`, to.Query().Get("secret"))
		p.NotEmpty(to.Query().Get("expire"))
	}},
	{"A wrong secret proves no address", "recordings/1.9.6/093-email-verification-confirm-bad-secret", mail, func(p *probe) {
		a := p.signUp()
		a.startVerification()
		p.guest().put("/account/verifications/email", obj{"userId": a.id, "secret": "nope"}).badToken()
	}},
	{"The mail's secret proves the address, also without a session", "recordings/1.9.6/094-email-verification-confirm, recordings/1.9.6/102-account-get-verified", mail, func(p *probe) {
		a := p.signUp()
		token, proof := a.startVerification()
		p.guest().put("/account/verifications/email", proof).is(200).has("$id", token.json("$id"), "secret", `""`)
		a.get("/account").is(200).has("emailVerification", "true")
	}},
	{"The mail's secret works once", "recordings/1.9.6/095-email-verification-confirm-twice", mail, func(p *probe) {
		_, proof := p.signUp().startVerification()
		p.guest().put("/account/verifications/email", proof).is(200)
		p.guest().put("/account/verifications/email", proof).badToken()
	}},
	{"One user's secret does not prove another's address", "recordings/1.9.6/093-email-verification-confirm-bad-secret", mail, func(p *probe) {
		_, proof := p.signUp().startVerification()
		proof["userId"] = p.register().id
		p.guest().put("/account/verifications/email", proof).badToken()
	}},
	{"A verified address is not verified again", "recordings/1.9.6/096-email-verification-create-already-verified", mail, func(p *probe) {
		a := p.signUp()
		a.confirm()
		a.post("/account/verifications/email", obj{"url": verifyPage}).refused(409, "user_email_already_verified", "User email is already verified")
	}},
	{"An address is verified at the old path too", "recordings/1.9.6/097-email-verification-create-old-path, docs/server/verification.md#old-paths", mail, func(p *probe) {
		a := p.signUp()
		a.post("/account/verification", obj{"url": verifyPage}).is(201)
		proof := obj{"userId": a.id, "secret": p.mail(a.email, 1).link(p).Get("secret")}
		p.guest().put("/account/verification", proof).is(200)
		a.post("/account/verification", obj{"url": verifyPage}).refused(409, "user_email_already_verified", "User email is already verified")
	}},
	{"A guest verifies no address", "docs/server/verification.md#e-mail-address", 0, func(p *probe) {
		p.guest().post("/account/verifications/email", obj{"url": verifyPage}).forGuests()
	}},
	{"Without an address there is nothing to verify", "docs/server/verification.md#e-mail-address", 0, func(p *probe) {
		p.anonymous().post("/account/verifications/email", obj{"url": verifyPage}).is(400).has("type", `"user_email_not_found"`)
	}},
	{"A verification's link leads to hosts of the project only", "docs/server/parameters.md#pages", 0, func(p *probe) {
		p.signUp().post("/account/verifications/email", obj{"url": "http://evil.example/x"}).invalid("url", unknownHost)
	}},
	{"The address of an unknown user is not proved", "docs/server/verification.md#proving-the-address", 0, func(p *probe) {
		p.guest().put("/account/verifications/email", obj{"userId": nobody, "secret": "s"}).noSuchUser()
	}},
	{"An API key proves no address", "docs/server/verification.md#proving-the-address", 0, func(p *probe) {
		p.key().put("/account/verifications/email", obj{"userId": nobody, "secret": "s"}).is(401).has("type", `"general_unauthorized_scope"`)
	}},
	{"The verification of an address is no good after an hour", "docs/server/verification.md#e-mail-address", clock | mail, func(p *probe) {
		p = p.movable(Settings{})
		_, proof := p.signUp().startVerification()
		p.target.Clock.Advance(time.Hour + time.Second)
		p.guest().put("/account/verifications/email", proof).badToken()
	}},

	{"The verification of a number is answered with 201 and is good for an hour", "recordings/1.9.6/098-phone-verification-create", sms, func(p *probe) {
		a := p.signUp()
		token, _ := a.startPhone()
		p.Equal(tokenKeys, token.keys(""))
		token.has("userId", quoted(a.id), "secret", `""`).lasts(time.Hour)
	}},
	{"A wrong code proves no number", "recordings/1.9.6/099-phone-verification-confirm-bad", sms, func(p *probe) {
		a := p.signUp()
		_, proof := a.startPhone()
		wrong := "000000"
		if proof["secret"] == wrong {
			wrong = "000001"
		}
		a.put("/account/verifications/phone", obj{"userId": a.id, "secret": wrong}).badToken()
	}},
	{"The code of the SMS proves the number", "recordings/1.9.6/100-phone-verification-confirm, recordings/1.9.6/102-account-get-verified", sms, func(p *probe) {
		a := p.signUp()
		token, proof := a.startPhone()
		a.put("/account/verifications/phone", proof).is(200).has("$id", token.json("$id"), "secret", `""`)
		a.get("/account").is(200).has("phoneVerification", "true")
	}},
	{"A verified number is not verified again", "recordings/1.9.6/101-phone-verification-create-already-verified", sms, func(p *probe) {
		a := p.signUp()
		a.setPhone()
		a.post("/account/verifications/phone", nil).refused(409, "user_phone_already_verified", "User phone is already verified")
	}},
	{"Without a number there is nothing to verify by SMS", "docs/server/verification.md#phone-number", 0, func(p *probe) {
		p.signUp().post("/account/verifications/phone", obj{}).refused(400, "user_phone_not_found",
			"The current user does not have a phone number associated with their account.")
	}},
	{"A number is verified at the old path too", "docs/server/verification.md#old-paths", sms, func(p *probe) {
		a, phone := p.signUp(), newPhone()
		a.patch("/account/phone", obj{"phone": phone, "password": password}).is(200)
		a.post("/account/verification/phone", nil).is(201)
		a.put("/account/verification/phone", obj{"userId": a.id, "secret": p.sms(phone, 1).code(p)}).is(200)
	}},
	{"The verification of a number is no good after an hour", "docs/server/verification.md#phone-number", clock | sms, func(p *probe) {
		p = p.movable(Settings{})
		a := p.signUp()
		_, proof := a.startPhone()
		p.target.Clock.Advance(time.Hour + time.Second)
		a.put("/account/verifications/phone", proof).badToken()
	}},
}
