package appwritetest

import "github.com/seed17809555/appwrite/appwritetest/internal/php"

// Handlers that only older releases have.

// blockAccount is DELETE /account, which kept the user.
func blockAccount(c *call) (any, error) {
	_, err := updateStatus(c)
	return nil, err
}

// blockKeepingCookies leaves the cookies to the browser.
func blockKeepingCookies(c *call) (any, error) {
	c.caller.user.blocked = true
	c.emptyFallback()
	c.changed(c.caller.user)
	return c.answerUser(c.caller.user), nil
}

// deleteSessionAndFallback has the caller drop its fallback whichever session went.
func deleteSessionAndFallback(c *call) (any, error) {
	_, err := deleteSession(c)
	if err == nil && c.answer.header.Get("X-Fallback-Cookies") == "" {
		c.emptyFallback()
	}
	return nil, err
}

// changePassword is for the time when users without a password could only get one with an
// e-mail address.
func changePassword(c *call) (any, error) {
	if c.caller.user.passwordUpdated.IsZero() && c.params.done() == nil {
		return nil, errCredentials
	}
	return updatePassword(c)
}

// mergePrefs adds to the preferences, and answers with all of them.
func mergePrefs(c *call) (any, error) {
	prefs := c.params.object("prefs")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	merged, _ := php.ParseJSON(u.preferences())
	all := merged.(*php.Array) // preferences are an object
	for i, key := range prefs.Keys {
		all.Set(key, prefs.Values[i])
	}
	u.setPrefs(all)
	c.changed(u)
	return u.preferences(), nil
}

// refreshSession renews the tokens of an OAuth2 provider, and does nothing for any other
// session but fail.
func refreshSession(c *call) (any, error) {
	s, err := c.sessionOfPath()
	if err != nil {
		return nil, err
	}
	if s.tokens.refresh == "" {
		return nil, errProviderUnsupported
	}
	if err := c.refreshTokens(s); err != nil {
		return nil, err
	}
	w := c.answerSession(c.caller.user, s)
	w.CountryName, w.Current, w.ProviderAccessTokenExpiry = "", false, stamp(s.tokens.expiry)
	s.updated = c.now
	c.log(c.caller.user, "session.update")
	return w, nil
}

// signInWith exchanges one kind of token for a session.
func signInWith(kind tokenType) func(*call) (any, error) {
	return func(c *call) (any, error) {
		userID := c.params.uid("userId")
		secret := c.params.text("secret", 256)
		if err := c.params.done(); err != nil {
			return nil, err
		}
		u, _, err := c.takeToken(userID, secret, kind)
		if err != nil {
			return nil, err
		}
		u.updated = c.now
		return c.signInBy(u, kind), nil
	}
}

// deleteMFAAuthenticatorByCode asks for a code of the app that is to go.
func deleteMFAAuthenticatorByCode(c *call) (any, error) {
	kind := c.params.oneOf("type", factorTOTP)
	otp := c.params.text("otp", 256)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	if app := c.caller.user.authenticator(kind); app != nil && otp != app.code(c.now) {
		return nil, errToken
	}
	return deleteMFAAuthenticator(c)
}

type healthWire struct {
	Status string `json:"status"`
}

// getHealth answers for the version too, which has no route yet.
func getHealth(*call) (any, error) { return healthWire{"OK"}, nil }
