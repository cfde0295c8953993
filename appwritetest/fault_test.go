package appwritetest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seed17809555/appwrite"
)

// onBoth runs a test over a connection and without one.
func onBoth(t *testing.T, test func(t *testing.T, opts ...Option)) {
	t.Helper()
	t.Run("over a connection", func(t *testing.T) {
		t.Parallel()
		test(t)
	})
	t.Run("without one", func(t *testing.T) {
		t.Parallel()
		test(t, WithoutListener())
	})
}

// through returns a client that shows answers as they are, and its transport's errors.
func through(s *Server) *http.Client {
	client := *plain
	if s.http == nil {
		client.Transport = s.Transport()
	}
	return &client
}

// get asks for /account with a session and returns answer, body and what broke them.
func get(t *testing.T, s *Server, secret string) (*http.Response, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Endpoint()+"/account", nil)
	require.NoError(t, err)
	req.Header.Set("X-Appwrite-Project", s.ProjectID())
	req.Header.Set("X-Appwrite-Session", secret)
	res, err := through(s).Do(req)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	return res, string(body), err
}

// signedIn returns a server with Ada signed in, and her session's secret.
func signedIn(t *testing.T, opts ...Option) (*Server, string) {
	t.Helper()
	s := NewServer(t, opts...)
	s.AddUser(User{Email: email, Password: password})
	made, err := s.Client().Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: email, Password: password})
	require.NoError(t, err)
	return s, made.Secret
}

func TestFaultsReachTheCaller(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, opts ...Option) {
		s, secret := signedIn(t, opts...)
		_, whole, err := get(t, s, secret)
		require.NoError(t, err)
		for name, tt := range map[string]struct {
			fault       Fault
			status      int
			contentType string
			body        string
			err         error // while the answer was read
		}{
			"status":           {Fault{Status: 503}, 503, jsonType, `{"message":"Service Unavailable","code":503,"type":"general_unknown","version":"1.9.6"}`, nil},
			"500":              {Fault{Status: 500}, 500, jsonType, `{"message":"Server Error","code":500,"type":"general_unknown","version":"1.9.6"}`, nil},
			"type and message": {Fault{Status: 503, Type: appwrite.ErrGeneralSMTPDisabled, Message: "SMTP disabled"}, 503, jsonType, `{"message":"SMTP disabled","code":503,"type":"general_smtp_disabled","version":"1.9.6"}`, nil},
			"no content":       {Fault{Status: 204}, 204, jsonType, "", nil},
			"redirect":         {Fault{Status: 307, Location: "https://elsewhere.example/x"}, 307, "text/html", "", nil},
			"proxy's page":     {Fault{Status: 504, Damage: BodyHTML}, 504, "text/html", strings.NewReplacer("%[1]d", "504", "%[2]s", "Gateway Timeout").Replace(proxyPage), nil},
			"malformed":        {Fault{Damage: BodyMalformed}, 200, jsonType, whole[:len(whole)/2], nil},
			"malformed error":  {Fault{Status: 500, Damage: BodyMalformed}, 500, jsonType, `{"message":"Server Error","code":500,"ty`, nil},
			"plain":            {Fault{Damage: BodyPlain}, 200, "text/plain; charset=UTF-8", whole, nil},
			"truncated":        {Fault{Damage: BodyTruncated}, 200, jsonType, whole[:len(whole)/2], io.ErrUnexpectedEOF},
			"endless":          {Fault{Damage: BodyEndless}, 200, jsonType, `{"endless":"` + strings.Repeat("x", 1<<20-len(`{"endless":"`)), nil},
			"endless error":    {Fault{Status: 500, Damage: BodyEndless}, 500, jsonType, `{"endless":"` + strings.Repeat("x", 1<<20-len(`{"endless":"`)), nil},
		} {
			t.Run(name, func(t *testing.T) { // one at a time, as each fault is for the next request
				tt.fault.Times = 1
				s.Fail(tt.fault)
				res, body, err := get(t, s, secret)
				require.NotNil(t, res, "%v", err)
				require.ErrorIs(t, err, tt.err)
				assert.Equal(t, tt.status, res.StatusCode)
				assert.Equal(t, tt.contentType, res.Header.Get("Content-Type"))
				assert.Equal(t, tt.fault.Location, res.Header.Get("Location"))
				assert.True(t, tt.body == body, "%.200s", body)
			})
		}
	})
}

