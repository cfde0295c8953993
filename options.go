package appwrite

import (
	"crypto/x509"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/seed17809555/appwrite/internal/release"
)

// An Option configures a client: see NewClient and Client.With. It returns a *ParamError for a
// value that cannot be used.
type Option func(*config) error

// config is what options write into. It never changes once its client is made.
type config struct {
	endpoint   *url.URL
	projectID  string
	credential credential
	header     http.Header // what the With… options add
	httpClient *http.Client
	rootCAs    *x509.CertPool
	insecure   bool
	timeout    *time.Duration // nil: the http.Client's, or defaultTimeout
	retry      RetryPolicy
	logger     *slog.Logger
	version    release.Version
	maxBody    int64
}

const (
	defaultTimeout  = 30 * time.Second
	defaultMaxBytes = 16 << 20
)

const opNewClient = "appwrite.NewClient"

func badOption(param, reason string) error {
	return &ParamError{Operation: opNewClient, Param: param, Reason: reason}
}

func setCredential(c credential) Option {
	return func(cfg *config) error {
		if reason := c.flaw(); reason != "" {
			return c.kind.refused(opNewClient, reason)
		}
		cfg.credential = c
		return nil
	}
}

// WithSession makes the client act as the session's user. The secret is Session.Secret of a
// call that created a session. It is sent as X-Appwrite-Session, to servers before 1.5 as the
// session cookie.
func WithSession(secret string) Option {
	return setCredential(credential{kind: CredentialSession, secret: secret})
}

// WithJWT makes the client act as the user for whom the JWT was minted.
func WithJWT(token string) Option {
	return setCredential(credential{kind: CredentialJWT, secret: token})
}

// WithJWTSource makes the client ask the source for a JWT before each call. See NewJWTSource.
func WithJWTSource(source JWTSource) Option {
	if source == nil {
		return setCredential(credential{kind: CredentialJWTSource, reason: "is nil"})
	}
	return setCredential(credential{kind: CredentialJWTSource, source: source})
}

// WithAPIKey makes the client act as a project's API key. Keys can register users, create
// sessions and tokens and start recoveries; what reads or changes a user's own account needs a
// session or a JWT.
func WithAPIKey(key string) Option {
	return setCredential(credential{kind: CredentialAPIKey, secret: key})
}

// WithBearerToken sends Authorization: Bearer, which Appwrite Cloud reads and open-source
// servers ignore.
func WithBearerToken(token string) Option {
	return setCredential(credential{kind: CredentialBearerToken, secret: token})
}

// WithCookies makes the client act as the user whose browser sent the cookies. Only
// a_session_<project> and a_session_<project>_legacy are passed on; cookies without either are
// refused, with an error that matches ErrUnauthorized.
func WithCookies(browser []*http.Cookie) Option {
	return func(cfg *config) error {
		return setCredential(sessionCookies(cfg.projectID, browser))(cfg)
	}
}

func setHeader(param, name, value string) Option {
	return func(cfg *config) error {
		if reason := badHeaderValue(value); reason != "" {
			return badOption(param, reason)
		}
		cfg.header.Set(name, value)
		return nil
	}
}

// WithDevKey sends a development key. It switches off rate limits and the checks of origins and
// redirect URLs. Servers since 1.7.
func WithDevKey(key string) Option { return setHeader("devKey", devKeyHeader, key) }

const devKeyHeader = "X-Appwrite-Dev-Key"

// WithLocale sets the language of mails, messages and country names, for example "de".
func WithLocale(locale string) Option { return setHeader("locale", "X-Appwrite-Locale", locale) }

// WithForwardedUserAgent sends the user agent of the browser behind the call, for the server to
// note in sessions and logs. Servers since 1.6 accept it from API keys only.
func WithForwardedUserAgent(userAgent string) Option {
	return setHeader("forwardedUserAgent", "X-Forwarded-User-Agent", userAgent)
}

// WithImpersonateUserID makes a user with the right to impersonate, signed in by session or
// JWT, act as another user, by ID. Servers since 1.9 ignore it for all others. It is refused
// for a client that is set to an older server, which would do the call to the caller's own
// account.
func WithImpersonateUserID(userID string) Option {
	return setHeader("impersonateUserId", impersonationHeaders["impersonateUserId"], userID)
}

// WithImpersonateUserEmail is WithImpersonateUserID by e-mail address.
func WithImpersonateUserEmail(email string) Option {
	return setHeader("impersonateUserEmail", impersonationHeaders["impersonateUserEmail"], email)
}

