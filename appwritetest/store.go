package appwritetest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed17809555/appwrite/models"
)

// store is the server's whole state.
//
// One lock guards all of it, the inbox and the request log included. It is taken in three
// places only: by store.fault, which looks for what goes wrong with a request, by Server.act,
// once around everything that the request does, and by the exported methods that tests call.
// Nothing else locks: handlers, projects, users and the random source expect the lock to be
// held. Answers are encoded after it was released, from copies.
type store struct {
	mu       sync.Mutex
	random   *random
	projects map[string]*project
	limited  bool               // rate limits are in force
	counters map[string]counter // of rate limits, by key; of all projects, as on the server
	faults   []*fault
	inbox    []Message
	oauth2   oauth2Double
	requests []requestRecord
	cloud    bool // what only Appwrite Cloud has is served too
	server   *serverRelease
}

func newStore(cfg config) (*store, error) {
	server, err := releaseOf(cfg.version)
	if err != nil {
		return nil, err
	}
	s := &store{server: server, random: newRandom(cfg.seed), projects: map[string]*project{}, limited: cfg.rateLimits, counters: map[string]counter{}, oauth2: newOAuth2Double()}
	hosts := append([]string{"localhost", "127.0.0.1"}, cfg.hosts...)
	jwtKey := s.random.bytes(32)
	console := projectConfig{consoleID, "Console", Settings{OAuth2Providers: []models.OAuthProvider{}}}
	for _, p := range append([]projectConfig{console}, cfg.projects...) {
		settings, err := p.settings.complete()
		switch {
		case err != nil:
			return nil, fmt.Errorf("project %q: %w", p.id, err)
		case !idPattern.MatchString(p.id):
			return nil, fmt.Errorf("%q is no project ID", p.id)
		case s.projects[p.id] != nil:
			return nil, fmt.Errorf("project %q is there already", p.id)
		}
		made := newProject(p.id, p.name, s.random, hosts)
		made.settings, made.jwtKey = server.settings(settings), jwtKey
		s.projects[p.id] = made
	}
	return s, nil
}

// project is one Appwrite project: its users and the indexes over them.
type project struct {
	id       string
	name     string
	apiKey   string              // has all scopes
	apiKeys  map[string][]string // the scopes of all keys
	devKey   string
	jwtKey   []byte   // the server's, so that only the session of a JWT tells whose it is
	hosts    []string // where links and redirects may lead, and browsers may be
	settings Settings // complete, see there
	users    map[string]*user
	emails   map[string]*user
	phones   map[string]*user

	identities []*identity // oldest first
	sequence   int64       // of the newest identity
}

// consoleID is the project that answers when the request names none.
const consoleID = "console"

func newProject(id, name string, random *random, hosts []string) *project {
	p := &project{
		id:      id,
		name:    name,
		apiKeys: map[string][]string{},
		devKey:  random.hex(256),
		hosts:   hosts,
		users:   map[string]*user{},
		emails:  map[string]*user{},
		phones:  map[string]*user{},
	}
	p.apiKey = p.addAPIKey([]string{scopeSessions}, random)
	return p
}

func (p *project) addAPIKey(scopes []string, random *random) string {
	key := "standard_" + random.hex(64)
	p.apiKeys[key] = slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool { return scope != scopeSessions })
	return key
}

func (p *project) cookieName() string { return "a_session_" + p.id }

// user is an account and all that hangs on it.
type user struct {
	id              string
	created         time.Time
	updated         time.Time
	registered      time.Time
	accessed        time.Time
	passwordUpdated time.Time // zero: never had a password
	password        passwordHash
	passwords       []passwordHash // the last ones, oldest first, if the project keeps them
	name            string
	email           string // lower case
	phone           string
	labels          []string
	prefs           json.RawMessage // as appendJSON writes it; nil is {}
	blocked         bool
	emailVerified   bool
	phoneVerified   bool
	impersonator    bool
	mfa             bool
	totp            *authenticator // nil: none
	recoveryCodes   []string
	challenges      []*challenge
	sessions        []*session // oldest first
	tokens          []*token
	targets         []*target  // all but those of sessions, see eachTarget
	logs            []logEntry // oldest first
	consents        []*consent
}

type session struct {
	id          string
	created     time.Time
	updated     time.Time
	expire      time.Time
	provider    string
	providerUID string
	tokens      oauth2Tokens // at the OAuth2 provider; zero without one
	ip          string
	agent       string
	factors     []string
	mfaUpdated  time.Time // when it last completed a challenge
	targets     []*target // for push messages; they end with the session
	secret      [sha256.Size]byte
}

type tokenType string

// Token types, by what they are for. A secret of one type does not work for another.
const (
	tokenEmailVerification tokenType = "email-verification"
	tokenPhoneVerification tokenType = "phone-verification"
	tokenRecovery          tokenType = "recovery"
	tokenMagicURL          tokenType = "magic-url"
	tokenEmailOTP          tokenType = "email-otp"
	tokenPhoneOTP          tokenType = "phone-otp"
	tokenOAuth2            tokenType = "oauth2"
)

type token struct {
	id      string
	kind    tokenType
	created time.Time
	expire  time.Time
	secret  [sha256.Size]byte
}

type target struct {
	id         string
	userID     string
	created    time.Time
	updated    time.Time
	kind       string // email, sms, push
	identifier string
	name       string
	providerID string // "" is null
}

