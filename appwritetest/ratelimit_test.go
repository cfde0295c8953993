package appwritetest

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

// limits returns what the headers of an answer say of its limit: "10 9" is nine left of ten.
func limits(r reply) string {
	var said []string
	for i, limit := range r.header.Values("X-RateLimit-Limit") {
		said = append(said, limit+" "+r.header.Values("X-RateLimit-Remaining")[i])
	}
	return strings.Join(said, ", ")
}

func TestEveryLimitOfTheServer(t *testing.T) {
	t.Parallel()
	for path, tt := range map[string]struct {
		body  string
		limit int
	}{
		"POST /account":                       {`{}`, 10},
		"PATCH /account/password":             {`{}`, 10},
		"PATCH /account/sessions/x":           {``, 10},
		"DELETE /account/sessions/x":          {``, 100},
		"DELETE /account/sessions":            {``, 100},
		"POST /account/sessions/email":        {`{"email":"a@b.co"}`, 10},
		"POST /account/sessions/anonymous":    {``, 50},
		"POST /account/sessions/token":        {`{"userId":"x"}`, 10},
		"PUT /account/sessions/magic-url":     {`{"userId":"x"}`, 10},
		"PUT /account/sessions/phone":         {`{"userId":"x"}`, 10},
		"POST /account/tokens/magic-url":      {`{"email":"a@b.co"}`, 60},
		"POST /account/tokens/email":          {`{"email":"a@b.co"}`, 10},
		"POST /account/tokens/phone":          {`{"phone":"+14155550100"}`, 10},
		"POST /account/jwts":                  {`{"duration":-1}`, 120},
		"POST /account/recovery":              {`{"email":"a@b.co"}`, 10},
		"PUT /account/recovery":               {`{"userId":"x"}`, 10},
		"POST /account/verifications/email":   {`{}`, 10},
		"PUT /account/verifications/email":    {`{"userId":"x"}`, 10},
		"POST /account/verifications/phone":   {``, 10},
		"PUT /account/verifications/phone":    {`{"userId":"x"}`, 10},
		"POST /account/verification/phone":    {``, 10},
		"POST /account/sessions/magic-url":    {`{"email":"a@b.co"}`, 60},
		"POST /account/mfa/challenges":        {`{}`, 10},
		"PUT /account/mfa/challenges":         {`{"challengeId":"x"}`, 10},
		"GET /account/sessions/oauth2/github": {``, 50},
		"GET /account/tokens/oauth2/github":   {``, 50},
		"GET /account/":                       {``, 0},
		"PATCH /account/prefs":                {`{}`, 0},
		"DELETE /account//sessions/some/none": {``, 0},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s, secret := signedIn(t, WithRateLimits(), WithoutListener())
			method, path, _ := strings.Cut(path, " ")
			call := func() reply {
				h := headers{"X-Appwrite-Project": s.ProjectID(), "X-Appwrite-Session": secret, "Content-Type": "application/json"}
				return throughHandler(s, method, s.Endpoint()+path, h, tt.body)
			}
			for left := tt.limit - 1; left >= 0; left-- {
				got := call()
				require.NotEqual(t, 429, got.status)
				require.Equal(t, strconv.Itoa(tt.limit)+" "+strconv.Itoa(left), limits(got), got.body)
				secret = signInAgain(t, s, secret, got)
			}
			if tt.limit == 0 {
				assert.Empty(t, limits(call()))
				return
			}
			got := call()
			assert.Equal(t, "429 general_rate_limit_exceeded: Rate limit for the current endpoint has been exceeded. Please try again after some time.", got.failure(t))
			assert.Equal(t, strconv.Itoa(tt.limit)+" 0", limits(got))
		})
	}
}

// signInAgain replaces a session that the call has ended.
func signInAgain(t *testing.T, s *Server, secret string, last reply) string {
	t.Helper()
	if last.status != 204 {
		return secret
	}
	made, err := s.Client(appwrite.WithAPIKey(s.APIKey())).Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: email, Password: password})
	require.NoError(t, err)
	return made.Secret
}

