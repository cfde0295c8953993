package appwritetest

import (
	"encoding/base32"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"
)

// Factors as the server compares them. The check of a parameter takes them in any case, but
// another spelling makes a challenge that nothing completes.
const (
	factorTOTP         = "totp"
	factorEmail        = "email"
	factorPhone        = "phone"
	factorRecoveryCode = "recoveryCode"
)

const (
	challengeLifetime = time.Hour

	// recentChallenge is how old a completed challenge may be that counts as recent. It is what
	// the server does; its message says 5 minutes.
	recentChallenge = 30 * time.Minute
)

// authenticator is an app that shows codes.
type authenticator struct {
	secret   string // base32
	verified bool
}

// code returns what the app shows at the time.
func (a *authenticator) code(now time.Time) string {
	code, _ := totp.GenerateCode(a.secret, now) // secrets are made here, or checked by AddUser
	return code
}

type challenge struct {
	id      string
	factor  string // as the caller spelled it
	code    string // of the mail or SMS
	created time.Time
	expire  time.Time
}

type authenticatorWire struct {
	Secret string `json:"secret"`
	URI    string `json:"uri"`
}

type factorsWire struct {
	TOTP         bool `json:"totp"`
	Phone        bool `json:"phone"`
	Email        bool `json:"email"`
	RecoveryCode bool `json:"recoveryCode"`
}

type challengeWire struct {
	ID        string `json:"$id"`
	CreatedAt string `json:"$createdAt"`
	UserID    string `json:"userId"`
	Expire    string `json:"expire"`
}

type recoveryCodesWire struct {
	RecoveryCodes []string `json:"recoveryCodes"`
}

// factors tells what the user can complete a challenge with.
func (u *user) factors() factorsWire {
	return factorsWire{
		TOTP:         u.totp != nil && u.totp.verified,
		Phone:        u.phone != "" && u.phoneVerified,
		Email:        u.email != "" && u.emailVerified,
		RecoveryCode: len(u.recoveryCodes) > 0,
	}
}

// owesFactor reports whether the session must complete a challenge before it is of use. Users
// without a factor are not locked out. Recovery codes do not count as a factor.
func (u *user) owesFactor(s *session) bool {
	f := u.factors()
	return u.mfa && (f.TOTP || f.Phone || f.Email) && len(s.factors) < 2
}

// addFactor notes that the session's user has proved the factor.
func (s *session) addFactor(factor string, now time.Time) {
	if !slices.Contains(s.factors, factor) {
		s.factors = append(s.factors, factor)
		s.updated = now
	}
}

// checkFactors refuses sessions that owe a factor. A JWT of such a session passes: the server
// looks at the session of the request only.
func (c *call) checkFactors() error {
	if s := c.caller.session; s != nil && !c.endpoint.beforeMFA && c.caller.user.owesFactor(s) {
		return errMoreFactors
	}
	return nil
}

func (c *call) checkRecentMFA() error {
	if !c.endpoint.recentMFA {
		return nil
	}
	s, err := c.mfaSession()
	if err == nil && c.now.Sub(s.mfaUpdated) > recentChallenge {
		return errChallengeRequired
	}
	return err
}

// mfaSession returns the caller's session. The server's code for MFA breaks without one, as
// with a JWT.
func (c *call) mfaSession() (*session, error) {
	if c.caller.session == nil {
		return nil, errServer
	}
	return c.caller.session, nil
}

// updateMFA switches MFA on or off. On, it takes what the user has verified for proved by this
// session, so that it goes on.
func updateMFA(c *call) (any, error) {
	enabled := c.params.boolean("mfa")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	s, err := c.mfaSession()
	if err != nil {
		return nil, err
	}
	u := c.caller.user
	u.mfa = enabled
	if f := u.factors(); enabled {
		for _, factor := range []struct {
			name string
			has  bool
		}{{factorTOTP, f.TOTP}, {factorEmail, f.Email}, {factorPhone, f.Phone}} {
			if factor.has {
				s.addFactor(factor.name, c.now)
			}
		}
	}
	c.changed(u)
	return c.answerUser(u), nil
}