// passwordHash is a salted SHA-256: this server protects nobody, and a password hash that costs
// time would only make tests slow.
type passwordHash struct {
	salt [8]byte
	sum  [sha256.Size]byte
}

func (h passwordHash) matches(password string) bool {
	return sha256.Sum256(append(h.salt[:], password...)) == h.sum
}

func (u *user) setPassword(password string, random *random, now time.Time) {
	u.password.salt = [8]byte(random.bytes(8))
	u.password.sum = sha256.Sum256(append(u.password.salt[:], password...))
	u.passwordUpdated = now
}

// hasPassword reports whether password is the user's. Who never had one has none that matches.
func (u *user) hasPassword(password string) bool {
	return !u.passwordUpdated.IsZero() && u.password.matches(password)
}

// add stores a user who signs up, if the project takes any more.
func (p *project) add(u *user) error {
	if most := p.settings.UserLimit; most > 0 && len(p.users) >= most {
		return errUserLimit
	}
	return p.put(u)
}

// put stores a new user; its ID, e-mail and phone must be free.
func (p *project) put(u *user) error {
	if p.users[u.id] != nil || p.emails[u.email] != nil || p.phones[u.phone] != nil {
		return errUserExists
	}
	p.users[u.id] = u
	p.index(u)
	return nil
}

func (p *project) index(u *user) {
	if u.email != "" {
		p.emails[u.email] = u
	}
	if u.phone != "" {
		p.phones[u.phone] = u
	}
}

func (p *project) unindex(u *user) {
	delete(p.emails, u.email)
	delete(p.phones, u.phone)
}

// remove deletes the user with all that hangs on it.
func (p *project) remove(u *user) {
	p.unindex(u)
	delete(p.users, u.id)
	p.identities = slices.DeleteFunc(p.identities, func(i *identity) bool { return i.owner == u })
}

// setEmail and setPhone leave the user's target to moveTarget.
func (p *project) setEmail(u *user, email string) {
	delete(p.emails, u.email)
	u.email, u.emailVerified = email, false
	p.emails[email] = u
}

func (p *project) setPhone(u *user, phone string) {
	delete(p.phones, u.phone)
	u.phone, u.phoneVerified = phone, false
	p.phones[phone] = u
}

// moveTarget makes the user's target of the old identifier one of the new, and returns it. A
// user without such a target stays without.
func (u *user) moveTarget(old, identifier string) *target {
	for _, t := range u.targets {
		if old != "" && t.identifier == old {
			t.identifier = identifier
			return t
		}
	}
	return nil
}

// newUser returns a user as every way of registration makes it, not yet stored.
func (s *store) newUser(id string, now time.Time) *user {
	if id == uniqueID {
		id = s.random.id(now)
	}
	return &user{id: id, created: now, updated: now, registered: now, accessed: now}
}

func (s *store) addTarget(u *user, kind, identifier string, now time.Time) {
	if s.server.is(noTargets) {
		return
	}
	u.targets = append(u.targets, &target{
		id: s.random.id(now), userID: u.id, created: now, updated: now, kind: kind, identifier: identifier,
	})
}

// addSession stores the session and returns the secret that its owner gets, which is kept
// nowhere else. The oldest sessions beyond the project's limit go.
func (s *store) addSession(p *project, u *user, made session, now time.Time) (*session, string) {
	secret := s.random.hex(256)
	made.id, made.created, made.updated = s.random.id(now), now, now
	made.expire = now.Add(p.settings.SessionDuration)
	made.secret = sha256.Sum256([]byte(secret))
	u.sessions = append(u.sessions, &made)
	if extra := len(u.sessions) - p.settings.SessionLimit; extra > 0 {
		u.sessions = slices.Delete(u.sessions, 0, extra)
	}
	return &made, encodeSecret(u.id, secret)
}

func (u *user) session(id string) *session {
	for _, s := range u.sessions {
		if s.id == id {
			return s
		}
	}
	return nil
}

func (u *user) removeSession(gone *session) {
	u.sessions = slices.DeleteFunc(u.sessions, func(s *session) bool { return s == gone })
}

// addToken stores a token for the secret.
func (s *store) addToken(u *user, kind tokenType, secret string, lifetime time.Duration, now time.Time) *token {
	t := &token{id: s.random.id(now), kind: kind, created: now, expire: now.Add(lifetime), secret: sha256.Sum256([]byte(secret))}
	u.tokens = append(u.tokens, t)
	return t
}

// takeToken removes and returns the token of the secret, if it is one of the kinds and has not
// expired; otherwise nil.
func (u *user) takeToken(secret string, now time.Time, kinds ...tokenType) *token {
	sum := sha256.Sum256([]byte(secret))
	for i, t := range u.tokens {
		if t.secret == sum && now.Before(t.expire) && slices.Contains(kinds, t.kind) {
			u.tokens = slices.Delete(u.tokens, i, i+1)
			return t
		}
	}
	return nil
}

// sessionSecret is what a session's owner holds: base64 over this, as JSON.
type sessionSecret struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

func encodeSecret(userID, secret string) string {
	text, _ := json.Marshal(sessionSecret{userID, secret}) // two strings
	return base64.StdEncoding.EncodeToString(text)
}

// decodeSecret reports whether text has the form of a secret. PHP's strict decoder takes it
// with its padding or without.
func decodeSecret(text string) (sessionSecret, bool) {
	var secret sessionSecret
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil || json.Unmarshal(raw, &secret) != nil {
		return sessionSecret{}, false
	}
	return secret, secret.ID != "" && secret.Secret != ""
}
