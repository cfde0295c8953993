package conformance

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"
)

// account is a user that a rule has made. It acts with its session, or as a guest without one.
type account struct {
	actor
	id       string
	email    string
	password string
	secret   string // of the session
}

const (
	password    = "correct horse 1!"
	newPassword = "battery staple 2?"
)

// unique returns twenty random letters and digits.
func unique() string { return strings.ToLower(rand.Text()[:20]) }

// newEmail returns a new address at a domain that is reserved for examples.
func newEmail() string { return "conformance-" + unique() + "@example.com" }

// newPhone returns a random number of the 80,000 that are kept free for fiction, so that two
// rules that run at once hardly ever get the same one.
func newPhone() string {
	n := mathrand.IntN(80_000)
	return fmt.Sprintf("+1%03d55501%02d", 200+n/100, n%100)
}

// newAccount returns the body of a request to create an account.
func newAccount() obj {
	return obj{"userId": "unique()", "email": newEmail(), "password": password}
}

// registerWith creates an account, with an API key since its calls are not limited. The account
// is not signed in.
func (p *probe) registerWith(body obj) account {
	p.tb.Helper()
	user := p.key().post("/account", body).is(201)
	return account{actor: p.guest(), id: user.text("$id"), email: user.text("email"), password: body["password"].(string)}
}

func (p *probe) register() account {
	p.tb.Helper()
	return p.registerWith(newAccount())
}

// signUp registers a user and signs them in.
func (p *probe) signUp() account {
	p.tb.Helper()
	return p.register().signedIn()
}

// signedIn returns the account with a new session.
func (a account) signedIn() account {
	a.p.tb.Helper()
	session := a.p.key().post("/account/sessions/email", a.credentials()).is(201)
	a.secret = session.text("secret")
	a.actor = a.p.session(a.secret)
	return a
}

func (a account) credentials() obj { return obj{"email": a.email, "password": a.password} }

// anonymous signs in an anonymous user.
func (p *probe) anonymous() account {
	p.tb.Helper()
	session := p.key().post("/account/sessions/anonymous", nil).is(201)
	secret := session.text("secret")
	return account{actor: p.session(secret), id: session.text("userId"), secret: secret}
}

// newJWT returns a JWT of the account's session.
func (a account) newJWT() string {
	a.p.tb.Helper()
	return a.post("/account/jwts", nil).is(201).text("jwt")
}

// confirm proves that the e-mail address is the user's.
func (a account) confirm() {
	a.p.tb.Helper()
	a.post("/account/verifications/email", obj{"url": "http://localhost/verify"}).is(201)
	to := a.p.mail(a.email, 1).link(a.p)
	a.put("/account/verifications/email", obj{"userId": a.id, "secret": to.Get("secret")}).is(200)
}

// setPhone gives the user a phone number and proves that it is the user's.
func (a account) setPhone() (phone string) {
	a.p.tb.Helper()
	phone = newPhone()
	a.patch("/account/phone", obj{"phone": phone, "password": a.password}).is(200)
	a.post("/account/verifications/phone", nil).is(201)
	code := a.p.sms(phone, 1).code(a.p)
	a.put("/account/verifications/phone", obj{"userId": a.id, "secret": code}).is(200)
	return phone
}

// enrolled signs up a user with a verified authenticator, and returns its secret.
func (p *probe) enrolled() (a account, authenticator string) {
	p.tb.Helper()
	a = p.signUp()
	authenticator = a.post("/account/mfa/authenticators/totp", nil).is(200).text("secret")
	p.enter(authenticator, func(code string) answer {
		return a.put("/account/mfa/authenticators/totp", obj{"otp": code})
	}).is(200)
	return a, authenticator
}

// gated signs up a user with MFA. It returns the user twice: with a new session, which still
// lacks the second factor, and with the session that switched MFA on.
func (p *probe) gated() (a, before account, authenticator string) {
	p.tb.Helper()
	before, authenticator = p.enrolled()
	before.patch("/account/mfa", obj{"mfa": true}).is(200)
	return before.signedIn(), before, authenticator
}

// challenge starts a challenge and returns its ID.
func (a account) challenge(factor string) string {
	a.p.tb.Helper()
	return a.post("/account/mfa/challenges", obj{"factor": factor}).is(201).text("$id")
}

// pass completes a challenge with the authenticator.
func (a account) pass(authenticator string) answer {
	a.p.tb.Helper()
	id := a.challenge("totp")
	return a.p.enter(authenticator, func(code string) answer {
		return a.put("/account/mfa/challenges", obj{"challengeId": id, "otp": code})
	}).is(200)
}

// code returns the code that the authenticator shows at the server's time.
func (p *probe) code(authenticator string) string {
	p.tb.Helper()
	code, err := totp.GenerateCode(authenticator, p.now)
	p.NoError(err)
	return code
}

// enter sends the authenticator's code, and the next code if the first one has meanwhile
// expired.
func (p *probe) enter(authenticator string, send func(code string) answer) answer {
	p.tb.Helper()
	code := p.code(authenticator)
	r := send(code)
	if later := p.code(authenticator); r.status == 401 && later != code {
		r = send(later)
	}
	return r
}

// wrongCode returns a code that the authenticator shows neither now nor in the next 30 seconds.
func (p *probe) wrongCode(authenticator string) string {
	p.tb.Helper()
	now := p.code(authenticator)
	next, err := totp.GenerateCode(authenticator, p.now.Add(30*time.Second))
	p.NoError(err)
	for _, code := range []string{"000000", "000001", "000002"} {
		if code != now && code != next {
			return code
		}
	}
	panic("two codes cannot equal three")
}

// wrap writes a session's secret, which holds the user's ID too.
func wrap(id, secret string) string {
	return base64.StdEncoding.EncodeToString([]byte(`{"id":"` + id + `","secret":"` + secret + `"}`))
}

// unwrap reads a session's secret.
func (p *probe) unwrap(wrapped string) (id, secret string) {
	p.tb.Helper()
	text, err := base64.StdEncoding.DecodeString(wrapped)
	p.NoError(err)
	var parts struct{ ID, Secret string }
	p.NoError(json.Unmarshal(text, &parts))
	return parts.ID, parts.Secret
}
