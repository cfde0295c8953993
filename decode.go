package appwrite

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seed17809555/appwrite/models"
)

// decodeOptions make the decoder forgive what servers may send and a user can do nothing
// about: their preferences may hold anything.
var decodeOptions = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// decode fills the result. Its error tells what is wrong without telling a value.
func (c *call) decode(resp *http.Response, body []byte) error {
	body = bytes.TrimSpace(body)
	if c.out == nil {
		// A proxy's page, say.
		if len(body) > 0 && !jsontext.Value(body).IsValid(decodeOptions) {
			return fmt.Errorf("%s where no content was expected", describeContent(resp.Header, c.masked))
		}
		return nil
	}
	if _, ok := c.out.(*location); ok {
		return errors.New("no redirect to the provider")
	}
	switch {
	case len(body) == 0:
		return errors.New("the body is empty")
	case body[0] != '{' && body[0] != '[':
		return fmt.Errorf("%s, not a JSON object", describeContent(resp.Header, c.masked))
	}
	if err := json.Unmarshal(body, c.out, decodeOptions); err != nil {
		return describeJSON(err)
	}
	if key := missingKey(c.out, body); key != "" {
		return fmt.Errorf("it lacks %s", key)
	}
	return nil
}

// describeJSON retells a decoder's error, which may quote the value.
func describeJSON(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("truncated JSON: %w", io.ErrUnexpectedEOF)
	}
	if e, ok := errors.AsType[*json.SemanticError](err); ok && e.JSONPointer != "" {
		return fmt.Errorf("unfit JSON %s at %s", e.JSONKind, clip(string(e.JSONPointer), 100))
	}
	if e, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("malformed JSON at byte %d", e.ByteOffset)
	}
	return errors.New("unfit JSON")
}

// missingKey names what makes an answer of this kind and is not there: {} is no user.
func missingKey(out any, body []byte) string {
	missing, key := false, "$id"
	switch m := out.(type) {
	case *models.User:
		missing = m.ID == ""
	case *models.Session:
		missing = m.ID == ""
	case *models.Token:
		missing = m.ID == ""
	case *models.Target:
		missing = m.ID == ""
	case *models.MFAChallenge:
		missing = m.ID == ""
	case *models.OAuth2Consent:
		missing = m.ID == ""
	case *models.OAuth2ConsentToken:
		missing = m.ID == ""
	case *models.JWT:
		missing, key = m.JWT == "", "jwt"
	case *models.MFAType:
		missing, key = m.Secret == "", "secret"
	case *models.MFARecoveryCodes:
		missing, key = len(m.RecoveryCodes) == 0 && lacks(body, "recoveryCodes"), "recoveryCodes"
	case *models.SessionList:
		missing, key = len(m.Sessions) == 0 && lacks(body, "sessions"), "sessions"
	case *models.LogList:
		missing, key = len(m.Logs) == 0 && lacks(body, "logs"), "logs"
	case *models.IdentityList:
		missing, key = len(m.Identities) == 0 && lacks(body, "identities"), "identities"
	case *models.OAuth2ConsentList:
		missing, key = len(m.Consents) == 0 && lacks(body, "consents"), "consents"
	case *models.OAuth2ConsentTokenList:
		missing, key = len(m.Tokens) == 0 && lacks(body, "tokens"), "tokens"
	case *models.MFAFactors:
		missing, key = *m == models.MFAFactors{} && lacks(body, "totp"), "totp"
	case *serverVersion:
		missing, key = m.Version == "", "version"
	}
	if missing {
		return key
	}
	return ""
}

// lacks reports whether a JSON object has no such key: a list may be empty and every factor
// false. The bare lists of old servers have no keys at all.
func lacks(body []byte, key string) bool {
	if body[0] == '[' {
		return false
	}
	var keys map[string]jsontext.Value
	_ = json.Unmarshal(body, &keys, decodeOptions)
	return keys[key] == nil || keys[key].Kind() == 'n'
}
