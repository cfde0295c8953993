package models

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// User is the account of the caller.
type User struct {
	ID        string    `json:"$id"`
	CreatedAt Timestamp `json:"$createdAt"` // since 0.15
	UpdatedAt Timestamp `json:"$updatedAt"` // since 0.15

	// Name is empty for users who signed in anonymously, by magic URL or by phone and never set
	// one.
	Name         string    `json:"name"`
	Registration Timestamp `json:"registration"`

	// Status is true unless the user is blocked, since 0.7. Up to 0.11 servers sent 0 (not yet
	// verified) or 1 for true and 2 for false. Servers before 0.7 send nothing and leave it
	// false, which there does not mean blocked.
	Status bool     `json:"status"`
	Labels []string `json:"labels"` // set by the project's backend, since 1.4

	// PasswordUpdate is unset for users who never had a password, since 0.8.
	PasswordUpdate Timestamp `json:"passwordUpdate"`
	Email          string    `json:"email"` // empty for anonymous and phone users
	Phone          string    `json:"phone"` // E.164, "+14155550100", since 0.15

	EmailVerification bool `json:"emailVerification"`

	// EmailCanonical is the address without what does not change the mailbox, such as a +tag,
	// since 1.9.5. It and the four findings below are unknown (empty or nil) for users without
	// an address.
	EmailCanonical    string `json:"emailCanonical"`
	EmailIsFree       *bool  `json:"emailIsFree"`       // a free mail provider, since 1.9.5
	EmailIsDisposable *bool  `json:"emailIsDisposable"` // a throw-away provider, since 1.9.5
	EmailIsCorporate  *bool  `json:"emailIsCorporate"`  // neither of the two, since 1.9.5
	EmailIsCanonical  *bool  `json:"emailIsCanonical"`  // Email is EmailCanonical, since 1.9.5

	PhoneVerification bool `json:"phoneVerification"` // since 0.15

	// MFA is whether the user asked for a second factor at login; there is one only if a
	// verified factor exists as well, since 1.5.
	MFA     bool        `json:"mfa"`
	Prefs   Preferences `json:"prefs"`   // since 0.7
	Targets []Target    `json:"targets"` // where messages reach the user, since 1.5

	// AccessedAt is written at most once in 24 hours, since 1.4.
	AccessedAt Timestamp `json:"accessedAt"`

	// Impersonator is whether the user may act as others; nil where the server does not say,
	// since 1.9.
	Impersonator *bool `json:"impersonator"`
	// ImpersonatorUserID is who really acts; empty unless somebody does, since 1.9.
	ImpersonatorUserID string `json:"impersonatorUserId"`
}

type userFields User

// MarshalJSON implements [encoding/json.Marshaler].
func (u User) MarshalJSON() ([]byte, error) { return marshal(u) }

// MarshalJSONTo implements MarshalerTo of encoding/json/v2.
func (u User) MarshalJSONTo(enc *jsontext.Encoder) error {
	return marshalFields(enc, (*userFields)(&u))
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (u *User) UnmarshalJSON(text []byte) error { return unmarshal(text, u) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (u *User) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	wire := struct {
		*userFields
		Status userStatus `json:"status"`
	}{(*userFields)(u), userStatus(u.Status)}
	if err := json.UnmarshalDecode(dec, &wire); err != nil {
		return err
	}
	u.Status = bool(wire.Status)
	u.Labels = nilIfEmpty(u.Labels)
	u.Targets = nilIfEmpty(u.Targets)
	return nil
}

// userStatus is a status in either form.
type userStatus bool

func (s *userStatus) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch string(value) {
	case "true", "0", "1":
		*s = true
	case "false", "null", "2":
		*s = false
	default:
		return errors.New("not a user status")
	}
	return nil
}

// LogValue implements [slog.LogValuer]: all fields, but of the preferences only their number.
func (u User) LogValue() slog.Value {
	return slog.AnyValue(userLog{(*userFields)(&u), u.Prefs.String()})
}

// userLog is a user whose preferences are safe to encode.
type userLog struct {
	*userFields
	Prefs string `json:"prefs"`
}

func (u userLog) Format(f fmt.State, _ rune) { format(f, "User", *u.userFields) }
