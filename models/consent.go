package models

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// OAuth2Consent is a user's permission for an application to act for them, where Appwrite is
// the OAuth2 server. Appwrite Cloud has it, the open-source server does not.
type OAuth2Consent struct {
	ID        string    `json:"$id"`
	CreatedAt Timestamp `json:"$createdAt"`
	UpdatedAt Timestamp `json:"$updatedAt"`
	UserID    string    `json:"userId"`

	// AppID is a registered application; CIMDURL is set instead for one that names itself by
	// the URL of its client ID metadata document.
	AppID   string `json:"appId"`
	CIMDURL string `json:"cimdUrl"`

	Scopes               []string  `json:"scopes"`
	Resources            []string  `json:"resources"`
	AuthorizationDetails string    `json:"authorizationDetails"` // JSON as text
	Expire               Timestamp `json:"expire"`               // unset: until withdrawn
}

type oauth2ConsentFields OAuth2Consent

// MarshalJSON implements [encoding/json.Marshaler].
func (c OAuth2Consent) MarshalJSON() ([]byte, error) { return marshal(c) }

// MarshalJSONTo implements MarshalerTo of encoding/json/v2.
func (c OAuth2Consent) MarshalJSONTo(enc *jsontext.Encoder) error {
	return marshalFields(enc, (*oauth2ConsentFields)(&c))
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (c *OAuth2Consent) UnmarshalJSON(text []byte) error { return unmarshal(text, c) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (c *OAuth2Consent) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if err := json.UnmarshalDecode(dec, (*oauth2ConsentFields)(c)); err != nil {
		return err
	}
	c.Scopes = nilIfEmpty(c.Scopes)
	c.Resources = nilIfEmpty(c.Resources)
	return nil
}

// OAuth2ConsentList is a page of a user's consents.
type OAuth2ConsentList struct {
	Total    int             `json:"total"` // in all; 0 when asked not to count
	Consents []OAuth2Consent `json:"consents"`
}

type oauth2ConsentListFields OAuth2ConsentList

// MarshalJSON implements [encoding/json.Marshaler].
func (l OAuth2ConsentList) MarshalJSON() ([]byte, error) { return marshal(l) }

// MarshalJSONTo implements MarshalerTo of encoding/json/v2.
func (l OAuth2ConsentList) MarshalJSONTo(enc *jsontext.Encoder) error {
	return marshalFields(enc, (*oauth2ConsentListFields)(&l))
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (l *OAuth2ConsentList) UnmarshalJSON(text []byte) error { return unmarshal(text, l) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (l *OAuth2ConsentList) UnmarshalJSONFrom(dec *jsontext.Decoder) (err error) {
	l.Total, l.Consents, err = decodeList[OAuth2Consent](dec, "consents")
	return err
}

// OAuth2ConsentToken is an access that an application was given under a consent: what it
// covers, not the token itself.
type OAuth2ConsentToken struct {
	ID        string    `json:"$id"`
	CreatedAt Timestamp `json:"$createdAt"`
	UpdatedAt Timestamp `json:"$updatedAt"`
	ConsentID string    `json:"consentId"`
	UserID    string    `json:"userId"`
	AppID     string    `json:"appId"`   // as in [OAuth2Consent]
	CIMDURL   string    `json:"cimdUrl"` // as in [OAuth2Consent]

	Scopes               []string  `json:"scopes"`
	Resources            []string  `json:"resources"`
	AuthorizationDetails string    `json:"authorizationDetails"` // JSON as text
	Expire               Timestamp `json:"expire"`               // of the current access token
}

type oauth2ConsentTokenFields OAuth2ConsentToken

// MarshalJSON implements [encoding/json.Marshaler].
func (t OAuth2ConsentToken) MarshalJSON() ([]byte, error) { return marshal(t) }

// MarshalJSONTo implements MarshalerTo of encoding/json/v2.
func (t OAuth2ConsentToken) MarshalJSONTo(enc *jsontext.Encoder) error {
	return marshalFields(enc, (*oauth2ConsentTokenFields)(&t))
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (t *OAuth2ConsentToken) UnmarshalJSON(text []byte) error { return unmarshal(text, t) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (t *OAuth2ConsentToken) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if err := json.UnmarshalDecode(dec, (*oauth2ConsentTokenFields)(t)); err != nil {
		return err
	}
	t.Scopes = nilIfEmpty(t.Scopes)
	t.Resources = nilIfEmpty(t.Resources)
	return nil
}

// OAuth2ConsentTokenList is a page of a consent's tokens.
type OAuth2ConsentTokenList struct {
	Total  int                  `json:"total"` // in all; 0 when asked not to count
	Tokens []OAuth2ConsentToken `json:"tokens"`
}

type oauth2ConsentTokenListFields OAuth2ConsentTokenList

// MarshalJSON implements [encoding/json.Marshaler].
func (l OAuth2ConsentTokenList) MarshalJSON() ([]byte, error) { return marshal(l) }

// MarshalJSONTo implements MarshalerTo of encoding/json/v2.
func (l OAuth2ConsentTokenList) MarshalJSONTo(enc *jsontext.Encoder) error {
	return marshalFields(enc, (*oauth2ConsentTokenListFields)(&l))
}

// UnmarshalJSON implements [encoding/json.Unmarshaler].
func (l *OAuth2ConsentTokenList) UnmarshalJSON(text []byte) error { return unmarshal(text, l) }

// UnmarshalJSONFrom implements UnmarshalerFrom of encoding/json/v2.
func (l *OAuth2ConsentTokenList) UnmarshalJSONFrom(dec *jsontext.Decoder) (err error) {
	l.Total, l.Tokens, err = decodeList[OAuth2ConsentToken](dec, "tokens")
	return err
}
