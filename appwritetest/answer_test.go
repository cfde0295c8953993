package appwritetest

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestErrorsHaveTheProductionForm(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	got := send(t, s, "GET", "/account", nil, "")
	assert.Equal(t, `{"message":"User (role: guests) missing scopes ([\"account\"])","code":401,"type":"general_unauthorized_scope","version":"1.9.6"}`, got.body)
}

func TestSlashesAreEscapedAndLettersAreNot(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	got := send(t, s, "PATCH", "/account/name", as(secret), `{"name":"a/b <ü> \\ 中 & \u0001"}`)
	assert.Contains(t, got.body, `"name":"a\/b <ü> \\ 中 & \u0001"`)
}

func TestRateLimitsAreAnnounced(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.Clock().Set(time.Date(2026, 11, 21, 0, 12, 53, 0, time.UTC))
	_, secret := signUp(t, s)
	for path, want := range map[string][3]string{
		"POST /account":                {"10", "9", "1795222800"},
		"POST /account/jwts":           {"120", "119", "1795219980"},
		"GET /account":                 {"", "", ""},
		"PATCH /account/sessions/nope": {"10", "9", "1795222800"},
	} {
		method, path, _ := strings.Cut(path, " ")
		got := send(t, s, method, path, as(secret), "")
		assert.Equal(t, want, [3]string{got.header.Get("X-RateLimit-Limit"), got.header.Get("X-RateLimit-Remaining"), got.header.Get("X-RateLimit-Reset")}, path)
	}
	assert.Empty(t, send(t, s, "POST", "/account/jwts", nil, "").header.Get("X-RateLimit-Limit"), "who may not call has no limit")
}

func TestLargeBodiesAreCompressedForThoseWhoAsk(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	signIn(t, s)
	got := send(t, s, "GET", "/account/sessions", with(as(secret), headers{"Accept-Encoding": "gzip"}), "")
	assert.Equal(t, "gzip", got.header.Get("Content-Encoding"))
	assert.Equal(t, "true", got.header.Get("X-Utopia-Compression"))
	assert.Equal(t, "Accept-Encoding", got.header.Get("Vary"))
	z, err := gzip.NewReader(strings.NewReader(got.body))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	assert.Equal(t, send(t, s, "GET", "/account/sessions", as(secret), "").body, string(text))
	assert.Empty(t, send(t, s, "GET", "/account", with(as(secret), headers{"Accept-Encoding": "gzip"}), "").header.Get("Content-Encoding"), "small ones are not")
}

func TestPagesOfBrowsers(t *testing.T) {
	t.Parallel()
	s := NewServer(t, WithPlatforms("app.example.com"))
	_, secret := signUp(t, s)
	from := func(method, origin string, more headers) reply {
		return send(t, s, method, "/account", with(more, headers{"Origin": origin}), "")
	}
	known := from("GET", "https://app.example.com", as(secret))
	assert.Equal(t, 200, known.status)
	assert.Equal(t, "https://app.example.com", known.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "X-Appwrite-Session, X-Fallback-Cookies", known.header.Get("Access-Control-Expose-Headers"))

	unknown := from("GET", "http://evil.example", as(secret))
	assert.Equal(t, "403 general_unknown_origin: Invalid Origin. Register your new client (evil.example) as a new Web platform on your project console dashboard", unknown.failure(t))
	assert.Empty(t, unknown.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, 401, from("GET", "http://evil.example", headers{"X-Appwrite-Key": s.APIKey()}).status, "a key may come from anywhere")
	dev := from("GET", "http://evil.example", with(as(secret), headers{"X-Appwrite-Dev-Key": s.DevKey()}))
	assert.Equal(t, 200, dev.status, "so may a dev key")
	assert.Equal(t, "http://evil.example", dev.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, 403, from("GET", "http://evil.example", headers{"X-Appwrite-Project": "nope"}).status, "before the project is missed")
	assert.Equal(t, 404, from("GET", "http://localhost", headers{"X-Appwrite-Project": "nope"}).status)

	asked := from("OPTIONS", "http://localhost", nil)
	assert.Equal(t, 204, asked.status)
	assert.Equal(t, "http://localhost", asked.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "http://evil.example", from("OPTIONS", "http://evil.example", nil).header.Get("Access-Control-Allow-Origin"), "the request itself is refused")
}

func TestShapesOfOlderReleases(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	get := func(path, format string) reply {
		return send(t, s, "GET", path, with(as(secret), headers{"X-Appwrite-Response-Format": format}), "")
	}
	assert.NotContains(t, get("/account", "1.8.0").body, "impersonator")
	assert.Contains(t, get("/account", "1.9.0").body, "impersonator")
	assert.NotContains(t, get("/account/sessions/current", "1.4.0").body, "factors")
	assert.NotContains(t, get("/account/sessions/current", "1.4.0").body, "secret")
	assert.Contains(t, get("/account/sessions/current", "1.5.0").body, "factors")
	assert.Contains(t, get("/account", "nonsense").body, "impersonator")
	token := send(t, s, "POST", "/account/recovery", headers{"X-Appwrite-Response-Format": "1.4.0"}, `{"email":"`+email+`","url":"http://localhost"}`)
	assert.NotContains(t, token.body, "phrase")

	assert.Empty(t, get("/account", "1.9.6").header.Get("X-Appwrite-Warning"))
	assert.Equal(t, "The current SDK is built for Appwrite 99.0.0. However, the current Appwrite server version is 1.9.6. Please downgrade your SDK to match the Appwrite version: https://appwrite.io/docs/sdks",
		get("/account", "99.0.0").header.Get("X-Appwrite-Warning"))
}

func TestTheDateIsTheClocks(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.Clock().Set(time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC))
	got, err := http.ParseTime(send(t, s, "GET", "/account", nil, "").header.Get("Date"))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC), got, time.Minute)
}
