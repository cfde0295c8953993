package appwritetest

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJWTIsTheServersDownToItsBytes(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.Clock().Set(time.Date(2026, 11, 21, 0, 12, 53, 0, time.UTC))
	id, secret := signUp(t, s)
	sessionID := send(t, s, "GET", "/account/sessions/current", as(secret), "").text(t, "$id")
	for path, duration := range map[string]int64{"/account/jwts": 900, "/account/jwt": 60} {
		body := fmt.Sprintf(`{"duration":%d}`, duration)
		if duration == defaultJWTDuration {
			body = ""
		}
		before := s.Clock().Now().Unix()
		got := send(t, s, "POST", path, as(secret), body)
		require.Equal(t, 201, got.status, got.body)
		parts := strings.Split(got.text(t, "jwt"), ".")
		require.Len(t, parts, 3)
		header, err := base64.RawURLEncoding.DecodeString(parts[0])
		require.NoError(t, err)
		assert.Equal(t, `{"typ":"JWT","alg":"HS256"}`, string(header))
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		require.NoError(t, err)
		var exp int64
		_, err = fmt.Sscanf(string(payload), `{"userId":"`+id+`","sessionId":"`+sessionID+`","exp":%d}`, &exp)
		require.NoError(t, err, string(payload))
		assert.InDelta(t, before+duration, exp, 5)
	}
}

func TestJWTDuration(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	const tooLong = "400 general_argument_invalid: Invalid `duration` param: Value must be a valid range between 0 and 3,600"
	for value, want := range map[string]string{
		"3601": tooLong, "-1": tooLong, `"x"`: tooLong, "1.5": tooLong, "true": tooLong,
		"0": "500 general_unknown: Server Error", "null": "500 general_unknown: Server Error",
	} {
		assert.Equal(t, want, send(t, s, "POST", "/account/jwts", as(secret), `{"duration":`+value+`}`).failure(t), value)
	}
	assert.Equal(t, 201, send(t, s, "POST", "/account/jwts", as(secret), `{"duration":"3600"}`).status)
}

func TestJWTExpiresAndDiesWithItsSession(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	mint := func() headers {
		return headers{"X-Appwrite-JWT": send(t, s, "POST", "/account/jwts", as(secret), "").text(t, "jwt")}
	}
	jwt := mint()
	s.Clock().Advance(15*time.Minute - 10*time.Second)
	assert.Equal(t, 200, send(t, s, "GET", "/account", jwt, "").status)
	s.Clock().Advance(10 * time.Second)
	assert.Equal(t, "401 user_jwt_invalid: Failed to verify JWT. Invalid token: Expired", send(t, s, "GET", "/account", jwt, "").failure(t))

	jwt = mint()
	assert.Equal(t, "404 user_session_not_found: The current user session could not be found.", send(t, s, "POST", "/account/jwts", jwt, "").failure(t))
	assert.Equal(t, 204, send(t, s, "DELETE", "/account/sessions", jwt, "").status)
	assert.Equal(t, guestRefused, send(t, s, "GET", "/account", jwt, "").failure(t))
}

func TestJWTOfAnotherServerIsRefused(t *testing.T) {
	t.Parallel()
	a, b := NewServer(t), NewServer(t)
	_, secret := signUp(t, a)
	jwt := send(t, a, "POST", "/account/jwts", as(secret), "").text(t, "jwt")
	assert.Contains(t, send(t, b, "GET", "/account", headers{"X-Appwrite-JWT": jwt}, "").failure(t), "Signature failed")
}
