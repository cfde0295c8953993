package appwritetest

import (
	"encoding/hex"

	"github.com/seed17809555/appwrite/internal/release"
)

type sessionWire struct {
	ID                        string `json:"$id"`
	CreatedAt                 string `json:"$createdAt"`
	UpdatedAt                 string `json:"$updatedAt"`
	UserID                    string `json:"userId"`
	Expire                    string `json:"expire"`
	Provider                  string `json:"provider"`
	ProviderUID               string `json:"providerUid"`
	ProviderAccessToken       string `json:"providerAccessToken"`
	ProviderAccessTokenExpiry string `json:"providerAccessTokenExpiry"`
	ProviderRefreshToken      string `json:"providerRefreshToken"`
	IP                        string `json:"ip"`
	deviceWire
	Current      bool   `json:"current"`
	*secretsWire        // nil: left out
	MFAUpdatedAt string `json:"mfaUpdatedAt"`
}

type secretsWire struct {
	Factors []string `json:"factors"`
	Secret  string   `json:"secret"`
}

type sessionListWire struct {
	Total    int           `json:"total"`
	Sessions []sessionWire `json:"sessions"`
}

// answerSession returns the user's session in the shape that the caller asked for.
func (c *call) answerSession(u *user, s *session) sessionWire {
	w := sessionWire{
		ID:           s.id,
		CreatedAt:    date(s.created),
		UpdatedAt:    date(s.updated),
		UserID:       u.id,
		Expire:       date(s.expire),
		Provider:     s.provider,
		ProviderUID:  s.providerUID,
		IP:           s.ip,
		deviceWire:   deviceOf(s.agent),
		Current:      s == c.caller.session,
		secretsWire:  &secretsWire{Factors: append([]string{}, s.factors...)},
		MFAUpdatedAt: date(s.mfaUpdated),
	}
	w.ProviderAccessToken, w.ProviderRefreshToken = s.tokens.access, s.tokens.refresh
	w.ProviderAccessTokenExpiry = date(s.tokens.expiry)
	if c.olderThan(release.V1_5) {
		w.secretsWire = nil
	}
	return w
}

// signIn starts a session for the user and returns the answer that hands it over.
func (c *call) signIn(u *user, provider, providerUID, factor string) sessionWire {
	made, secret := c.startSession(u, session{provider: provider, providerUID: providerUID, factors: []string{factor}})
	w := c.answerSession(u, made)
	w.Current = true
	if w.secretsWire != nil {
		w.Secret = c.revealed(secret)
	}
	return w
}

// startSession stores the session and gives its secret to the caller's browser.
func (c *call) startSession(u *user, s session) (*session, string) {
	s.ip, s.agent = clientIP(c.r), c.userAgent()
	made, secret := c.store.addSession(c.project, u, s, c.now)
	c.addSessionCookies(secret, made.expire)
	c.log(u, "session.create")
	return made, secret
}

func createEmailPasswordSession(c *call) (any, error) {
	email := c.params.email("email")
	password := c.params.password("password")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.project.emails[email]
	if u == nil || !u.hasPassword(password) {
		return nil, errCredentials
	}
	if err := c.refuseBlocked(u); err != nil {
		return nil, err
	}
	return c.signIn(u, "email", email, "password"), nil
}

func createAnonymousSession(c *call) (any, error) {
	if c.project.id == consoleID {
		return nil, errConsoleAnonymous
	}
	u := c.store.newUser(uniqueID, c.now)
	if err := c.project.add(u); err != nil {
		return nil, err
	}
	return c.signIn(u, "anonymous", "", "anonymous"), nil
}

// createSession exchanges what a mail, SMS or link brought for a session; its two deprecated
// forms do the same.
func createSession(c *call) (any, error) {
	userID := c.params.customID("userId")
	secret := c.params.text("secret", 256)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.project.users[userID]
	if u == nil {
		return nil, errToken
	}
	if u.blocked {
		return nil, errBlocked
	}
	if provider, ok := c.takeOAuth2Token(u, secret); ok {
		u.updated = c.now
		return c.signIn(u, provider, "", "email"), nil
	}
	token := u.takeToken(secret, c.now, tokenMagicURL, tokenEmailOTP, tokenPhoneOTP)
	if token == nil {
		return nil, errToken
	}
	u.updated = c.now
	return c.signInBy(u, token.kind), nil
}

// signInBy signs in the user who got a mail or an SMS, which proves that the address is theirs.
func (c *call) signInBy(u *user, kind tokenType) sessionWire {
	switch kind {
	case tokenPhoneOTP:
		u.phoneVerified = true
		return c.signIn(u, "phone", "", "phone")
	case tokenMagicURL:
		u.emailVerified = u.emailVerified || !c.server.is(doubtsLinks)
		return c.signIn(u, "magic-url", "", "email")
	default:
		u.emailVerified = true
		return c.signIn(u, "token", "", "email")
	}
}

func listSessions(c *call) (any, error) {
	u := c.caller.user
	list := sessionListWire{Total: len(u.sessions), Sessions: []sessionWire{}}
	for _, s := range u.sessions {
		list.Sessions = append(list.Sessions, c.answerSession(u, s))
	}
	return list, nil
}

// sessionOfPath returns the caller's session that the path names.
func (c *call) sessionOfPath() (*session, error) {
	id := c.params.uid("sessionId")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	s := c.caller.user.session(id)
	if id == "current" {
		s = c.caller.session // none under a JWT
	}
	if s == nil {
		return nil, errSessionNotFound
	}
	return s, nil
}

func getSession(c *call) (any, error) {
	s, err := c.sessionOfPath()
	if err != nil {
		return nil, err
	}
	return c.answerSession(c.caller.user, s), nil
}

// updateSession makes the session as long as a new one, and renews the tokens of an OAuth2
// provider whether they have expired or not. The answer has the server's three oddities: the
// expiries as PHP left them, the date of the change before this one, and no word on whether the
// session is the current one.
func updateSession(c *call) (any, error) {
	s, err := c.sessionOfPath()
	if err != nil {
		return nil, err
	}
	if err := c.refreshTokens(s); err != nil {
		return nil, err
	}
	w := c.answerSession(c.caller.user, s)
	if !s.tokens.expiry.IsZero() {
		w.ProviderAccessTokenExpiry = stamp(s.tokens.expiry)
	}
	s.expire, s.updated = c.now.Add(c.project.settings.SessionDuration), c.now
	w.Expire, w.Current, w.CountryName = stamp(s.expire), false, ""
	c.revealHash(&w, s)
	c.log(c.caller.user, "session.update")
	return w, nil
}

// revealHash puts the hash of the session's secret where its secret would be, as older releases
// do.
func (c *call) revealHash(w *sessionWire, s *session) {
	if c.server.is(revealsHashes) && w.secretsWire != nil {
		w.Secret = hex.EncodeToString(s.secret[:])
	}
}

func deleteSession(c *call) (any, error) {
	s, err := c.sessionOfPath()
	if err != nil {
		return nil, err
	}
	c.caller.user.removeSession(s)
	if s == c.caller.session {
		c.emptyFallback()
		c.deleteSessionCookies()
	}
	c.log(c.caller.user, "session.delete")
	return nil, nil
}

func deleteSessions(c *call) (any, error) {
	u := c.caller.user
	for range u.sessions {
		c.emptyFallback() // the server says it once a session
	}
	if c.caller.session != nil {
		c.deleteSessionCookies()
	}
	u.sessions = nil
	c.log(u, "session.delete")
	return nil, nil
}
