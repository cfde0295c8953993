package conformance

import (
	"strings"
	"time"
)

// userKeys and those below are the keys of the server's models, in its order.
var (
	userKeys = strings.Fields("$id $createdAt $updatedAt name registration status labels passwordUpdate email phone emailVerification " +
		"emailCanonical emailIsFree emailIsDisposable emailIsCorporate emailIsCanonical phoneVerification mfa prefs targets accessedAt " +
		"impersonator impersonatorUserId")
	targetKeys = strings.Fields("$id $createdAt $updatedAt name userId providerId providerType identifier expired")
)

const (
	longPassword  = "Password must be between 8 and 256 characters long."
	wrongEmail    = "Value must be a valid email address"
	wrongPhone    = "Phone number must start with a '+' can have a maximum of fifteen digits."
	wrongName     = "Value must be a valid string and at least 1 chars and no longer than 128 chars"
	wrongCustomID = "Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, and underscore. Can't start with a special char"
	wrongUID      = "UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and underscore. Can't start with a leading underscore"
	wrongBoolean  = "Value must be a valid boolean"
	takenUser     = "A user with the same id, email, or phone already exists in this project."
)

// with returns the parameters of a new account with one changed; nil leaves it out.
func with(param string, value any) obj {
	body := newAccount()
	body[param] = value
	if value == nil {
		delete(body, param)
	}
	return body
}

func init() { add("accounts", accountRules) }

