package appwritetest

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/internal/replay"
	"github.com/seed17809555/appwrite/models"
)

// This file asks the server what a real one was asked, in the same order and at the same times,
// and holds each answer against the recorded one: status, headers, and the body with the order
// of its keys. Only what a server makes up may be another: where the recording has an ID there
// must be an ID, which from then on must be wherever the recording has its own.

// difference is an exchange in which this server is not the real one.
type difference struct{ what, why string }

var differences = map[string]difference{
	"129-users-create-token": {
		"status: 201 became 404",
		"it is the Users API; this server has the Account API",
	},
	"273-session-email-create-browser-ua-geo": {
		"/countryCode: gb became --\n/countryName: Großbritannien became Unknown",
		"there is no database of addresses here: all are of no country",
	},
}

func TestTheServerAnswersAsRecorded(t *testing.T) {
	t.Parallel()
	r := newReplayer(t)
	names := map[string]bool{}
	for _, x := range recordings() {
		names[x.Name] = true
		t.Run(x.Name, func(t *testing.T) { // not in parallel: they build on each other
			r.t = t
			found := r.compare(answerOf(t, x), r.replay(x))
			if known, ok := differences[x.Name]; ok {
				assert.Equal(t, known.what, strings.Join(found, "\n"), "it differs because %s", known.why)
				return
			}
			assert.Empty(t, found)
		})
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(differences)), slices.Collect(maps.Keys(preparations))) {
		assert.True(t, names[name], "there is no exchange %s", name)
	}
}

// recordings are the exchanges with a real server.
var recordings = sync.OnceValue(func() []replay.Exchange {
	loaded, err := replay.Of(defaultVersion)
	if err != nil {
		panic(err)
	}
	return loaded.Exchanges
})

