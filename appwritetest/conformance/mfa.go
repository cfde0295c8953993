package conformance

import (
	"regexp"
	"strings"
	"time"
)

var (
	challengeKeys = strings.Fields("$id $createdAt userId expire")
	recoveryCode  = regexp.MustCompile(`^[0-9a-f]{10}$`)
)

func (r answer) needsMoreFactors() answer {
	r.p.tb.Helper()
	return r.refused(401, "user_more_factors_required", "More factors are required to complete the sign in process.")
}

func (r answer) needsChallenge() answer {
	r.p.tb.Helper()
	return r.refused(401, "user_challenge_required",
		"A recently successful challenge is required to complete this action. A challenge is considered recent for 5 minutes.")
}

func (r answer) noAuthenticator() answer {
	r.p.tb.Helper()
	return r.refused(404, "user_authenticator_not_found", "Authenticator could not be found on the current user.")
}

// recoveryCodes returns the recovery codes of the answer.
func (r answer) recoveryCodes() (codes []string) {
	r.p.tb.Helper()
	r.p.Equal([]string{"recoveryCodes"}, r.keys(""))
	r.p.decode(r.json("recoveryCodes"), &codes)
	for _, code := range codes {
		r.p.Regexp(recoveryCode, code)
	}
	return codes
}

func init() { add("mfa", mfaRules) }

