package models

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// AuthenticatorType is a kind of authenticator that a user can enrol.
type AuthenticatorType string

// AuthenticatorTOTP is an app that shows codes which change every 30 seconds, the only kind
// there is.
const AuthenticatorTOTP AuthenticatorType = "totp"

// AuthenticationFactor is a way to pass a challenge.
type AuthenticationFactor string

// The factors of a challenge.
const (
	FactorEmail AuthenticationFactor = "email" // a code by mail, to a verified address
	FactorPhone AuthenticationFactor = "phone" // a code by SMS, to a verified number
	FactorTOTP  AuthenticationFactor = "totp"  // the code that an authenticator shows

	// FactorRecoveryCode is one of the user's recovery codes. Servers from 1.5 to 1.8 spell it
	// in lower case; calls send what their server understands.
	FactorRecoveryCode AuthenticationFactor = "recoveryCode"
	// FactorCustom is a code that the project's backend delivers. After 1.9.6.
	FactorCustom AuthenticationFactor = "custom"
)

// MFAType is a new authenticator to enrol, since 1.5. It is shown to the user once and cannot
// be read again.
type MFAType struct {
	Secret string `json:"secret"` // base32
	URI    string `json:"uri"`    // otpauth://totp/..., for a QR code; holds the secret
}

type mfaTypeFields MFAType

func (m MFAType) redacted() mfaTypeFields {
	m.Secret = redact(m.Secret)
	m.URI = redact(m.URI)
	return mfaTypeFields(m)
}

// Format implements [fmt.Formatter]: every verb prints the type without its secret.
func (m MFAType) Format(f fmt.State, _ rune) { format(f, "MFAType", m.redacted()) }

// LogValue implements [slog.LogValuer] without the secret.
func (m MFAType) LogValue() slog.Value { return slog.AnyValue(m.redacted()) }

// MFAFactors are the factors that a user can pass a challenge with, since 1.5.
type MFAFactors struct {
	TOTP         bool `json:"totp"`
	Phone        bool `json:"phone"`
	Email        bool `json:"email"`
	RecoveryCode bool `json:"recoveryCode"` // since 1.5.11; false before that, even with codes
	Custom       bool `json:"custom"`       // after 1.9.6
}

// MFAChallenge is a question for a second factor, since 1.5. Its code reaches the user on
// another way.
type MFAChallenge struct {
	ID        string    `json:"$id"`
	CreatedAt Timestamp `json:"$createdAt"`
	UserID    string    `json:"userId"`
	Expire    Timestamp `json:"expire"`
}

// MFARecoveryCodes are the codes for a user without any other factor at hand, each good for one
// challenge. Since 1.5.
type MFARecoveryCodes struct {
	RecoveryCodes []string `json:"recoveryCodes"`
}

type mfaRecoveryCodesFields MFARecoveryCodes

// MarshalJSON implements [encoding/json.Marshaler]. It keeps the codes.
func (m MFARecoveryCodes) MarshalJSON() ([]byte, error) { return marshal(m) }

// MarshalJSONTo implements MarshalerTo of encoding/json/v2. It keeps the codes.
func (m MFARecoveryCodes) MarshalJSONTo(enc *jsontext.Encoder) error {
	return marshalFields(enc, (*mfaRecoveryCodesFields)(&m))
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (m *MFARecoveryCodes) UnmarshalJSON(text []byte) error { return unmarshal(text, m) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (m *MFARecoveryCodes) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if err := json.UnmarshalDecode(dec, (*mfaRecoveryCodesFields)(m)); err != nil {
		return err
	}
	m.RecoveryCodes = nilIfEmpty(m.RecoveryCodes)
	return nil
}

func (m MFARecoveryCodes) redacted() mfaRecoveryCodesFields {
	m.RecoveryCodes = slices.Clone(m.RecoveryCodes)
	for i, code := range m.RecoveryCodes {
		m.RecoveryCodes[i] = redact(code)
	}
	return mfaRecoveryCodesFields(m)
}

// Format implements [fmt.Formatter]: every verb prints how many codes there are.
func (m MFARecoveryCodes) Format(f fmt.State, _ rune) { format(f, "MFARecoveryCodes", m.redacted()) }

// LogValue implements [slog.LogValuer]: as many placeholders as there are codes.
func (m MFARecoveryCodes) LogValue() slog.Value { return slog.AnyValue(m.redacted()) }
