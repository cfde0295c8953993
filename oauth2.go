package appwrite

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
)

// OAuth2Params are the parameters of the OAuth2 methods.
type OAuth2Params struct {
	Success string   // where the browser ends after signing in; "" is a page of the server, not before 0.6
	Failure string   // where it ends otherwise; "" is a page of the server, not before 0.6
	Scopes  []string // further scopes to ask the provider for; servers since 0.7
}

type oauth2Query struct {
	Success string   `url:"success,omitempty"`
	Failure string   `url:"failure,omitempty"`
	Scopes  []string `url:"scopes,brackets,omitempty"`
	Project string   `url:"project,omitempty"`
}

func (p OAuth2Params) forServer(v release.Version) (any, *ParamError) {
	return p.forBrowser(v, "")
}

// forBrowser names the project too, which a browser cannot do in a header.
func (p OAuth2Params) forBrowser(v release.Version, project string) (any, *ParamError) {
	for _, text := range append([]string{p.Success, p.Failure}, p.Scopes...) {
		if !utf8.ValidString(text) {
			return nil, &ParamError{Param: "params", Reason: "hold invalid UTF-8"}
		}
	}
	q := oauth2Query{Success: p.Success, Failure: p.Failure, Scopes: p.Scopes, Project: project}
	if !release.Since(v0_7).Has(v) { // ignored
		q.Scopes = nil
	}
	if urls := release.Before(v0_6); urls.Has(v) {
		for _, f := range []field{required("success", p.Success).only(urls), required("failure", p.Failure).only(urls)} {
			if f.text == "" {
				return nil, &ParamError{Param: f.name, Reason: f.whyNeeded(v)}
			}
		}
	}
	return q, nil
}

// CreateOAuth2Token starts a sign-in at a provider and returns the provider's login URL, to
// which the caller sends the browser; nothing is followed here. It comes back to
// Params.Success with userId and secret: see ParseCallback and CreateSession. Since 1.9 the
// secret is valid for 60 seconds.
//
// The hosts of Success and Failure must be platforms of the project. A provider that is
// switched off gives ErrProjectProviderDisabled. Servers since 1.5.
func (a *Account) CreateOAuth2Token(ctx context.Context, provider models.OAuthProvider, p OAuth2Params, opts ...RequestOption) (string, error) {
	return a.startOAuth2(ctx, opCreateOAuth2Token, provider, p, opts)
}

// CreateOAuth2Session is CreateOAuth2Token for browsers that are to hold the session in a
// cookie of the server: Success gets no userId and secret.
func (a *Account) CreateOAuth2Session(ctx context.Context, provider models.OAuthProvider, p OAuth2Params, opts ...RequestOption) (string, error) {
	return a.startOAuth2(ctx, opCreateOAuth2Session, provider, p, opts)
}

func (a *Account) startOAuth2(ctx context.Context, op *operation, provider models.OAuthProvider, p OAuth2Params, opts []RequestOption) (string, error) {
	var to location
	_, err := a.do(ctx, request{op: op, ids: []string{string(provider)}, query: p}, &to, opts)
	return string(to), err
}

// OAuth2TokenURL returns the URL to send a browser to for what CreateOAuth2Token does,
// without a request and without a credential in it.
func (a *Account) OAuth2TokenURL(provider models.OAuthProvider, p OAuth2Params) (string, error) {
	return a.oauth2URL(opCreateOAuth2Token, provider, p)
}

// OAuth2SessionURL returns the URL to send a browser to for what CreateOAuth2Session does,
// without a request and without a credential in it.
func (a *Account) OAuth2SessionURL(provider models.OAuthProvider, p OAuth2Params) (string, error) {
	return a.oauth2URL(opCreateOAuth2Session, provider, p)
}

func (a *Account) oauth2URL(op *operation, provider models.OAuthProvider, p OAuth2Params) (string, error) {
	if !a.usable() {
		return "", &ParamError{Operation: op.name, Param: "client", Reason: "was not made by NewClient"}
	}
	c := a.state.core
	r, err := op.route(c.version)
	if err != nil {
		return "", err
	}
	u, bad := c.urlOf(r, []string{string(provider)})
	if bad == nil {
		u.RawQuery, bad = encodeQuery(p.forBrowser(c.version, c.projectID))
	}
	if bad != nil {
		bad.Operation = op.name
		return "", bad
	}
	return u.String(), nil
}

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
	// The + of a zone that was not escaped has become a space.
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
