package appwritetest

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

const login = `{"email":"` + email + `","password":"` + password + `"}`

func TestTheSecretComesInCookiesAndTheirFallback(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{Email: email, Password: password})
	got := send(t, s, "POST", "/account/sessions/email", nil, login)
	for _, suffix := range []string{"_legacy", ""} {
		value, _ := cookieOf(t, got, "a_session_"+s.ProjectID()+suffix)
		decoded, err := url.PathUnescape(value)
		require.NoError(t, err)
		assert.JSONEq(t, `{"a_session_`+s.ProjectID()+`":"`+decoded+`"}`, got.header.Get("X-Fallback-Cookies"))
		assert.Equal(t, 200, send(t, s, "GET", "/account", as(decoded), "").status)
	}
}

func TestOnlyKeysGetTheSecretInTheBody(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{Email: email, Password: password})
	assert.Empty(t, send(t, s, "POST", "/account/sessions/email", nil, login).text(t, "secret"))
	assert.NotEmpty(t, signIn(t, s))
	// The SDK finds it in the cookie.
	made, err := s.Client().Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: email, Password: password})
	require.NoError(t, err)
	assert.NotEmpty(t, made.Secret)
}

func TestSigningInIsRefused(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	jwt := send(t, s, "POST", "/account/jwts", as(secret), "").text(t, "jwt")
	const invalid = "401 user_invalid_credentials: Invalid credentials. Please check the email and password."
	assert.Equal(t, invalid, send(t, s, "POST", "/account/sessions/email", nil, `{"email":"nobody@example.com","password":"wrong-password"}`).failure(t))
	assert.Equal(t, invalid, send(t, s, "POST", "/account/sessions/email", nil, `{"email":"`+email+`","password":"wrong-password"}`).failure(t))
	const active = "401 user_session_already_exists: Creation of a session is prohibited when a session is active."
	assert.Equal(t, active, send(t, s, "POST", "/account/sessions/email", as(secret), login).failure(t))
	assert.Equal(t, active, send(t, s, "POST", "/account/sessions/anonymous", as(secret), "").failure(t))
	assert.Equal(t, active, send(t, s, "POST", "/account/sessions/token", headers{"X-Appwrite-JWT": jwt}, "").failure(t), "before its parameters are checked")
	assert.Contains(t, send(t, s, "POST", "/account/sessions/anonymous", headers{"X-Appwrite-Project": ""}, "").failure(t), "user_anonymous_console_prohibited")
}

func TestListSessions(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, first := signUp(t, s)
	signIn(t, s)
	list, err := s.Client().WithSession(first).Account.ListSessions(t.Context())
	require.NoError(t, err)
	require.Len(t, list.Sessions, 2)
	assert.True(t, list.Sessions[0].Current, "the oldest comes first")
	assert.False(t, list.Sessions[1].Current)
}

func TestUpdateSessionExtendsItAndAnswersItsOddForm(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	s.Clock().Advance(time.Hour)
	got := send(t, s, "PATCH", "/account/sessions/current", as(secret), "{}")
	assert.Equal(t, got.text(t, "$createdAt"), got.text(t, "$updatedAt"), "the change before this one")
	assert.Equal(t, stamp(s.Clock().Now().Add(sessionDuration))[:16], got.text(t, "expire")[:16])

	later := send(t, s, "GET", "/account/sessions/current", as(secret), "")
	assert.Equal(t, true, later.object(t)["current"])
	assert.NotEqual(t, later.text(t, "$createdAt"), later.text(t, "$updatedAt"))
}

func TestDeletingTheCurrentSessionDeletesItsCookies(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, mine := signUp(t, s)
	other := send(t, s, "GET", "/account/sessions/current", as(signIn(t, s)), "").text(t, "$id")

	gone := send(t, s, "DELETE", "/account/sessions/"+other, as(mine), "")
	assert.Equal(t, 204, gone.status)
	assert.Empty(t, gone.header.Values("Set-Cookie"))
	assert.Empty(t, gone.header.Values("X-Fallback-Cookies"))
	const notFound = "404 user_session_not_found: The current user session could not be found."
	assert.Equal(t, notFound, send(t, s, "DELETE", "/account/sessions/"+other, as(mine), "").failure(t))

	gone = send(t, s, "DELETE", "/account/sessions/current", as(mine), "")
	assert.Equal(t, 204, gone.status)
	assert.Equal(t, []string{"[]"}, gone.header.Values("X-Fallback-Cookies"))
	value, _ := cookieOf(t, gone, "a_session_"+s.ProjectID())
	assert.Equal(t, "deleted", value)
	assert.Equal(t, guestRefused, send(t, s, "GET", "/account", as(mine), "").failure(t))
}

func TestDeleteSessionsEndsAllAndSaysSoOnceASession(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/account/sessions", "/account/sessions/"} { // the server drops the empty ID
		s := NewServer(t)
		_, mine := signUp(t, s)
		other := signIn(t, s)
		gone := send(t, s, "DELETE", path, as(mine), "")
		assert.Equal(t, 204, gone.status)
		assert.Equal(t, []string{"[]", "[]"}, gone.header.Values("X-Fallback-Cookies"))
		assert.Len(t, gone.header.Values("Set-Cookie"), 2)
		assert.Equal(t, 401, send(t, s, "GET", "/account", as(other), "").status)
	}
}

func TestSessionIDs(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	jwt := send(t, s, "POST", "/account/jwts", as(secret), "").text(t, "jwt")
	get := func(id string, h headers) reply { return send(t, s, "GET", "/account/sessions/"+id, h, "") }
	assert.Equal(t, 404, get("ffffffffffffffffffff", as(secret)).status)
	assert.Equal(t, "400 general_argument_invalid: Invalid `sessionId` param: UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and underscore. Can't start with a leading underscore",
		get(strings.Repeat("x", 40), as(secret)).failure(t))
	assert.Equal(t, 404, get("current", headers{"X-Appwrite-JWT": jwt}).status, "a JWT has no current session")
	id := get("current", as(secret)).text(t, "$id")
	assert.Equal(t, false, get(id, headers{"X-Appwrite-JWT": jwt}).object(t)["current"])
}

func TestTheCallersAddressIsBelieved(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{Email: email, Password: password})
	ip := func(forwarded string) string {
		return send(t, s, "POST", "/account/sessions/email", headers{"X-Forwarded-For": forwarded}, login).text(t, "ip")
	}
	assert.Equal(t, "127.0.0.1", ip(""))
	assert.Equal(t, "81.2.69.142", ip("81.2.69.142, 10.0.0.1"))
	assert.Equal(t, "127.0.0.1", ip("nonsense"))
}
