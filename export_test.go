package appwrite

import (
	"net/http"
	"net/url"

	"github.com/seed17809555/appwrite/internal/release"
)

// What tests in package appwrite_test need from inside.
var (
	BadHeaderValue    = badHeaderValue
	BadSegment        = badSegment
	ControlCharacters = controlCharacters
	EncodePlain       = encodePlain
	ErrTaken          = errTaken
	GaveUp            = gaveUp
	IsPlain           = isPlain
	MergeObjects      = mergeObjects
	NewTransport      = newTransport
	NextAttempt       = RetryPolicy.next
	ParseRateLimit    = parseRateLimit
	Renamed           = renamed
	SecretFromCookies = secretFromCookies
	UserAgent         = userAgent
)

const DefaultTimeout, DevKeyHeader, MaxKeptBytes, Redacted = defaultTimeout, devKeyHeader, maxKeptBytes, redacted

type Config = config
type Pool = pool

func (c *Client) Transport() http.RoundTripper { return c.core().transport }
func (c *Client) Insecure() bool               { return c.core().insecure }
func (c *Client) Version() release.Version     { return c.core().version }
func (c *Client) Source() JWTSource            { return c.state.credential.source }
func (c *Client) Secret() string               { return c.state.credential.secret }

// SharesCore reports whether two clients are copies with the same options.
func SharesCore(a, b *Client) bool { return a.core() == b.core() }

func (p *Pool) Tiers() []*http.Transport {
	return []*http.Transport{p.tiers[0].Transport, p.tiers[1].Transport, p.tiers[2].Transport}
}
func (p *Pool) InFlight() []int64 {
	return []int64{p.tiers[0].inFlight.Load(), p.tiers[1].inFlight.Load(), p.tiers[2].inFlight.Load()}
}

// AnswerError makes the Error of an answer to Get.
func (c *Client) AnswerError(session string, resp *http.Response, body []byte) *Error {
	made := &call{core: c.core(), op: opGet, url: &url.URL{Scheme: "https", Host: "appwrite.test", Path: "/v1/account"}}
	made.auth, made.secret = "X-Appwrite-Session", session
	return made.answerError(resp, RateLimit{}, body)
}

// URLOfConsentToken returns the URL of a consent's token.
func (c *Client) URLOfConsentToken(consentID, tokenID string) (*url.URL, *ParamError) {
	return c.core().urlOf(&opDeleteConsentToken.routes[0], []string{consentID, tokenID})
}
