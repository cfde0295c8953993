package appwrite

import (
	"context"
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

// forBrowser adds the project, which a browser cannot send in a header.
func (p OAuth2Params) forBrowser(v release.Version, project string) (any, *ParamError) {
	for _, text := range append([]string{p.Success, p.Failure}, p.Scopes...) {
		if !utf8.ValidString(text) {
			return nil, &ParamError{Param: "params", Reason: "hold invalid UTF-8"}
		}
	}
	q := oauth2Query{Success: p.Success, Failure: p.Failure, Scopes: p.Scopes, Project: project}
	if v < v0_7 { // it would be ignored
		q.Scopes = nil
	}
	switch {
	case v >= v0_6:
	case p.Success == "":
		return nil, &ParamError{Param: "success", Reason: neededBefore(v0_6)}
	case p.Failure == "":
		return nil, &ParamError{Param: "failure", Reason: neededBefore(v0_6)}
	}
	return q, nil
}

// CreateOAuth2Token starts a sign-in at a provider and returns the provider's login URL, to
// which the caller sends the browser; nothing is followed here. It comes back to Params.Success
// with userId and secret: see ParseCallback and CreateSession. Since 1.9 the secret is valid
// for 60 seconds.
//
// The hosts of Success and Failure must be platforms of the project. A provider that is
// switched off gives ErrProjectProviderDisabled. Servers since 1.5.
func (a *Account) CreateOAuth2Token(ctx context.Context, provider models.OAuthProvider, p OAuth2Params, opts ...RequestOption) (string, error) {
	return a.startOAuth2(ctx, opCreateOAuth2Token, provider, p, opts)
}

// CreateOAuth2Session is like CreateOAuth2Token, but the server sets its own session cookie in
// the browser, and Success gets no userId and secret.
func (a *Account) CreateOAuth2Session(ctx context.Context, provider models.OAuthProvider, p OAuth2Params, opts ...RequestOption) (string, error) {
	return a.startOAuth2(ctx, opCreateOAuth2Session, provider, p, opts)
}

func (a *Account) startOAuth2(ctx context.Context, op *operation, provider models.OAuthProvider, p OAuth2Params, opts []RequestOption) (string, error) {
	var to location
	_, err := a.do(ctx, request{op: op, ids: []string{string(provider)}, query: p}, &to, opts)
	return string(to), err
}

// OAuth2TokenURL returns the URL of the server at which a browser starts the sign-in of
// CreateOAuth2Token. It sends no request, and the URL holds no credential.
func (a *Account) OAuth2TokenURL(provider models.OAuthProvider, p OAuth2Params) (string, error) {
	return a.oauth2URL(opCreateOAuth2Token, provider, p)
}

// OAuth2SessionURL returns the URL of the server at which a browser starts the sign-in of
// CreateOAuth2Session. It sends no request, and the URL holds no credential.
func (a *Account) OAuth2SessionURL(provider models.OAuthProvider, p OAuth2Params) (string, error) {
	return a.oauth2URL(opCreateOAuth2Session, provider, p)
}

func (a *Account) oauth2URL(op *operation, provider models.OAuthProvider, p OAuth2Params) (string, error) {
	c := a.core()
	if c == unusable {
		return "", &ParamError{Operation: op.name, Param: "client", Reason: "was not made by NewClient"}
	}
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
