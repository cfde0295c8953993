package appwrite

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed17809555/appwrite/internal/release"
)

// A credential is what one client acts as: one of the kinds below, never two, because
// servers refuse or misread combinations.
type credential struct {
	kind   credentialKind
	secret string // what the kind's header carries
	source JWTSource
	reason string // why every call must be refused, where that is known without a look at the secret
}

type credentialKind uint8

const (
	guest credentialKind = iota
	sessionSecret
	jwt
	jwtSource
	apiKey
	bearerToken
	cookies
)

// String is the name of the option that sets the kind, for errors and logs.
func (k credentialKind) String() string {
	return [...]string{"guest", "session", "jwt", "jwtSource", "apiKey", "bearerToken", "cookies"}[k]
}

// flaw says why every call must be refused, or "". It is looked for when the credential is
// used, since backends make a copy per request.
func (c *credential) flaw() string {
	switch {
	case c.reason != "" || c.kind == guest || c.kind == jwtSource:
		return c.reason
	case c.kind == sessionSecret && strings.ContainsAny(c.secret, cookieSeparators):
		return "holds a separator of cookies"
	}
	return badHeaderValue(c.secret)
}

// cookieSeparators end a cookie's value: what followed would be another cookie.
const cookieSeparators = ";, "

// sessionCookies keeps of a browser's cookies those of the project's session.
func sessionCookies(projectID string, browser []*http.Cookie) credential {
	name := sessionCookieName(projectID)
	var line strings.Builder
	for _, c := range browser {
		if c == nil || c.Name != name && c.Name != name+"_legacy" {
			continue
		}
		if strings.ContainsAny(c.Value, cookieSeparators) {
			return credential{kind: cookies, reason: "hold a separator in a value"}
		}
		if line.Len() > 0 {
			line.WriteString("; ")
		}
		line.WriteString(c.Name + "=" + c.Value)
	}
	if line.Len() == 0 {
		return credential{kind: cookies, reason: "hold no " + name}
	}
	return credential{kind: cookies, secret: line.String()}
}

func sessionCookieName(projectID string) string { return "a_session_" + projectID }

// resolve returns the secret to send, which a JWT source mints only now.
func (c *credential) resolve(ctx context.Context, operation string) (string, error) {
	reason, secret := c.flaw(), c.secret
	if c.kind == jwtSource && reason == "" {
		token, err := c.source.JWT(ctx)
		if err != nil {
			return "", &transportError{operation: operation, text: "JWT source: " + err.Error(), cause: err}
		}
		reason, secret = badHeaderValue(token), token
	}
	if reason != "" {
		return "", c.kind.refused(operation, reason)
	}
	return secret, nil
}

func (k credentialKind) refused(operation, reason string) *ParamError {
	return &ParamError{Operation: operation, Param: k.String(), Reason: reason, credential: true}
}

// header returns the header that carries the credential on servers of the given release,
// and its value.
func (c *credential) header(v release.Version, projectID, secret string) (name, value string) {
	switch c.kind {
	case sessionSecret:
		if v < v1_5 {
			return "Cookie", sessionCookieName(projectID) + "=" + secret
		}
		return "X-Appwrite-Session", secret
	case jwt, jwtSource:
		return "X-Appwrite-Jwt", secret
	case apiKey:
		return "X-Appwrite-Key", secret
	case bearerToken:
		return "Authorization", "Bearer " + secret
	case cookies:
		return "Cookie", secret
	}
	return "", ""
}

// secretFromCookies finds the session's secret in the answer's cookies, or in the header
// that repeats them for browsers that take none. Cookies are percent-encoded, the header
// is not; a padded secret in its encoded form would be refused when it is sent as a header.
func secretFromCookies(h http.Header, name string) string {
	answer := http.Response{Header: h}
	found := map[string]string{}
	for _, c := range answer.Cookies() {
		if value, err := url.PathUnescape(c.Value); err == nil && badHeaderValue(value) == "" && value != "deleted" {
			found[c.Name] = value
		}
	}
	var fallback map[string]string
	if json.Unmarshal([]byte(h.Get("X-Fallback-Cookies")), &fallback) != nil || badHeaderValue(fallback[name]) != "" {
		fallback = nil
	}
	for _, secret := range []string{found[name], found[name+"_legacy"], fallback[name]} {
		if secret != "" {
			return secret
		}
	}
	return ""
}
