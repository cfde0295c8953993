package appwrite_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// mint is a server that mints JWTs, and notes what it was asked. Its clock may differ.
type mint struct {
	life   time.Duration
	skew   time.Duration
	noDate bool
	minted int
	asked  []string // verb, path and body
	before tripper  // may answer instead, nil for nothing
}

var part = base64.RawURLEncoding.EncodeToString

func makeJWT(n int, exp time.Time) string {
	return part([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." +
		part(fmt.Appendf(nil, `{"userId":"u1","sessionId":"s%d","exp":%d}`, n, exp.Unix())) + "." + part([]byte("signature"))
}

// source returns a source of JWTs of a session.
func (m *mint) source(t *testing.T, duration time.Duration) appwrite.JWTSource {
	t.Helper()
	var client probe
	client = memory(t, func(r *http.Request) (*http.Response, error) {
		request := client.One(t)
		m.asked = append(m.asked, request.Method+" "+request.URI+" "+request.Body)
		assert.Equal(t, []string{"session-secret-1"}, request.Header["X-Appwrite-Session"])
		if m.before != nil {
			if resp, err := m.before(r); resp != nil || err != nil {
				return resp, err
			}
		}
		m.minted++
		now := time.Now().Add(m.skew)
		resp := response(201, jsonType, `{"jwt":"`+makeJWT(m.minted, now.Add(m.life))+`"}`)
		if !m.noDate {
			resp.Header.Set("Date", now.UTC().Format(http.TimeFormat))
		}
		return resp, nil
	}, appwrite.WithSession("session-secret-1"))
	return appwrite.NewJWTSource(client.Account, duration)
}

// firstOnly is what a mint does before its first answer alone.
func (m *mint) firstOnly(do tripper) tripper {
	return func(r *http.Request) (*http.Response, error) {
		if len(m.asked) > 1 {
			return nil, nil
		}
		return do(r)
	}
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
	})
}

func TestAJWTIsHandedOutUntilShortlyBeforeItExpires(t *testing.T) {
	t.Parallel()
	const noDate = -1 // the own clock has to do then
	for _, life := range []time.Duration{10 * time.Second, time.Minute, 15 * time.Minute, time.Hour} {
		for _, skew := range []time.Duration{0, time.Hour, -time.Hour, 24 * 365 * time.Hour, noDate} {
			synctest.Test(t, func(t *testing.T) {
				m := &mint{life: life, skew: skew, noDate: skew == noDate}
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
		go func() { gone <- only(source.JWT(first)) }() // it is this one that started the request
		synctest.Wait()
		late, cancelLate := context.WithTimeout(t.Context(), time.Second)
		defer cancelLate()
		go func() { gone <- only(source.JWT(late)) }()
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
		m.before = m.firstOnly(func(r *http.Request) (*http.Response, error) {
			defer func() { ended++ }()
			return silent(r)
		})
		source := m.source(t, time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 2)
		for range 2 {
			go func() { left <- only(source.JWT(ctx)) }()
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
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := m.source(t, time.Hour).JWT(ctx)
		require.ErrorIs(t, err, context.Canceled)
		synctest.Wait()
		assert.Empty(t, m.asked)
	})
}

func TestAFailureToMintIsToldToAllWhoWaitAndThenForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		m := &mint{life: time.Hour}
		m.before = m.firstOnly(func(*http.Request) (*http.Response, error) {
			<-release
			return response(404, jsonType, errorBody(404, appwrite.ErrUserSessionNotFound)), nil
		})
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
			assert.Equal(t, "account.createJWT", as[*appwrite.Error](t, err).Operation)
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
		m := &mint{before: answersJSON(201, `{"jwt":"`+token+`"}`)}
		source := m.source(t, time.Hour)
		for range 3 {
			got, err := source.JWT(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, token, got, name)
		}
		assert.Len(t, m.asked, 3, name)
	}
}

func TestADurationIsWholeSecondsWithinTheServersBounds(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                            "",
		time.Second:                  `{"duration":1}`,
		1999 * time.Millisecond:      `{"duration":1}`,
		15 * time.Minute:             `{"duration":900}`,
		time.Hour - 1:                `{"duration":3599}`,
		time.Hour:                    `{"duration":3600}`,
		-1:                           "refused",
		1:                            "refused",
		time.Second - 1:              "refused",
		time.Hour + 1:                "refused",
		24 * time.Hour:               "refused",
		-time.Hour:                   "refused",
		time.Duration(math.MaxInt64): "refused",
		time.Duration(math.MinInt64): "refused",
		900:                          "refused", // meant as seconds
	} {
		c := everycall.Named("CreateJWT")
		in := c.Full()
		in.Duration = d
		request, err := sendingCall(t, c, in)
		if want == "refused" {
			refused(t, request, err, "account.createJWT", "duration")
			m := &mint{life: time.Hour}
			_, err = m.source(t, d).JWT(t.Context())
			requireParamError(t, err, "account.createJWT", "duration")
			assert.Empty(t, m.asked)
			continue
		}
		require.NoError(t, err, d)
		assert.Equal(t, want, request.Body, d)
	}
	_, err := appwrite.NewJWTSource(nil, time.Minute).JWT(t.Context())
	as[*appwrite.ParamError](t, err)
}

