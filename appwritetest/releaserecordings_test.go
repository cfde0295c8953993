package appwritetest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/internal/replay"
	"github.com/seed17809555/appwrite/models"
)

// This file asks a server in the dress of an older release what a real one of that release was
// asked, in the same order and at the same times. The answer must have the same status, the
// same error, the same keys with values of the same kinds, and the same headers of those that
// callers read. What the servers made up is as in recordings_test.go.

// recordedReleases are those with recordings.
var recordedReleases = []string{"0.5.3", "0.6.2", "0.9.4", "0.11.0", "0.13.4", "0.15.3", "1.0.3", "1.4.13", "1.5.11", "1.8.1"}

// oldDifferences are the exchanges in which the server is not the real one: what is different
// starts as the text says.
var oldDifferences = []struct {
	releases  string
	situation string // the exchange's name without its number
	difference
}{
	{"0.5.3", "oauth2-start-google", difference{
		"Location: \"https://accounts.google.com/", "logins at all providers go to the server's own double",
	}},
	{"0.6.2 0.9.4", "oauth2-start-no-urls", difference{
		"status: 400 became 301", "the recorded server had not been told the address of its console, to which such logins return",
	}},
	{"0.6.2 0.9.4", "prod-oauth2-disabled-provider", difference{"status: 400 became 412", "likewise, and that came first"}},
	{"0.9.4 0.11.0", "prefs-update-too-big", difference{
		"text: \"error: Data too long for column 'value' at row 1\" became \"500: Server Error\"", "a development server tells the reason",
	}},
	{"0.9.4 0.11.0", "account-get-format-0.6.0", difference{"/oauth2Amazon is missing", noOldestFormat}},
	{"0.9.4 0.11.0", "account-get-format-abc", difference{"/oauth2Amazon is missing", noOldestFormat}},
	{"0.9.4 0.11.0", "session-get-current-format-0.6.0", difference{"/type is missing", noOldestFormat}},
	{"0.9.4 0.11.0", "session-get-current-format-abc", difference{"/type is missing", noOldestFormat}},
	{"1.4.13", "session-email-create-https-proxy-domain", difference{"Set-Cookie: ", "the recorded cookie is cut off in its last attribute"}},
	{"1.4.13", "oauth2-flow-3", difference{
		"Location: ", "the recorded server adds empty parameters for an error, on a redirect of its own to itself",
	}},
	{"1.8.1", "account-get-blocked", difference{
		"status: 200 became 401", "the recorded server answers out of a cache: with the user as he was before he blocked himself",
	}},
}

const noOldestFormat = "answers of these servers in the format of 0.6 are not served: no client of ours asks for them"

func knownOldDifference(release, name string) (difference, bool) {
	for _, d := range oldDifferences {
		if slices.Contains(strings.Fields(d.releases), release) && d.situation == name {
			return d.difference, true
		}
	}
	return difference{}, false
}

func TestTheServerAnswersAsRecordedOfOlderReleases(t *testing.T) {
	t.Parallel()
	for _, release := range recordedReleases {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			r := newOldReplayer(t, release, release)
			differing, foreign := 0, 0
			for _, x := range r.exchanges {
				t.Run(x.Name, func(t *testing.T) { // not in parallel: they build on each other
					r.t = t
					if r.prepare(x); r.isOfOtherService(x) {
						foreign++
						return
					}
					found := r.compareKinds(x, r.askIn(x))
					name := situation.FindStringSubmatch(x.Name)[1]
					if known, ok := knownOldDifference(release, name); ok {
						differing++
						assert.True(t, strings.HasPrefix(strings.Join(found, "\n"), known.what), "%v is not the known difference, %s", found, known.why)
						return
					}
					assert.Empty(t, found)
				})
			}
			t.Logf("%d exchanges: %d answered as recorded, %d otherwise, %d of another service",
				len(r.exchanges), len(r.exchanges)-differing-foreign, differing, foreign)
		})
	}
}

// oldReplayer puts the recorded requests of a release to servers in its dress.
type oldReplayer struct {
	replayer
	release   string
	exchanges []replay.Exchange
	emails    map[string]string // of users, by their recorded ID
	names     map[string]string
	suffix    string // of all addresses
}

