package appwritetest

import "encoding/hex"

func createEmailVerification(c *call) (any, error) {
	address := c.params.redirect("url", c.project)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	switch {
	case u.email == "":
		return nil, errEmailNotFound
	case u.emailVerified && !c.server.is(verifiesAgain):
		return nil, errEmailVerified
	}
	secret := c.store.random.hex(256)
	t := c.store.addToken(u, tokenEmailVerification, secret, c.server.linkLifetime(), c.now)
	c.send(Message{
		Kind: KindEmailVerification, To: u.email, Subject: "Account Verification for " + c.project.name, Secret: secret,
		URL: link(address, u, t, secret),
	}, u)
	c.log(u, "verification.create")
	return c.answerToken(u, t, secret, ""), nil
}

func updateEmailVerification(c *call) (any, error) {
	return c.verify(tokenEmailVerification, func(u *user) { u.emailVerified = true })
}

func createPhoneVerification(c *call) (any, error) {
	u := c.caller.user
	switch {
	case u.phone == "":
		return nil, errPhoneNotFound
	case u.phoneVerified && !c.server.is(verifiesAgain):
		return nil, errPhoneVerified
	}
	code := c.store.random.code()
	t := c.store.addToken(u, tokenPhoneVerification, code, c.server.linkLifetime(), c.now)
	c.sendCode(KindPhoneVerification, u.phone, code, u)
	c.log(u, "verification.create")
	return c.answerToken(u, t, code, ""), nil
}

func updatePhoneVerification(c *call) (any, error) {
	return c.verify(tokenPhoneVerification, func(u *user) { u.phoneVerified = true })
}

// verify takes the token of a verification; nobody needs to be signed in for it.
func (c *call) verify(kind tokenType, mark func(*user)) (any, error) {
	userID := c.params.uid("userId")
	secret := c.params.text("secret", 256)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u, t, err := c.takeToken(userID, secret, kind)
	if err != nil {
		return nil, err
	}
	mark(u)
	u.updated = c.now
	c.log(u, "verification.update")
	return c.answerTaken(u, t, secret), nil
}

// takeToken removes and returns a token of the user.
func (c *call) takeToken(userID, secret string, kind tokenType) (*user, *token, error) {
	u := c.project.users[userID]
	if u == nil {
		return nil, nil, errUserNotFound
	}
	if err := c.refuseBlocked(u); err != nil {
		return nil, nil, err
	}
	t := u.takeToken(secret, c.now, kind)
	if t == nil {
		return nil, nil, errToken
	}
	return u, t, nil
}

// answerTaken returns the token that was taken with the secret.
func (c *call) answerTaken(u *user, t *token, secret string) tokenWire {
	w := c.answerToken(u, t, t.hash(), "")
	if c.server.is(revealsHashes) {
		w.Secret = t.hash()
	}
	if t.kind == tokenPhoneVerification && c.server.is(revealsPhoneCodes) {
		w.Secret = secret
	}
	return w
}

// hash is what an API key sees where a token was taken: all that the server has.
func (t *token) hash() string { return hex.EncodeToString(t.secret[:]) }