// A 204 cannot have a body, nor a HEAD's answer. Endless and truncated ones once let the caller
// of the first go unharmed, and the second spin until it hung up.
func TestDamageToABodyThatIsNotThere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, opts ...Option) {
		for _, damage := range []Damage{BodyTruncated, BodyMalformed, BodyEndless} {
			s, secret := signedIn(t, opts...)
			s.Fail(Fault{Damage: damage})
			ask := func(method string) (*http.Response, []byte, error) {
				req, err := http.NewRequestWithContext(t.Context(), method, s.Endpoint()+"/account/sessions", nil)
				require.NoError(t, err)
				req.Header.Set("X-Appwrite-Project", s.ProjectID())
				req.Header.Set("X-Appwrite-Session", secret)
				res, err := through(s).Do(req)
				require.NoError(t, err, damage)
				body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
				_ = res.Body.Close()
				return res, body, err
			}
			res, body, err := ask(http.MethodHead)
			require.NoError(t, err, damage)
			assert.Equal(t, 200, res.StatusCode, damage)
			assert.Empty(t, body, damage)

			res, body, err = ask(http.MethodDelete)
			assert.Equal(t, 200, res.StatusCode, damage)
			assert.Equal(t, jsonType, res.Header.Get("Content-Type"), damage)
			assert.False(t, err == nil && json.Valid(body), "%s: %.20s", damage, body)
		}
	})
}

func TestWhatTheSDKMakesOfFaults(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, opts ...Option) {
		s, secret := signedIn(t, opts...)
		account := s.Client(appwrite.WithSession(secret), appwrite.WithMaxResponseBytes(1<<20)).Account
		decode, refused := new(appwrite.DecodeError), new(appwrite.Error)
		for name, tt := range map[string]struct {
			fault Fault
			check func(t *testing.T, err error)
		}{
			"rate limit":   {Fault{Status: 429, Reset: time.Hour}, func(t *testing.T, err error) { require.ErrorIs(t, err, appwrite.ErrGeneralRateLimitExceeded) }},
			"redirect":     {Fault{Status: 301, Location: "https://elsewhere.example"}, func(t *testing.T, err error) { require.ErrorAs(t, err, &refused) }},
			"proxy's page": {Fault{Damage: BodyHTML}, func(t *testing.T, err error) { require.ErrorIs(t, err, appwrite.ErrServer) }},
			"no content":   {Fault{Status: 204}, func(t *testing.T, err error) { require.ErrorAs(t, err, &decode) }},
			"malformed":    {Fault{Damage: BodyMalformed}, func(t *testing.T, err error) { require.ErrorAs(t, err, &decode) }},
			"truncated":    {Fault{Damage: BodyTruncated}, func(t *testing.T, err error) { require.ErrorIs(t, err, io.ErrUnexpectedEOF) }},
			"endless":      {Fault{Damage: BodyEndless}, func(t *testing.T, err error) { require.ErrorIs(t, err, appwrite.ErrResponseTooLarge) }},
			"dropped":      {Fault{Damage: DropBefore}, func(t *testing.T, err error) { require.Error(t, err) }},
		} {
			t.Run(name, func(t *testing.T) {
				tt.fault.Times = 1
				s.Fail(tt.fault)
				_, err := account.Get(t.Context(), appwrite.NoRetry())
				tt.check(t, err)
			})
		}
		_, err := account.Get(t.Context())
		require.NoError(t, err, "and then it is over")
	})
}

