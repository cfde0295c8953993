package appwrite_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// mint is a server that mints JWTs, and notes what it was asked. Its clock may differ.
type mint struct {
	life     time.Duration
	skew     time.Duration
	noDate   bool
	minted   int
	asked    []string // the bodies
	sessions []string // the credentials
	before   func(r *http.Request) (*http.Response, error)
}

func makeJWT(n int, exp time.Time) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." +
		part(fmt.Appendf(nil, `{"userId":"u1","sessionId":"s%d","exp":%d}`, n, exp.Unix())) + "." + part([]byte("signature"))
}

func (m *mint) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	m.asked = append(m.asked, r.Method+" "+r.URL.Path+" "+string(body))
	m.sessions = append(m.sessions, r.Header.Get("X-Appwrite-Session"))
	if m.before != nil {
		if resp, err := m.before(r); resp != nil || err != nil {
			return resp, err
		}
	}
	m.minted++
	now := time.Now().Add(m.skew)
	resp := response(r, 201, jsonType, `{"jwt":"`+makeJWT(m.minted, now.Add(m.life))+`"}`)
	if !m.noDate {
		resp.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	}
	return resp, nil
}

func (m *mint) source(t *testing.T, duration time.Duration) appwrite.JWTSource {
	t.Helper()
	return appwrite.NewJWTSource(clientThrough(t, m).Account, duration)
}

// pass lets time go by on the clock of a synctest bubble.
func pass(d time.Duration) { <-time.After(d) }

func TestOneRequestMintsForAllWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		m := &mint{life: 15 * time.Minute, before: func(*http.Request) (*http.Response, error) { <-release; return nil, nil }}
		source := m.source(t, 15*time.Minute)
		tokens := make(chan string, 64)
		for range cap(tokens) {
			go func() {
				token, err := source.JWT(t.Context())
				assert.NoError(t, err)
				tokens <- token
			}()
		}
		synctest.Wait()
		assert.Len(t, m.asked, 1, "while it is on its way")
		close(release)
		first := <-tokens
		assert.NotEmpty(t, first)
		for range cap(tokens) - 1 {
			assert.Equal(t, first, <-tokens)
		}
		assert.Equal(t, []string{`POST /v1/account/jwts {"duration":900}`}, m.asked)
		assert.Equal(t, []string{"session-secret-1"}, m.sessions)
	})
}

func TestAJWTIsHandedOutUntilShortlyBeforeItExpires(t *testing.T) {
	t.Parallel()
	for _, life := range []time.Duration{10 * time.Second, time.Minute, 15 * time.Minute, time.Hour} {
		for _, skew := range []time.Duration{0, time.Hour, -time.Hour, 24 * 365 * time.Hour} {
			synctest.Test(t, func(t *testing.T) {
				m := &mint{life: life, skew: skew}
				source := m.source(t, life)
				first, err := source.JWT(t.Context())
				require.NoError(t, err)

				pass(life * 8 / 10)
				again, err := source.JWT(t.Context())
				require.NoError(t, err)
				assert.Equal(t, first, again, "%v, skew %v", life, skew)
				assert.Equal(t, 1, m.minted)

				// It must outlive the call that it is handed out for.
				pass(life/5 - time.Second)
				next, err := source.JWT(t.Context())
				require.NoError(t, err)
				assert.NotEqual(t, first, next, "%v, skew %v", life, skew)
				assert.Equal(t, 2, m.minted)
			})
		}
	}
}

// Without Date the own clock has to do.
func TestAJWTIsHandedOutAlsoWhereTheServerTellsNoTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &mint{life: time.Minute, noDate: true}
		source := m.source(t, 0)
		for range 10 {
			_, err := source.JWT(t.Context())
			require.NoError(t, err)
			pass(5 * time.Second)
		}
		assert.Equal(t, []string{"POST /v1/account/jwts "}, m.asked, "the server's default has no body")
	})
}

func TestACallerThatGivesUpDoesNotEndTheRequestOfTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		m := &mint{life: time.Hour, before: func(r *http.Request) (*http.Response, error) {
			select {
			case <-release:
				return nil, nil
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		}}
		source := m.source(t, time.Hour)

		first, cancel := context.WithCancel(t.Context())
		gone := make(chan error, 2)
		go func() { _, err := source.JWT(first); gone <- err }() // it is the one that started the request
		synctest.Wait()
		late, cancelLate := context.WithTimeout(t.Context(), time.Second)
		defer cancelLate()
		go func() { _, err := source.JWT(late); gone <- err }()
		stays := make(chan string, 1)
		go func() {
			token, err := source.JWT(t.Context())
			assert.NoError(t, err)
			stays <- token
		}()
		synctest.Wait()

		cancel()
		require.ErrorIs(t, <-gone, context.Canceled)
		require.ErrorIs(t, <-gone, context.DeadlineExceeded)
		synctest.Wait()
		close(release)
		assert.NotEmpty(t, <-stays)
		assert.Len(t, m.asked, 1)
	})
}

func TestTheLastCallerToLeaveEndsTheRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := 0
		m := &mint{life: time.Hour}
		m.before = func(r *http.Request) (*http.Response, error) {
			if len(m.asked) > 1 {
				return nil, nil
			}
			<-r.Context().Done()
			ended++
			return nil, r.Context().Err()
		}
		source := m.source(t, time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 2)
		for range 2 {
			go func() { _, err := source.JWT(ctx); left <- err }()
		}
		synctest.Wait()
		cancel()
		for range 2 {
			require.ErrorIs(t, <-left, context.Canceled)
		}
		synctest.Wait()
		assert.Equal(t, 1, ended, "nothing may run for nobody")

		token, err := source.JWT(t.Context())
		require.NoError(t, err, "who comes later is not told of it")
		assert.NotEmpty(t, token)
		assert.Len(t, m.asked, 2)
	})
}

func TestAnEndedContextAsksForNoJWT(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &mint{life: time.Hour}
		source := m.source(t, time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 20 {
			_, err := source.JWT(ctx)
			require.ErrorIs(t, err, context.Canceled)
			synctest.Wait()
		}
		assert.Empty(t, m.asked)
	})
}

func TestAFailureToMintIsToldToAllWhoWaitAndThenForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		m := &mint{life: time.Hour}
		m.before = func(r *http.Request) (*http.Response, error) {
			if len(m.asked) > 1 {
				return nil, nil
			}
			<-release
			return response(r, 404, jsonType, errorBody(404, appwrite.ErrUserSessionNotFound)), nil
		}
		source := m.source(t, time.Hour)
		failed := make(chan error, 8)
		for range cap(failed) {
			go func() {
				token, err := source.JWT(t.Context())
				assert.Empty(t, token)
				failed <- err
			}()
		}
		synctest.Wait()
		close(release)
		for range cap(failed) {
			err := <-failed
			require.ErrorIs(t, err, appwrite.ErrUserSessionNotFound)
			e, ok := errors.AsType[*appwrite.Error](err)
			require.True(t, ok)
			assert.Equal(t, "account.createJWT", e.Operation)
		}
		assert.Len(t, m.asked, 1)
		token, err := source.JWT(t.Context())
		require.NoError(t, err)
		assert.NotEmpty(t, token)
	})
}

// A JWT whose end cannot be read may be used, but not kept.
func TestAJWTThatCannotBeReadIsGoodForOneCall(t *testing.T) {
	t.Parallel()
	part := base64.RawURLEncoding.EncodeToString
	for name, token := range map[string]string{
		"no JWT":        "opaque",
		"two parts":     "a.b",
		"four parts":    "a.b.c.d",
		"no base64":     "a.***.c",
		"no JSON":       "a." + part([]byte("nope")) + ".c",
		"no exp":        "a." + part([]byte(`{"userId":"u1"}`)) + ".c",
		"exp is text":   "a." + part([]byte(`{"exp":"soon"}`)) + ".c",
		"exp is past":   "a." + part([]byte(`{"exp":1}`)) + ".c",
		"exp is beyond": "a." + part([]byte(`{"exp":1e300}`)) + ".c",
		"exp is below":  "a." + part([]byte(`{"exp":-5}`)) + ".c",
	} {
		synctest.Test(t, func(t *testing.T) {
			m := &mint{before: func(r *http.Request) (*http.Response, error) {
				return response(r, 201, jsonType, `{"jwt":"`+token+`"}`), nil
			}}
			source := m.source(t, time.Hour)
			for range 3 {
				got, err := source.JWT(t.Context())
				require.NoError(t, err, name)
				assert.Equal(t, token, got, name)
			}
			assert.Len(t, m.asked, 3, name)
		})
	}
}

