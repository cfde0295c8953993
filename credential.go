package appwrite

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed17809555/appwrite/internal/release"
)

// A credential is what a client acts as. There is only ever one, because servers refuse or
// misread combinations.
type credential struct {
	kind   CredentialKind
	secret string // what the kind's header carries
	source JWTSource
	reason string // why every call is refused, where that is known without the secret
}

// CredentialKind is what a client acts as: see Client.CredentialKind.
type CredentialKind string

// The kinds of credentials, by the option of NewClient that sets them.
const (
	CredentialGuest       CredentialKind = "guest" // not any of the others
	CredentialSession     CredentialKind = "session"
	CredentialJWT         CredentialKind = "jwt"
	CredentialJWTSource   CredentialKind = "jwtSource"
	CredentialAPIKey      CredentialKind = "apiKey"
	CredentialBearerToken CredentialKind = "bearerToken"
	CredentialCookies     CredentialKind = "cookies"
)

// String returns the kind's name, "guest".
func (k CredentialKind) String() string { return string(k) }

// flaw returns why every call must be refused, or "". It runs when the credential is used and
// not when a copy is made, since backends make a copy per request.
func (c *credential) flaw() string {
	switch {
	case c.reason != "" || c.kind == CredentialGuest || c.kind == CredentialJWTSource:
		return c.reason
	case c.kind == CredentialSession && strings.ContainsAny(c.secret, cookieSeparators):
		return "holds a separator of cookies"
	}
	return badHeaderValue(c.secret)
}

// cookieSeparators end the value of a cookie: the rest would become another cookie.
const cookieSeparators = ";, "

// sessionCookies picks the cookies of the project's session out of a browser's cookies.
func sessionCookies(projectID string, browser []*http.Cookie) credential {
	name := sessionCookieName(projectID)
	var line strings.Builder
	for _, c := range browser {
		if c == nil || c.Name != name && c.Name != name+"_legacy" {
			continue
		}
		if strings.ContainsAny(c.Value, cookieSeparators) {
			return credential{kind: CredentialCookies, reason: "hold a separator in a value"}
		}
		if line.Len() > 0 {
			line.WriteString("; ")
		}
		line.WriteString(c.Name + "=" + c.Value)
	}
	if line.Len() == 0 {
		return credential{kind: CredentialCookies, reason: "hold no " + name}
	}
	return credential{kind: CredentialCookies, secret: line.String()}
}

func sessionCookieName(projectID string) string { return "a_session_" + projectID }

// resolve returns the secret to send. A JWT source is asked for its JWT here.
func (c *credential) resolve(ctx context.Context, operation string) (string, error) {
	reason, secret := c.flaw(), c.secret
	if c.kind == CredentialJWTSource && reason == "" {
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

func (k CredentialKind) refused(operation, reason string) *ParamError {
	return &ParamError{Operation: operation, Param: string(k), Reason: reason, credential: true}
}

// header returns the header that carries the credential on servers of the given release, and
// its value.
func (c *credential) header(v release.Version, projectID, secret string) (name, value string) {
	switch c.kind {
	case CredentialSession:
		if v < v1_5 {
			return "Cookie", sessionCookieName(projectID) + "=" + secret
		}
		return "X-Appwrite-Session", secret
	case CredentialJWT, CredentialJWTSource:
		return "X-Appwrite-Jwt", secret
	case CredentialAPIKey:
		return "X-Appwrite-Key", secret
	case CredentialBearerToken:
		return "Authorization", "Bearer " + secret
	case CredentialCookies:
		return "Cookie", secret
	}
	return "", ""
}

// secretFromCookies finds the session's secret in the cookies of an answer, or in the header
// that repeats them for browsers that block cookies. Cookies are percent-encoded and must be
// decoded, the header is not.
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