func TestARateLimitFaultTellsWhenItEnds(t *testing.T) {
	t.Parallel()
	s, secret := signedIn(t)
	now := time.Date(2026, 11, 21, 0, 12, 53, 0, time.UTC)
	s.Clock().Set(now)
	s.Fail(Fault{Status: 429, Reset: 90 * time.Second})
	for path, limit := range map[string]string{"/account": "10", "/account/jwts": "120"} {
		got := send(t, s, map[bool]string{true: "GET", false: "POST"}[path == "/account"], path, as(secret), "")
		assert.Equal(t, "429 general_rate_limit_exceeded: Rate limit for the current endpoint has been exceeded. Please try again after some time.", got.failure(t))
		assert.Equal(t, limit, got.header.Get("X-RateLimit-Limit"))
		assert.Equal(t, "0", got.header.Get("X-RateLimit-Remaining"))
		reset, err := strconv.ParseInt(got.header.Get("X-RateLimit-Reset"), 10, 64)
		require.NoError(t, err)
		assert.WithinRange(t, time.Unix(reset, 0), now.Add(90*time.Second), now.Add(2*time.Minute))
		assert.Empty(t, got.header.Get("Retry-After"), "which the server never sends")
	}
}

func TestADroppedConnectionHidesWhetherItWasDone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, opts ...Option) {
		s := NewServer(t, opts...)
		create := func() error {
			_, err := s.Client().Account.Create(t.Context(), appwrite.CreateAccountParams{Email: email, Password: password})
			return err
		}
		s.Fail(Fault{Operation: "account.create", Damage: DropBefore, Times: 1})
		require.Error(t, create())
		assert.NotContains(t, s.Dump(), email)
		s.Fail(Fault{Operation: "account.create", Damage: DropAfter, Times: 1})
		require.Error(t, create())
		assert.Contains(t, s.Dump(), email)
		require.ErrorIs(t, create(), appwrite.ErrUserAlreadyExists)
		var statuses []int
		for _, r := range s.Requests() {
			statuses = append(statuses, r.Status)
		}
		assert.Equal(t, []int{0, 0, 409}, statuses)
	})
}

// net/http repeats a GET by itself when a connection that it used before breaks without a byte,
// and a test would see fewer faults than it asked for.
func TestADroppedRequestIsSentOnce(t *testing.T) {
	t.Parallel()
	s, secret := signedIn(t)
	account := s.Client(appwrite.WithSession(secret)).Account
	_, err := account.Get(t.Context())
	require.NoError(t, err)
	before := len(s.Requests())
	for _, damage := range []Damage{DropBefore, DropAfter} {
		s.Fail(Fault{Damage: damage, Times: 1})
		_, err = account.Get(t.Context(), appwrite.NoRetry())
		require.Error(t, err, damage)
	}
	assert.Len(t, s.Requests(), before+2)
}

