package appwritetest

import (
	"encoding/json"
	"slices"

	"github.com/seed17809555/appwrite/internal/release"
)

type userWire struct {
	ID                string   `json:"$id"`
	CreatedAt         string   `json:"$createdAt"`
	UpdatedAt         string   `json:"$updatedAt"`
	Name              string   `json:"name"`
	Registration      string   `json:"registration"`
	Status            bool     `json:"status"`
	Labels            []string `json:"labels"`
	PasswordUpdate    string   `json:"passwordUpdate"`
	Email             string   `json:"email"`
	Phone             string   `json:"phone"`
	EmailVerification bool     `json:"emailVerification"`
	emailFacts
	PhoneVerification bool            `json:"phoneVerification"`
	MFA               bool            `json:"mfa"`
	Prefs             json.RawMessage `json:"prefs"`
	Targets           []targetWire    `json:"targets"`
	AccessedAt        string          `json:"accessedAt"`
	*impersonatorWire                 // nil: left out
}

type impersonatorWire struct {
	Impersonator       bool    `json:"impersonator"`
	ImpersonatorUserID *string `json:"impersonatorUserId"`
}

// wire returns the user as Account answers it, a copy.
func (u *user) wire() userWire {
	w := userWire{
		ID:                u.id,
		CreatedAt:         date(u.created),
		UpdatedAt:         date(u.updated),
		Name:              u.name,
		Registration:      date(u.registered),
		Status:            !u.blocked,
		Labels:            append([]string{}, u.labels...),
		PasswordUpdate:    date(u.passwordUpdated),
		Email:             u.email,
		Phone:             u.phone,
		EmailVerification: u.emailVerified,
		emailFacts:        factsOf(u.email),
		PhoneVerification: u.phoneVerified,
		MFA:               u.mfa,
		Prefs:             u.preferences(),
		Targets:           []targetWire{},
		AccessedAt:        date(u.accessed),
		impersonatorWire:  &impersonatorWire{Impersonator: u.impersonator},
	}
	for _, t := range u.allTargets() {
		w.Targets = append(w.Targets, t.wire())
	}
	return w
}

// answerUser returns the user in the shape that the caller asked for.
func (c *call) answerUser(u *user) userWire {
	w := u.wire()
	if c.olderThan(release.V1_9) {
		w.impersonatorWire = nil
	}
	return w
}

// getAccount answers the caller, or the user whom an impersonator asks for.
func getAccount(c *call) (any, error) {
	w := c.answerUser(c.subject())
	if c.caller.target != nil && w.impersonatorWire != nil {
		id := c.caller.user.id
		w.ImpersonatorUserID = &id
	}
	return w, nil
}

func createAccount(c *call) (any, error) {
	userID := c.params.customID("userId")
	email := c.params.email("email")
	password := c.params.newPassword("password", c.project.settings.Password)
	name := c.params.optionalText("name", c.server.longestName())
	if err := c.params.done(); err != nil {
		return nil, err
	}
	if c.project.identityOf(email, nil) != nil {
		return nil, errBadRequest // says nothing about who is there
	}
	if err := c.project.checkPersonal(password, userID, email, name, ""); err != nil {
		return nil, err
	}
	u := c.store.newUser(userID, c.now)
	u.email, u.name = email, name
	u.setPassword(password, c.store.random, c.now)
	c.project.remember(u)
	c.store.addTarget(u, "email", email, c.now)
	if err := c.project.add(u); err != nil {
		return nil, err
	}
	c.log(u, "user.create")
	return c.answerUser(u), nil
}

func deleteAccount(c *call) (any, error) {
	c.project.remove(c.subject())
	return nil, nil
}

func updateName(c *call) (any, error) {
	name := c.params.text("name", c.server.longestName())
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	u.name = name
	c.changed(u)
	return c.answerUser(u), nil
}

func updateEmail(c *call) (any, error) {
	email := c.params.email("email")
	password := c.params.password("password")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	if err := c.confirm(u, password); err != nil {
		return nil, err
	}
	if c.project.targetTaken("", email, nil) {
		return nil, errTargetExists
	}
	if other := c.project.emails[email]; (other != nil && other != u) || c.project.identityOf(email, u) != nil {
		return nil, errBadRequest
	}
	old := u.email
	c.project.setEmail(u, email)
	c.adopt(u, password)
	c.changed(u)
	return c.answerMoved(u, old, email), nil
}

func updatePhone(c *call) (any, error) {
	phone := c.params.phone("phone")
	password := c.params.password("password")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	if err := c.confirm(u, password); err != nil {
		return nil, err
	}
	if c.project.targetTaken("", phone, nil) {
		return nil, errTargetExists
	}
	if other := c.project.phones[phone]; other != nil && other != u {
		return nil, errPhoneExists
	}
	old := u.phone
	c.project.setPhone(u, phone)
	c.adopt(u, password)
	c.changed(u)
	return c.answerMoved(u, old, phone), nil
}

// answerMoved returns the user after the e-mail or phone has changed, with a target that has
// the new identifier, but not yet the date of its change: the server stores it after it made
// the answer.
func (c *call) answerMoved(u *user, old, identifier string) userWire {
	moved := u.moveTarget(old, identifier)
	answer := c.answerUser(u)
	if moved != nil {
		moved.updated = c.now
	}
	return answer
}

// confirm checks the password of a user who has one.
func (c *call) confirm(u *user, password string) error {
	if !u.passwordUpdated.IsZero() && !u.hasPassword(password) {
		return errCredentials
	}
	return nil
}

// adopt makes the password that of a user who had none.
func (c *call) adopt(u *user, password string) {
	if u.passwordUpdated.IsZero() {
		u.setPassword(password, c.store.random, c.now)
	}
}

func updatePassword(c *call) (any, error) {
	password := c.params.newPassword("password", c.project.settings.Password)
	old := c.params.anyText("oldPassword", 256)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	u := c.caller.user
	if err := c.confirm(u, old); err != nil {
		return nil, err
	}
	if err := c.project.checkHistory(u, password); err != nil {
		return nil, err
	}
	if err := c.project.checkPersonal(password, u.id, u.email, u.name, u.phone); err != nil {
		return nil, err
	}
	u.setPassword(password, c.store.random, c.now)
	c.project.remember(u)
	// Whoever else is signed in knew the old password at most.
	if !c.server.is(sessionsSurvive) {
		u.sessions = slices.DeleteFunc(u.sessions, func(s *session) bool { return s != c.caller.session })
	}
	c.changed(u)
	return c.answerUser(u), nil
}

func updateStatus(c *call) (any, error) {
	u := c.caller.user
	u.blocked = true
	c.emptyFallback()
	c.deleteSessionCookies()
	c.changed(u)
	return c.answerUser(u), nil
}