// newOldReplayer returns one that puts what was recorded of a release to a server in the dress
// of another, or the same.
func newOldReplayer(t *testing.T, recorded, release string) *oldReplayer {
	t.Helper()
	loaded, err := replay.Of(recorded)
	require.NoError(t, err)
	r := &oldReplayer{release: release, exchanges: loaded.Exchanges, emails: map[string]string{}, names: map[string]string{}}
	r.ours, r.inMemory = map[string]string{}, true
	project := r.exchanges[0].Request.Header.Get("X-Appwrite-Project")
	options := []Option{
		WithServerVersion(release), WithoutListener(), WithSeed(1), WithProjectID(project), WithSettings(Settings{OAuth2Providers: []models.OAuthProvider{"mock"}}),
	}
	r.server = NewServer(t, options...)
	r.limited = NewServer(t, append(options, WithRateLimits())...)
	start := timeOf(t, r.exchanges[0]).Truncate(time.Hour)
	r.server.Clock().Set(start)
	r.limited.Clock().Set(start)
	for _, x := range r.exchanges {
		var u struct {
			ID    string `json:"$id"`
			Email string `json:"email"`
			Name  string `json:"name"`

			UserID      string `json:"userId"`
			ProviderUID string `json:"providerUid"`
		}
		if json.Unmarshal(x.Response.Body, &u) == nil && strings.Contains(u.ProviderUID, "@") {
			r.emails[u.UserID] = u.ProviderUID
		}
		if json.Unmarshal(x.Response.Body, &u) == nil && u.Email != "" {
			r.emails[u.ID], r.names[u.ID] = u.Email, u.Name
		}
		if strings.HasSuffix(x.Name, "-account-create") && r.suffix == "" {
			r.suffix = strings.TrimPrefix(u.Email, "user")
		}
	}
	r.addOAuth2User(t)
	return r
}

// addOAuth2User adds the user who signs in at the provider.
func (r *oldReplayer) addOAuth2User(t *testing.T) {
	t.Helper()
	i := slices.IndexFunc(r.exchanges, func(x replay.Exchange) bool { return strings.HasSuffix(x.Name, "-oauth2-account-get") })
	var u models.User
	require.NoError(t, json.Unmarshal(r.exchanges[i].Response.Body, &u))
	r.server.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: "1", Email: u.Email, Name: u.Name, EmailVerified: true})
	if u.Registration.After(timeOf(t, r.exchanges[0])) {
		return // who signs up in the recording
	}
	r.server.Clock().Set(u.Registration.Time)
	r.server.AddUser(User{ID: u.ID, Email: u.Email, Name: u.Name, EmailVerified: true})
	var list models.IdentityList
	i = slices.IndexFunc(r.exchanges, func(x replay.Exchange) bool { return strings.HasSuffix(x.Name, "-identities-list") })
	require.NoError(t, json.Unmarshal(r.exchanges[i].Response.Body, &list))
	for _, known := range list.Identities { // none before 1.4: a user comes back
		project := r.server.project
		project.identities = append(project.identities, &identity{
			id: known.ID, sequence: 1, owner: project.users[u.ID], created: known.CreatedAt.Time, provider: known.Provider, providerUID: known.ProviderUID, email: known.ProviderEmail,
		})
	}
}

// isOfOtherService reports whether the exchange is no business of this server.
func (r *oldReplayer) isOfOtherService(x replay.Exchange) bool {
	return strings.HasPrefix(x.Request.URL.Path, "/v1/users/")
}

// of returns the server of the exchange: some asked one that had rate limits.
func (r *oldReplayer) of(x replay.Exchange) *Server {
	if strings.Contains(x.Name, "-prod-") {
		return r.limited
	}
	return r.server
}

// askIn sends the recorded request.
func (r *oldReplayer) askIn(x replay.Exchange) reply {
	if key := x.Request.Header.Get("X-Appwrite-Key"); key != "" && !strings.Contains(x.Name, "bad-api-key") {
		r.ours[key] = r.of(x).APIKey()
	}
	// The recorded servers forgot their port where they told a provider how to come back.
	x.Request.URL.RawQuery = strings.Replace(x.Request.URL.RawQuery, "redirect_uri=http%3A%2F%2Flocalhost%2F", "redirect_uri=http%3A%2F%2F"+url.QueryEscape(x.Request.Header.Get("Host"))+"%2F", 1)
	return r.askOf(r.of(x), x)
}

var situation = regexp.MustCompile(`^\d+-(.*)$`)

