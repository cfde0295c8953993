package appwritetest

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const guestRefused = `401 general_unauthorized_scope: User (role: guests) missing scopes (["account"])`

func TestWhoIsCalling(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	ada, adaSecret := signUp(t, s)
	bob := s.AddUser(User{Email: "bob@example.com", Password: password}).ID
	bobSecret := send(t, s, "POST", "/account/sessions/email", headers{"X-Appwrite-Key": s.APIKey()}, `{"email":"bob@example.com","password":"`+password+`"}`).text(t, "secret")
	jwt := send(t, s, "POST", "/account/jwts", as(adaSecret), "").text(t, "jwt")

	cookie := "a_session_" + s.ProjectID()
	fallback := func(secret string) string { return `{"` + cookie + `":"` + secret + `"}` }
	dead := encodeSecret(ada, "no such session")
	const jwtAndSession = "403 user_jwt_and_cookie_set: JWT and cookie used in the same request. Use either `setJWT` or `setCookie`. Learn about which authentication method to use in the SSR docs: https://appwrite.io/docs/products/auth/server-side-rendering"
	const keyAndSession = "403 user_api_key_and_session_set: API key and session used in the same request. Use either `setSession` or `setKey`. Learn about which authentication method to use in the SSR docs: https://appwrite.io/docs/products/auth/server-side-rendering"
	keyRefused := `401 general_unauthorized_scope: app.` + s.ProjectID() + `@service.127.0.0.1 (role: applications) missing scopes (["account"])`

	for name, tt := range map[string]struct {
		headers headers
		want    string // a user's ID, or an error
	}{
		"nobody":                           {nil, guestRefused},
		"session header":                   {as(adaSecret), ada},
		"garbage header":                   {as("garbage"), guestRefused},
		"dead session":                     {as(dead), guestRefused},
		"percent-encoded header":           {as(url.QueryEscape(padded(adaSecret))), guestRefused},
		"cookie":                           {headers{"Cookie": cookie + "=" + adaSecret}, ada},
		"percent-encoded cookie":           {headers{"Cookie": cookie + "=" + url.QueryEscape(adaSecret)}, ada},
		"legacy cookie":                    {headers{"Cookie": cookie + "_legacy=" + adaSecret}, ada},
		"new cookie before the legacy":     {headers{"Cookie": cookie + "_legacy=" + adaSecret + "; " + cookie + "=" + bobSecret}, bob},
		"another project's cookie":         {headers{"Cookie": "a_session_other=" + adaSecret}, guestRefused},
		"fallback":                         {headers{"X-Fallback-Cookies": fallback(adaSecret)}, ada},
		"broken fallback":                  {headers{"X-Fallback-Cookies": "{"}, guestRefused},
		"cookie before header":             {headers{"Cookie": cookie + "=" + adaSecret, "X-Appwrite-Session": bobSecret}, ada},
		"header before fallback":           {headers{"X-Appwrite-Session": adaSecret, "X-Fallback-Cookies": fallback(bobSecret)}, ada},
		"garbage cookie leaves the header": {headers{"Cookie": cookie + "=x", "X-Appwrite-Session": bobSecret}, bob},
		"dead cookie hides the header":     {headers{"Cookie": cookie + "=" + dead, "X-Appwrite-Session": bobSecret}, guestRefused},
		"JWT":                              {headers{"X-Appwrite-JWT": jwt}, ada},
		"JWT and dead session":             {headers{"X-Appwrite-JWT": jwt, "X-Appwrite-Session": dead}, ada},
		"JWT and session":                  {headers{"X-Appwrite-JWT": jwt, "X-Appwrite-Session": bobSecret}, jwtAndSession},
		"JWT that is none":                 {headers{"X-Appwrite-JWT": "x.y.z"}, "401 user_jwt_invalid: Failed to verify JWT. JSON failed: Syntax error"},
		"JWT with another signature":       {headers{"X-Appwrite-JWT": jwt[:len(jwt)-4] + "AAAA"}, "401 user_jwt_invalid: Failed to verify JWT. Invalid token: Signature failed"},
		"JWT with other contents":          {headers{"X-Appwrite-JWT": forge(jwt)}, "401 user_jwt_invalid: Failed to verify JWT. Invalid token: Signature failed"},
		"JWT in one piece":                 {headers{"X-Appwrite-JWT": "x"}, "401 user_jwt_invalid: Failed to verify JWT. Invalid token: Incomplete segments"},
		"key":                              {headers{"X-Appwrite-Key": s.APIKey()}, keyRefused},
		"key and session":                  {headers{"X-Appwrite-Key": s.APIKey(), "X-Appwrite-Session": adaSecret}, keyRefused},
		"key, its user and session":        {headers{"X-Appwrite-Key": s.APIKey(), "X-Appwrite-User": ada, "X-Appwrite-Session": adaSecret}, keyAndSession},
		"key, its user and JWT":            {headers{"X-Appwrite-Key": s.APIKey(), "X-Appwrite-User": ada, "X-Appwrite-JWT": jwt}, keyAndSession},
		"key and its user":                 {headers{"X-Appwrite-Key": s.APIKey(), "X-Appwrite-User": ada}, keyRefused},
		"key and JWT":                      {headers{"X-Appwrite-Key": s.APIKey(), "X-Appwrite-JWT": jwt}, keyRefused},
		"key and JWT that is none":         {headers{"X-Appwrite-Key": s.APIKey(), "X-Appwrite-JWT": "x"}, "401 user_jwt_invalid: Failed to verify JWT. Invalid token: Incomplete segments"},
		"JWT in a project of nobody":       {headers{"X-Appwrite-Project": "nope", "X-Appwrite-JWT": "x"}, "404 project_not_found: " + errProjectNotFound.message},
		"wrong key":                        {headers{"X-Appwrite-Key": "garbage"}, "401 user_unauthorized: The current user is not authorized to perform the requested action."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := send(t, s, "GET", "/account", tt.headers, "")
			if got.status == 200 {
				assert.Equal(t, tt.want, got.text(t, "$id"))
				return
			}
			assert.Equal(t, tt.want, got.failure(t))
		})
	}
}

