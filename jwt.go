package appwrite

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
)

// JWTParams are the parameters of Account.CreateJWT.
type JWTParams struct {
	// Duration is how long the JWT lives: 1 s to 1 h, in whole seconds, rounded down. 0 is the
	// server's default, 15 min. Servers before 1.9 always take their default.
	Duration time.Duration
}

const maxJWTDuration = time.Hour

func (p JWTParams) fields() (fields, error) {
	switch {
	case p.Duration == 0:
		return nil, nil
	case p.Duration < time.Second || p.Duration > maxJWTDuration:
		return nil, &ParamError{Operation: opCreateJWT.name, Param: "duration", Reason: "is not between 1 s and 1 h"}
	}
	return fields{rawJSON("duration", strconv.AppendInt(nil, int64(p.Duration/time.Second), 10)).sentTo(release.Since(v1_9))}, nil
}

// CreateJWT mints a JWT with which a backend acts as the user: Client.WithJWT. It dies with the
// session that it was minted from, and cannot mint further ones. Servers since 0.7.
func (a *Account) CreateJWT(ctx context.Context, p JWTParams, opts ...RequestOption) (*models.JWT, error) {
	body, err := p.fields()
	if err != nil {
		return nil, err
	}
	return send[models.JWT](ctx, a, request{op: opCreateJWT, body: body}, opts)
}

// JWTSource returns the JWT to act with: see WithJWTSource. It must be safe for concurrent use.
type JWTSource interface {
	JWT(ctx context.Context) (string, error)
}

// NewJWTSource returns a source that mints JWTs of the given duration (see JWTParams) from the
// account's session, and returns the same one until shortly before it expires. If many
// goroutines ask at once, one request is sent; a caller that gives up does not end it for the
// others.
//
// If a call of a client with WithJWTSource gets ErrUserJWTInvalid, for example because the
// clocks of the two sides differ, a new JWT is minted and the call is repeated once with it.
// This happens even where the RetryPolicy allows one attempt only, but not with NoRetry.
func NewJWTSource(a *Account, duration time.Duration) JWTSource {
	return &jwtMinter{&minter{account: a, duration: duration}}
}

// jwtMinter leads to the JWT over one pointer more: package fmt calls no methods on unexported
// fields, and with a verb that fits no pointer it prints what such a field points to.
type jwtMinter struct{ *minter }

type minter struct {
	account  *Account
	duration time.Duration

	mu     sync.Mutex
	token  string
	renew  time.Time // when token is too old to hand out
	flight *flight   // the request under way, or nil
}

// flight is a request for a JWT, shared by all callers that wait for it.
type flight struct {
	done    chan struct{} // closed when token and err are set
	token   string
	err     error
	waiting int
	cancel  context.CancelFunc
}

func (m *jwtMinter) JWT(ctx context.Context) (string, error) {
	if ctx == nil {
		return "", &ParamError{Operation: opCreateJWT.name, Param: "ctx", Reason: "is nil"}
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	m.mu.Lock()
	if m.token != "" && time.Now().Before(m.renew) {
		defer m.mu.Unlock()
		return m.token, nil
	}
	f := m.flight
	if f == nil {
		mintCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight{done: make(chan struct{}), cancel: cancel}
		m.flight = f
		go m.mint(mintCtx, f)
	}
	f.waiting++
	m.mu.Unlock()

	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	// The last caller to give up ends the request.
	if f.waiting--; f.waiting == 0 && m.flight == f {
		f.cancel()
		m.flight = nil
	}
	return "", ctx.Err()
}

// forget drops a token that the server refused, so that the next call mints another.
func (m *jwtMinter) forget(token string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.token == token {
		m.token = ""
	}
}

func (m *jwtMinter) mint(ctx context.Context, f *flight) {
	defer f.cancel()
	asked := time.Now()
	var answer Response
	minted, err := m.account.CreateJWT(ctx, JWTParams{Duration: m.duration}, CaptureResponse(&answer))

	m.mu.Lock()
	defer m.mu.Unlock()
	defer close(f.done)
	if m.flight == f {
		m.flight = nil
	}
	if f.err = err; err != nil {
		return
	}
	f.token = minted.JWT
	life := jwtLife(minted.JWT, answer.Header, asked)
	m.token, m.renew = minted.JWT, asked.Add(life-min(life/10, time.Minute))
}

// jwtLife is how long a fresh JWT lives: until its exp, counted from the Date of the answer,
// because the clocks of the two sides may differ. Without a Date our own clock counts.
func jwtLife(token string, h http.Header, asked time.Time) time.Duration {
	parts := strings.Split(token, ".")
	var claims struct {
		Exp float64 `json:"exp"`
	}
	if len(parts) == 3 {
		payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
		if err == nil {
			_ = json.Unmarshal(payload, &claims)
		}
	}
	if claims.Exp <= 0 || claims.Exp > 1<<40 {
		return 0 // unreadable: use it for this call only
	}
	now := asked
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(time.Unix(int64(claims.Exp), 0).Sub(now), 0)
}

// Format keeps the JWT out of every verb.
func (m *jwtMinter) Format(s fmt.State, verb rune) { formatText(s, verb, "appwrite.JWTSource{}") }