// prepare does what was done before the exchange without being recorded.
func (r *oldReplayer) prepare(x replay.Exchange) {
	s := r.of(x)
	setTime(s.Clock(), timeOf(r.t, x))
	s.store.mu.Lock()
	s.project.settings = r.settings(s, situation.FindStringSubmatch(x.Name)[1])
	s.store.mu.Unlock()
	for _, value := range []string{x.Request.Header.Get("Cookie"), x.Request.Header.Get("X-Appwrite-Session"), x.Request.Header.Get("X-Fallback-Cookies")} {
		for _, secret := range secretForm.FindAllString(value, -1) {
			r.bindSession(s, x, secret)
		}
	}
	if text := x.Request.Header.Get("X-Appwrite-Jwt"); strings.Count(text, ".") == 2 {
		r.bindJWT(s, x, text)
	}
	r.bindSecret(s, x)
	r.bindSessions(s, x)
	switch name := situation.FindStringSubmatch(x.Name)[1]; {
	case strings.HasPrefix(name, "users-block"):
		id := strings.Split(x.Request.URL.Path, "/")[3]
		r.in(s, func(*store) { r.user(s, x, id).blocked = true })
	case name == "new-route-push-target":
		r.in(s, func(st *store) { st.addTarget(r.someone(s), targetPush, "x", s.now()) })
	case name == "newer-route-patch-phone":
		r.in(s, func(*store) { s.project.setPhone(r.someone(s), "+14155550111") })
	case name == "prod-rate-limit-08":
		for range 7 {
			r.askIn(x)
		}
	}
}

// settings are those that the recorded project had.
func (r *oldReplayer) settings(s *Server, name string) Settings {
	settings := Settings{OAuth2Providers: []models.OAuthProvider{"mock", models.OAuthProviderGoogle}}
	switch {
	case strings.HasPrefix(name, "auth-method-disabled-"):
		settings.DisabledMethods = []AuthMethod{AuthMethod(strings.TrimPrefix(name, "auth-method-disabled-"))}
	case name == "service-account-disabled":
		settings.AccountDisabled = true
	case name == "policy-password-dictionary":
		settings.Password.Dictionary = true
	case name == "policy-password-history":
		settings.Password.History = 5
	case name == "policy-password-personal-data":
		settings.Password.PersonalData = true
	case name == "policy-user-limit":
		settings.UserLimit = 1
	}
	settings, err := settings.complete()
	require.NoError(r.t, err)
	return s.store.server.settings(settings)
}

// in changes the server's state.
func (r *oldReplayer) in(s *Server, change func(*store)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	change(s.store)
}

// user returns the user of a recorded ID, new where the recordings do not say how they came.
// The lock is held.
func (r *oldReplayer) user(s *Server, x replay.Exchange, id string) *user {
	if ours, ok := r.ours[id]; ok {
		return s.project.users[ours]
	}
	email := r.emails[id]
	switch {
	case strings.HasSuffix(x.Name, "-account-delete"):
		email = "del" + r.suffix
	case email == "":
		email = id + "@example.com"
	}
	u := s.store.newUser(id, s.now())
	u.email, u.name = email, r.names[id]
	u.setPassword(recordedPassword, s.store.random, s.now())
	s.store.addTarget(u, "email", email, s.now())
	require.NoError(r.t, s.project.put(u))
	r.bind(id, id)
	return u
}

// someone is a user of whom nothing is known.
func (r *oldReplayer) someone(s *Server) *user {
	u := s.store.newUser(uniqueID, s.now())
	require.NoError(r.t, s.project.put(u))
	return u
}

// bindSession makes sure that a secret is one of a session.
func (r *oldReplayer) bindSession(s *Server, x replay.Exchange, text string) {
	secret, ok := decodeSecret(text)
	if _, known := r.ours[text]; known || !ok {
		return
	}
	r.in(s, func(st *store) {
		u := r.user(s, x, secret.ID)
		if u == nil {
			return
		}
		made, ours := st.addSession(s.project, u, session{provider: "email", providerUID: u.email, factors: []string{"password"}, ip: "127.0.0.1"}, s.now())
		if strings.HasSuffix(x.Name, "session-expired") {
			made.expire = s.now()
		}
		r.bind(text, ours)
	})
}

