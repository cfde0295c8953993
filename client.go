package appwrite

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/internal/release"
)

// Version is the version of this package, sent in User-Agent and X-SDK-Version.
const Version = "0.1.0"

// Client holds endpoint, project and one credential. It never changes after it was made and is
// safe for any number of goroutines. Make one per process, and a copy of it per user with
// WithSession, WithJWT, WithAPIKey or AsGuest: a copy is one small allocation and shares the
// connections.
//
// However it is printed or logged, a client shows no secret.
type Client struct {
	// Account is the Account service, acting with this client's credential.
	Account *Account

	state *state
}

// Account is the Account service. Every method takes a context first and request options
// last, sends one call and returns what the server answered, or one of *Error, *ParamError,
// *UnsupportedError, *DecodeError, ErrResponseTooLarge or an error of the transport.
type Account struct {
	state *state
}

// state is shared by Client and Account: the core that all copies have in common, and the
// credential.
type state struct {
	core       *core
	credential *credential
}

// core is everything but the credential. It is prepared once and shared by all copies.
type core struct {
	config
	transport http.RoundTripper
	basePath  string      // path of the endpoint, escaped, no slash at its end
	rawBase   string      // the same, not escaped
	common    http.Header // what every call sends; cloned, never changed
	perTry    time.Duration
	warned    *onceText
}

// NewClient returns a client for a project behind an endpoint such as
// "https://cloud.appwrite.io/v1". It opens no connection. It returns a *ParamError for an
// endpoint that is not an absolute http or https URL or that has user info, a query or a
// fragment, for an empty project ID, and for a bad option.
func NewClient(endpoint, projectID string, opts ...Option) (*Client, error) {
	u, reason := parseEndpoint(endpoint)
	if reason != "" {
		return nil, badOption("endpoint", reason)
	}
	// Without a project ID the server would answer for its console, without an error.
	if reason := badProjectID(projectID); reason != "" {
		return nil, badOption("projectID", reason)
	}
	return build(config{
		endpoint:   u,
		projectID:  projectID,
		credential: credential{kind: CredentialGuest},
		header:     http.Header{"User-Agent": {userAgent}},
		version:    latest,
		maxBody:    defaultMaxBytes,
	}, nil, opts)
}

var (
	latest    = release.Must(LatestServerVersion)
	userAgent = fmt.Sprintf("appwrite-go/%s (%s; %s; %s)", Version, runtime.GOOS, runtime.GOARCH, runtime.Version())
)

// build applies the options and makes a client. It keeps the transport of from, the core that
// the config was copied from, unless an option changes how connections are made.
func build(cfg config, from *core, opts []Option) (*Client, error) {
	cfg.header = cfg.header.Clone()
	for _, opt := range opts {
		if opt == nil {
			return nil, badOption("opts", "hold a nil option")
		}
		if err := opt(&cfg); err != nil {
			return nil, err
		}
	}
	if err := cfg.ignoredImpersonation(); err != nil {
		return nil, err
	}
	c := &core{
		config:   cfg,
		basePath: strings.TrimRight(cfg.endpoint.EscapedPath(), "/"),
		rawBase:  strings.TrimRight(cfg.endpoint.Path, "/"),
		common: http.Header{
			"X-Appwrite-Project":         {cfg.projectID},
			"X-Appwrite-Response-Format": {cfg.version.String()},
			"X-Sdk-Name":                 {"Go"},
			"X-Sdk-Platform":             {"server"},
			"X-Sdk-Language":             {"go"},
			"X-Sdk-Version":              {Version},
		},
		warned: &onceText{},
	}
	maps.Copy(c.common, cfg.header)
	if from != nil && from.logger == cfg.logger {
		c.warned = from.warned
	}

	switch {
	case cfg.timeout != nil:
		c.perTry = *cfg.timeout
	case cfg.httpClient != nil && cfg.httpClient.Timeout > 0:
		c.perTry = cfg.httpClient.Timeout
	default:
		c.perTry = defaultTimeout
	}
	if err := c.setTransport(from); err != nil {
		return nil, err
	}
	// Once per logger, whichever option came first.
	if c.insecure && c.logger != nil && (from == nil || !from.insecure || from.logger != c.logger) {
		c.logger.Warn("appwrite: certificates are not verified")
	}
	return newClient(c, cfg.credential), nil
}