func TestFaultsAreForTheRequestsThatTheyName(t *testing.T) {
	t.Parallel()
	s, secret := signedIn(t)
	for name, tt := range map[string]struct {
		fault        Fault
		method, path string
		hit          bool
	}{
		"all":                        {Fault{}, "GET", "/account", true},
		"all, no route":              {Fault{}, "GET", "/nothing", true},
		"all, a browser's question":  {Fault{}, "OPTIONS", "/account", true},
		"operation":                  {Fault{Operation: "account.get"}, "GET", "/account", true},
		"operation, HEAD":            {Fault{Operation: "account.get"}, "HEAD", "/account", true},
		"operation, other verb":      {Fault{Operation: "account.get"}, "POST", "/account", false},
		"operation, old path":        {Fault{Operation: "account.createJWT"}, "POST", "/account/jwt", true},
		"operation, no route":        {Fault{Operation: "account.get"}, "GET", "/nothing", false},
		"path":                       {Fault{Path: "/account/sessions/current"}, "GET", "/account/sessions/current", true},
		"path, empty segments":       {Fault{Path: "/account/sessions"}, "GET", "/account//sessions/", true},
		"path, any verb":             {Fault{Path: "/account/sessions/current"}, "DELETE", "/account/sessions/current", true},
		"path, other session":        {Fault{Path: "/account/sessions/current"}, "GET", "/account/sessions/other", false},
		"path, no route":             {Fault{Path: "/nothing"}, "GET", "/nothing", true},
		"both":                       {Fault{Operation: "account.getSession", Path: "/account/sessions/current"}, "GET", "/account/sessions/current", true},
		"both, one is another":       {Fault{Operation: "account.getSession", Path: "/account/sessions/current"}, "DELETE", "/account/sessions/current", false},
		"operations without project": {Fault{Operation: "health.getVersion"}, "GET", "/health/version", true},
	} {
		t.Run(name, func(t *testing.T) {
			tt.fault.Status = 418
			remove := s.Fail(tt.fault)
			defer remove()
			assert.Equal(t, tt.hit, send(t, s, tt.method, tt.path, as(secret), "").status == 418)
		})
	}
}

func TestFaultsAreOrderedCountedAndRemoved(t *testing.T) {
	t.Parallel()
	s, secret := signedIn(t)
	statuses := func(n int) (got []int) {
		for range n {
			got = append(got, send(t, s, "GET", "/account", as(secret), "").status)
		}
		return got
	}
	s.Fail(Fault{Operation: "account.get", Skip: 1, Times: 2, Status: 503})
	s.Fail(Fault{Operation: "account.create", Status: 500})
	s.Fail(Fault{Operation: "account.get", Times: 2, Status: 429})
	assert.Equal(t, []int{429, 503, 503, 429, 200}, statuses(5), "who skips leaves the request to the next")

	remove := s.Fail(Fault{Status: 502})
	assert.Equal(t, []int{502, 502, 502}, statuses(3), "0 times is always")
	remove()
	remove()
	assert.Equal(t, []int{200}, statuses(1))
	assert.Equal(t, 500, send(t, s, "POST", "/account", nil, "{}").status, "others stay")
}

func TestADelayTakesItsTimeAndNoMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, secret := signedIn(t, WithoutListener())
		account := s.Client(appwrite.WithSession(secret), appwrite.WithTimeout(0)).Account
		start := time.Now()
		s.Fail(Fault{Delay: time.Minute, Times: 1})
		_, err := account.Get(t.Context())
		require.NoError(t, err)
		assert.Equal(t, time.Minute, time.Since(start))

		s.Fail(Fault{Delay: time.Hour, Times: 1})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		_, err = account.Get(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start), "the caller's deadline ends it")

		s.Fail(Fault{Delay: time.Second, Status: 503, Times: 1})
		start = time.Now()
		_, err = account.Get(t.Context(), appwrite.NoRetry())
		require.ErrorIs(t, err, appwrite.ErrServer)
		assert.Equal(t, time.Second, time.Since(start), "before another fault")
	})
}

