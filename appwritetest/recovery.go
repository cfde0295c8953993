package appwritetest

func createRecovery(c *call) (any, error) {
	email := c.params.email("email")
	address := c.params.redirect("url", c.project)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.project.emails[email]
	if u == nil {
		return nil, errUserNotFound
	}
	if err := c.refuseBlocked(u); err != nil {
		return nil, err
	}
	secret := c.store.random.hex(256)
	t := c.store.addToken(u, tokenRecovery, secret, linkLifetime, c.now)
	c.send(Message{
		Kind: KindRecovery, To: email, Subject: "Password Reset for " + c.project.name, Secret: secret,
		URL: link(address, u, t, secret),
	}, u)
	c.log(u, "recovery.create")
	return c.answerToken(u, t, secret, ""), nil
}

// updateRecovery sets the new password, which ends all sessions and proves that the address is
// the user's.
func updateRecovery(c *call) (any, error) {
	userID := c.params.uid("userId")
	secret := c.params.text("secret", 256)
	password := c.params.newPassword("password", c.project.settings.Password)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u, t, err := c.takeToken(userID, secret, tokenRecovery)
	if err != nil {
		return nil, err
	}
	if err := c.project.checkHistory(u, password); err != nil {
		u.tokens = append(u.tokens, t) // the link is still good for another password
		return nil, err
	}
	u.setPassword(password, c.store.random, c.now)
	c.project.remember(u)
	u.emailVerified = true
	if !c.server.is(sessionsSurvive) {
		u.sessions = nil
	}
	u.updated = c.now
	c.log(u, "recovery.update")
	return c.answerTaken(u, t, secret), nil
}