func TestADurationOutOfBoundsIsToldByTheSource(t *testing.T) {
	t.Parallel()
	m := &mint{life: time.Hour}
	_, err := m.source(t, 2*time.Hour).JWT(t.Context())
	e, ok := errors.AsType[*appwrite.ParamError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "duration", e.Param)
	assert.Empty(t, m.asked)

	_, err = appwrite.NewJWTSource(nil, time.Minute).JWT(t.Context())
	_, ok = errors.AsType[*appwrite.ParamError](err)
	assert.True(t, ok, "%v", err)
}

// source is a JWTSource that is a function.
type source func(ctx context.Context) (string, error)

func (f source) JWT(ctx context.Context) (string, error) { return f(ctx) }

func TestEveryCallSendsTheJWTOfItsSource(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		asked := 0
		var sent []http.Header
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			sent = append(sent, r.Header)
			return success(c, r), nil
		}), appwrite.WithJWTSource(source(func(ctx context.Context) (string, error) {
			asked++
			assert.NoError(t, ctx.Err())
			return fmt.Sprintf("jwt-%d", asked), nil
		})))
		for range 3 {
			_, err := c.Do(t.Context(), client.Account, c.Full())
			require.NoError(t, err)
		}
		require.Len(t, sent, 3)
		for i, header := range sent {
			assert.Equal(t, fmt.Sprintf("jwt-%d", i+1), header.Get("X-Appwrite-Jwt"))
			assert.Empty(t, header.Get("X-Appwrite-Session"), "one credential at a time")
		}
	})
}

func TestWhatASourceFailsWithIsWrapped(t *testing.T) {
	t.Parallel()
	gone := errors.New("vault is sealed")
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		client, mock := memClient(t, memAnswer(200, jsonType, userBody), appwrite.WithJWTSource(source(func(context.Context) (string, error) { return "", gone })))
		got, err := c.Do(t.Context(), client.Account, c.Full())
		require.ErrorIs(t, err, gone)
		assert.Nil(t, got)
		assert.Contains(t, err.Error(), c.Operation)
		assert.Contains(t, err.Error(), "JWT source")
		assert.Zero(t, mock.GetTotalCallCount())
	})
}

func TestASourcesJWTMustBeAHeaderValue(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "a\r\nb", "a\x00"} {
		client, mock := memClient(t, memAnswer(200, jsonType, userBody), appwrite.WithJWTSource(source(func(context.Context) (string, error) { return bad, nil })))
		_, err := client.Account.Get(t.Context())
		e, ok := errors.AsType[*appwrite.ParamError](err)
		require.True(t, ok, "%q: %v", bad, err)
		assert.Equal(t, "jwtSource", e.Param)
		assert.Equal(t, "account.get", e.Operation)
		assert.Zero(t, mock.GetTotalCallCount())
	}
}

// As a backend uses it: one client holds the session, the other acts with its JWTs.
func TestAClientActsWithTheJWTsOfASession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &mint{life: 15 * time.Minute}
		var acted []string
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			acted = append(acted, r.Header.Get("X-Appwrite-Jwt"))
			return response(r, 200, jsonType, userBody), nil
		}), appwrite.WithJWTSource(m.source(t, 15*time.Minute)))
		for range 30 {
			_, err := client.Account.Get(t.Context())
			require.NoError(t, err)
			pass(time.Minute)
		}
		assert.Equal(t, 3, m.minted, "each is good for 14 of its 15 minutes")
		assert.Len(t, acted, 30)
		assert.NotContains(t, acted, "")

		m.before = func(r *http.Request) (*http.Response, error) {
			return response(r, 401, jsonType, errorBody(401, appwrite.ErrGeneralUnauthorizedScope)), nil
		}
		pass(time.Hour)
		_, err := client.Account.Get(t.Context())
		require.ErrorIs(t, err, appwrite.ErrGeneralUnauthorizedScope)
		e, ok := errors.AsType[*appwrite.Error](err)
		require.True(t, ok)
		assert.Equal(t, "account.createJWT", e.Operation, "that is the call which failed")
		assert.Len(t, acted, 30)
	})
}

func TestASlowSourceEndsWithTheContextOfTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &mint{before: func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}}
		client, mock := memClient(t, memAnswer(200, jsonType, userBody), appwrite.WithJWTSource(m.source(t, time.Minute)))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		started := time.Now()
		_, err := client.Account.Get(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(started))
		assert.Zero(t, mock.GetTotalCallCount())
	})
}

// refuse answers with 401 where the JWT is one of those, and notes which were sent.
type refuse struct {
	mu     sync.Mutex
	tokens func(token string) bool
	answer func(r *http.Request) *http.Response
	sent   []string
	bodies []string
}