var accountRules = []rule{
	{"Creating an account answers 201 and signs nobody in", "recordings/1.9.6/001-account-create", 0, func(p *probe) {
		r := p.guest().post("/account", newAccount()).is(201)
		p.Empty(r.header.Values("Set-Cookie"))
		p.Empty(r.header.Values("X-Fallback-Cookies"))
	}},
	{"A user has its 23 keys, in their order", "recordings/1.9.6/001-account-create", 0, func(p *probe) {
		r := p.key().post("/account", newAccount()).is(201)
		p.Equal(userKeys, r.keys(""))
		p.Equal(targetKeys, r.keys("targets.0"))
	}},
	{"A new account is active, and without verification, MFA, labels or preferences", "recordings/1.9.6/001-account-create", 0, func(p *probe) {
		p.key().post("/account", newAccount()).is(201).has("status", "true", "emailVerification", "false", "phoneVerification", "false",
			"mfa", "false", "labels", "[]", "prefs", "{}", "phone", `""`)
	}},
	{"A new account has one target, of its e-mail address", "recordings/1.9.6/001-account-create", 0, func(p *probe) {
		r := p.key().post("/account", newAccount()).is(201)
		p.Equal(1, r.size("targets"))
		r.has("targets.0.providerType", `"email"`, "targets.0.identifier", r.json("email"), "targets.0.userId", r.json("$id"),
			"targets.0.name", `""`, "targets.0.providerId", "null", "targets.0.expired", "false")
	}},
	{"Dates of an account are ISO dates with milliseconds and an offset", "recordings/1.9.6/001-account-create", 0, func(p *probe) {
		r := p.key().post("/account", newAccount()).is(201)
		for _, key := range []string{"$createdAt", "$updatedAt", "registration", "passwordUpdate", "accessedAt", "targets.0.$createdAt"} {
			r.date(key)
		}
	}},
	{"Nobody impersonates a new account's user, who impersonates nobody", "recordings/1.9.6/001-account-create", 0, func(p *probe) {
		p.key().post("/account", newAccount()).is(201).has("impersonator", "false", "impersonatorUserId", "null")
	}},
	{"Facts about the e-mail address are in the user", "recordings/1.9.6/001-account-create", 0, func(p *probe) {
		r := p.key().post("/account", newAccount()).is(201)
		r.has("emailCanonical", r.json("email"), "emailIsFree", "false", "emailIsDisposable", "true", "emailIsCorporate", "false", "emailIsCanonical", "true")
	}},
	{"The ID unique() becomes one of twenty hexadecimal digits", "recordings/1.9.6/001-account-create", 0, func(p *probe) {
		p.Regexp(`^[0-9a-f]{20}$`, p.key().post("/account", newAccount()).is(201).text("$id"))
	}},
	{"An ID of the caller's own is kept", "recordings/1.9.6/002-account-create-custom-id-no-name", 0, func(p *probe) {
		id := "custom-" + unique()
		p.Equal(id, p.key().post("/account", with("userId", id)).is(201).text("$id"))
	}},
	{"An account without a name has an empty one", "recordings/1.9.6/002-account-create-custom-id-no-name", 0, func(p *probe) {
		p.key().post("/account", newAccount()).is(201).has("name", `""`)
	}},
	{"The name is kept as it is, with its apostrophe", "recordings/1.9.6/001-account-create", 0, func(p *probe) {
		p.key().post("/account", with("name", "Walter O'Brien")).is(201).has("name", `"Walter O'Brien"`)
	}},
	{"An API key may create accounts", "recordings/1.9.6/003-account-create-with-api-key", 0, func(p *probe) {
		p.key().post("/account", newAccount()).is(201)
	}},
	{"A signed-in user may create another account", "recordings/1.9.6/035-account-create-while-signed-in", 0, func(p *probe) {
		a := p.signUp()
		p.NotEqual(a.id, a.post("/account", newAccount()).is(201).text("$id"))
	}},
	{"An e-mail address is kept in lower case", "docs/server/parameters.md#e-mail-addresses", 0, func(p *probe) {
		email := newEmail()
		p.key().post("/account", with("email", strings.ToUpper(email))).is(201).has("email", quoted(email))
	}},
	{"A taken e-mail address is refused with 409", "recordings/1.9.6/252-err-duplicate-email", 0, func(p *probe) {
		p.key().post("/account", with("email", p.register().email)).refused(409, "user_already_exists", takenUser)
	}},
	{"A taken ID is refused with 409", "recordings/1.9.6/253-err-duplicate-id", 0, func(p *probe) {
		p.key().post("/account", with("userId", p.register().id)).refused(409, "user_already_exists", takenUser)
	}},
	{"An ID of 36 characters is accepted", "docs/server/parameters.md#ids", 0, func(p *probe) {
		id := strings.Repeat("i", 16) + unique()
		p.Equal(id, p.key().post("/account", with("userId", id)).is(201).text("$id"))
	}},
	{"An ID of 37 characters is refused", "recordings/1.9.6/254-err-id-too-long", 0, func(p *probe) {
		p.key().post("/account", with("userId", strings.Repeat("x", 37))).invalid("userId", wrongCustomID)
	}},
	{"An ID that starts with an underscore is refused", "docs/server/parameters.md#ids", 0, func(p *probe) {
		p.key().post("/account", with("userId", "_"+unique())).invalid("userId", wrongCustomID)
	}},
	{"An ID with a slash is refused", "docs/server/parameters.md#ids", 0, func(p *probe) {
		p.key().post("/account", with("userId", "a/b")).invalid("userId", wrongCustomID)
	}},
	{"A malformed e-mail address is refused", "recordings/1.9.6/251-err-invalid-email", 0, func(p *probe) {
		p.guest().post("/account", with("email", "not-an-email")).invalid("email", wrongEmail)
	}},
	{"A password of less than eight bytes is refused", "recordings/1.9.6/256-err-password-short", 0, func(p *probe) {
		p.key().post("/account", with("password", "short")).invalid("password", longPassword)
	}},
	{"A password of 257 bytes is refused", "docs/server/parameters.md#passwords", 0, func(p *probe) {
		p.key().post("/account", with("password", strings.Repeat("p", 257))).invalid("password", longPassword)
	}},
	{"Passwords of eight and of 256 bytes are accepted", "docs/server/parameters.md#passwords", 0, func(p *probe) {
		for _, length := range []int{8, 256} {
			p.registerWith(with("password", strings.Repeat("p", length))).signedIn().get("/account").is(200)
		}
	}},
	{"An account needs an ID from the caller", "recordings/1.9.6/257-err-missing-param", 0, func(p *probe) {
		p.key().post("/account", with("userId", nil)).missing("userId")
	}},
	{"An account needs an e-mail address", "docs/server/accounts.md#creating-an-account", 0, func(p *probe) {
		p.key().post("/account", with("email", nil)).missing("email")
	}},
	{"An account needs a password", "docs/server/accounts.md#creating-an-account", 0, func(p *probe) {
		p.key().post("/account", with("password", nil)).missing("password")
	}},
	{"An empty name is refused, though an account needs no name", "docs/server/parameters.md#names", 0, func(p *probe) {
		p.key().post("/account", with("name", "")).invalid("name", wrongName)
	}},
	{"A name of null breaks the server", "docs/server/parameters.md#null", 0, func(p *probe) {
		body := newAccount()
		body["name"] = nil
		p.key().post("/account", body).is(500)
	}},
	{"Unknown parameters are ignored", "recordings/1.9.6/258-unknown-param", 0, func(p *probe) {
		p.key().post("/account", with("unknownParam", 1)).is(201)
	}},
	{"The account is the same as in the answer to its creation", "recordings/1.9.6/001-account-create, recordings/1.9.6/007-account-get-cookie", 0, func(p *probe) {
		body := newAccount()
		created := p.key().post("/account", body).is(201)
		secret := p.key().post("/account/sessions/email", obj{"email": body["email"], "password": password}).is(201).text("secret")
		p.JSONEq(string(created.body), string(p.session(secret).get("/account").is(200).body))
	}},
	{"A guest has no account", "recordings/1.9.6/014-account-get-guest", 0, func(p *probe) {
		p.guest().get("/account").forGuests()
	}},

	{"A new name is answered with the user", "recordings/1.9.6/037-account-update-name", 0, func(p *probe) {
		a := p.signUp()
		r := a.patch("/account/name", obj{"name": "New Name"}).is(200)
		p.Equal(userKeys, r.keys(""))
		r.has("$id", quoted(a.id), "name", `"New Name"`)
		a.get("/account").is(200).has("name", `"New Name"`)
	}},
	{"A change moves the date of the user's change, not that of its creation", "recordings/1.9.6/037-account-update-name", 0, func(p *probe) {
		a := p.signUp()
		before := a.get("/account").is(200)
		after := p.later("$updatedAt", before, func() answer { return a.patch("/account/name", obj{"name": "New Name"}) })
		p.Equal(before.date("$createdAt"), after.date("$createdAt"))
		p.Equal(before.date("registration"), after.date("registration"))
	}},
	{"A name of 129 characters is refused", "recordings/1.9.6/038-account-update-name-too-long", 0, func(p *probe) {
		p.signUp().patch("/account/name", obj{"name": strings.Repeat("n", 129)}).invalid("name", wrongName)
	}},
	{"A name of 128 characters is accepted", "docs/server/accounts.md#name", 0, func(p *probe) {
		name := strings.Repeat("n", 128)
		p.signUp().patch("/account/name", obj{"name": name}).is(200).has("name", quoted(name))
	}},
	{"An empty name cannot be set", "docs/server/accounts.md#name", 0, func(p *probe) {
		p.signUp().patch("/account/name", obj{"name": ""}).invalid("name", wrongName)
	}},
	{"A change of name needs a name", "recordings/1.9.6/039-account-update-name-missing", 0, func(p *probe) {
		p.signUp().patch("/account/name", obj{}).missing("name")
	}},

	{"A new e-mail address is in the user and in its target", "recordings/1.9.6/040-account-update-email", 0, func(p *probe) {
		a, email := p.signUp(), newEmail()
		r := a.patch("/account/email", obj{"email": email, "password": password}).is(200)
		r.has("email", quoted(email), "targets.0.identifier", quoted(email), "emailVerification", "false")
		p.Equal(1, r.size("targets"))
	}},
	{"A new e-mail address leaves the password as it was", "recordings/1.9.6/040-account-update-email", 0, func(p *probe) {
		a := p.signUp()
		before := a.get("/account").is(200)
		after := a.patch("/account/email", obj{"email": newEmail(), "password": password}).is(200)
		p.Equal(before.date("passwordUpdate"), after.date("passwordUpdate"))
	}},
	{"A new e-mail address is the one to sign in with", "recordings/1.9.6/040-account-update-email, recordings/1.9.6/059-sessions-list", 0, func(p *probe) {
		a, email := p.signUp(), newEmail()
		a.patch("/account/email", obj{"email": email, "password": password}).is(200)
		p.key().post("/account/sessions/email", a.credentials()).badCredentials()
		p.key().post("/account/sessions/email", obj{"email": email, "password": password}).is(201).has("providerUid", quoted(email))
		p.Equal(email, a.get("/account/sessions").is(200).text("sessions.1.providerUid"))
	}},
	{"A new e-mail address is not verified", "docs/server/accounts.md#e-mail-address", mail, func(p *probe) {
		a := p.signUp()
		a.confirm()
		a.get("/account").is(200).has("emailVerification", "true")
		a.patch("/account/email", obj{"email": newEmail(), "password": password}).is(200).has("emailVerification", "false")
	}},
	{"A change of the e-mail address needs the password", "recordings/1.9.6/041-account-update-email-wrong-password", 0, func(p *probe) {
		p.signUp().patch("/account/email", obj{"email": newEmail(), "password": newPassword}).badCredentials()
	}},
	{"An address that is another user's target cannot be taken over", "recordings/1.9.6/042-account-update-email-taken", 0, func(p *probe) {
		p.signUp().patch("/account/email", obj{"email": p.register().email, "password": password}).
			refused(409, "user_target_already_exists", "A target with the same ID already exists.")
	}},
	{"An anonymous user gets an e-mail address and a password at once", "recordings/1.9.6/031-account-anonymous-convert-by-update-email", 0, func(p *probe) {
		a, email := p.anonymous(), newEmail()
		r := a.patch("/account/email", obj{"email": email, "password": password}).is(200)
		r.has("$id", quoted(a.id), "email", quoted(email), "emailVerification", "false")
		r.date("passwordUpdate")
		p.key().post("/account/sessions/email", obj{"email": email, "password": password}).is(201)
	}},
	{"An address makes no target for a user who was anonymous", "recordings/1.9.6/031-account-anonymous-convert-by-update-email", 0, func(p *probe) {
		p.anonymous().patch("/account/email", obj{"email": newEmail(), "password": password}).is(200).has("targets", "[]")
	}},

	{"A new password is answered with the user and the date of the change", "recordings/1.9.6/043-account-update-password", 0, func(p *probe) {
		a := p.signUp()
		from, to := newPassword, password
		after := p.later("passwordUpdate", a.get("/account").is(200), func() answer {
			from, to = to, from
			return a.patch("/account/password", obj{"password": to, "oldPassword": from})
		})
		p.Equal(userKeys, after.keys(""))
	}},
	{"The session that changes the password goes on", "recordings/1.9.6/044-account-get-after-password-change", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/password", obj{"password": newPassword, "oldPassword": password}).is(200)
		a.get("/account").is(200)
	}},
	{"A new password ends the other sessions", "recordings/1.9.6/043-account-update-password, recordings/1.9.6/059-sessions-list", 0, func(p *probe) {
		a := p.signUp()
		other := a.signedIn()
		a.patch("/account/password", obj{"password": newPassword, "oldPassword": password}).is(200)
		other.get("/account").forGuests()
		a.get("/account/sessions").is(200).has("total", "1")
	}},
	{"A new password is the one to sign in with", "recordings/1.9.6/043-account-update-password", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/password", obj{"password": newPassword, "oldPassword": password}).is(200)
		p.key().post("/account/sessions/email", a.credentials()).badCredentials()
		p.key().post("/account/sessions/email", obj{"email": a.email, "password": newPassword}).is(201)
	}},
	{"A change of password needs the old one", "recordings/1.9.6/045-account-update-password-wrong-old", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/password", obj{"password": newPassword, "oldPassword": "wrong-one-1"}).badCredentials()
		a.patch("/account/password", obj{"password": newPassword}).badCredentials()
	}},
	{"A new password of less than eight bytes is refused", "recordings/1.9.6/047-account-update-password-short", 0, func(p *probe) {
		p.signUp().patch("/account/password", obj{"password": "short", "oldPassword": password}).invalid("password", longPassword)
	}},

	{"A new phone number is in the user, not verified", "recordings/1.9.6/048-account-update-phone", 0, func(p *probe) {
		a, phone := p.signUp(), newPhone()
		a.patch("/account/phone", obj{"phone": phone, "password": password}).is(200).has("phone", quoted(phone), "phoneVerification", "false")
	}},
	{"A first phone number makes no target", "recordings/1.9.6/048-account-update-phone, recordings/1.9.6/206-account-get-with-push-target", 0, func(p *probe) {
		a := p.signUp()
		p.Equal(1, a.patch("/account/phone", obj{"phone": newPhone(), "password": password}).is(200).size("targets"))
		p.Equal(1, a.get("/account").is(200).size("targets"))
	}},
	{"A change of the phone number needs the password", "docs/server/accounts.md#phone-number", 0, func(p *probe) {
		p.signUp().patch("/account/phone", obj{"phone": newPhone(), "password": newPassword}).badCredentials()
	}},
	{"A malformed phone number cannot be set", "docs/server/accounts.md#phone-number", 0, func(p *probe) {
		p.signUp().patch("/account/phone", obj{"phone": "nope", "password": password}).invalid("phone", wrongPhone)
	}},
	{"Another user's phone number cannot be set", "docs/server/accounts.md#phone-number", 0, func(p *probe) {
		phone := newPhone()
		p.signUp().patch("/account/phone", obj{"phone": phone, "password": password}).is(200)
		r := p.signUp().patch("/account/phone", obj{"phone": phone, "password": password}).is(409)
		r.has("type", `"user_phone_already_exists"`)
	}},

	{"Users may block themselves, which signs them out", "recordings/1.9.6/283-account-update-status-block-self", 0, func(p *probe) {
		r := p.signUp().patch("/account/status", obj{}).is(200).has("status", "false")
		p.signsOut(r, 1)
	}},
	{"A blocked user's session is refused with 403", "recordings/1.9.6/284-account-get-blocked", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/status", nil).is(200)
		a.get("/account").blocked()
		a.get("/account/prefs").blocked()
		a.delete("/account/sessions").blocked()
	}},
	{"A blocked user cannot sign in", "recordings/1.9.6/285-session-email-create-blocked", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/status", nil).is(200)
		p.guest().post("/account/sessions/email", a.credentials()).blocked()
	}},
	{"A blocked user cannot recover the account", "docs/server/accounts.md#blocking", mail, func(p *probe) {
		a := p.signUp()
		a.patch("/account/status", nil).is(200)
		p.key().post("/account/recovery", obj{"email": a.email, "url": "http://localhost/recover"}).blocked()
	}},

	{"Users may delete their account", "recordings/1.9.6/275-account-delete-as-user", 0, func(p *probe) {
		r := p.signUp().delete("/account").gone()
		p.Equal("text/html", r.header.Get("Content-Type"))
	}},
	{"The session of a deleted account is a guest's", "recordings/1.9.6/276-account-get-after-account-delete", 0, func(p *probe) {
		a := p.signUp()
		a.delete("/account").gone()
		a.get("/account").forGuests()
	}},
	{"A deleted account's credentials are wrong ones", "recordings/1.9.6/277-session-email-create-after-account-delete", 0, func(p *probe) {
		a := p.signUp()
		a.delete("/account").gone()
		p.guest().post("/account/sessions/email", a.credentials()).badCredentials()
	}},
}

// signsOut checks that the answer deletes the two cookies, and that it has X-Fallback-Cookies
// with an empty list so many times.
func (p *probe) signsOut(r answer, times int) {
	p.tb.Helper()
	for _, name := range []string{p.cookieName() + "_legacy", p.cookieName()} {
		value, attributes := r.cookie(name)
		p.Equal("deleted", value)
		p.Contains(attributes, "expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/")
	}
	p.Len(r.header.Values("Set-Cookie"), 2)
	want := make([]string, times)
	for i := range want {
		want[i] = "[]"
	}
	p.Equal(want, r.header.Values("X-Fallback-Cookies"))
}

const year = 365 * 24 * time.Hour