// That every call sends it stands with the other credentials.
func TestASourceIsAskedByEachCall(t *testing.T) {
	t.Parallel()
	asked := 0
	client := memory(t, answersJSON(200, userBody), appwrite.WithJWTSource(source(func(ctx context.Context) (string, error) {
		asked++
		return fmt.Sprintf("jwt-%d", asked), ctx.Err()
	})))
	for i := range 3 {
		_, err := client.Account.Get(t.Context())
		require.NoError(t, err)
		assert.Equal(t, map[string][]string{"X-Appwrite-Jwt": {fmt.Sprintf("jwt-%d", i+1)}}, credentialsIn(client.One(t).Header))
	}
}

func TestWhatASourceFailsWithIsWrapped(t *testing.T) {
	t.Parallel()
	gone := errors.New("vault is sealed")
	client := memory(t, answersJSON(200, userBody), appwrite.WithJWTSource(source(func(context.Context) (string, error) { return "", gone })))
	for _, c := range everycall.All {
		got, err := c.Do(t.Context(), client.Account, c.Full())
		require.ErrorIs(t, err, gone)
		assert.Nil(t, got)
		assert.Contains(t, err.Error(), c.Operation)
		assert.Contains(t, err.Error(), "JWT source")
		assert.Empty(t, client.Take())
	}
}

func TestASlowSourceEndsWithTheContextOfTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &mint{before: silent}
		client := memory(t, answersJSON(200, userBody), appwrite.WithJWTSource(m.source(t, time.Minute)))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		started := time.Now()
		_, err := client.Account.Get(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(started))
		assert.Empty(t, client.Take())
	})
}

// refusing is a client with a source whose JWTs a server refuses where bad says so.
func refusing(t *testing.T, m *mint, bad func(token string) bool, otherwise tripper, opts ...appwrite.Option) probe {
	t.Helper()
	return memory(t, func(r *http.Request) (*http.Response, error) {
		if bad(r.Header.Get("X-Appwrite-Jwt")) {
			return response(401, jsonType, errorBody(401, appwrite.ErrUserJWTInvalid)), nil
		}
		return otherwise(r)
	}, append([]appwrite.Option{appwrite.WithJWTSource(m.source(t, time.Hour))}, opts...)...)
}

func always(string) bool { return true }