// bindSessions makes sure that the user has the sessions that the recorded one had.
func (r *oldReplayer) bindSessions(s *Server, x replay.Exchange) {
	text := string(x.Response.Body)
	if x.Request.Method != http.MethodGet || x.Response.Status != http.StatusOK || !strings.Contains(text, `"current":`) || x.Request.Header.Get("X-Appwrite-Jwt") != "" {
		return
	}
	list := jsonOf(r.t, text).(*php.Array)
	if inner, ok := list.Get("sessions").(*php.Array); ok {
		list = inner
	}
	if !list.IsList() {
		return
	}
	caller := s.project.owner(r.ownSecret(x), s.now())
	r.in(s, func(st *store) {
		for _, v := range list.Values {
			item := v.(*php.Array)
			id := item.Get("$id").(string)
			switch _, known := r.ours[id]; {
			case known:
			case item.Get("current") == true && !strings.Contains(x.Name, "sessions-list"):
				r.bind(id, caller.session.id)
			default:
				made, _ := st.addSession(s.project, caller.user, session{provider: "email", providerUID: caller.user.email, factors: []string{"password"}, ip: "127.0.0.1"}, s.now())
				r.bind(id, made.id)
			}
		}
	})
}

// bindJWT makes sure that a JWT is one of a session, where it was one.
func (r *oldReplayer) bindJWT(s *Server, x replay.Exchange, text string) {
	if _, known := r.ours[text]; known {
		return
	}
	var claims jwtClaims
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[1])
	require.NoError(r.t, err)
	require.NoError(r.t, json.Unmarshal(payload, &claims))
	r.in(s, func(*store) {
		u := r.user(s, x, claims.UserID)
		claims.UserID = u.id
		if len(u.sessions) > 0 {
			claims.SessionID = u.sessions[0].id
		}
		claims.ExpiresAt = jwt.NewNumericDate(s.now().Add(time.Minute))
		r.bind(text, s.project.signJWT(claims))
	})
}

// bindSecret lets the exchange use what a mail, an SMS or an app has brought.
func (r *oldReplayer) bindSecret(s *Server, x replay.Exchange) {
	var params struct{ UserID, Secret, OTP, OldPassword string }
	if json.Unmarshal(x.Request.Body, &params) != nil {
		return
	}
	if strings.Contains(x.Name, "-policy-password-") && x.Response.Status != http.StatusUnauthorized {
		r.in(s, func(st *store) {
			u := s.project.owner(r.ownSecret(x), s.now()).user
			u.setPassword(params.OldPassword, st.random, s.now())
			s.project.remember(u)
		})
	}
	recorded := params.Secret + params.OTP
	if recorded == "" || x.Response.Status >= 300 {
		return
	}
	if strings.Contains(x.Request.URL.Path, "/mfa/") {
		if len(recorded) == 6 {
			r.ours[recorded] = s.TOTP(s.project.owner(r.ownSecret(x), s.now()).user.id)
		}
		return
	}
	if _, known := r.ours[recorded]; known && len(recorded) > 6 {
		return
	}
	messages := s.Inbox().Messages()
	if strings.HasSuffix(x.Request.URL.Path, "/recovery") { // of several, the first one was used
		messages = slices.DeleteFunc(messages, func(m Message) bool { return m.Kind != KindRecovery })[:1]
	}
	for _, m := range slices.Backward(messages) {
		if m.UserID == r.swap(params.UserID) {
			r.bind(recorded, m.Secret)
			return
		}
	}
	require.Fail(r.t, "no message has brought the secret")
}

// ownSecret is the one of the caller's session here.
func (r *oldReplayer) ownSecret(x replay.Exchange) sessionSecret {
	text := secretForm.FindString(r.swap(x.Request.Header.Get("X-Appwrite-Session") + x.Request.Header.Get("Cookie")))
	secret, ok := decodeSecret(text)
	require.True(r.t, ok)
	return secret
}

