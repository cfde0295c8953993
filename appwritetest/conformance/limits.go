package conformance

import (
	"strconv"
	"time"
)

// announces returns a rule that the headers of an operation's answer tell its limit.
func announces(name, source string, needs need, limit int, window time.Duration, call func(*probe) answer) rule {
	return rule{name, source, needs, func(p *probe) {
		r := call(p)
		p.Equal(strconv.Itoa(limit), r.header.Get("X-RateLimit-Limit"), r)
		remaining, err := strconv.Atoi(r.header.Get("X-RateLimit-Remaining"))
		p.NoError(err)
		p.Less(remaining, limit)
		reset, err := strconv.ParseInt(r.header.Get("X-RateLimit-Reset"), 10, 64)
		p.NoError(err)
		seconds := int64(window / time.Second)
		p.Zero(reset%seconds, "windows start on the full hour or minute")
		p.Greater(reset, p.now.Unix()-1)
		p.LessOrEqual(reset, p.now.Unix()+seconds)
	}}
}

// tries signs in n times with a wrong password, and returns the last answer.
func (a account) tries(by actor, n int) (r answer) {
	a.p.tb.Helper()
	for i := range n {
		r = by.post("/account/sessions/email", obj{"email": a.email, "password": "wrong-pass-9"})
		if i < n-1 {
			r.badCredentials()
		}
	}
	return r
}

func (r answer) limited() answer {
	r.p.tb.Helper()
	return r.refused(429, "general_rate_limit_exceeded", "Rate limit for the current endpoint has been exceeded. Please try again after some time.")
}

// limiting returns a probe of a target that enforces its limits.
func (p *probe) limiting() *probe {
	p.tb.Helper()
	return p.fresh(Settings{RateLimits: true})
}

func init() { add("limits", limitRules) }

