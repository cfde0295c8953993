package appwritetest

import (
	"fmt"
	"time"

	"github.com/seed17809555/appwrite/internal/release"
)

type tokenWire struct {
	ID          string `json:"$id"`
	CreatedAt   string `json:"$createdAt"`
	UserID      string `json:"userId"`
	Secret      string `json:"secret"`
	Expire      string `json:"expire"`
	*phraseWire        // nil: left out
}

type phraseWire struct {
	Phrase string `json:"phrase"`
}

// Lifetimes of tokens.
const (
	linkLifetime = time.Hour
	codeLifetime = 15 * time.Minute
)

// answerToken returns the user's token in the shape that the caller asked for.
func (c *call) answerToken(u *user, t *token, secret, phrase string) tokenWire {
	w := tokenWire{
		ID: t.id, CreatedAt: date(t.created), UserID: u.id, Secret: c.revealed(secret), Expire: date(t.expire),
		phraseWire: &phraseWire{phrase},
	}
	if c.olderThan(release.V1_5) {
		w.phraseWire = nil
	}
	return w
}

// link adds to the URL what its page hands back.
func link(address string, u *user, t *token, secret string, more ...[2]string) string {
	pairs := append([][2]string{{"userId", u.id}, {"secret", secret}, {"expire", date(t.expire)}}, more...)
	return withQuery(address, pairs...)
}

// userOfEmail returns the user of the address, new if there is no such user; the ID is for a
// new one only. An address that is an identity's of somebody is taken.
func (c *call) userOfEmail(email, id string, taken *apiError) (*user, error) {
	if u := c.project.emails[email]; u != nil {
		return u, c.refuseBlocked(u)
	}
	if c.project.identityOf(email, nil) != nil {
		return nil, taken
	}
	u := c.store.newUser(id, c.now)
	u.email = email
	return u, c.project.add(u)
}

func (c *call) userOfPhone(phone, id string) (*user, error) {
	if u := c.project.phones[phone]; u != nil {
		return u, c.refuseBlocked(u)
	}
	u := c.store.newUser(id, c.now)
	u.phone = phone
	c.store.addTarget(u, "sms", phone, c.now)
	return u, c.project.add(u)
}

func (c *call) refuseBlocked(u *user) error {
	if u.blocked && !c.server.is(blockedMaySignIn) {
		return errBlocked
	}
	return nil
}

func (c *call) phraseIf(wanted bool) string {
	if !wanted {
		return ""
	}
	return c.store.random.phrase()
}

func createMagicURLToken(c *call) (any, error) {
	userID := c.params.customID("userId")
	email := c.params.email("email")
	address := c.params.optionalRedirect("url", c.project)
	wantPhrase := c.params.optionalBool("phrase")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u, err := c.userOfEmail(email, userID, errEmailExists)
	if err != nil {
		return nil, err
	}
	if address == "" {
		address = c.base() + "/console/auth/magic-url"
	}
	secret, phrase := c.store.random.hex(64), c.phraseIf(wantPhrase)
	t := c.store.addToken(u, tokenMagicURL, secret, c.server.linkLifetime(), c.now)
	c.send(Message{
		Kind: KindMagicURL, To: email, Subject: c.project.name + " Login", Secret: secret, Phrase: phrase,
		URL: link(address, u, t, secret, [2]string{"project", c.project.id}),
	}, u)
	c.log(u, "session.create")
	return c.answerToken(u, t, secret, phrase), nil
}

func createEmailToken(c *call) (any, error) {
	userID := c.params.customID("userId")
	email := c.params.email("email")
	wantPhrase := c.params.optionalBool("phrase")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u, err := c.userOfEmail(email, userID, errBadRequest)
	if err != nil {
		return nil, err
	}
	code, phrase := c.store.random.code(), c.phraseIf(wantPhrase)
	t := c.store.addToken(u, tokenEmailOTP, code, codeLifetime, c.now)
	c.send(Message{
		Kind: KindEmailOTP, To: email, Subject: "OTP for " + c.project.name + " Login", Secret: code, Phrase: phrase,
		Body: fmt.Sprintf("Enter this code to sign in to %s: %s", c.project.name, code),
	}, u)
	c.log(u, "session.create")
	return c.answerToken(u, t, code, phrase), nil
}

func createPhoneToken(c *call) (any, error) {
	userID := c.params.customID("userId")
	phone := c.params.phone("phone")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u, err := c.userOfPhone(phone, userID)
	if err != nil {
		return nil, err
	}
	code := c.store.random.code()
	t := c.store.addToken(u, tokenPhoneOTP, code, codeLifetime, c.now)
	c.sendCode(KindPhoneOTP, phone, code, u)
	c.log(u, "session.create")
	// Alone of all tokens, the server wraps this one for API keys.
	return c.answerToken(u, t, encodeSecret(u.id, code), ""), nil
}

// sendCode sends an SMS.
func (c *call) sendCode(kind MessageKind, phone, code string, u *user) {
	c.send(Message{
		Kind: kind, To: phone, Secret: code,
		Body: fmt.Sprintf("%s is your %s verification code.", code, c.project.name),
	}, u)
}
