package appwritetest

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// caller is who makes a request.
type caller struct {
	user    *user    // nil: a guest or an API key
	session *session // the one of the request's secret; nil under a JWT
	target  *user    // whom an impersonator asked for; nil otherwise
	key     bool     // an API key
	scopes  []string // of the key
	dev     bool     // has a dev key, whoever it is
}

// The scopes that operations ask for.
const (
	scopeAccount  = "account"
	scopePublic   = "public"
	scopeSessions = "sessions.write"
	scopeTargets  = "targets.write"
)

// role returns the caller's role and its scopes.
func (c caller) role() (string, []string) {
	switch {
	case c.key:
		return "applications", c.scopes
	case c.user != nil:
		return "users", []string{scopeSessions, scopeAccount, scopePublic, scopeTargets}
	}
	return "guests", []string{scopeSessions, scopePublic}
}

// identify finds out which user is calling. A session that is not good makes a guest; a JWT
// that is not good is an error, and so are two credentials at once.
func (c *call) identify() error {
	if c.project == nil {
		return nil // checkProject will say so
	}
	if secret, ok := c.secret(); ok {
		c.caller = c.project.owner(secret, c.now)
	}
	if err := c.identifyJWT(); err != nil {
		c.answer.unnamed()
		return err
	}
	c.caller.target = c.impersonated()
	c.caller.dev = c.param("devKey", "X-Appwrite-Dev-Key") == c.project.devKey && !c.server.is(ignoresDevKey)
	c.params.anyURL = c.caller.dev
	return nil
}

func (c *call) identifyJWT() error {
	if jwt := c.r.Header.Get("X-Appwrite-JWT"); jwt != "" && !c.server.is(ignoresJWT) {
		if c.caller.user != nil && !c.server.is(jwtBeatsSession) {
			return errJWTAndCookie
		}
		user, err := c.verifyJWT(jwt)
		if err != nil {
			return err
		}
		c.caller = caller{user: user}
	}
	// An account's key, which comes with the ID of its user; nobody has one here.
	if c.r.Header.Get("X-Appwrite-User") != "" && c.r.Header.Get("X-Appwrite-Key") != "" && c.caller.user != nil {
		return errKeyAndSession
	}
	return nil
}

// identifyKey makes the caller an API key, whoever it was before. A key that is not good is an
// error.
func (c *call) identifyKey() error {
	if key := c.r.Header.Get("X-Appwrite-Key"); key != "" && !c.keyYields(key) {
		scopes, ok := c.project.apiKeys[key]
		switch {
		case !ok:
			return errUnauthorized
		case c.caller.user != nil && c.server.is(keyExcludesUser):
			return errKeyAndSession
		}
		c.caller = caller{key: true, scopes: scopes}
	}
	if u := c.caller.user; u != nil && c.now.Sub(u.accessed) >= accessInterval {
		u.accessed = c.now
	}
	return nil
}

// keyYields reports whether older releases would not have looked at the key.
func (c *call) keyYields(key string) bool {
	_, known := c.project.apiKeys[key]
	return (c.server.is(userBeatsKey) && c.caller.user != nil) || (c.server.is(unknownKeyIsGuest) && !known)
}

// impersonated returns the user in whose place a caller asks to act who may; nil where nobody
// is asked for, or not found.
func (c *call) impersonated() *user {
	if c.caller.user == nil || !c.caller.user.impersonator || c.server.is(ignoresImpersonation) {
		return nil
	}
	if id := c.param("impersonateUserId", "X-Appwrite-Impersonate-User-Id"); id != "" {
		return c.project.users[id]
	}
	if email := c.param("impersonateEmail", "X-Appwrite-Impersonate-User-Email"); email != "" {
		return c.project.emails[strings.ToLower(email)]
	}
	return c.project.phones[c.param("impersonatePhone", "X-Appwrite-Impersonate-User-Phone")]
}

// subject is the user whom reading and deleting the account are about: those alone the server
// does for the impersonated user, all else for the impersonator.
func (c *call) subject() *user {
	if c.caller.target != nil {
		return c.caller.target
	}
	return c.caller.user
}

// param returns the value of a header, otherwise of a parameter, for those who cannot send
// headers.
func (c *call) param(name, header string) string {
	if v := c.r.Header.Get(header); v != "" {
		return v
	}
	v, _ := c.params.values.Get(name).(string)
	return v
}

// accessInterval is how stale a user's accessedAt may be.
const accessInterval = 24 * time.Hour

// secret returns the session secret of the request: the cookie, then the header, then the
// fallback; the first that has the form of a secret.
func (c *call) secret() (sessionSecret, bool) {
	name := c.project.cookieName()
	for _, cookie := range []string{name, name + "_legacy"} {
		if secret, ok := decodeSecret(cookieValue(c.r, cookie)); ok {
			return secret, true
		}
	}
	if secret, ok := decodeSecret(c.r.Header.Get("X-Appwrite-Session")); ok && !c.server.is(ignoresSessionHeader) {
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