var mfaRules = []rule{
	{"A new user has no factors", "recordings/1.9.6/155-mfa-factors-none", 0, func(p *probe) {
		p.Equal(`{"totp":false,"phone":false,"email":false,"recoveryCode":false}`, string(p.signUp().get("/account/mfa/factors").is(200).body))
	}},
	{"A verified address and a verified number are factors", "recordings/1.9.6/193-mfa-factors-all", mail | sms, func(p *probe) {
		a := p.signUp()
		a.confirm()
		a.setPhone()
		a.get("/account/mfa/factors").is(200).has("email", "true", "phone", "true", "totp", "false", "recoveryCode", "false")
	}},
	{"A guest has no factors to list", "docs/server/mfa.md#guests", 0, func(p *probe) {
		p.guest().get("/account/mfa/factors").forGuests()
	}},

	{"A new authenticator is answered with 200, its secret and its URI", "recordings/1.9.6/158-mfa-authenticator-create", 0, func(p *probe) {
		r := p.signUp().post("/account/mfa/authenticators/totp", obj{}).is(200)
		p.Equal([]string{"secret", "uri"}, r.keys(""))
		p.Regexp(`^[A-Z2-7]{103}$`, r.text("secret"))
	}},
	{"An authenticator's URI names the user's address and has the secret", "recordings/1.9.6/158-mfa-authenticator-create", 0, func(p *probe) {
		a := p.signUp()
		r := a.post("/account/mfa/authenticators/totp", obj{}).is(200)
		uri := r.text("uri")
		p.True(strings.HasPrefix(uri, "otpauth://totp/"), uri)
		p.Contains(uri, "%3A"+strings.Replace(a.email, "@", "%40", 1)+"?issuer=")
		p.True(strings.HasSuffix(uri, "&secret="+r.text("secret")), uri)
	}},
	{"An authenticator that was never verified is replaced", "recordings/1.9.6/159-mfa-authenticator-create-again-unverified", 0, func(p *probe) {
		a := p.signUp()
		first := a.post("/account/mfa/authenticators/totp", obj{}).is(200).text("secret")
		second := a.post("/account/mfa/authenticators/totp", obj{}).is(200).text("secret")
		p.NotEqual(first, second)
		p.enter(second, func(code string) answer { return a.put("/account/mfa/authenticators/totp", obj{"otp": code}) }).is(200)
	}},
	{"There is no other kind of authenticator than totp", "recordings/1.9.6/160-mfa-authenticator-create-bad-type", 0, func(p *probe) {
		p.signUp().post("/account/mfa/authenticators/sms", obj{}).invalid("type", "Value must be one of (totp)")
	}},
	{"A wrong code verifies no authenticator", "recordings/1.9.6/161-mfa-authenticator-verify-bad", 0, func(p *probe) {
		a := p.signUp()
		secret := a.post("/account/mfa/authenticators/totp", obj{}).is(200).text("secret")
		a.put("/account/mfa/authenticators/totp", obj{"otp": p.wrongCode(secret)}).badToken()
	}},
	{"The authenticator's code verifies it, and is answered with the user, still without MFA", "recordings/1.9.6/162-mfa-authenticator-verify", 0, func(p *probe) {
		a := p.signUp()
		secret := a.post("/account/mfa/authenticators/totp", obj{}).is(200).text("secret")
		r := p.enter(secret, func(code string) answer { return a.put("/account/mfa/authenticators/totp", obj{"otp": code}) }).is(200)
		p.Equal(userKeys, r.keys(""))
		r.has("$id", quoted(a.id), "mfa", "false")
	}},
	{"An authenticator is verified once", "recordings/1.9.6/163-mfa-authenticator-verify-again", 0, func(p *probe) {
		a, secret := p.enrolled()
		a.put("/account/mfa/authenticators/totp", obj{"otp": p.code(secret)}).
			refused(409, "user_authenticator_already_verified", "This authenticator is already verified on the current user.")
	}},
	{"A verified authenticator is not replaced", "recordings/1.9.6/164-mfa-authenticator-create-already", 0, func(p *probe) {
		a, _ := p.enrolled()
		a.post("/account/mfa/authenticators/totp", obj{}).
			refused(409, "user_authenticator_already_verified", "This authenticator is already verified on the current user.")
	}},
	{"There is nothing to verify without an authenticator", "docs/server/mfa.md#authenticators", 0, func(p *probe) {
		p.signUp().put("/account/mfa/authenticators/totp", obj{"otp": "000000"}).noAuthenticator()
	}},
	{"A verified authenticator is a factor", "recordings/1.9.6/169-mfa-factors-totp", 0, func(p *probe) {
		a, _ := p.enrolled()
		a.get("/account/mfa/factors").is(200).has("totp", "true", "recoveryCode", "false")
	}},

	{"Recovery codes are six, of ten hexadecimal digits each", "recordings/1.9.6/165-mfa-recovery-codes-create", 0, func(p *probe) {
		a, _ := p.enrolled()
		p.Len(a.post("/account/mfa/recovery-codes", obj{}).is(201).recoveryCodes(), 6)
		a.get("/account/mfa/factors").is(200).has("recoveryCode", "true")
	}},
	{"Recovery codes are made once", "recordings/1.9.6/166-mfa-recovery-codes-create-again", 0, func(p *probe) {
		a, _ := p.enrolled()
		a.post("/account/mfa/recovery-codes", nil).is(201)
		a.post("/account/mfa/recovery-codes", nil).refused(409, "user_recovery_codes_already_exists",
			"The current user already generated recovery codes and they can only be read once for security reasons.")
	}},
	{"Reading recovery codes takes a challenge, even where there are none", "recordings/1.9.6/156-mfa-recovery-codes-get-none, recordings/1.9.6/167-mfa-recovery-codes-get-without-challenge", 0, func(p *probe) {
		a, _ := p.enrolled()
		a.get("/account/mfa/recovery-codes").needsChallenge()
		a.post("/account/mfa/recovery-codes", nil).is(201)
		a.get("/account/mfa/recovery-codes").needsChallenge()
	}},
	{"Replacing recovery codes takes a challenge, even where there are none", "recordings/1.9.6/157-mfa-recovery-codes-update-none", 0, func(p *probe) {
		p.signUp().patch("/account/mfa/recovery-codes", obj{}).needsChallenge()
	}},
	{"After a challenge, recovery codes can be read", "recordings/1.9.6/183-mfa-recovery-codes-get", 0, func(p *probe) {
		a, before, secret := p.gated()
		made := before.post("/account/mfa/recovery-codes", obj{}).is(201).recoveryCodes()
		a.pass(secret)
		p.Equal(made, a.get("/account/mfa/recovery-codes").is(200).recoveryCodes())
	}},
	{"After a challenge, recovery codes can be replaced", "recordings/1.9.6/184-mfa-recovery-codes-update", 0, func(p *probe) {
		a, before, secret := p.gated()
		made := before.post("/account/mfa/recovery-codes", obj{}).is(201).recoveryCodes()
		a.pass(secret)
		replaced := a.patch("/account/mfa/recovery-codes", obj{}).is(200).recoveryCodes()
		p.Len(replaced, 6)
		p.NotSubset(made, replaced)
		p.Equal(replaced, a.get("/account/mfa/recovery-codes").is(200).recoveryCodes())
	}},
	{"After a challenge, there are no recovery codes to read where none were made", "docs/server/mfa.md#recovery-codes", 0, func(p *probe) {
		a, _, secret := p.gated()
		a.pass(secret)
		a.get("/account/mfa/recovery-codes").is(404).has("type", `"user_recovery_codes_not_found"`)
	}},

	{"Switching MFA on is answered with the user", "recordings/1.9.6/168-mfa-enable", 0, func(p *probe) {
		a, _ := p.enrolled()
		a.patch("/account/mfa", obj{"mfa": true}).is(200).has("$id", quoted(a.id), "mfa", "true")
	}},
	{"The session that switches MFA on goes on", "recordings/1.9.6/170-account-get-mfa-enabled-old-session", 0, func(p *probe) {
		_, before, _ := p.gated()
		before.get("/account").is(200).has("mfa", "true")
	}},
	{"The session that switches MFA on gets the factors that are verified", "docs/server/mfa.md#switching-it-on", 0, func(p *probe) {
		_, before, _ := p.gated()
		before.get("/account/sessions/current").is(200).has("factors", `["password","totp"]`)
	}},
	{"MFA is switched on and off with a boolean", "recordings/1.9.6/201-mfa-update-bad-value", 0, func(p *probe) {
		p.signUp().patch("/account/mfa", obj{"mfa": "maybe"}).invalid("mfa", wrongBoolean)
	}},
	{"MFA without a factor asks for nothing at the next sign-in", "docs/server/mfa.md#switching-it-on", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/mfa", obj{"mfa": true}).is(200).has("mfa", "true")
		a.signedIn().get("/account").is(200)
	}},
	{"MFA is not switched with a JWT", "docs/server/mfa.md#switching-it-on", 0, func(p *probe) {
		p.jwt(p.signUp().newJWT()).patch("/account/mfa", obj{"mfa": true}).is(500)
	}},
	{"Switching MFA off is answered with the user", "recordings/1.9.6/200-mfa-disable", 0, func(p *probe) {
		_, before, _ := p.gated()
		before.patch("/account/mfa", obj{"mfa": false}).is(200).has("mfa", "false")
		before.signedIn().get("/account").is(200)
	}},

	{"With MFA, a password still signs in, with that one factor", "recordings/1.9.6/171-session-email-create-mfa-user", 0, func(p *probe) {
		a, _, _ := p.gated()
		p.key().post("/account/sessions/email", a.credentials()).is(201).has("factors", `["password"]`, "mfaUpdatedAt", `""`)
	}},
	{"A session that lacks a factor reads no account", "recordings/1.9.6/172-account-get-more-factors-required", 0, func(p *probe) {
		a, _, _ := p.gated()
		a.get("/account").needsMoreFactors()
	}},
	{"A session that lacks a factor reads no preferences", "recordings/1.9.6/173-prefs-get-more-factors-required", 0, func(p *probe) {
		a, _, _ := p.gated()
		a.get("/account/prefs").needsMoreFactors()
	}},
	{"A session that lacks a factor reads no sessions", "recordings/1.9.6/174-sessions-list-more-factors-required", 0, func(p *probe) {
		a, _, _ := p.gated()
		a.get("/account/sessions").needsMoreFactors()
	}},
	{"A session that lacks a factor gets no JWT", "recordings/1.9.6/176-jwt-create-more-factors-required", 0, func(p *probe) {
		a, _, _ := p.gated()
		a.post("/account/jwts", obj{}).needsMoreFactors()
	}},
	{"A session that lacks a factor may list the factors", "recordings/1.9.6/175-mfa-factors-before-challenge", 0, func(p *probe) {
		a, _, _ := p.gated()
		a.get("/account/mfa/factors").is(200).has("totp", "true")
	}},
	{"A session that lacks a factor may be ended", "docs/server/mfa.md#missing-factors", 0, func(p *probe) {
		a, _, _ := p.gated()
		a.delete("/account/sessions/current").gone()
	}},
	{"A JWT is not asked for more factors", "docs/server/mfa.md#missing-factors", 0, func(p *probe) {
		a, _ := p.enrolled()
		other := a.signedIn()
		token := other.newJWT()
		a.patch("/account/mfa", obj{"mfa": true}).is(200)
		other.get("/account").needsMoreFactors()
		p.jwt(token).get("/account").is(200)
	}},

	{"A challenge is answered with 201 and four keys, and is good for an hour", "recordings/1.9.6/177-mfa-challenge-create-totp", 0, func(p *probe) {
		a, _, _ := p.gated()
		r := a.post("/account/mfa/challenges", obj{"factor": "totp"}).is(201)
		p.Equal(challengeKeys, r.keys(""))
		r.has("userId", quoted(a.id)).lasts(time.Hour)
	}},
	{"A wrong code completes no challenge", "recordings/1.9.6/178-mfa-challenge-complete-totp-bad", 0, func(p *probe) {
		a, _, secret := p.gated()
		a.put("/account/mfa/challenges", obj{"challengeId": a.challenge("totp"), "otp": p.wrongCode(secret)}).badToken()
		a.get("/account").needsMoreFactors()
	}},
	{"An unknown challenge is not completed", "recordings/1.9.6/179-mfa-challenge-complete-unknown", 0, func(p *probe) {
		a, _, _ := p.gated()
		a.put("/account/mfa/challenges", obj{"challengeId": nobody, "otp": "000000"}).badToken()
	}},
	{"The authenticator's code completes the challenge, and adds the factor to the session", "recordings/1.9.6/180-mfa-challenge-complete-totp", 0, func(p *probe) {
		a, _, secret := p.gated()
		r := a.pass(secret)
		p.Equal(sessionKeys, r.keys(""))
		r.has("userId", quoted(a.id), "factors", `["password","totp"]`)
	}},
	{"The answer to a challenge has current false and no country's name", "recordings/1.9.6/180-mfa-challenge-complete-totp", 0, func(p *probe) {
		a, _, secret := p.gated()
		a.pass(secret).has("current", "false", "countryName", `""`, "secret", `""`)
	}},
	{"A completed challenge has its date without a zone, which the session later has in the normal form", "recordings/1.9.6/180-mfa-challenge-complete-totp, recordings/1.9.6/182-session-get-current-after-challenge", 0, func(p *probe) {
		a, _, secret := p.gated()
		passed := a.pass(secret).stamp("mfaUpdatedAt")
		session := a.get("/account/sessions/current").is(200).has("factors", `["password","totp"]`, "current", "true")
		p.Equal(passed, session.date("mfaUpdatedAt").UTC())
	}},
	{"After the challenge the session is like any other", "recordings/1.9.6/181-account-get-after-challenge", 0, func(p *probe) {
		a, _, secret := p.gated()
		a.pass(secret)
		a.get("/account").is(200)
	}},
	{"An authenticator's code works again within its thirty seconds", "recordings/1.9.6/162-mfa-authenticator-verify, recordings/1.9.6/180-mfa-challenge-complete-totp", 0, func(p *probe) {
		a, _, secret := p.gated()
		a.pass(secret)
		a.signedIn().pass(secret)
	}},
	{"A challenge for the factor recoverycode is never completed", "recordings/1.9.6/185-mfa-challenge-create-recoverycode-lowercase, recordings/1.9.6/186-mfa-challenge-complete-recoverycode-lowercase", 0, func(p *probe) {
		a, before, _ := p.gated()
		code := before.post("/account/mfa/recovery-codes", obj{}).is(201).recoveryCodes()[0]
		a.put("/account/mfa/challenges", obj{"challengeId": a.challenge("recoverycode"), "otp": code}).badToken()
	}},
	{"A recovery code completes a challenge for the factor recoveryCode", "recordings/1.9.6/187-mfa-challenge-create-recoveryCode, recordings/1.9.6/188-mfa-challenge-complete-recoveryCode", 0, func(p *probe) {
		a, before, _ := p.gated()
		code := before.post("/account/mfa/recovery-codes", obj{}).is(201).recoveryCodes()[0]
		a.put("/account/mfa/challenges", obj{"challengeId": a.challenge("recoveryCode"), "otp": code}).is(200).has("factors", `["password","recoveryCode"]`)
	}},
	{"A recovery code works once and is then gone", "recordings/1.9.6/189-mfa-recovery-codes-get-after-use", 0, func(p *probe) {
		a, before, _ := p.gated()
		codes := before.post("/account/mfa/recovery-codes", obj{}).is(201).recoveryCodes()
		a.put("/account/mfa/challenges", obj{"challengeId": a.challenge("recoveryCode"), "otp": codes[0]}).is(200)
		p.Equal(codes[1:], a.get("/account/mfa/recovery-codes").is(200).recoveryCodes())
		again := a.signedIn()
		again.put("/account/mfa/challenges", obj{"challengeId": again.challenge("recoveryCode"), "otp": codes[0]}).badToken()
	}},
	{"Without a number there is no challenge by SMS", "recordings/1.9.6/191-mfa-challenge-create-phone-none", 0, func(p *probe) {
		p.signUp().post("/account/mfa/challenges", obj{"factor": "phone"}).refused(400, "user_phone_not_found",
			"The current user does not have a phone number associated with their account.")
	}},
	{"There is no challenge by mail to an address that is not verified", "docs/server/mfa.md#challenges", 0, func(p *probe) {
		p.signUp().post("/account/mfa/challenges", obj{"factor": "email"}).is(400).has("type", `"user_email_not_verified"`)
	}},
	{"There is no challenge of a factor that does not exist", "recordings/1.9.6/192-mfa-challenge-create-bad-factor", 0, func(p *probe) {
		p.signUp().post("/account/mfa/challenges", obj{"factor": "voice"}).invalid("factor", "Value must be one of (email, phone, totp, recoverycode)")
	}},
	{"A challenge by mail is completed with the mail's code", "recordings/1.9.6/194-mfa-challenge-create-email", mail, func(p *probe) {
		a := p.signUp()
		a.confirm()
		a.patch("/account/mfa", obj{"mfa": true}).is(200)
		b := a.signedIn()
		b.get("/account").needsMoreFactors()
		id := b.challenge("email")
		b.put("/account/mfa/challenges", obj{"challengeId": id, "otp": p.mail(a.email, 2).code(p)}).is(200).has("factors", `["password","email"]`)
		b.get("/account").is(200)
	}},
	{"A challenge is made and completed at its old path too, by SMS", "recordings/1.9.6/196-mfa-challenge-create-phone-old-path, recordings/1.9.6/197-mfa-challenge-complete-phone-old-path", sms, func(p *probe) {
		a := p.signUp()
		phone := a.setPhone()
		a.patch("/account/mfa", obj{"mfa": true}).is(200)
		b := a.signedIn()
		id := b.post("/account/mfa/challenge", obj{"factor": "phone"}).is(201).text("$id")
		b.put("/account/mfa/challenge", obj{"challengeId": id, "otp": p.sms(phone, 2).code(p)}).is(200).has("factors", `["password","phone"]`)
	}},
	{"A challenge is no good after an hour", "docs/server/contradicted.md#the-end-of-a-challenge", clock, func(p *probe) {
		p = p.movable(Settings{})
		a, _, secret := p.gated()
		id := a.challenge("totp")
		p.target.Clock.Advance(time.Hour + time.Second)
		a.get("/account/mfa/factors").is(200) // tells the server's time
		a.put("/account/mfa/challenges", obj{"challengeId": id, "otp": p.code(secret)}).badToken()
	}},
	{"A challenge is recent for half an hour", "docs/server/mfa.md#recent-challenges", clock, func(p *probe) {
		p = p.movable(Settings{})
		a, before, secret := p.gated()
		before.post("/account/mfa/recovery-codes", nil).is(201)
		a.pass(secret)
		p.target.Clock.Advance(29 * time.Minute)
		a.get("/account/mfa/recovery-codes").is(200)
		p.target.Clock.Advance(2 * time.Minute)
		a.get("/account/mfa/recovery-codes").needsChallenge()
	}},
	{"An authenticator's code is no good in the next thirty seconds", "docs/server/mfa.md#authenticators", clock, func(p *probe) {
		p = p.movable(Settings{})
		a := p.signUp()
		secret := a.post("/account/mfa/authenticators/totp", nil).is(200).text("secret")
		code := p.code(secret)
		p.target.Clock.Advance(time.Minute)
		a.get("/account").is(200) // tells the server's time
		if p.code(secret) != code {
			a.put("/account/mfa/authenticators/totp", obj{"otp": code}).badToken()
		}
	}},

	{"Taking the authenticator away takes a challenge", "docs/server/mfa.md#taking-an-authenticator-away", 0, func(p *probe) {
		a, _ := p.enrolled()
		a.delete("/account/mfa/authenticators/totp").needsChallenge()
	}},
	{"After a challenge the authenticator can be taken away, once", "recordings/1.9.6/198-mfa-authenticator-delete, recordings/1.9.6/199-mfa-authenticator-delete-again", 0, func(p *probe) {
		a, _, secret := p.gated()
		a.pass(secret)
		r := a.delete("/account/mfa/authenticators/totp").gone()
		p.Equal("text/html", r.header.Get("Content-Type"))
		a.delete("/account/mfa/authenticators/totp").noAuthenticator()
	}},
}