// padded returns the same secret with bytes added until base64 needs padding.
func padded(secret string) string {
	raw, _ := base64.StdEncoding.DecodeString(secret)
	for len(raw)%3 != 1 {
		raw = append(raw, ' ')
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// forge keeps a JWT's signature and gives it no algorithm.
func forge(jwt string) string {
	_, rest, _ := strings.Cut(jwt, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"none"}`)) + "." + rest
}

func TestSessionsAndTheirJWTsEndWithTime(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	s.Clock().Advance(sessionDuration - time.Minute)
	jwt := send(t, s, "POST", "/account/jwts", as(secret), "").text(t, "jwt")
	require.Equal(t, 200, send(t, s, "GET", "/account", as(secret), "").status)
	s.Clock().Advance(2 * time.Minute)
	assert.Equal(t, guestRefused, send(t, s, "GET", "/account", as(secret), "").failure(t))
	assert.Equal(t, guestRefused, send(t, s, "GET", "/account", headers{"X-Appwrite-JWT": jwt}, "").failure(t))
}

func TestAKeyMayNotWhatIsForUsersOrGuests(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	key := headers{"X-Appwrite-Key": s.APIKey()}
	got := send(t, s, "PUT", "/account/verifications/email", key, `{}`)
	assert.Contains(t, got.failure(t), `401 general_unauthorized_scope`)
	assert.Contains(t, got.failure(t), `missing scopes (["public"])`)
}

func TestAccessedAtIsAsStaleAsADay(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	account := s.Client().WithSession(secret).Account
	first, err := account.Get(t.Context())
	require.NoError(t, err)
	s.Clock().Advance(23 * time.Hour)
	same, err := account.Get(t.Context())
	require.NoError(t, err)
	assert.True(t, first.AccessedAt.Equal(same.AccessedAt.Time))
	s.Clock().Advance(2 * time.Hour)
	later, err := account.Get(t.Context())
	require.NoError(t, err)
	assert.True(t, later.AccessedAt.After(first.AccessedAt.Time))
}

// What is wrong with a JWT is found before the server has set its own headers.
func TestErrorsOfCredentialsHaveTheHeadersOfNobody(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	for _, h := range []headers{{"X-Appwrite-JWT": "x"}, with(as(secret), headers{"X-Appwrite-JWT": "x"})} {
		got := send(t, s, "GET", "/account", h, "")
		assert.Equal(t, "swoole-http-server", got.header.Get("Server"))
		assert.Empty(t, got.header.Get("X-Content-Type-Options"))
		assert.NotEmpty(t, got.header.Get("Cache-Control"))
	}
	assert.Equal(t, "Appwrite", send(t, s, "GET", "/account", headers{"X-Appwrite-Key": "x"}, "").header.Get("Server"))
}

func TestADevKeyLetsRedirectsLeadAnywhere(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{Email: email})
	ask := func(address string, h headers) reply {
		return send(t, s, "POST", "/account/recovery", h, `{"email":"`+email+`","url":"`+address+`"}`)
	}
	dev := headers{"X-Appwrite-Dev-Key": s.DevKey()}
	assert.Equal(t, 400, ask("https://elsewhere.example/x", headers{"X-Appwrite-Dev-Key": "x"}).status)
	assert.Equal(t, 400, ask("https://elsewhere.example/x", headers{"X-Appwrite-Key": s.APIKey()}).status, "an API key does not")
	assert.Equal(t, 201, ask("https://elsewhere.example/x", dev).status)
	assert.Equal(t, "400 general_argument_invalid: Invalid `url` param: Value must be a valid URL", ask("not a url", dev).failure(t))
	assert.NotContains(t, s.Requests()[0].Header, s.DevKey())
}

func TestWhereLinksMayLead(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithPlatforms("app.example.com", "*.Example.org", "com.example.app", "myapp://"))
	s.AddUser(User{Email: email})
	const register = "Invalid URI. Register your new client (elsewhere.example) as a new %s platform on your project console dashboard"
	for address, want := range map[string]string{
		"http://localhost:3000/x":                    "",
		"https://APP.example.com":                    "",
		"https://a.b.example.org":                    "",
		"https://example.org":                        strings.Replace(strings.Replace(register, "elsewhere.example", "example.org", 1), "%s", "Web", 1),
		"appwrite-android://com.example.app":         "",
		"appwrite-callback-test-project://anything":  "",
		"exp://anything":                             "",
		"myapp://anything":                           "",
		"appwrite-callback-other-project://anything": "Invalid Scheme. The scheme used (appwrite-callback-other-project) in the URI (appwrite-callback-other-project://anything) is not supported. If you are using a custom scheme, please change it to `appwrite-callback-<PROJECT_ID>`",
		"https://elsewhere.example":                  strings.Replace(register, "%s", "Web", 1),
		"appwrite-ios://elsewhere.example":           strings.Replace(register, "%s", "iOS", 1),
		"appwrite-windows://elsewhere.example":       strings.Replace(register, "%s", "Windows", 1),
		"/account":                                   "Invalid URI.",
	} {
		got := send(t, s, "POST", "/account/recovery", nil, `{"email":"`+email+`","url":"`+address+`"}`)
		if want == "" {
			assert.Equal(t, 201, got.status, "%s: %s", address, got.body)
			continue
		}
		assert.Equal(t, "400 general_argument_invalid: Invalid `url` param: "+want, got.failure(t), address)
	}
}

func TestKeysHaveTheirScopes(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	id, _ := signUp(t, s)
	for key, want := range map[string]int{s.AddAPIKey(): 401, s.AddAPIKey("users.read", "account", "public", "targets.write"): 401, s.AddAPIKey("sessions.write"): 201} {
		h := headers{"X-Appwrite-Key": key}
		assert.Equal(t, want, send(t, s, "POST", "/account/sessions/email", h, login).status)
		for _, path := range []string{"GET /account", "POST /account/targets/push", "PUT /account/verifications/email"} {
			method, path, _ := strings.Cut(path, " ")
			assert.Contains(t, send(t, s, method, path, h, `{"userId":"`+id+`"}`).failure(t), "401 general_unauthorized_scope", "no key can: %s", path)
		}
	}
}