func (c *core) setTransport(from *core) error {
	own := c.httpClient == nil || c.httpClient.Transport == nil
	if !own && (c.rootCAs != nil || c.insecure) {
		return badOption("httpClient", "has a Transport of its own: set certificates there")
	}
	switch {
	case from != nil && from.httpClient == c.httpClient && from.rootCAs == c.rootCAs && from.insecure == c.insecure:
		c.transport = from.transport
	case !own:
		c.transport = c.httpClient.Transport
	default:
		c.transport = newPool(&tls.Config{
			MinVersion:         tls.VersionTLS12,
			RootCAs:            c.rootCAs,
			InsecureSkipVerify: c.insecure,
		})
	}
	return nil
}

// newClient is the one place that makes clients. One allocation holds client, service and
// state, since backends make a copy per request.
func newClient(c *core, cred credential) *Client {
	all := &struct {
		client     Client
		account    Account
		state      state
		credential credential
	}{credential: cred}
	all.state = state{core: c, credential: &all.credential}
	all.account.state = &all.state
	all.client = Client{Account: &all.account, state: &all.state}
	return &all.client
}

// NewAccount returns the Account service of a client, the same as the field Client.Account.
func NewAccount(c *Client) *Account {
	if c == nil || c.Account == nil {
		return &Account{} // its calls are refused
	}
	return c.Account
}

// Endpoint returns the endpoint that the client was made with, without a slash at its end.
func (c *Client) Endpoint() string {
	u := *c.core().endpoint
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u.String()
}

// ProjectID returns the project ID that the client was made with.
func (c *Client) ProjectID() string { return c.core().projectID }

// CredentialKind returns what the client acts as. It never tells the secret.
func (c *Client) CredentialKind() CredentialKind {
	if c.core() == unusable {
		return CredentialGuest
	}
	return c.state.credential.kind
}

// unusable is the core of clients and services that NewClient did not make. Their calls are
// refused.
var unusable = &core{config: config{endpoint: new(url.URL), version: latest}}

func (c *Client) core() *core {
	if c == nil || c.state == nil {
		return unusable
	}
	return c.state.core
}

func (a *Account) core() *core {
	if a == nil || a.state == nil {
		return unusable
	}
	return a.state.core
}

// WithSession returns a copy that acts as the session's user. See the option WithSession. An
// empty secret makes every call fail with a *ParamError that matches ErrUnauthorized.
func (c *Client) WithSession(secret string) *Client {
	return newClient(c.core(), credential{kind: CredentialSession, secret: secret})
}

// WithJWT returns a copy that acts as the JWT's user; other SDKs call this setJWT. An empty one
// makes every call fail with a *ParamError that matches ErrUnauthorized.
func (c *Client) WithJWT(token string) *Client {
	return newClient(c.core(), credential{kind: CredentialJWT, secret: token})
}

// WithAPIKey returns a copy that acts as an API key.
func (c *Client) WithAPIKey(key string) *Client {
	return newClient(c.core(), credential{kind: CredentialAPIKey, secret: key})
}

// AsGuest returns a copy without a credential, as signing in needs it.
func (c *Client) AsGuest() *Client {
	return newClient(c.core(), credential{kind: CredentialGuest})
}

// With returns a copy with further options. The copy shares the connections unless an option
// changes how connections are made.
func (c *Client) With(opts ...Option) (*Client, error) {
	from := c.core()
	if from == unusable {
		return nil, &ParamError{Operation: opWith, Param: "client", Reason: "was not made by NewClient"}
	}
	cfg := from.config
	cfg.credential = *c.state.credential
	made, err := build(cfg, from, opts)
	if p, ok := err.(*ParamError); ok {
		p.Operation = opWith
	}
	return made, err
}

const opWith = "appwrite.Client.With"

// CloseIdleConnections closes connections that are not in use. It affects all copies of the
// client, and all other users of a Transport that WithHTTPClient gave.
func (c *Client) CloseIdleConnections() {
	if t, ok := c.core().transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// String names endpoint, project and the kind of credential.
func (c Client) String() string { return "appwrite.Client" + c.state.describe() }

// Format prints String under every verb.
func (c Client) Format(s fmt.State, verb rune) { formatText(s, verb, c.String()) }

// MarshalJSON writes String.
func (c Client) MarshalJSON() ([]byte, error) { return json.Marshal(c.String()) }

// String names endpoint, project and the kind of credential.
func (a Account) String() string { return "appwrite.Account" + a.state.describe() }

// Format prints String under every verb.
func (a Account) Format(s fmt.State, verb rune) { formatText(s, verb, a.String()) }

// MarshalJSON writes String.
func (a Account) MarshalJSON() ([]byte, error) { return json.Marshal(a.String()) }

func (s *state) describe() string {
	if s == nil || s.core == unusable {
		return "{}"
	}
	return fmt.Sprintf("{endpoint: %s, project: %s, credential: %s}", s.core.endpoint, s.core.projectID, s.credential.kind)
}
