package appwrite

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed17809555/appwrite/models"
)

// Callback is what the links in mails and the redirects after an OAuth2 sign-in carry.
type Callback struct {
	UserID string
	Secret string           `secret:"true"`
	Expire models.Timestamp // zero where the link has none
}

// Format prints the callback without the secret.
func (c Callback) Format(s fmt.State, _ rune) { formatParams(s, c) }

// MarshalJSON writes the callback without the secret.
func (c Callback) MarshalJSON() ([]byte, error) { return marshalParams(c) }

const opParseCallback = "appwrite.ParseCallback"

// ParseCallback reads userId, secret and expire from the URL of a request that came from a
// mail's link (recovery, verification, magic URL) or from an OAuth2 redirect. The error of a
// failed sign-in comes back as *Error; a URL without userId or secret as *ParamError.
func ParseCallback(u *url.URL) (Callback, error) {
	if u == nil {
		return Callback{}, &ParamError{Operation: opParseCallback, Param: "u", Reason: "is nil"}
	}
	values := u.Query()
	if failure := values.Get("error"); failure != "" {
		return Callback{}, callbackError(failure)
	}
	cb := Callback{UserID: values.Get("userId"), Secret: values.Get("secret")}
	for _, p := range [...]struct{ name, value string }{{"userId", cb.UserID}, {"secret", cb.Secret}} {
		if reason := badHeaderValue(p.value); reason != "" {
			return Callback{}, &ParamError{Operation: opParseCallback, Param: p.name, Reason: reason}
		}
	}
	// If the + of a time zone was not escaped, it has become a space.
	if expire := values.Get("expire"); expire != "" {
		text := expire
		if i := strings.LastIndexByte(text, ' '); i > len("2006-01-02 ") {
			text = text[:i] + "+" + text[i+1:]
		}
		if err := cb.Expire.UnmarshalText([]byte(text)); err != nil {
			return Callback{}, &ParamError{Operation: opParseCallback, Param: "expire", Reason: "is not a date"}
		}
	}
	return cb, nil
}

// callbackError reads the error parameter, a JSON object since 1.4.
func callbackError(text string) error {
	e := &Error{Operation: opParseCallback}
	var answer struct {
		Code int `json:"code"`
	}
	if json.Unmarshal([]byte(text), &answer) == nil {
		e.StatusCode = answer.Code
	}
	if len(text) > maxErrorBytes {
		text = text[:maxErrorBytes]
	}
	e.parse(text, http.Header{}, func(s string) string { return s })
	return e
}