func listMFAFactors(c *call) (any, error) { return c.caller.user.factors(), nil }

// authenticator returns the user's authenticator of the kind, or nil. TOTP in another case is a
// kind that nobody has.
func (u *user) authenticator(kind string) *authenticator {
	if kind != factorTOTP {
		return nil
	}
	return u.totp
}

// createMFAAuthenticator makes a secret for an app, which replaces one that was not verified.
func createMFAAuthenticator(c *call) (any, error) {
	kind := c.params.oneOf("type", factorTOTP)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	switch {
	case kind != factorTOTP:
		return nil, &apiError{http.StatusBadRequest, "general_argument_invalid", "Unknown type."}
	case u.email == "":
		return nil, errServer // the app shows the e-mail, and the server expects one
	case u.totp != nil && u.totp.verified:
		return nil, errAuthenticatorVerified
	}
	u.totp = &authenticator{secret: base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(c.store.random.bytes(64))}
	return authenticatorWire{u.totp.secret, otpauth(c.project.name, u.email, u.totp.secret)}, nil
}

// otpauth returns the URI that an app reads as a QR code, in the server's form.
func otpauth(issuer, label, secret string) string {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	return "otpauth://totp/" + escape(issuer+":"+label) + "?issuer=" + escape(issuer) + "&secret=" + secret
}

// updateMFAAuthenticator verifies the app by a code that it shows, which also counts as a
// factor of the session.
func updateMFAAuthenticator(c *call) (any, error) {
	kind := c.params.oneOf("type", factorTOTP)
	otp := c.params.text("otp", 256)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	s, err := c.mfaSession()
	if err != nil {
		return nil, err
	}
	u := c.caller.user
	app := u.authenticator(kind)
	switch {
	case app == nil:
		return nil, errAuthenticatorNotFound
	case app.verified:
		return nil, errAuthenticatorVerified
	case otp != app.code(c.now):
		return nil, errToken
	}
	app.verified = true
	s.addFactor(factorTOTP, c.now)
	c.log(u, "user.update")
	return c.answerUser(u), nil
}

func deleteMFAAuthenticator(c *call) (any, error) {
	kind := c.params.oneOf("type", factorTOTP)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	if u.authenticator(kind) == nil {
		return nil, errAuthenticatorNotFound
	}
	u.totp = nil
	c.log(u, "user.update")
	return nil, nil
}

// createMFAChallenge starts a challenge and sends its code. Whether the user has an app or
// recovery codes shows only when it is to be completed.
func createMFAChallenge(c *call) (any, error) {
	factor := c.params.oneOf("factor", factorEmail, factorPhone, factorTOTP, strings.ToLower(factorRecoveryCode))
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	made := &challenge{
		id: c.store.random.id(c.now), factor: factor, code: c.store.random.code(), created: c.now, expire: c.now.Add(challengeLifetime),
	}
	if err := c.sendChallenge(u, made); err != nil {
		return nil, err
	}
	u.challenges = append(u.challenges, made)
	c.log(u, "challenge.create")
	return challengeWire{made.id, date(made.created), u.id, date(made.expire)}, nil
}

func (c *call) sendChallenge(u *user, made *challenge) error {
	switch made.factor {
	case factorEmail:
		if u.email == "" {
			return errEmailNotFound
		}
		if !u.emailVerified {
			return errEmailNotVerified
		}
		c.send(Message{
			Kind: KindEmailChallenge, To: u.email, Subject: "Verification Code for " + c.project.name, Secret: made.code,
			Body: fmt.Sprintf("Enter this code to complete your sign-in to %s: %s", c.project.name, made.code),
		}, u)
	case factorPhone:
		if u.phone == "" {
			return errPhoneNotFound
		}
		if !u.phoneVerified {
			return errPhoneNotVerified
		}
		c.sendCode(KindPhoneChallenge, u.phone, made.code, u)
	}
	return nil
}

