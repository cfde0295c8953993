package appwrite

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// request is what a method asks for: the operation, the IDs in its path, and its parameters.
type request struct {
	op    *operation
	ids   []string
	query params // nil for none
	body  fields // nil for no body
}

// call is one call on its way from request to result.
type call struct {
	*core
	op      *operation
	route   *route
	url     *url.URL
	body    []byte
	fields  fields
	options callOptions
	auth    string // header of the credential, "" for a guest
	secret  string // value of that header
	out     any

	attempts int
}

// send makes a call whose answer is a model.
func send[T any](ctx context.Context, a *Account, r request, opts []RequestOption) (*T, error) {
	result := new(T)
	if _, err := a.do(ctx, r, result, opts); err != nil {
		return nil, err
	}
	return result, nil
}

// do is the path of every call: it checks, sends, repeats where that is safe, and decodes the
// answer into out, which is a pointer to a model, a *location, or nil where no content is
// expected. It returns the headers of the answer.
func (a *Account) do(ctx context.Context, r request, out any, opts []RequestOption) (http.Header, error) {
	c, err := a.prepare(ctx, r, out, opts)
	if err != nil {
		if p, ok := err.(*ParamError); ok && p.Operation == "" {
			p.Operation = r.op.name
		}
		return nil, err
	}
	header, err := c.run(ctx)
	if errors.Is(err, ErrUserJWTInvalid) && c.renewJWT(ctx, a.state.credential) {
		header, err = c.run(ctx)
	}
	if c.options.capture != nil {
		c.options.capture.Attempts = c.attempts
	}
	return header, err
}

func (a *Account) prepare(ctx context.Context, r request, out any, opts []RequestOption) (*call, error) {
	if a.core() == unusable {
		return nil, &ParamError{Param: "client", Reason: "was not made by NewClient"}
	}
	if ctx == nil {
		return nil, &ParamError{Param: "ctx", Reason: "is nil"}
	}
	c := &call{core: a.state.core, op: r.op, fields: r.body, out: out}
	for _, opt := range opts {
		if opt == nil {
			return nil, &ParamError{Param: "opts", Reason: "hold a nil option"}
		}
		if err := opt(&c.options); err != nil {
			return nil, err
		}
	}
	var err error
	if c.route, err = r.op.route(c.version); err != nil {
		return nil, err
	}
	var bad *ParamError
	if c.url, bad = c.urlOf(c.route, r.ids); bad != nil {
		return nil, bad
	}
	if r.query != nil {
		if c.url.RawQuery, bad = encodeQuery(r.query.forServer(c.version)); bad != nil {
			return nil, bad
		}
	}
	if c.body, bad = r.body.encode(c.version); bad != nil {
		return nil, bad
	}
	if err := ctx.Err(); err != nil {
		return nil, &transportError{operation: r.op.name, text: err.Error(), cause: err}
	}
	cred := a.state.credential
	if cred.kind != CredentialGuest {
		secret, err := cred.resolve(ctx, r.op.name)
		if err != nil {
			return nil, err
		}
		c.auth, c.secret = cred.header(c.version, c.projectID, secret)
	}
	return c, nil
}

// renewJWT gets another JWT from the source after the server refused one, which happens when
// the clocks of the two sides differ. The refused call has done nothing, so it can be repeated.
func (c *call) renewJWT(ctx context.Context, cred *credential) bool {
	source, ok := cred.source.(*jwtMinter)
	if !ok || c.options.noRetry {
		return false
	}
	source.forget(c.secret)
	secret, err := cred.resolve(ctx, c.op.name)
	if err != nil {
		return false
	}
	c.secret = secret
	return true
}

// run makes attempts until one succeeds, one fails for good, or no further one is allowed.
func (c *call) run(ctx context.Context) (http.Header, error) {
	for {
		c.attempts++
		header, err := c.attempt(ctx)
		if err == nil || c.options.noRetry {
			return header, err
		}
		wait, reason := c.retry.next(c.route.Method, c.attempts, err)
		if reason == "" {
			return header, err
		}
		if ctxErr := ctx.Err(); ctxErr != nil { // the caller has left
			return header, gaveUp(err, ctxErr)
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
			if errors.Is(err, ErrRateLimited) {
				return header, err
			}
			return header, gaveUp(err, context.DeadlineExceeded)
		}
		c.log(ctx, "appwrite: retry", slog.String("reason", reason), slog.Duration("wait", wait), slog.Any("error", err))
		if ctxErr := sleep(ctx, wait); ctxErr != nil {
			return header, gaveUp(err, ctxErr)
		}
	}
}

// attempt sends the call once and reads the answer.
func (c *call) attempt(ctx context.Context) (http.Header, error) {
	started := time.Now()
	if c.options.capture != nil {
		*c.options.capture = Response{}
	}
	tryCtx, cancel := c.withTimeout(ctx)
	defer cancel()
	resp, err := c.roundTrip(tryCtx, cancel)
	if err == nil && resp == nil {
		err = errors.New("the Transport returned neither answer nor error")
	}
	if err != nil {
		return nil, c.failed(ctx, tryCtx, err)
	}
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	defer resp.Body.Close()

	limits := parseRateLimit(resp.Header)
	if r := c.options.capture; r != nil {
		r.StatusCode, r.Header, r.RateLimit = resp.StatusCode, resp.Header, limits
	}
	c.log(ctx, "appwrite: call", slog.Int("status", resp.StatusCode), slog.Int("attempt", c.attempts), slog.Duration("took", time.Since(started)))
	c.warn(ctx, resp.Header)
	err = c.receive(ctx, resp, limits)
	if broken, ok := err.(*readError); ok {
		err = c.failed(ctx, tryCtx, broken.cause)
	}
	return resp.Header, err
}

// withTimeout limits the time of an attempt, unless the deadline of the call comes first.
func (c *call) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); c.perTry > 0 && (!ok || time.Until(deadline) > c.perTry) {
		return context.WithTimeout(ctx, c.perTry)
	}
	return context.WithCancel(ctx)
}

// httpRequest makes a new request for every attempt, since a caller's Transport may write into
// it.
func (c *call) httpRequest(ctx context.Context) *http.Request {
	// Deep copies: a caller's Transport may write into the slices of values too.
	header := c.common.Clone()
	if c.auth != "" {
		header[c.auth] = []string{c.secret}
	}
	for name, values := range c.options.header {
		header[name] = slices.Clone(values)
	}
	u := *c.url
	req := &http.Request{
		Method:     c.route.Method,
		URL:        &u,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     header,
		Host:       u.Host,
	}
	if c.body != nil {
		header["Content-Type"] = []string{"application/json"}
		req.ContentLength = int64(len(c.body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.body)), nil }
		req.Body, _ = req.GetBody()
	}
	return req.WithContext(ctx)
}

// failed makes the error of an attempt that brought no complete answer. If the context ended,
// its error is the cause: Transports word it in many ways.
func (c *call) failed(ctx, tryCtx context.Context, cause error) error {
	text := ""
	switch {
	case ctx.Err() != nil:
		cause = ctx.Err()
	case errors.Is(tryCtx.Err(), context.DeadlineExceeded):
		cause, text = tryCtx.Err(), "no complete answer within "+c.perTry.String()+": "
	}
	err := &transportError{operation: c.op.name, text: text + c.masked(cause.Error()), cause: cause}
	c.log(ctx, "appwrite: no answer", slog.Int("attempt", c.attempts), slog.Any("error", err))
	return err
}