// WithImpersonateUserPhone is WithImpersonateUserID by phone number.
func WithImpersonateUserPhone(phone string) Option {
	return setHeader("impersonateUserPhone", impersonationHeaders["impersonateUserPhone"], phone)
}

var impersonationHeaders = map[string]string{
	"impersonateUserId":    "X-Appwrite-Impersonate-User-Id",
	"impersonateUserEmail": "X-Appwrite-Impersonate-User-Email",
	"impersonateUserPhone": "X-Appwrite-Impersonate-User-Phone",
}

// ignoredImpersonation refuses to impersonate on servers that ignore it: they would do the call
// to the caller's own account.
func (cfg *config) ignoredImpersonation() error {
	if release.Since(v1_9).Has(cfg.version) {
		return nil
	}
	for option, header := range impersonationHeaders {
		if cfg.header.Get(header) != "" {
			return badOption(option, "is ignored by servers before "+v1_9.String()+", which would take the call for the caller's own")
		}
	}
	return nil
}

// WithHeader sends a further header with every call. Names are not case-sensitive; the last
// value wins. Headers for credentials, the project and the transport are refused.
func WithHeader(key, value string) Option {
	return func(cfg *config) error {
		name, reason := plainHeader(key, value)
		if reason != "" {
			return badOption("header", reason)
		}
		cfg.header.Set(name, value)
		return nil
	}
}

// WithUserAgent replaces the User-Agent header.
func WithUserAgent(userAgent string) Option { return setHeader("userAgent", "User-Agent", userAgent) }

// WithHTTPClient sends through the Transport of an http.Client; nil means this package's own.
// Its Timeout is used unless WithTimeout is given. Its CheckRedirect and Jar are not used:
// redirects are never followed and cookies never kept. The http.Client is copied.
func WithHTTPClient(client *http.Client) Option {
	return func(cfg *config) error {
		if client == nil {
			return badOption("httpClient", "is nil")
		}
		copied := *client
		cfg.httpClient = &copied
		return nil
	}
}

// WithTimeout limits each attempt of a call, from dialling to the last byte of the answer.
// Default 30 s. With 0 only the context limits it.
func WithTimeout(d time.Duration) Option {
	return func(cfg *config) error {
		if d < 0 {
			return badOption("timeout", "is negative")
		}
		cfg.timeout = &d
		return nil
	}
}

// WithRetryPolicy sets how often and how patiently failed attempts are repeated.
func WithRetryPolicy(policy RetryPolicy) Option {
	return func(cfg *config) error {
		if reason := policy.check(); reason != "" {
			return badOption("retryPolicy", reason)
		}
		cfg.retry = policy
		return nil
	}
}

// WithLogger logs attempts and retries at debug level and warnings of the server at warn level.
// Secrets are never logged.
func WithLogger(logger *slog.Logger) Option {
	return func(cfg *config) error {
		if logger == nil {
			return badOption("logger", "is nil")
		}
		cfg.logger = logger
		return nil
	}
}

// WithServerVersion sets the release of the server, "1.4" or "1.4.13": it chooses paths,
// parameters and headers and refuses operations that the release lacks. Default
// LatestServerVersion; see also Client.DetectServerVersion.
func WithServerVersion(version string) Option {
	return func(cfg *config) error {
		v, err := release.Parse(version)
		if err != nil {
			return badOption("serverVersion", err.Error())
		}
		cfg.version = v
		return nil
	}
}

// WithMaxResponseBytes bounds the body of a success, after decompression. Default 16 MiB. A
// longer one gives ErrResponseTooLarge, and so do lists with more than n/256 objects; no real
// answer comes near that.
func WithMaxResponseBytes(n int64) Option {
	return func(cfg *config) error {
		if n <= 0 {
			return badOption("maxResponseBytes", "is not positive")
		}
		cfg.maxBody = min(n, math.MaxInt64-1) // one byte more is read to see the end
		return nil
	}
}

// WithRootCAs trusts the given certificate authorities instead of the system's. It cannot be
// combined with a Transport of your own.
func WithRootCAs(pool *x509.CertPool) Option {
	return func(cfg *config) error {
		if pool == nil {
			return badOption("rootCAs", "is nil")
		}
		cfg.rootCAs = pool
		return nil
	}
}

// WithInsecureSkipVerify accepts any certificate, so that anyone between client and server can
// read and change everything. For tests only; prefer WithRootCAs. It cannot be combined with a
// Transport of your own.
func WithInsecureSkipVerify() Option {
	return func(cfg *config) error {
		cfg.insecure = true
		return nil
	}
}