var limitRules = []rule{
	announces("Ten accounts an hour", "recordings/1.9.6/001-account-create", 0, 10, time.Hour, func(p *probe) answer {
		return p.key().post("/account", newAccount()).is(201)
	}),
	announces("Ten sign-ins with a password an hour", "recordings/1.9.6/004-session-email-create", 0, 10, time.Hour, func(p *probe) answer {
		return p.guest().post("/account/sessions/email", p.register().credentials()).is(201)
	}),
	announces("Fifty anonymous sign-ins an hour", "recordings/1.9.6/029-session-anonymous-create", 0, 50, time.Hour, func(p *probe) answer {
		return p.key().post("/account/sessions/anonymous", nil).is(201)
	}),
	announces("Ten exchanges of a token an hour", "recordings/1.9.6/113-session-token-create-bad-secret", 0, 10, time.Hour, func(p *probe) answer {
		return p.key().post("/account/sessions/token", obj{"userId": p.register().id, "secret": "000000"}).is(401)
	}),
	announces("Sixty magic links an hour", "recordings/1.9.6/123-token-magic-url-invalid-email", 0, 60, time.Hour, func(p *probe) answer {
		return p.key().post("/account/tokens/magic-url", linkFor("bad")).is(400)
	}),
	announces("Ten codes by mail an hour", "docs/server/limits.md#rate-limits", 0, 10, time.Hour, func(p *probe) answer {
		return p.key().post("/account/tokens/email", otpFor("bad")).is(400)
	}),
	announces("Ten codes by SMS an hour", "recordings/1.9.6/128-token-phone-create-invalid", 0, 10, time.Hour, func(p *probe) answer {
		return p.key().post("/account/tokens/phone", codeFor("nope")).is(400)
	}),
	announces("A hundred and twenty JWTs a minute", "recordings/1.9.6/019-jwt-create", 0, 120, time.Minute, func(p *probe) answer {
		return p.signUp().post("/account/jwts", obj{}).is(201)
	}),
	announces("Ten changes of password an hour", "recordings/1.9.6/043-account-update-password", 0, 10, time.Hour, func(p *probe) answer {
		return p.signUp().patch("/account/password", obj{"password": newPassword, "oldPassword": password}).is(200)
	}),
	announces("Ten renewals of a session an hour", "recordings/1.9.6/064-session-update-current", 0, 10, time.Hour, func(p *probe) answer {
		return p.signUp().patch("/account/sessions/current", nil).is(200)
	}),
	announces("A hundred ends of a session an hour", "recordings/1.9.6/068-session-delete-again", 0, 100, time.Hour, func(p *probe) answer {
		return p.signUp().delete("/account/sessions/" + nobody).is(404)
	}),
	announces("A hundred ends of all sessions an hour", "recordings/1.9.6/280-sessions-delete-all", 0, 100, time.Hour, func(p *probe) answer {
		return p.signUp().delete("/account/sessions").is(204)
	}),
	announces("Ten recoveries an hour", "recordings/1.9.6/108-recovery-create-unknown-user", 0, 10, time.Hour, func(p *probe) answer {
		return p.key().post("/account/recovery", obj{"email": newEmail(), "url": "http://localhost/recover"}).is(404)
	}),
	announces("Ten ends of a recovery an hour", "recordings/1.9.6/105-recovery-confirm-bad-secret", 0, 10, time.Hour, func(p *probe) answer {
		return p.key().put("/account/recovery", obj{"userId": p.register().id, "secret": "bad", "password": newPassword}).is(401)
	}),
	announces("Ten verifications of an address an hour", "recordings/1.9.6/092-email-verification-create", mail, 10, time.Hour, func(p *probe) answer {
		token, _ := p.signUp().startVerification()
		return token
	}),
	announces("Ten verifications of a number an hour", "recordings/1.9.6/098-phone-verification-create", sms, 10, time.Hour, func(p *probe) answer {
		token, _ := p.signUp().startPhone()
		return token
	}),
	announces("Ten challenges an hour", "recordings/1.9.6/177-mfa-challenge-create-totp", 0, 10, time.Hour, func(p *probe) answer {
		a, _, _ := p.gated()
		return a.post("/account/mfa/challenges", obj{"factor": "totp"}).is(201)
	}),
	announces("Ten answers to a challenge an hour", "recordings/1.9.6/179-mfa-challenge-complete-unknown", 0, 10, time.Hour, func(p *probe) answer {
		return p.signUp().put("/account/mfa/challenges", obj{"challengeId": nobody, "otp": "000000"}).is(401)
	}),
	announces("Fifty starts at a provider an hour", "recordings/1.9.6/150-oauth2-session-provider-disabled", 0, 50, time.Hour, func(p *probe) answer {
		r := p.someDisabled("sessions")
		r.page(412, "project_provider_disabled")
		return r
	}),
	{"Operations without a limit announce none", "recordings/1.9.6/008-account-get-session-header, recordings/1.9.6/037-account-update-name", 0, func(p *probe) {
		a := p.signUp()
		p.Empty(a.get("/account").is(200).header.Values("X-RateLimit-Limit"))
		p.Empty(a.patch("/account/name", obj{"name": "New Name"}).is(200).header.Values("X-RateLimit-Limit"))
	}},
	{"A caller who may not call an operation is told no limit", "recordings/1.9.6/028-jwt-create-guest", 0, func(p *probe) {
		p.Empty(p.guest().post("/account/jwts", obj{}).is(401).header.Values("X-RateLimit-Limit"))
	}},
	{"An API key is told the limits", "recordings/1.9.6/005-session-email-create-with-api-key", 0, func(p *probe) {
		r := p.key().post("/account/sessions/email", p.register().credentials()).is(201)
		p.Equal("10", r.header.Get("X-RateLimit-Limit"))
	}},

	{"The eleventh sign-in with one address in an hour is refused with 429", "recordings/1.9.6/322-prod-rate-limit-10", fresh, func(p *probe) {
		p = p.limiting()
		r := p.register().tries(p.guest(), 11).limited()
		p.Equal("0", r.header.Get("X-RateLimit-Remaining"))
	}},
	{"A 429 tells when the window ends, but not in Retry-After", "recordings/1.9.6/322-prod-rate-limit-10, docs/server/limits.md#beyond-the-limit", fresh, func(p *probe) {
		p = p.limiting()
		r := p.register().tries(p.guest(), 11).limited()
		p.NotEmpty(r.header.Get("X-RateLimit-Reset"))
		p.Empty(r.header.Values("Retry-After"))
	}},
	{"What remains of a limit counts down to 0", "docs/server/limits.md#counting", fresh, func(p *probe) {
		p = p.limiting()
		a := p.register()
		for want := 9; want >= 0; want-- {
			p.Equal(strconv.Itoa(want), a.tries(p.guest(), 1).badCredentials().header.Get("X-RateLimit-Remaining"))
		}
	}},
	{"A recovery tells two limits, if the caller has less left than the address", "recordings/1.9.6/103-recovery-create, docs/server/limits.md#counting", fresh | mail, func(p *probe) {
		p = p.limiting()
		recovery := func() answer {
			return p.guest().post("/account/recovery", obj{"email": p.register().email, "url": "http://localhost/recover"}).is(201)
		}
		p.Equal([]string{"9"}, recovery().header.Values("X-RateLimit-Remaining"))
		r := recovery()
		p.Equal([]string{"9", "8"}, r.header.Values("X-RateLimit-Remaining"))
		p.Equal([]string{"10", "10"}, r.header.Values("X-RateLimit-Limit"))
	}},
	{"Each address has a limit of its own", "docs/server/limits.md#counting", fresh, func(p *probe) {
		p = p.limiting()
		p.register().tries(p.guest(), 11).limited()
		p.guest().post("/account/sessions/email", p.register().credentials()).is(201)
	}},
	{"A sign-in that works starts the count anew", "docs/server/limits.md#counting", fresh, func(p *probe) {
		p = p.limiting()
		a := p.register()
		a.tries(p.guest(), 9).badCredentials()
		p.guest().post("/account/sessions/email", a.credentials()).is(201)
		a.tries(p.guest(), 10).badCredentials()
	}},
	{"API keys are not limited", "docs/server/limits.md#who-is-limited", fresh, func(p *probe) {
		p = p.limiting()
		p.register().tries(p.key(), 12).badCredentials()
	}},
	{"Requests that are not valid count", "docs/server/limits.md#counting", fresh, func(p *probe) {
		p = p.limiting()
		a := p.register()
		for range 10 {
			p.guest().post("/account/sessions/email", obj{"email": a.email}).missing("password")
		}
		p.guest().post("/account/sessions/email", a.credentials()).limited()
	}},
	{"When the window ends, the count starts anew", "docs/server/limits.md#counting", fresh | clock, func(p *probe) {
		p = p.movable(Settings{RateLimits: true})
		a := p.register()
		a.tries(p.guest(), 11).limited()
		p.target.Clock.Advance(time.Hour)
		p.guest().post("/account/sessions/email", a.credentials()).is(201)
	}},

	{"Where passwords are switched off, nobody signs in with one", "recordings/1.9.6/303-auth-method-disabled-email-password", fresh, func(p *probe) {
		p = p.fresh(Settings{Off: []AuthMethod{EmailPassword}})
		p.guest().post("/account/sessions/email", obj{"email": newEmail(), "password": password}).
			refused(501, "user_auth_method_unsupported", "Email / Password authentication is disabled for this project")
	}},
	{"Where anonymous users are switched off, nobody is one", "recordings/1.9.6/304-auth-method-disabled-anonymous", fresh, func(p *probe) {
		p = p.fresh(Settings{Off: []AuthMethod{Anonymous}})
		p.guest().post("/account/sessions/anonymous", obj{}).
			refused(501, "user_auth_method_unsupported", "Anonymous authentication is disabled for this project")
	}},
	{"Where magic links are switched off, nobody gets one", "recordings/1.9.6/305-auth-method-disabled-magic-url", fresh, func(p *probe) {
		p = p.fresh(Settings{Off: []AuthMethod{MagicURL}})
		p.guest().post("/account/tokens/magic-url", obj{"userId": "unique()", "email": newEmail()}).
			refused(501, "user_auth_method_unsupported", "Magic URL authentication is disabled for this project")
	}},
	{"For API keys nothing is switched off", "docs/server/limits.md#methods-switched-off", fresh, func(p *probe) {
		p = p.fresh(Settings{Off: []AuthMethod{EmailPassword, Anonymous}})
		p.key().post("/account/sessions/email", p.register().credentials()).is(201)
		p.key().post("/account/sessions/anonymous", nil).is(201)
	}},
	{"Where the service is switched off, only API keys get through", "docs/server/limits.md#the-service-switched-off", fresh, func(p *probe) {
		p = p.fresh(Settings{AccountOff: true})
		a := p.signUp()
		for _, r := range []answer{a.get("/account"), p.guest().post("/account/sessions/anonymous", nil)} {
			r.is(403).has("type", `"general_service_disabled"`)
		}
	}},
	{"A project may limit its users", "docs/server/limits.md#user-limit", fresh, func(p *probe) {
		p = p.fresh(Settings{UserLimit: 1})
		p.register()
		for _, r := range []answer{p.guest().post("/account", newAccount()), p.guest().post("/account/sessions/anonymous", nil)} {
			r.is(400).has("type", `"user_count_exceeded"`)
		}
	}},
	{"A project may refuse common passwords", "docs/server/limits.md#password-rules", fresh, func(p *probe) {
		p = p.fresh(Settings{PasswordDictionary: true})
		common := newAccount()
		common["password"] = "password"
		p.guest().post("/account", common).is(400).has("type", `"general_argument_invalid"`)
		p.register()
	}},
	{"A project may refuse passwords with the user's own data", "docs/server/limits.md#password-rules", fresh, func(p *probe) {
		p = p.fresh(Settings{PasswordPersonalData: true})
		a := p.signUp()
		a.patch("/account/password", obj{"password": "x" + a.email, "oldPassword": password}).is(400).has("type", `"password_personal_data"`)
		mine := newAccount()
		mine["name"], mine["password"] = "Ada Lovelace", "i am ada lovelace"
		p.guest().post("/account", mine).is(400).has("type", `"password_personal_data"`)
	}},
	{"A project may refuse the last passwords", "docs/server/limits.md#password-rules", fresh, func(p *probe) {
		p = p.fresh(Settings{PasswordHistory: 2})
		a := p.signUp()
		a.patch("/account/password", obj{"password": newPassword, "oldPassword": password}).is(200)
		a.patch("/account/password", obj{"password": password, "oldPassword": newPassword}).is(400).has("type", `"password_recently_used"`)
	}},
}