// updateMFAChallenge completes a challenge of the caller, from whichever of their sessions it
// was started. The answer has the server's oddities: the date of the challenge as PHP left it,
// that of the session's change before this one, and no word on whether the session is the
// current one.
func updateMFAChallenge(c *call) (any, error) {
	id := c.params.text("challengeId", 256)
	otp := c.params.text("otp", 256)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	s, err := c.mfaSession()
	if err != nil {
		return nil, err
	}
	u := c.caller.user
	i := slices.IndexFunc(u.challenges, func(ch *challenge) bool { return ch.id == id && c.now.Before(ch.expire) })
	if i < 0 {
		return nil, errToken
	}
	factor := u.challenges[i].factor
	if err := c.complete(u, u.challenges[i], otp); err != nil {
		return nil, err
	}
	u.challenges = slices.Delete(u.challenges, i, i+1)

	before := date(s.updated)
	s.addFactor(factor, c.now)
	s.mfaUpdated, s.updated = c.now, c.now
	w := c.answerSession(u, s)
	w.UpdatedAt, w.MFAUpdatedAt, w.Current, w.CountryName = before, stamp(c.now), false, ""
	c.revealHash(&w, s)
	c.log(u, "challenges.update")
	return w, nil
}

// complete checks the code of a challenge; a recovery code is used up by it. The code of an app
// is good for its own 30 seconds, and more than once.
func (c *call) complete(u *user, made *challenge, otp string) error {
	switch made.factor {
	case factorTOTP:
		if u.totp == nil {
			return errServer // the server expects one
		}
		if otp == u.totp.code(c.now) {
			return nil
		}
	case factorEmail, factorPhone:
		if otp == made.code {
			return nil
		}
	case c.server.recoveryCode():
		if i := slices.Index(u.recoveryCodes, otp); i >= 0 {
			u.recoveryCodes = slices.Delete(u.recoveryCodes, i, i+1)
			u.updated = c.now
			return nil
		}
	}
	return errToken
}

func getMFARecoveryCodes(c *call) (any, error) {
	u := c.caller.user
	if len(u.recoveryCodes) == 0 {
		return nil, errRecoveryCodesNotFound
	}
	return recoveryCodesWire{slices.Clone(u.recoveryCodes)}, nil
}

// createMFARecoveryCodes makes the first codes, or new ones once all are used up.
func createMFARecoveryCodes(c *call) (any, error) {
	if len(c.caller.user.recoveryCodes) > 0 {
		return nil, errRecoveryCodesExist
	}
	return c.replaceRecoveryCodes(), nil
}

func updateMFARecoveryCodes(c *call) (any, error) {
	if len(c.caller.user.recoveryCodes) == 0 {
		return nil, errRecoveryCodesNotFound
	}
	return c.replaceRecoveryCodes(), nil
}

func (c *call) replaceRecoveryCodes() recoveryCodesWire {
	u := c.caller.user
	u.recoveryCodes = nil
	for range 6 {
		u.recoveryCodes = append(u.recoveryCodes, c.store.random.hex(10))
	}
	u.updated = c.now
	return recoveryCodesWire{slices.Clone(u.recoveryCodes)}
}

// TOTP returns the code that the user's authenticator app shows at the time of the server's
// clock, verified or not, and "" for a user without one.
//
// The server takes a code for the 30 seconds that it is shown and not longer, as Appwrite does.
// A test that must never fall between two codes sets the clock to the start of a minute first.
func (s *Server) TOTP(userID string) string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	u := s.project.users[userID]
	if u == nil || u.totp == nil {
		return ""
	}
	return u.totp.code(s.clock.Now())
}
