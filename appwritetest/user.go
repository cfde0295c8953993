package appwritetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"

	"github.com/pquerna/otp/totp"

	"github.com/seed17809555/appwrite/models"
)

// User is a user to put on a server, see [Server.AddUser]. The zero value is an active user
// without e-mail, phone or password, as an anonymous one.
type User struct {
	ID            string // made by the server where empty
	Email         string
	Phone         string // with its +
	Password      string
	Name          string
	Labels        []string
	Prefs         any // what encodes to a JSON object; nil is an empty one
	EmailVerified bool
	PhoneVerified bool
	Blocked       bool
	Impersonator  bool // may call GET and DELETE /account in another user's place

	// MFA makes new sessions owe a second factor, if the user has one: a verified e-mail, a
	// verified phone, or an authenticator app.
	MFA           bool
	TOTPSecret    string   // of a verified authenticator app, in base32; see Server.TOTP
	RecoveryCodes []string // each completes one challenge
}

// AddUser puts a user on the server, as an administrator would, and returns it as GET /account
// answers it. A user that cannot be stored, because its ID, e-mail or phone is taken or not
// valid, ends the test, or panics outside of one.
func (s *Server) AddUser(u User) *models.User {
	if s.tb != nil {
		s.tb.Helper()
	}
	return s.addUser(s.project, u)
}

func (s *Server) addUser(p *project, u User) *models.User {
	if s.tb != nil {
		s.tb.Helper()
	}
	wire, err := s.storeUser(p, u)
	if err != nil {
		s.fail(fmt.Errorf("adding a user: %w", err))
		return nil
	}
	model := new(models.User)
	text, err := encodeJSON(wire)
	if err == nil {
		err = json.Unmarshal(text, model)
	}
	if err != nil {
		s.fail(fmt.Errorf("reading the added user: %w", err))
		return nil
	}
	return model
}

func (s *Server) storeUser(p *project, seed User) (userWire, error) {
	prefs, err := seed.prefs()
	if err != nil {
		return userWire{}, err
	}
	if err := seed.validate(); err != nil {
		return userWire{}, err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	now := s.now()
	if seed.ID == "" {
		seed.ID = uniqueID
	}
	u := s.store.newUser(seed.ID, now)
	u.email, u.phone, u.name = strings.ToLower(seed.Email), seed.Phone, seed.Name
	u.labels = slices.Clone(seed.Labels)
	u.emailVerified, u.phoneVerified, u.blocked = seed.EmailVerified, seed.PhoneVerified, seed.Blocked
	u.impersonator, u.mfa, u.recoveryCodes = seed.Impersonator, seed.MFA, slices.Clone(seed.RecoveryCodes)
	if seed.TOTPSecret != "" {
		u.totp = &authenticator{secret: seed.TOTPSecret, verified: true}
	}
	u.setPrefs(prefs)
	if seed.Password != "" {
		u.setPassword(seed.Password, s.store.random, now)
		p.remember(u)
	}
	if u.email != "" {
		s.store.addTarget(u, "email", u.email, now)
	}
	if u.phone != "" {
		s.store.addTarget(u, "sms", u.phone, now)
	}
	if err := p.put(u); err != nil {
		return userWire{}, err
	}
	return u.wire(), nil
}

func (u User) validate() error {
	switch {
	case u.ID != "" && u.ID != uniqueID && !idPattern.MatchString(u.ID):
		return fmt.Errorf("%q is no ID", u.ID)
	case u.Email != "" && !validEmail(u.Email):
		return fmt.Errorf("%q is no e-mail address", u.Email)
	case u.Phone != "" && !phonePattern.MatchString(u.Phone):
		return fmt.Errorf("%q is no phone number", u.Phone)
	}
	if _, err := totp.GenerateCode(u.TOTPSecret, time.Unix(0, 0)); err != nil {
		return errors.New("the TOTP secret is not in base32")
	}
	return nil
}

// prefs returns the preferences in the form that the server stores.
func (u User) prefs() (*php.Array, error) {
	if u.Prefs == nil {
		return php.NewArray(), nil
	}
	text, err := json.Marshal(u.Prefs)
	if err != nil {
		return nil, fmt.Errorf("prefs: %w", err)
	}
	v, err := php.ParseJSON(text)
	if err != nil {
		return nil, fmt.Errorf("prefs: %w", err)
	}
	prefs, ok := v.(*php.Array)
	if !ok || (len(prefs.Keys) > 0 && prefs.IsList()) {
		return nil, errors.New("prefs: not a JSON object")
	}
	return prefs, nil
}