func TestEveryCallWhoseJWTIsRefusedIsRepeatedOnceWithTheNext(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for name, policy := range map[string]appwrite.RetryPolicy{"default": {}, "no retries": {MaxAttempts: 1}} {
			m, first := &mint{life: time.Hour}, ""
			client := refusing(t, m, func(token string) bool { return token == first }, c.Succeed, appwrite.WithRetryPolicy(policy))
			var err error
			first, err = client.Source().JWT(t.Context())
			require.NoError(t, err)

			_, err = c.Do(t.Context(), client.Account, c.Full())
			require.NoError(t, err, name)
			requests := client.Take()
			require.Len(t, requests, 2, name)
			renewed := requests[1].Header["X-Appwrite-Jwt"]
			assert.NotEqual(t, requests[0].Header["X-Appwrite-Jwt"], renewed, name)
			assert.Equal(t, requests[0].Body, requests[1].Body, "%s: it is the same call", name)
			assert.Equal(t, 2, m.minted, name)

			_, err = c.Do(t.Context(), client.Account, c.Full())
			require.NoError(t, err, name)
			assert.Equal(t, renewed, client.One(t).Header["X-Appwrite-Jwt"], "%s: the new one is kept", name)
			assert.Equal(t, 2, m.minted, name)
		}
	})
}

func TestACallWhoseNextJWTIsRefusedTooGivesUp(t *testing.T) {
	t.Parallel()
	m := &mint{life: time.Hour}
	client := refusing(t, m, always, nil)
	var answer appwrite.Response
	_, err := client.Account.Get(t.Context(), appwrite.CaptureResponse(&answer))
	require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
	assert.Len(t, client.Take(), 2)
	assert.Equal(t, 2, m.minted)
	assert.Equal(t, 2, answer.Attempts)

	_, err = client.Account.Get(t.Context(), appwrite.NoRetry())
	require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
	client.One(t)
}

func TestCallsWhoseJWTIsRefusedAtTheSameTimeShareTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, first := &mint{life: time.Hour}, ""
		client := refusing(t, m, func(token string) bool { return token == first }, answersJSON(200, userBody))
		var err error
		first, err = client.Source().JWT(t.Context())
		require.NoError(t, err)
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() { assert.NoError(t, only(client.Account.Get(t.Context()))) })
		}
		all.Wait()
		assert.Equal(t, 2, m.minted)
	})
}

// Where no other JWT can be had, the caller is told of the call that failed.
func TestACallWhoseJWTCannotBeRenewedKeepsItsError(t *testing.T) {
	t.Parallel()
	m := &mint{life: time.Hour}
	client := refusing(t, m, always, nil)
	_, err := client.Source().JWT(t.Context())
	require.NoError(t, err)
	m.before = answersJSON(401, errorBody(401, appwrite.ErrGeneralUnauthorizedScope))
	_, err = client.Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
	assert.Equal(t, "account.get", as[*appwrite.Error](t, err).Operation)
	client.One(t)
}

// A JWT that is not from a source of this package is what the caller set: nobody can renew it.
func TestAFixedJWTIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, option := range []appwrite.Option{appwrite.WithJWT("fixed"), appwrite.WithJWTSource(fixedJWT("fixed"))} {
		client := memory(t, answersJSON(401, errorBody(401, appwrite.ErrUserJWTInvalid)), option)
		_, err := client.Account.Get(t.Context())
		require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
		client.One(t)
	}
}

func TestASourceRenewsAJWTThatTheServerRefuses(t *testing.T) {
	t.Parallel()
	server := appwritetest.NewServer(t)
	session, err := server.Client().Account.CreateAnonymousSession(t.Context())
	require.NoError(t, err)
	holder := server.Client(appwrite.WithSession(session.Secret))
	client := server.Client(appwrite.WithJWTSource(appwrite.NewJWTSource(holder.Account, 15*time.Minute)))
	before, err := client.Account.UpdateName(t.Context(), "before")
	require.NoError(t, err)

	server.Clock().Advance(16 * time.Minute) // this process's clock says that it is still good
	_, err = client.Account.UpdateName(t.Context(), "once", appwrite.NoRetry())
	require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
	after, err := client.Account.UpdateName(t.Context(), "after")
	require.NoError(t, err)
	assert.Equal(t, before.ID, after.ID)

	// No other JWT helps where the session has ended.
	require.NoError(t, holder.Account.DeleteSession(t.Context(), appwrite.CurrentSession))
	_, err = client.Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUnauthorized)
	server.Clock().Advance(16 * time.Minute)
	_, err = client.Account.Get(t.Context())
	require.ErrorIs(t, err, appwrite.ErrUserJWTInvalid)
}
