package appwrite

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// RetryPolicy says how often and how patiently a failed attempt is repeated. The zero value of
// a field means its default.
//
// Only what cannot have been done is repeated: GET calls after connection errors and after 500,
// 502, 503 and 504; any call after 429, once the limit's window ends; any call whose connection
// could not be made at all.
type RetryPolicy struct {
	MaxAttempts int           // attempts in all; 1 = never retry; default 3
	MinDelay    time.Duration // first backoff; default 200 ms
	MaxDelay    time.Duration // longest wait, also for a rate limit's reset; default 8 s
}

func (p RetryPolicy) check() string {
	switch d := p.withDefaults(); {
	case p.MaxAttempts < 0 || p.MinDelay < 0 || p.MaxDelay < 0:
		return "has a negative field"
	case d.MinDelay > d.MaxDelay:
		return "has a MinDelay longer than its MaxDelay"
	}
	return ""
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 3
	}
	if p.MinDelay == 0 {
		p.MinDelay = 200 * time.Millisecond
		if p.MaxDelay > 0 {
			p.MinDelay = min(p.MinDelay, p.MaxDelay)
		}
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = max(8*time.Second, p.MinDelay)
	}
	return p
}

// next returns how long to wait before the next attempt and why there may be one. The reason is
// "" where the error is final.
func (p RetryPolicy) next(method string, attempt int, err error) (wait time.Duration, reason string) {
	p = p.withDefaults()
	if attempt >= p.MaxAttempts {
		return 0, ""
	}
	if e, ok := errors.AsType[*Error](err); ok && e.StatusCode == http.StatusTooManyRequests {
		reset := untilReset(e.RateLimit, e.Header, time.Now())
		if e.RateLimit.Reset.IsZero() || reset > p.MaxDelay {
			return 0, ""
		}
		// With jitter, so that not all callers come back at once, and never too early.
		return min(reset+jitter(p.MinDelay), p.MaxDelay), "rate limit"
	}
	if reason = retryReason(method, err); reason == "" {
		return 0, ""
	}
	backoff := p.MaxDelay
	if shift := attempt - 1; shift < 30 && p.MinDelay<<shift > 0 {
		backoff = min(p.MinDelay<<shift, p.MaxDelay)
	}
	return jitter(backoff), reason
}

func jitter(d time.Duration) time.Duration { return rand.N(max(d, 1)) }

func retryReason(method string, err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		if method != http.MethodGet || e.Type == ErrGeneralSMTPDisabled || e.Type == ErrGeneralPhoneDisabled {
			return ""
		}
		switch e.StatusCode {
		case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return "server error"
		}
		return ""
	}
	e, ok := errors.AsType[*transportError](err)
	switch {
	case !ok || isCertificateError(e.cause):
		return ""
	case neverConnected(e.cause):
		return "no connection"
	case method == http.MethodGet:
		return "connection error"
	}
	return ""
}

func neverConnected(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "dial" || op.Op == "proxyconnect")
}

func isCertificateError(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok { // the other side does not speak TLS
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.CertificateInvalidError](err)
	return ok || errors.Is(err, http.ErrSchemeMismatch)
}

// sleep waits, or returns the context's error as soon as it ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// gaveUp adds to the last attempt's error why no further one was made.
func gaveUp(err, why error) error {
	if errors.Is(err, why) {
		return err
	}
	switch e := err.(type) {
	case *Error:
		e.ctxErr = why
	case *transportError:
		e.ctxErr = why
	}
	return err
}
