package models

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Identity is an account at an OAuth2 provider that a user signed in with. Since 1.4. The
// provider's fields may each be empty: providers differ in what they tell.
type Identity struct {
	ID            string    `json:"$id"`
	CreatedAt     Timestamp `json:"$createdAt"`
	UpdatedAt     Timestamp `json:"$updatedAt"`
	UserID        string    `json:"userId"`
	Provider      string    `json:"provider"` // the key of an [OAuthProvider]
	ProviderUID   string    `json:"providerUid"`
	ProviderEmail string    `json:"providerEmail"`

	// ProviderAccessToken and ProviderRefreshToken are credentials at the provider.
	ProviderAccessToken       string    `json:"providerAccessToken"`
	ProviderAccessTokenExpiry Timestamp `json:"providerAccessTokenExpiry"`
	ProviderRefreshToken      string    `json:"providerRefreshToken"`
}

type identityFields Identity

func (i Identity) redacted() Identity {
	i.ProviderAccessToken = redact(i.ProviderAccessToken)
	i.ProviderRefreshToken = redact(i.ProviderRefreshToken)
	return i
}

// Format implements [fmt.Formatter]: every verb prints the identity without its tokens.
func (i Identity) Format(f fmt.State, _ rune) { format(f, "Identity", identityFields(i.redacted())) }

// LogValue implements [slog.LogValuer]: the identity without its tokens.
func (i Identity) LogValue() slog.Value { return slog.AnyValue(identityFields(i.redacted())) }

// IdentityList is a page of a user's identities.
type IdentityList struct {
	// Total is the number of identities in all, counted up to 5000; 0 when asked not to count.
	Total      int        `json:"total"`
	Identities []Identity `json:"identities"`
}

type identityListFields IdentityList

// MarshalJSON implements [encoding/json.Marshaler]. It keeps the tokens.
func (l IdentityList) MarshalJSON() ([]byte, error) { return marshal(l) }

// MarshalJSONTo implements MarshalerTo of encoding/json/v2. It keeps the tokens.
func (l IdentityList) MarshalJSONTo(enc *jsontext.Encoder) error {
	return marshalFields(enc, (*identityListFields)(&l))
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (l *IdentityList) UnmarshalJSON(text []byte) error { return unmarshal(text, l) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (l *IdentityList) UnmarshalJSONFrom(dec *jsontext.Decoder) (err error) {
	l.Total, l.Identities, err = decodeList[Identity](dec, "identities")
	return err
}

func (l IdentityList) redacted() identityListFields {
	l.Identities = slices.Clone(l.Identities)
	for i := range l.Identities {
		l.Identities[i] = l.Identities[i].redacted()
	}
	return identityListFields(l)
}

// Format implements [fmt.Formatter]: every verb prints the list without tokens.
func (l IdentityList) Format(f fmt.State, _ rune) { format(f, "IdentityList", l.redacted()) }

// LogValue implements [slog.LogValuer]: the list without tokens.
func (l IdentityList) LogValue() slog.Value { return slog.AnyValue(l.redacted()) }