// compareKinds returns what is different.
func (r *oldReplayer) compareKinds(x replay.Exchange, got reply) (found []string) {
	want := reply{x.Response.Status, x.Response.Header, string(x.Response.Body)}
	if want.status != got.status {
		return []string{fmt.Sprintf("status: %d became %d, %.300s", want.status, got.status, got.body)}
	}
	differ := func(what, before, after string) {
		if before != after {
			found = append(found, fmt.Sprintf("%s: %q became %q", what, before, after))
		}
	}
	if x.Request.Method != http.MethodOptions { // there they are left out
		differ("Access-Control-Allow-Origin", want.header.Get("Access-Control-Allow-Origin"), got.header.Get("Access-Control-Allow-Origin"))
	}
	for _, name := range []string{"Cache-Control", "X-Appwrite-Warning", "Strict-Transport-Security", "Content-Encoding", "X-Ratelimit-Limit"} {
		differ(name, want.header.Get(name), got.header.Get(name))
	}
	differ("X-Fallback-Cookies", r.fallback(want, got), "")
	differ("Set-Cookie", r.cookies(want, got), "")
	differ("Location", r.location(want.header.Get("Location"), got.header.Get("Location")), "")
	before, after := plainText(r.t, want), plainText(r.t, got)
	if want.status == 204 || want.status == 301 || before == "" {
		differ("body", before, after)
		return found
	}
	kind, _, _ := mime.ParseMediaType(want.header.Get("Content-Type"))
	other, _, _ := mime.ParseMediaType(got.header.Get("Content-Type"))
	differ("Content-Type", kind, other)
	switch {
	case kind != "application/json" && want.status >= 400:
		differ("page", messageOnPage(before), messageOnPage(after))
	case kind != "application/json":
		differ("text", before, after)
	default:
		found = append(found, r.compareValues("", jsonOf(r.t, before), jsonOf(r.t, after), want.status)...)
	}
	return found
}

// fallback compares X-Fallback-Cookies, of which the server may send several.
func (r *oldReplayer) fallback(want, got reply) string {
	before, after := want.header.Get("X-Fallback-Cookies"), got.header.Get("X-Fallback-Cookies")
	if (before == "") != (after == "") || (before == "[]") != (after == "[]") {
		return before + " / " + after
	}
	if secret := secretForm.FindString(before); secret != "" {
		r.bind(secret, secretForm.FindString(after))
	}
	return ""
}

// cookies compares the names and attributes of cookies, and notes their secrets.
func (r *oldReplayer) cookies(want, got reply) string {
	before, after := want.header.Values("Set-Cookie"), got.header.Values("Set-Cookie")
	form := func(cookies []string) (forms []string) {
		for _, cookie := range cookies {
			var parts []string
			for _, part := range strings.Split(cookie, "; ") {
				name, _, _ := strings.Cut(part, "=")
				parts = append(parts, strings.ToLower(name))
			}
			forms = append(forms, strings.Join(parts, ";"))
		}
		return forms
	}
	if !slices.Equal(form(before), form(after)) {
		return strings.Join(form(before), "|") + " / " + strings.Join(form(after), "|")
	}
	for i := range before {
		r.same("Set-Cookie", before[i], after[i])
	}
	return ""
}

// location compares where a redirect leads, and the names of its parameters.
func (r *oldReplayer) location(want, got string) string {
	if want == "" && got == "" {
		return ""
	}
	before, err := url.Parse(want)
	require.NoError(r.t, err)
	after, err := url.Parse(got)
	require.NoError(r.t, err)
	for name := range before.Query() {
		if name == "code" || name == "secret" || name == "userId" {
			r.bind(before.Query().Get(name), after.Query().Get(name))
		}
	}
	names := func(u *url.URL) string { return strings.Join(slices.Sorted(maps.Keys(u.Query())), ",") }
	if before.Path != strings.TrimSuffix(after.Path, "/") && before.Path != after.Path || names(before) != names(after) {
		return want + " / " + got
	}
	return ""
}

var (
	pageTags = regexp.MustCompile(`(?s)<(script|style).*?</(script|style)>|<[^>]*>`)
	pageText = regexp.MustCompile(`(Param "|Invalid [a-z` + "`" + `]+( param)?: |This provider is|Provider is).*`)
)

// messageOnPage returns the message out of a page's text. Lists of hosts and providers are
// those of an installation, and of a release.
func messageOnPage(page string) string {
	text := html.UnescapeString(pageTags.ReplaceAllString(strings.ReplaceAll(page, "</h1>", "\n"), "\n"))
	return installed.ReplaceAllString(strings.TrimSpace(pageText.FindString(text)), "…")
}

var installed = regexp.MustCompile(`must be one of: .*|must be one of \(amazon.*|must be one of \(bitbucket.*`)

// port is what two of the recorded servers added to their name.
var port = regexp.MustCompile(`(@service\.localhost):\d{4}`)

func jsonOf(t *testing.T, text string) any {
	t.Helper()
	v, err := php.ParseJSON([]byte(text))
	require.NoError(t, err, text)
	return v
}

