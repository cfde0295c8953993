package conformance

import (
	"encoding/base64"
	"strings"
	"time"
)

// claims decodes header and payload of a JWT. The signature cannot be checked without the
// server's key.
func (p *probe) claims(token string) (header string, payload answer) {
	p.tb.Helper()
	parts := strings.Split(token, ".")
	p.Len(parts, 3)
	var texts [2][]byte
	for i := range texts {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		p.NoError(err)
		texts[i] = text
	}
	return string(texts[0]), answer{p: p, request: "a JWT", body: texts[1]}
}

// expires checks that the JWT expires so long after the server's present time.
func (p *probe) expires(token string, after time.Duration) {
	p.tb.Helper()
	_, payload := p.claims(token)
	var exp int64
	p.decode(payload.json("exp"), &exp)
	p.InDelta(after.Seconds(), time.Unix(exp, 0).Sub(p.now).Seconds(), 5)
}

func init() { add("jwt", jwtRules) }

var jwtRules = []rule{
	{"A JWT is answered with 201, under its one key", "recordings/1.9.6/019-jwt-create", 0, func(p *probe) {
		p.Equal([]string{"jwt"}, p.signUp().post("/account/jwts", obj{}).is(201).keys(""))
	}},
	{"A JWT is signed with HS256 and names the user and the session", "recordings/1.9.6/019-jwt-create, docs/server/jwt.md#contents", 0, func(p *probe) {
		a := p.signUp()
		header, payload := p.claims(a.newJWT())
		p.Equal(`{"typ":"JWT","alg":"HS256"}`, header)
		p.Equal([]string{"userId", "sessionId", "exp"}, payload.keys(""))
		payload.has("userId", quoted(a.id), "sessionId", a.get("/account/sessions/current").is(200).json("$id"))
	}},
	{"A JWT is good for fifteen minutes, if nothing else is asked for", "recordings/1.9.6/019-jwt-create", 0, func(p *probe) {
		p.expires(p.signUp().newJWT(), 15*time.Minute)
	}},
	{"A JWT is good for as long as is asked for", "recordings/1.9.6/020-jwt-create-duration", 0, func(p *probe) {
		a := p.signUp()
		p.expires(a.post("/account/jwts", obj{"duration": 60}).is(201).text("jwt"), time.Minute)
		p.expires(a.post("/account/jwts", obj{"duration": 3600}).is(201).text("jwt"), time.Hour)
	}},
	{"A JWT for more than an hour is refused", "recordings/1.9.6/021-jwt-create-duration-too-long", 0, func(p *probe) {
		p.signUp().post("/account/jwts", obj{"duration": 3601}).invalid("duration", "Value must be a valid range between 0 and 3,600")
	}},
	{"A JWT of a negative duration is refused", "recordings/1.9.6/021-jwt-create-duration-too-long", 0, func(p *probe) {
		p.signUp().post("/account/jwts", obj{"duration": -1}).invalid("duration", "Value must be a valid range between 0 and 3,600")
	}},
	{"A JWT of duration 0 breaks the server", "docs/server/jwt.md#making-one", 0, func(p *probe) {
		p.signUp().post("/account/jwts", obj{"duration": 0}).is(500)
	}},
	{"A duration of null breaks the server", "docs/server/parameters.md#null", 0, func(p *probe) {
		p.signUp().post("/account/jwts", obj{"duration": nil}).is(500)
	}},
	{"A JWT needs no body", "recordings/1.9.6/022-jwt-create-no-body", 0, func(p *probe) {
		p.signUp().post("/account/jwts", nil).is(201)
	}},
	{"A JWT is made at its old path too", "recordings/1.9.6/023-jwt-create-old-path", 0, func(p *probe) {
		p.signUp().post("/account/jwt", obj{}).is(201)
	}},
	{"A JWT acts for its user", "recordings/1.9.6/024-account-get-jwt", 0, func(p *probe) {
		a := p.signUp()
		p.jwt(a.newJWT()).get("/account").is(200).has("$id", quoted(a.id))
	}},
	{"A JWT may change what is the user's", "docs/server/jwt.md#what-it-may-do", 0, func(p *probe) {
		p.jwt(p.signUp().newJWT()).patch("/account/name", obj{"name": "By JWT"}).is(200).has("name", `"By JWT"`)
	}},
	{"A JWT with a wrong signature is refused", "recordings/1.9.6/025-account-get-jwt-bad-signature", 0, func(p *probe) {
		token := p.signUp().newJWT()
		signed, signature := token[:len(token)-43], token[len(token)-43:]
		p.jwt(signed+strings.Repeat("A", len(signature))).get("/account").
			refused(401, "user_jwt_invalid", "Failed to verify JWT. Invalid token: Signature failed")
	}},
	{"A text that is not a JWT is refused", "recordings/1.9.6/026-account-get-jwt-garbage", 0, func(p *probe) {
		p.jwt("x.y.z").get("/account").refused(401, "user_jwt_invalid", "Failed to verify JWT. JSON failed: Syntax error")
	}},
	{"A JWT makes no JWT", "recordings/1.9.6/027-jwt-create-with-jwt", 0, func(p *probe) {
		p.jwt(p.signUp().newJWT()).post("/account/jwts", obj{}).noSuchSession()
	}},
	{"A guest gets no JWT", "recordings/1.9.6/028-jwt-create-guest", 0, func(p *probe) {
		p.guest().post("/account/jwts", obj{}).forGuests()
	}},
	{"A JWT dies with its session", "recordings/1.9.6/282-account-get-jwt-of-deleted-session", 0, func(p *probe) {
		a := p.signUp()
		token := a.newJWT()
		a.delete("/account/sessions/current").gone()
		p.jwt(token).get("/account").forGuests()
	}},
	{"A JWT may end all sessions, and dies with them", "docs/server/jwt.md#what-it-may-do", 0, func(p *probe) {
		a := p.signUp()
		token := a.newJWT()
		p.jwt(token).delete("/account/sessions").gone()
		p.jwt(token).get("/account").forGuests()
		a.get("/account").forGuests()
	}},
	{"A JWT has no current session", "docs/server/jwt.md#what-it-may-do", 0, func(p *probe) {
		p.jwt(p.signUp().newJWT()).get("/account/sessions/current").noSuchSession()
	}},
	{"In a JWT's list no session is current", "docs/server/jwt.md#what-it-may-do", 0, func(p *probe) {
		p.jwt(p.signUp().newJWT()).get("/account/sessions").is(200).has("total", "1", "sessions.0.current", "false")
	}},
	{"A caller with a JWT cannot sign in", "docs/server/jwt.md#what-it-may-do", 0, func(p *probe) {
		a := p.signUp()
		p.jwt(a.newJWT()).post("/account/sessions/email", a.credentials()).signedInAlready()
	}},
	{"A JWT is refused once it has expired", "docs/server/jwt.md#its-end", clock, func(p *probe) {
		p = p.movable(Settings{})
		token := p.signUp().newJWT()
		p.target.Clock.Advance(14 * time.Minute)
		p.jwt(token).get("/account").is(200)
		p.target.Clock.Advance(time.Minute + 2*time.Second)
		p.jwt(token).get("/account").refused(401, "user_jwt_invalid", "Failed to verify JWT. Invalid token: Expired")
	}},
	{"A JWT dies with the time of its session too", "docs/server/contradicted.md#a-jwt-and-the-time-of-its-session", clock, func(p *probe) {
		p = p.movable(Settings{})
		a := p.signUp()
		p.target.Clock.Advance(year - 5*time.Minute)
		token := a.newJWT()
		p.jwt(token).get("/account").is(200)
		p.target.Clock.Advance(6 * time.Minute)
		p.jwt(token).get("/account").forGuests()
	}},
}
