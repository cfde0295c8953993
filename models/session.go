package models

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Session is a login of a user on a device. Servers before 0.7 answer a login with ID and
// Expire only, and their lists have neither user nor expiry.
//
// The device's fields come from the user agent of the request that created the session and are
// empty where it did not tell.
//
// The answers to UpdateSession and UpdateMFAChallenge always have Current false and an empty
// CountryName; read the session again for the true values.
type Session struct {
	ID        string    `json:"$id"`
	CreatedAt Timestamp `json:"$createdAt"` // since 0.15
	UpdatedAt Timestamp `json:"$updatedAt"` // since 1.5
	UserID    string    `json:"userId"`     // since 0.7
	Expire    Timestamp `json:"expire"`

	// Provider is how the user signed in: "email", "anonymous", "magic-url", "phone", "token",
	// "server", "oauth2" or the key of an OAuth2 provider. Since 0.8.
	Provider string `json:"provider"`
	// ProviderUID is the user at the provider; the address for "email". Since 0.8.
	ProviderUID string `json:"providerUid"`
	// ProviderAccessToken is the OAuth2 provider's token, empty for other logins. Servers
	// before 0.13 call it providerToken. Since 0.8.
	ProviderAccessToken       string    `json:"providerAccessToken"`
	ProviderAccessTokenExpiry Timestamp `json:"providerAccessTokenExpiry"` // since 0.13
	ProviderRefreshToken      string    `json:"providerRefreshToken"`      // since 0.13

	IP        string `json:"ip"`
	OSCode    string `json:"osCode"` // "WIN"
	OSName    string `json:"osName"` // "Windows"
	OSVersion string `json:"osVersion"`

	ClientType          string `json:"clientType"` // "browser"
	ClientCode          string `json:"clientCode"` // "CH"
	ClientName          string `json:"clientName"` // "Chrome"
	ClientVersion       string `json:"clientVersion"`
	ClientEngine        string `json:"clientEngine"` // "Blink"
	ClientEngineVersion string `json:"clientEngineVersion"`

	DeviceName  string `json:"deviceName"` // "desktop"
	DeviceBrand string `json:"deviceBrand"`
	DeviceModel string `json:"deviceModel"`

	CountryCode string `json:"countryCode"` // two letters in lower case; "--" is unknown
	CountryName string `json:"countryName"` // in the language of the client's locale

	// Current is whether the request was made with this session; never so with a JWT.
	Current bool `json:"current"`
	// Factors are the factors that this login has passed: "password", "email", "phone", "totp",
	// "recoveryCode", "token", "anonymous", "oauth2", "custom", since 1.5.
	Factors []string `json:"factors"`

	// Secret is the credential to act with this session. The server fills it only in the answer
	// to a login made with an API key that has the scope for it, since 1.5; for others it is
	// empty and the session's cookie holds it, from where the client's calls that create
	// sessions take it. It is empty in lists and when a session is read. Some releases send a
	// hash, which is not a credential, when a session is updated or a challenge completed: the
	// secret of the login stays valid.
	Secret string `json:"secret"`

	// MFAUpdatedAt is when the session last passed a second factor; unset if never, since 1.5.
	MFAUpdatedAt Timestamp `json:"mfaUpdatedAt"`
}

type sessionFields Session

// MarshalJSON implements [encoding/json.Marshaler]. It keeps the secrets.
func (s Session) MarshalJSON() ([]byte, error) { return marshal(s) }

// MarshalJSONTo implements MarshalerTo of encoding/json/v2. It keeps the secrets.
func (s Session) MarshalJSONTo(enc *jsontext.Encoder) error {
	return marshalFields(enc, (*sessionFields)(&s))
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (s *Session) UnmarshalJSON(text []byte) error { return unmarshal(text, s) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (s *Session) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	wire := struct {
		*sessionFields
		legacyDevice
		ProviderToken string `json:"providerToken"`
	}{sessionFields: (*sessionFields)(s)}
	if err := json.UnmarshalDecode(dec, &wire); err != nil {
		return err
	}
	if wire.ProviderToken != "" {
		s.ProviderAccessToken = wire.ProviderToken
	}
	wire.fill(s)
	s.Factors = nilIfEmpty(s.Factors)
	return nil
}

func (s Session) redacted() Session {
	s.ProviderAccessToken = redact(s.ProviderAccessToken)
	s.ProviderRefreshToken = redact(s.ProviderRefreshToken)
	s.Secret = redact(s.Secret)
	return s
}

// Format implements [fmt.Formatter]: every verb prints the session without its secrets.
func (s Session) Format(f fmt.State, _ rune) { format(f, "Session", sessionFields(s.redacted())) }

// LogValue implements [slog.LogValuer]: the session without its secrets.
func (s Session) LogValue() slog.Value { return slog.AnyValue(sessionFields(s.redacted())) }

// SessionList are all sessions of a user; servers do not page them.
type SessionList struct {
	Total    int       `json:"total"`
	Sessions []Session `json:"sessions"`
}

type sessionListFields SessionList

// MarshalJSON implements [encoding/json.Marshaler]. It keeps the secrets.
func (l SessionList) MarshalJSON() ([]byte, error) { return marshal(l) }

// MarshalJSONTo implements MarshalerTo of encoding/json/v2. It keeps the secrets.
func (l SessionList) MarshalJSONTo(enc *jsontext.Encoder) error {
	return marshalFields(enc, (*sessionListFields)(&l))
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (l *SessionList) UnmarshalJSON(text []byte) error { return unmarshal(text, l) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2. Servers before 0.7 send the
// sessions without an object around them.
func (l *SessionList) UnmarshalJSONFrom(dec *jsontext.Decoder) (err error) {
	l.Total, l.Sessions, err = decodeOldList[Session](dec, "sessions")
	return err
}

func (l SessionList) redacted() sessionListFields {
	l.Sessions = slices.Clone(l.Sessions)
	for i := range l.Sessions {
		l.Sessions[i] = l.Sessions[i].redacted()
	}
	return sessionListFields(l)
}

// Format implements [fmt.Formatter]: every verb prints the list without secrets.
func (l SessionList) Format(f fmt.State, _ rune) { format(f, "SessionList", l.redacted()) }

// LogValue implements [slog.LogValuer]: the list without secrets.
func (l SessionList) LogValue() slog.Value { return slog.AnyValue(l.redacted()) }
