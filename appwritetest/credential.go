package appwritetest

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// caller is who makes a request.
type caller struct {
	user    *user    // nil: a guest or an API key
	session *session // the one of the request's secret; nil under a JWT
	key     bool     // an API key
}

// The scopes that operations ask for.
const (
	scopeAccount  = "account"
	scopePublic   = "public"
	scopeSessions = "sessions.write"
	scopeTargets  = "targets.write"
)

// role returns the caller's role and its scopes, those of a key with all that a
// key can have.
func (c caller) role() (string, []string) {
	switch {
	case c.key:
		return "applications", []string{scopeSessions}
	case c.user != nil:
		return "users", []string{scopeSessions, scopeAccount, scopePublic, scopeTargets}
	}
	return "guests", []string{scopeSessions, scopePublic}
}

// identify finds out who is calling. A session that is not good makes a guest; a
// JWT or key that is not good is an error. A key wins over a session.
func (c *call) identify() error {
	if secret, ok := c.secret(); ok {
		c.caller = c.project.owner(secret, c.now)
	}
	if jwt := c.r.Header.Get("X-Appwrite-JWT"); jwt != "" {
		if c.caller.user != nil {
			return errJWTAndCookie
		}
		user, err := c.verifyJWT(jwt)
		if err != nil {
			return err
		}
		c.caller = caller{user: user}
	}
	if key := c.r.Header.Get("X-Appwrite-Key"); key != "" {
		if key != c.project.apiKey {
			return errUnauthorized
		}
		c.caller = caller{key: true}
	}
	if u := c.caller.user; u != nil && c.now.Sub(u.accessed) >= accessInterval {
		u.accessed = c.now
	}
	return nil
}

// accessInterval is how stale a user's accessedAt may be.
const accessInterval = 24 * time.Hour

// secret returns the session secret of the request: the cookie, then the header,
// then the fallback; the first that has the form of a secret.
func (c *call) secret() (sessionSecret, bool) {
	name := c.project.cookieName()
	for _, cookie := range []string{name, name + "_legacy"} {
		if secret, ok := decodeSecret(cookieValue(c.r, cookie)); ok {
			return secret, true
		}
	}
	if secret, ok := decodeSecret(c.r.Header.Get("X-Appwrite-Session")); ok {
		return secret, true
	}
	var fallback map[string]any
	if json.Unmarshal([]byte(c.r.Header.Get("X-Fallback-Cookies")), &fallback) != nil {
		return sessionSecret{}, false
	}
	text, _ := fallback[name].(string)
	return decodeSecret(text)
}

// cookieValue returns the cookie's value, percent-decoded.
func cookieValue(r *http.Request, name string) string {
	cookie, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	if value, err := url.PathUnescape(cookie.Value); err == nil {
		return value
	}
	return cookie.Value
}

// owner returns the user and session of the secret, or a guest.
func (p *project) owner(secret sessionSecret, now time.Time) caller {
	u := p.users[secret.ID]
	if u == nil {
		return caller{}
	}
	sum := sha256.Sum256([]byte(secret.Secret))
	for _, s := range u.sessions {
		if s.secret == sum && now.Before(s.expire) {
			return caller{user: u, session: s}
		}
	}
	return caller{}
}