func TestWhatIsCountedTogether(t *testing.T) {
	t.Parallel()
	from := func(ip string) headers { return headers{"X-Forwarded-For": ip} }
	bob := `{"email":"bob@example.com","password":"` + password + `"}`
	for name, tt := range map[string]struct {
		first, second string // method, path, body
		from          headers
		want          string // what is left of the second's limit after one of the first
	}{
		"same address":                   {"POST /account {}", "POST /account {}", nil, "10 8"},
		"another address":                {"POST /account {}", "POST /account {}", from("192.0.2.1"), "10 9"},
		"two verbs of one path":          {"PATCH /account/sessions/x {}", "DELETE /account/sessions/y {}", nil, "100 98"},
		"two operations of one address":  {"POST /account/sessions/anonymous {}", "POST /account {}", nil, "10 9"},
		"sign-in by e-mail":              {"POST /account/sessions/email " + login, "POST /account/sessions/email " + login, from("192.0.2.1"), "10 8"},
		"sign-in with another e-mail":    {"POST /account/sessions/email " + login, "POST /account/sessions/email " + bob, nil, "10 9"},
		"sign-in at its old path":        {"POST /account/sessions/email " + login, "POST /account/sessions " + login, nil, "10 8"},
		"tokens by user and address":     {`POST /account/sessions/token {"userId":"x"}`, `PUT /account/sessions/phone {"userId":"x"}`, nil, "10 8"},
		"tokens of another user":         {`POST /account/sessions/token {"userId":"x"}`, `POST /account/sessions/token {"userId":"y"}`, nil, "10 9"},
		"recovery by e-mail":             {`POST /account/recovery {"email":"a@b.co"}`, `POST /account/recovery {"email":"a@b.co"}`, from("192.0.2.1"), "10 8"},
		"recovery by address":            {`POST /account/recovery {"email":"a@b.co"}`, `POST /account/recovery {"email":"c@b.co"}`, nil, "10 9, 10 8"},
		"a code by phone":                {`POST /account/tokens/phone {"phone":"+14155550100"}`, `POST /account/tokens/phone {"phone":"+14155550100"}`, from("192.0.2.1"), "10 8"},
		"confirmation of another user":   {`PUT /account/verifications/email {"userId":"x"}`, `PUT /account/verifications/email {"userId":"y"}`, nil, "10 9"},
		"confirmation from elsewhere":    {`PUT /account/verifications/phone {"userId":"x"}`, `PUT /account/verifications/phone {"userId":"x"}`, from("192.0.2.1"), "10 8"},
		"logins at a provider":           {"GET /account/sessions/oauth2/github ", "GET /account/tokens/oauth2/github ", nil, "50 48"},
		"answers to one challenge":       {`PUT /account/mfa/challenges {"challengeId":"x"}`, `PUT /account/mfa/challenge {"challengeId":"x"}`, from("192.0.2.1"), "10 8"},
		"answers to another challenge":   {`PUT /account/mfa/challenges {"challengeId":"x"}`, `PUT /account/mfa/challenges {"challengeId":"y"}`, nil, "10 9"},
		"challenges are the caller's":    {"POST /account/mfa/challenges {}", "POST /account/mfa/challenge {}", from("192.0.2.1"), "10 8"},
		"JWTs are the caller's":          {"POST /account/jwts {}", "POST /account/jwts {}", from("192.0.2.1"), "120 118"},
		"invalid requests count as well": {"POST /account nonsense", "POST /account {}", nil, "10 8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewServer(t, WithRateLimits())
			_, secret := signUp(t, s)
			call := func(what string, h headers) reply {
				parts := strings.SplitN(what, " ", 3)
				return send(t, s, parts[0], parts[1], with(as(secret), h), parts[2])
			}
			call(tt.first, nil)
			assert.Equal(t, tt.want, limits(call(tt.second, tt.from)))
		})
	}
}

func TestWindowsAreOfTheClock(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithRateLimits())
	s.Clock().Set(time.Date(2026, 11, 21, 0, 59, 0, 0, time.UTC))
	call := func() reply { return send(t, s, "POST", "/account", nil, "{}") }
	for range 11 {
		call()
	}
	got := call()
	assert.Equal(t, 429, got.status)
	assert.Equal(t, strconv.FormatInt(time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC).Unix(), 10), got.header.Get("X-RateLimit-Reset"))
	s.Clock().Advance(time.Minute)
	assert.Equal(t, "10 9", limits(call()))
}

func TestASuccessfulSignInStartsTheCountAnew(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithRateLimits())
	s.AddUser(User{Email: email, Password: password})
	wrong := strings.Replace(login, password, "wrong password", 1)
	for range 9 {
		require.Equal(t, 401, send(t, s, "POST", "/account/sessions/email", nil, wrong).status)
	}
	got := send(t, s, "POST", "/account/sessions/email", nil, login)
	require.Equal(t, 201, got.status)
	assert.Equal(t, "10 0", limits(got))
	assert.Equal(t, "10 9", limits(send(t, s, "POST", "/account/sessions/email", nil, wrong)))

	// Not so for what guesses nothing.
	require.Equal(t, 201, send(t, s, "POST", "/account/sessions/anonymous", nil, "").status)
	assert.Equal(t, "50 48", limits(send(t, s, "POST", "/account/sessions/anonymous", nil, "")))
}

func TestKeysAreFreeOfLimitsAndUseNothingUp(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithRateLimits())
	for name, h := range map[string]headers{"API key": {"X-Appwrite-Key": s.APIKey()}, "dev key": {"X-Appwrite-Dev-Key": s.DevKey()}} {
		for range 12 {
			got := send(t, s, "POST", "/account", h, "{}")
			require.Equal(t, 400, got.status, name)
			require.Equal(t, "10 9", limits(got), name)
		}
	}
	for range 10 {
		send(t, s, "POST", "/account", nil, "{}")
	}
	assert.Equal(t, 429, send(t, s, "POST", "/account", headers{"X-Appwrite-Dev-Key": "of another project"}, "{}").status)
	assert.Equal(t, 400, send(t, s, "POST", "/account", nil, `{"devKey":"`+s.DevKey()+`"}`).status)
	got := send(t, s, "POST", "/account", headers{"X-Appwrite-Key": s.APIKey()}, "{}")
	assert.Equal(t, 400, got.status)
	assert.Equal(t, "10 0", limits(got), "a key sees what is left for the others")
}

func TestLimitsAreOffByDefault(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	for range 12 {
		got := send(t, s, "POST", "/account", nil, "{}")
		require.Equal(t, 400, got.status)
		require.Equal(t, "10 9", limits(got))
	}
}

func TestTheSDKReadsALimit(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithRateLimits())
	guest := s.Client().Account
	var err error
	for range 11 {
		_, err = guest.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: email, Password: password}, appwrite.NoRetry())
	}
	require.ErrorIs(t, err, appwrite.ErrGeneralRateLimitExceeded)
	refused := new(appwrite.Error)
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, 10, refused.RateLimit.Limit)
	assert.Zero(t, refused.RateLimit.Remaining)
	assert.Zero(t, refused.RateLimit.Reset.Minute())
}