func TestADelayHoldsNobodyElseUp(t *testing.T) {
	t.Parallel()
	s, secret := signedIn(t)
	s.Fail(Fault{Operation: "account.getPrefs", Delay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	slow := make(chan error)
	go func() {
		_, err := s.Client(appwrite.WithSession(secret), appwrite.WithTimeout(0)).Account.GetPrefs(ctx)
		slow <- err
	}()
	assert.Equal(t, 200, send(t, s, "GET", "/account", as(secret), "").status)
	cancel()
	require.ErrorIs(t, <-slow, context.Canceled)
}

// A server that was made outside of a bubble works inside of it too.
func TestADelayInsideABubbleOfAServerOutside(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.Fail(Fault{Delay: time.Minute})
	synctest.Test(t, func(t *testing.T) {
		client := s.Client(appwrite.WithHTTPClient(&http.Client{Transport: s.Transport()}), appwrite.WithTimeout(0))
		start := time.Now()
		_, err := client.Account.CreateAnonymousSession(t.Context())
		require.NoError(t, err)
		assert.Equal(t, time.Minute, time.Since(start))
	})
}

// Not parallel: what other tests start must not be taken for a leak.
func TestCloseEndsWhatWaits(t *testing.T) {
	for name, opts := range map[string][]Option{"over a connection": nil, "without one": {WithoutListener()}} {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			s, err := Start(opts...)
			require.NoError(t, err)
			s.Fail(Fault{Operation: "account.createAnonymousSession", Delay: time.Hour})
			s.Fail(Fault{Operation: "health.getVersion", Damage: BodyEndless})
			client := s.Client(appwrite.WithTimeout(0), appwrite.WithMaxResponseBytes(1<<50))
			ended := make(chan error)
			go func() {
				_, err := client.Account.CreateAnonymousSession(t.Context(), appwrite.NoRetry())
				ended <- err
			}()

			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Endpoint()+"/health/version", nil)
			require.NoError(t, err)
			httpClient := &http.Client{Transport: &http.Transport{}}
			if s.http == nil {
				httpClient.Transport = s.Transport()
			}
			res, err := httpClient.Do(req)
			require.NoError(t, err)
			_, err = io.CopyN(io.Discard, res.Body, 1<<20)
			require.NoError(t, err)

			require.Eventually(t, func() bool {
				s.store.mu.Lock()
				defer s.store.mu.Unlock()
				return s.store.faults[0].seen == 1
			}, time.Minute, time.Millisecond)
			s.Close()
			require.Error(t, <-ended)
			_, err = io.Copy(io.Discard, res.Body)
			require.Error(t, err)
			require.NoError(t, res.Body.Close())
			client.CloseIdleConnections()
			httpClient.CloseIdleConnections()
		})
	}
}

func TestFaultsThatMakeNoSenseEndTheTest(t *testing.T) {
	t.Parallel()
	s, err := Start(WithoutListener())
	require.NoError(t, err)
	t.Cleanup(s.Close)
	for name, f := range map[string]Fault{
		"nothing":                 {},
		"only where":              {Operation: "account.get", Times: 3},
		"unknown operation":       {Operation: "account.nope", Status: 500},
		"path with endpoint":      {Path: "/v1/account", Status: 500},
		"path with query":         {Path: "/account?x", Status: 500},
		"path without slash":      {Path: "account", Status: 500},
		"negative times":          {Times: -1, Status: 500},
		"negative skip":           {Skip: -1, Status: 500},
		"negative delay":          {Delay: -1, Status: 500},
		"success":                 {Status: 200},
		"no status":               {Status: 600},
		"type of no error":        {Type: "user_blocked"},
		"message of no error":     {Damage: BodyPlain, Message: "x"},
		"type of a page":          {Status: 502, Damage: BodyHTML, Type: "x"},
		"redirect to nowhere":     {Status: 302},
		"location of no redirect": {Status: 500, Location: "https://elsewhere.example"},
		"reset of no limit":       {Status: 503, Reset: time.Second},
		"unknown damage":          {Damage: "x"},
		"drop with status":        {Damage: DropAfter, Status: 500},
		"damage to no content":    {Damage: BodyPlain, Status: 204},
		"damage to a redirect":    {Damage: BodyEndless, Status: 302, Location: "/"},
	} {
		assert.Panics(t, func() { s.Fail(f) }, name)
	}
	assert.Empty(t, s.store.faults)
}

func TestAHandlerWithoutAConnectionPanicsAsNetHTTPAsks(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithoutListener())
	for _, damage := range []Damage{DropBefore, DropAfter, BodyTruncated} {
		s.Fail(Fault{Damage: damage, Times: 1})
		assert.PanicsWithError(t, http.ErrAbortHandler.Error(), func() {
			s.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/v1/health/version", nil))
		}, damage)
	}
}