func (f *refuse) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	token := r.Header.Get("X-Appwrite-Jwt")
	f.sent, f.bodies = append(f.sent, token), append(f.bodies, string(body))
	if f.tokens(token) {
		return response(r, 401, jsonType, errorBody(401, appwrite.ErrUserJWTInvalid)), nil
	}
	return f.answer(r), nil
}

func TestEveryCallWhoseJWTIsRefusedIsRepeatedOnceWithTheNext(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for name, policy := range map[string]appwrite.RetryPolicy{"default": {}, "no retries": {MaxAttempts: 1}} {
			m := &mint{life: time.Hour}
			first := ""
			f := &refuse{answer: func(r *http.Request) *http.Response { return success(c, r) }, tokens: func(token string) bool { return token == first }}
			client := clientThrough(t, f, appwrite.WithJWTSource(m.source(t, time.Hour)), appwrite.WithRetryPolicy(policy))
			var err error
			first, err = client.Source().JWT(t.Context())
			require.NoError(t, err)

			_, err = c.Do(t.Context(), client.Account, c.Full())
			require.NoError(t, err, name)
			require.Len(t, f.sent, 2, name)
			assert.NotEqual(t, f.sent[0], f.sent[1], name)
			assert.Equal(t, f.bodies[0], f.bodies[1], "%s: it is the same call", name)
			assert.Equal(t, 2, m.minted, name)

			_, err = c.Do(t.Context(), client.Account, c.Full())
			require.NoError(t, err, name)
			assert.Equal(t, f.sent[1], f.sent[2], "%s: the new one is kept", name)
			assert.Equal(t, 2, m.minted, name)
		}
	})
}

func TestACallWhoseNextJWTIsRefusedTooGivesUp(t *testing.T) {
	t.Parallel()
	m := &mint{life: time.Hour}
	f := &refuse{tokens: func(string) bool { return true }}
	client := clientThrough(t, f, appwrite.WithJWTSource(m.source(t, time.Hour)))
	var answer appwrite.Response
	_, err := client.Account.Get(t.Context(), appwrite.CaptureResponse(&answer))
	require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
	assert.Len(t, f.sent, 2)
	assert.Equal(t, 2, m.minted)
	assert.Equal(t, 2, answer.Attempts)

	_, err = client.Account.Get(t.Context(), appwrite.NoRetry())
	require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
	assert.Len(t, f.sent, 3)
}

func TestManyCallsWhoseJWTIsRefusedShareTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &mint{life: time.Hour}
		first := ""
		f := &refuse{tokens: func(token string) bool { return token == first }, answer: func(r *http.Request) *http.Response {
			return response(r, 200, jsonType, userBody)
		}}
		client := clientThrough(t, f, appwrite.WithJWTSource(m.source(t, time.Hour)))
		var err error
		first, err = client.Source().JWT(t.Context())
		require.NoError(t, err)
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				_, err := client.Account.Get(t.Context())
				assert.NoError(t, err)
			})
		}
		all.Wait()
		assert.Equal(t, 2, m.minted)
	})
}

// Where no other JWT can be had, the caller is told of the call that failed.
func TestACallWhoseJWTCannotBeRenewedKeepsItsError(t *testing.T) {
	t.Parallel()
	m := &mint{life: time.Hour}
	f := &refuse{tokens: func(string) bool { return true }}
	client := clientThrough(t, f, appwrite.WithJWTSource(m.source(t, time.Hour)))
	_, err := client.Source().JWT(t.Context())
	require.NoError(t, err)
	m.before = func(r *http.Request) (*http.Response, error) {
		return response(r, 401, jsonType, errorBody(401, appwrite.ErrGeneralUnauthorizedScope)), nil
	}
	_, err = client.Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
	e, ok := errors.AsType[*appwrite.Error](err)
	require.True(t, ok)
	assert.Equal(t, "account.get", e.Operation)
	assert.Len(t, f.sent, 1)
}

// A JWT that is not from a source is what the caller set: nobody can renew it.
func TestAFixedJWTIsNotRepeated(t *testing.T) {
	t.Parallel()
	f := &refuse{tokens: func(string) bool { return true }}
	for _, option := range []appwrite.Option{appwrite.WithJWT("fixed"), appwrite.WithJWTSource(source(func(context.Context) (string, error) { return "fixed", nil }))} {
		f.sent = nil
		_, err := clientThrough(t, f, option).Account.Get(t.Context())
		require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
		assert.Len(t, f.sent, 1)
	}
}