// traceKeys are what errors of a development server have besides.
var traceKeys = []string{"file", "line", "trace", "previous"}

// compareValues returns what is different in the keys, and in the kinds of values.
func (r *oldReplayer) compareValues(at string, want, got any, status int) (found []string) {
	a, isArray := want.(*php.Array)
	b, wasArray := got.(*php.Array)
	if !isArray || !wasArray {
		return r.compareScalars(at, want, got, status)
	}
	if status >= 400 {
		for _, key := range traceKeys {
			a.Remove(key)
		}
	}
	if a.Has("event") { // a log of 0.5 and 0.6: another event, of another device
		for _, key := range []string{"event", "time", "ip", "OS", "client", "device"} {
			a.Remove(key)
			b.Remove(key)
		}
	}
	if a.IsList() && b.IsList() {
		if len(a.Values) == 0 && (at == "/logs" || at == "") { // no log was kept on some of the recorded servers
			return nil
		}
		for i := range min(len(a.Values), len(b.Values)) {
			found = append(found, r.compareValues(at, a.Values[i], r.counterpart(a.Values[i], b, i), status)...)
		}
		if (len(a.Values) == 0) != (len(b.Values) == 0) {
			found = append(found, fmt.Sprintf("%s: %d became %d", at, len(a.Values), len(b.Values)))
		}
		return found
	}
	for i, key := range a.Keys {
		if !b.Has(key) {
			found = append(found, fmt.Sprintf("%s/%s is missing", at, key))
			continue
		}
		found = append(found, r.compareValues(at+"/"+key, a.Values[i], b.Get(key), status)...)
	}
	for _, key := range b.Keys {
		if !a.Has(key) {
			found = append(found, fmt.Sprintf("%s/%s is new", at, key))
		}
	}
	return found
}

// counterpart is the element of the list that has the ID of the recorded one here.
func (r *oldReplayer) counterpart(want any, got *php.Array, i int) any {
	if a, ok := want.(*php.Array); ok {
		id, _ := a.Get("$id").(string)
		for _, v := range got.Values {
			if b, ok := v.(*php.Array); ok && id != "" && b.Get("$id") == r.ours[id] {
				return b
			}
		}
	}
	return got.Values[i]
}

// Keys of which only the kind of the value is compared, and whether there is one: what the
// server makes up in a form of its own. The foreign ones are those of databases, of devices and
// addresses.
var (
	uncomparedKeys = []string{"total", "sum", "phrase", "jwt", "secret", "uri", "providerToken", "providerAccessToken", "providerRefreshToken"}
	foreignKeys    = []string{"clientEngineVersion", "platform", "countryCode", "countryName", "isoCode", "country"}
)

func (r *oldReplayer) compareScalars(at string, want, got any, status int) []string {
	key := at[strings.LastIndex(at, "/")+1:]
	before, after := fmt.Sprint(want), fmt.Sprint(got)
	same := before == after
	switch n, isNumber := want.(int64); {
	case status == http.StatusInternalServerError && (key == "code" || key == "message"):
		return nil // a development server tells what its database says
	case php.TypeName(want) != php.TypeName(got):
		same = false
	case slices.Contains(foreignKeys, key), strings.HasPrefix(at, "/logs/"): // the events of another server
		return nil
	case isNumber && n > 1e9:
		same = time.Unix(n, 0).Sub(time.Unix(got.(int64), 0)).Abs() < slack
	case key == "message":
		text := installed.ReplaceAllString(port.ReplaceAllString(before, "$1"), "…")
		same = r.swap(text) == installed.ReplaceAllString(after, "…")
	case slices.Contains(uncomparedKeys, key):
		same = (before == "") == (after == "")
		if secretForm.MatchString(before) || hexForm.MatchString(before) {
			r.bind(before, after)
		}
	case !same:
		same = r.same(key, before, after) || (hexForm.MatchString(before) && hexForm.MatchString(after) && r.sameID(before, after))
	}
	if same {
		return nil
	}
	return []string{fmt.Sprintf("%s: %v became %v", at, want, got)}
}

// sameID notes an ID; those of the first releases are shorter.
func (r *oldReplayer) sameID(want, got string) bool {
	if ours, known := r.ours[want]; known {
		return ours == got
	}
	r.bind(want, got)
	return true
}

var hexForm = regexp.MustCompile(`^[0-9a-f]{10,}$`)
