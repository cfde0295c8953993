package appwritetest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// jwtClaims is the payload, in the server's order; of the registered claims it has the expiry
// only.
type jwtClaims struct {
	UserID    string `json:"userId"`
	SessionID string `json:"sessionId"`
	jwt.RegisteredClaims
}

type jwtWire struct {
	JWT string `json:"jwt"`
}

// defaultJWTDuration and maxJWTDuration are in seconds.
const (
	defaultJWTDuration = 900
	maxJWTDuration     = 3600
)

func createJWT(c *call) (any, error) {
	duration := c.params.optionalInt("duration", 0, maxJWTDuration, defaultJWTDuration)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	if c.caller.session == nil {
		return nil, errSessionNotFound // a JWT cannot make another
	}
	if duration == 0 {
		return nil, errServer // passes the server's check, but not its JWT library
	}
	claims := jwtClaims{UserID: c.caller.user.id, SessionID: c.caller.session.id}
	claims.ExpiresAt = jwt.NewNumericDate(c.now.Add(time.Duration(duration) * time.Second))
	return jwtWire{c.project.signJWT(claims)}, nil
}

// jwtHeader keeps the order of the server's header, which the library's map would lose.
var jwtHeader = base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"HS256"}`))

func (p *project) signJWT(claims jwt.Claims) string {
	payload, _ := json.Marshal(claims) // two strings and a date
	text := jwtHeader + "." + base64.RawURLEncoding.EncodeToString(payload)
	signature, _ := jwt.SigningMethodHS256.Sign(text, p.jwtKey) // fails on keys of other types only
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// parseJWT reads claims that the project has signed and that have not expired.
func (c *call) parseJWT(text string, claims jwt.Claims) error {
	_, err := jwt.ParseWithClaims(text, claims, func(*jwt.Token) (any, error) { return c.project.jwtKey, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithTimeFunc(func() time.Time { return c.now }))
	return err
}

// verifyJWT returns the JWT's user, or nil if its session has ended.
func (c *call) verifyJWT(text string) (*user, error) {
	if strings.Count(text, ".") < 2 {
		return nil, errJWT("Invalid token: Incomplete segments")
	}
	var claims jwtClaims
	err := c.parseJWT(text, &claims)
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return nil, errJWT("Invalid token: Expired")
	case errors.Is(err, jwt.ErrTokenMalformed):
		return nil, errJWT("JSON failed: Syntax error")
	case err != nil:
		return nil, errJWT("Invalid token: Signature failed")
	}
	u := c.project.users[claims.UserID]
	if u == nil {
		return nil, nil
	}
	if s := u.session(claims.SessionID); s == nil || !c.now.Before(s.expire) {
		return nil, nil
	}
	return u, nil
}