// recording returns the exchange of the name.
func recording(t *testing.T, name string) replay.Exchange {
	t.Helper()
	i := slices.IndexFunc(recordings(), func(x replay.Exchange) bool { return x.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return recordings()[i]
}

// answerOf returns the recorded answer without the file, line and trace that errors of a
// development server have.
func answerOf(t *testing.T, x replay.Exchange) reply {
	t.Helper()
	r := reply{x.Response.Status, x.Response.Header, string(x.Response.Body)}
	if r.status >= 400 && strings.HasPrefix(r.body, "{") {
		var wire errorWire
		require.NoError(t, json.Unmarshal([]byte(r.body), &wire))
		text, err := encodeJSON(wire)
		require.NoError(t, err)
		r.body = string(text)
	}
	return r
}

// replayer puts the recorded requests to servers of its own.
type replayer struct {
	t        *testing.T // of the exchange
	server   *Server
	limited  *Server           // with rate limits; the recorded one had another port
	inMemory bool              // requests do not go over a connection
	ours     map[string]string // what stands here for what the recorded servers made up
}

// What the recorded servers had before the first exchange, or got from elsewhere.
const (
	recordedProject   = "6b00e083dd3439124ec1"
	restrictedProject = "6b00e21d636d78304079"
	recordedUser      = "6b00e203d4ccaa0106ea" // of the first exchange
	mfaUserID         = "6b00e2116b40dca4a6a0"
	mfaEmail          = "mfa1795219971@example.com"
	endedUserID       = "6b00e21ae40a45595b08"
	endedEmail        = "end1795219971@example.com"
	recordedPassword  = "Passw0rd-1!"
)

func newReplayer(t *testing.T) *replayer {
	t.Helper()
	r := &replayer{
		server: NewServer(t, WithSeed(1), WithProjectID(recordedProject),
			WithSettings(Settings{OAuth2Providers: []models.OAuthProvider{"mock"}}),
			WithProject(restrictedProject, Settings{DisabledMethods: []AuthMethod{MethodEmailPassword, MethodMagicURL, MethodAnonymous}})),
		limited: NewServer(t, WithSeed(2), WithProjectID(recordedProject), WithRateLimits()),
	}
	r.server.project.name = "SDK Test"
	r.ours = map[string]string{
		"standard_test_api_key_all_scopes": r.server.APIKey(),
		"standard_test_api_key_no_scope":   r.server.AddAPIKey(),
	}
	hour := timeOf(t, recordings()[0]).Truncate(time.Hour)
	r.server.store.counters = map[string]counter{
		"url:localhost/v1/account,ip:127.0.0.1":          {hour, 4},
		"url:localhost/v1/account/recovery,ip:127.0.0.1": {hour, 1},
	}
	r.server.Clock().Set(time.Date(2026, 11, 21, 0, 10, 16, 360e6, time.UTC))
	r.limited.Clock().Set(hour)
	r.server.Project(consoleID).AddUser(User{Email: "a@b.co"})
	r.server.AddUser(User{ID: "6b00e16857c55c927093", Email: defaultIdentity.Email, Name: defaultIdentity.Name, EmailVerified: true})
	return r
}

// preparations are what was done between the recorded exchanges, by the name of the one that
// they come before.
var preparations = map[string]func(*replayer, replay.Exchange){
	"059-sessions-list": func(r *replayer, _ replay.Exchange) { r.signIn("v1795219971@example.com", "New-Passw0rd-2!") },

	"094-email-verification-confirm": received(KindEmailVerification),
	"100-phone-verification-confirm": received(KindPhoneVerification),
	"104-recovery-create-with-api-key": func(r *replayer, _ replay.Exchange) {
		received(KindRecovery)(r, recording(r.t, "106-recovery-confirm")) // the first mail's
	},
	"112-token-email-create-phrase": func(r *replayer, _ replay.Exchange) {
		signedInAs("v1795219971@example.com", "Recovered-1!")(r, recording(r.t, "202-target-push-create"))
	},
	"114-session-token-create-unknown-user":   received(KindEmailOTP),
	"118-session-token-create-with-api-key":   received(KindEmailOTP),
	"120-session-magic-url-update-deprecated": received(KindMagicURL),
	"122-session-token-create-magic-url":      received(KindMagicURL),
	"125-session-phone-update-deprecated":     received(KindPhoneOTP),
	"127-session-token-create-phone":          received(KindPhoneOTP),
	"131-oauth2-sessions-mock-1-start": func(r *replayer, _ replay.Exchange) { // a session by the token of the Users API
		const secret = "30a893"
		r.administer(recordedUser, func(s *store, u *user) { s.addToken(u, tokenEmailOTP, secret, codeLifetime, r.server.now()) })
		made := send(r.t, r.server, "POST", "/account/sessions/token", nil, r.swap(`{"userId":"`+recordedUser+`","secret":"`+secret+`"}`))
		require.Equal(r.t, 201, made.status, made.body)
	},

	"155-mfa-factors-none": func(r *replayer, x replay.Exchange) {
		r.server.AddUser(User{ID: mfaUserID, Email: mfaEmail, Name: "M", Password: recordedPassword})
		signedInAs(mfaEmail, recordedPassword)(r, x)
	},
	"162-mfa-authenticator-verify": func(r *replayer, x replay.Exchange) {
		r.bind(secretParam(r.t, x), r.server.TOTP(mfaUserID))
	},
	"185-mfa-challenge-create-recoverycode-lowercase": signedInAs(mfaEmail, recordedPassword),
	"193-mfa-factors-all": func(r *replayer, _ replay.Exchange) {
		r.administer(mfaUserID, func(s *store, u *user) {
			u.emailVerified, u.phone, u.phoneVerified = true, "+14155219973", true
			s.addTarget(u, "sms", u.phone, r.server.now())
		})
	},
	"194-mfa-challenge-create-email":            signedInAs(mfaEmail, recordedPassword),
	"196-mfa-challenge-create-phone-old-path":   signedInAs(mfaEmail, recordedPassword),
	"197-mfa-challenge-complete-phone-old-path": received(KindPhoneChallenge),

	"275-account-delete-as-user": func(r *replayer, x replay.Exchange) {
		r.server.AddUser(User{ID: "6b00e21a5a6110b7119a", Email: "del1795219971@example.com", Password: recordedPassword})
		signedInAs("del1795219971@example.com", recordedPassword)(r, x)
	},
	"278-session-delete-current-cookie": func(r *replayer, x replay.Exchange) {
		r.server.AddUser(User{ID: endedUserID, Email: endedEmail, Password: recordedPassword})
		signedInAs(endedEmail, recordedPassword)(r, x)
	},
	"280-sessions-delete-all": func(r *replayer, x replay.Exchange) {
		r.signIn(endedEmail, recordedPassword)
		signedInAs(endedEmail, recordedPassword)(r, x)
		made := send(r.t, r.server, "POST", "/account/jwts", as(r.swap(x.Request.Header.Get("X-Appwrite-Session"))), "")
		r.bind(recording(r.t, "282-account-get-jwt-of-deleted-session").Request.Header.Get("X-Appwrite-Jwt"), made.text(r.t, "jwt"))
	},
	"283-account-update-status-block-self": signedInAs(endedEmail, recordedPassword),
	"286-account-get-blocked-by-admin": func(r *replayer, x replay.Exchange) {
		r.administer(endedUserID, func(_ *store, u *user) { u.blocked = false })
		signedInAs(endedEmail, recordedPassword)(r, x)
		r.administer(endedUserID, func(_ *store, u *user) { u.blocked = true })
	},

	"312-prod-session-email-create": func(r *replayer, _ replay.Exchange) {
		r.limited.AddUser(User{ID: "6b00e22918568f82c1e5", Email: "prod1795219971@example.com", Password: recordedPassword})
	},
	"322-prod-rate-limit-10": func(r *replayer, x replay.Exchange) {
		for range 10 {
			r.ask(x)
		}
	},
}

// received lets the exchange use what the last message of the kind has brought.
func received(kind MessageKind) func(*replayer, replay.Exchange) {
	return func(r *replayer, x replay.Exchange) {
		messages := r.server.Inbox().Messages()
		last := messages[len(messages)-1]
		require.Equal(r.t, kind, last.Kind)
		r.bind(secretParam(r.t, x), last.Secret)
	}
}

// secretParam returns what completes a sign-in, a confirmation or a challenge.
func secretParam(t *testing.T, x replay.Exchange) string {
	t.Helper()
	var params struct{ Secret, OTP string }
	require.NoError(t, json.Unmarshal(x.Request.Body, &params))
	return params.Secret + params.OTP
}

// signedInAs starts a session for the exchange.
func signedInAs(email, password string) func(*replayer, replay.Exchange) {
	return func(r *replayer, x replay.Exchange) {
		header := x.Request.Header
		r.bind(secretForm.FindString(header.Get("X-Appwrite-Session")+header.Get("Cookie")), r.signIn(email, password))
	}
}

func (r *replayer) signIn(email, password string) (secret string) {
	body := fmt.Sprintf(`{"email":%q,"password":%q}`, email, password)
	made := send(r.t, r.server, "POST", "/account/sessions/email", headers{"X-Appwrite-Key": r.server.APIKey()}, body)
	require.Equal(r.t, 201, made.status, made.body)
	return made.text(r.t, "secret")
}

// administer changes a user as the console does.
func (r *replayer) administer(recordedID string, change func(*store, *user)) {
	r.server.store.mu.Lock()
	defer r.server.store.mu.Unlock()
	change(r.server.store, r.server.project.users[r.swap(recordedID)])
}

func timeOf(t *testing.T, x replay.Exchange) time.Time {
	t.Helper()
	at, err := http.ParseTime(x.Response.Header.Get("Date"))
	require.NoError(t, err)
	return at
}

// setTime sets the clock to a recorded time, which is a whole second: back, too, where a slow
// machine has let it run ahead, but not within the second, whose exchanges have an order.
func setTime(clock *Clock, recorded time.Time) {
	if ahead := clock.Now().Sub(recorded); ahead < 0 || ahead >= time.Second {
		clock.Set(recorded)
	}
}

// replay does what the recording did, at its time.
func (r *replayer) replay(x replay.Exchange) reply {
	setTime(r.of(x).Clock(), timeOf(r.t, x))
	if prepare := preparations[x.Name]; prepare != nil {
		prepare(r, x)
	}
	return r.ask(x)
}

func (r *replayer) of(x replay.Exchange) *Server {
	if strings.HasSuffix(x.Request.Header.Get("Host"), ":9502") {
		return r.limited
	}
	return r.server
}

// ask sends the recorded request.
func (r *replayer) ask(x replay.Exchange) reply { return r.askOf(r.of(x), x) }

func (r *replayer) askOf(s *Server, x replay.Exchange) reply {
	address := "http://" + s.address + r.swap(x.Request.URL.RequestURI())
	req, err := http.NewRequestWithContext(r.t.Context(), x.Request.Method, address, strings.NewReader(r.swap(string(x.Request.Body))))
	require.NoError(r.t, err)
	req.Header.Set("User-Agent", "") // unless there is one
	for name, values := range x.Request.Header {
		req.Header.Set(name, r.swap(values[0]))
	}
	req.Host = x.Request.Header.Get("Host")
	if r.inMemory {
		return doBy(r.t, &http.Client{Transport: s.Transport(), CheckRedirect: plain.CheckRedirect}, req)
	}
	return do(r.t, req)
}

var word = regexp.MustCompile(`[A-Za-z0-9_.-]+`)

// swap puts ours in the place of what the recorded servers made up.
func (r *replayer) swap(text string) string {
	return word.ReplaceAllStringFunc(text, func(w string) string {
		if ours, ok := r.ours[w]; ok {
			return ours
		}
		claims, signature := cutSignature(w)
		if ours, ok := r.ours[claims]; ok {
			return ours + signature // a forged JWT
		}
		return w
	})
}

// bind notes what stands for a word of the recordings; padding does not belong to it.
func (r *replayer) bind(recorded, ours string) {
	recorded, ours = strings.TrimRight(recorded, "="), strings.TrimRight(ours, "=")
	r.ours[recorded] = ours
	if claims, signature := cutSignature(recorded); signature != "" {
		r.ours[claims], _ = cutSignature(ours)
	}
}

// cutSignature returns a JWT without its signature, and the signature. Other texts stay whole.
func cutSignature(jwt string) (claims, signature string) {
	if strings.Count(jwt, ".") != 2 {
		return jwt, ""
	}
	i := strings.LastIndex(jwt, ".")
	return jwt[:i], jwt[i:]
}

// compare returns what is different.
func (r *replayer) compare(want, got reply) (found []string) {
	if want.status != got.status {
		return []string{fmt.Sprintf("status: %d became %d", want.status, got.status)}
	}
	names := maps.Clone(want.header)
	maps.Copy(names, got.header)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		before, after := want.header.Values(name), got.header.Values(name)
		if !uncompared[name] && !slices.EqualFunc(before, after, func(a, b string) bool { return r.same(name, a, b) }) {
			found = append(found, fmt.Sprintf("%s: %q became %q", name, before, after))
		}
	}
	before, after := plainText(r.t, want), plainText(r.t, got)
	if !strings.HasPrefix(before, "<!DOCTYPE html>") {
		return append(found, r.compareJSON(before, after)...)
	}
	if a, b := want.failure(r.t), got.failure(r.t); a != b {
		found = append(found, fmt.Sprintf("page: %s became %s", a, b))
	}
	return found
}

// uncompared headers are of the connection or for debugging, or say the time.
var uncompared = map[string]bool{"Connection": true, "Content-Length": true, "Date": true, "X-Debug-Fallback": true, "X-Debug-Speed": true}

// plainText returns the body without its compression.
func plainText(t *testing.T, r reply) string {
	t.Helper()
	if r.header.Get("Content-Encoding") != "gzip" {
		return r.body
	}
	z, err := gzip.NewReader(strings.NewReader(r.body))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return string(text)
}

// compareJSON returns what is different, up to the first key that is.
func (r *replayer) compareJSON(want, got string) (found []string) {
	a, b := jsontext.NewDecoder(strings.NewReader(want)), jsontext.NewDecoder(strings.NewReader(got))
	for {
		x, endX := a.ReadToken()
		y, endY := b.ReadToken()
		if errors.Is(endX, io.EOF) && errors.Is(endY, io.EOF) {
			return found
		}
		at := a.StackPointer()
		if endX != nil || endY != nil || x.Kind() != y.Kind() || at != b.StackPointer() {
			return append(found, fmt.Sprintf("%s: %q became %q at %s", at, x, y, b.StackPointer()))
		}
		before, after := x.String(), y.String()
		if before != after && (x.Kind() != '"' || !r.same(at.LastToken(), before, after)) {
			found = append(found, fmt.Sprintf("%s: %s became %s", at, before, after))
		}
	}
}

// same reports whether two texts with the name say the same.
func (r *replayer) same(name, want, got string) bool {
	switch name {
	case "Location":
		return r.sameLocation(want, got)
	case "Set-Cookie":
		return slices.EqualFunc(strings.Split(want, "; "), strings.Split(got, "; "), r.sameAttribute)
	case "code": // an OAuth2 provider's
		r.bind(want, got)
		return got != ""
	case "client_id", "providerAccessToken", "providerRefreshToken":
		return (want == "") == (got == "")
	}
	for _, form := range []string{dateFormat, stampFormat, cookieFormat} {
		if at, err := time.Parse(form, want); err == nil {
			ours, err := time.Parse(form, got)
			return err == nil && ours.Sub(at).Abs() < slack
		}
	}
	if phraseForm.MatchString(want) {
		return phraseForm.MatchString(got)
	}
	return word.ReplaceAllString(want, "") == word.ReplaceAllString(got, "") &&
		slices.EqualFunc(word.FindAllString(want, -1), word.FindAllString(got, -1), r.sameWord)
}

// slack is by how much times may differ: the clock runs on while requests are answered, and the
// recorded answers tell theirs to the second.
const slack = 5 * time.Second

// sameAttribute compares attributes of a cookie, or the cookies themselves.
func (r *replayer) sameAttribute(want, got string) bool {
	name, before, _ := strings.Cut(want, "=")
	other, after, _ := strings.Cut(got, "=")
	return name == other && r.same(name, before, after)
}

// sameLocation compares the parameters one by one.
func (r *replayer) sameLocation(want, got string) bool {
	want = strings.Replace(want, "http://127.0.0.1:9501/", "http://localhost:9501/", 1) // two names of the server
	before, wantQuery, _ := strings.Cut(want, "?")
	after, gotQuery, _ := strings.Cut(got, "?")
	theirs, ours := php.ParseForm(wantQuery), php.ParseForm(gotQuery)
	if before != after || !slices.Equal(theirs.Keys, ours.Keys) {
		return false
	}
	for i, name := range theirs.Keys {
		if !r.same(name, theirs.Values[i].(string), ours.Values[i].(string)) {
			return false
		}
	}
	return true
}

// sameWord compares words, and notes what stands for one that the server made up.
func (r *replayer) sameWord(want, got string) bool {
	if ours, ok := r.ours[want]; ok {
		return ours == got
	}
	if want == got {
		return true
	}
	if form := madeUp(want); form == "" || form != madeUp(got) {
		return false
	}
	r.bind(want, got)
	return true
}

// Forms of what a server makes up.
var (
	phraseForm = regexp.MustCompile(`^[A-Z][a-z]+ [a-z]+$`)
	secretForm = regexp.MustCompile(`eyJ[A-Za-z0-9]+`)            // JSON in base64
	digitsForm = regexp.MustCompile(`^([0-9]{6}|[0-9a-f]{10,})$`) // codes; IDs, secrets
	appForm    = regexp.MustCompile(`^[A-Z2-7]{103}$`)            // the secret of an authenticator app
	claimForm  = regexp.MustCompile(`:("[^"]*"|\d+)`)
)

// madeUp tells the form of a word, with the names of a JWT's claims; it is "" for what no
// server makes up.
func madeUp(w string) string {
	switch {
	case digitsForm.MatchString(w), appForm.MatchString(w):
		return fmt.Sprintf("%d digits", len(w))
	case strings.Count(w, ".") == 2:
		claims, err := base64.RawURLEncoding.DecodeString(strings.Split(w, ".")[1])
		if err == nil {
			return "JWT of " + claimForm.ReplaceAllString(string(claims), "")
		}
	case secretForm.MatchString(w):
		return "secret"
	}
	return ""
}
