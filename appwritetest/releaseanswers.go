package appwritetest

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/internal/release"
)

// The keys of answers that not all releases have, and which have them.
var (
	userKeys = map[string]releases{
		"$createdAt": since(release.V0_15), "$updatedAt": since(release.V0_15), "passwordUpdate": since(release.V0_8), "phone": since(release.V0_15), "phoneVerification": since(release.V0_15),
		"labels": since(release.V1_4), "accessedAt": since(release.V1_4), "mfa": since(release.V1_5), "targets": since(release.V1_5), "impersonator": since(release.V1_9), "impersonatorUserId": since(release.V1_9),
		"emailCanonical": since(release.V1_9_5), "emailIsFree": since(release.V1_9_5), "emailIsDisposable": since(release.V1_9_5), "emailIsCorporate": since(release.V1_9_5), "emailIsCanonical": since(release.V1_9_5),
	}
	sessionKeys = map[string]releases{
		"$createdAt": since(release.V0_15), "$updatedAt": since(release.V1_5_11), "provider": since(release.V0_8), "providerUid": since(release.V0_8), "providerAccessToken": since(release.V0_8),
		"providerAccessTokenExpiry": since(release.V0_13), "providerRefreshToken": since(release.V0_13), "factors": since(release.V1_5), "secret": since(release.V1_5), "mfaUpdatedAt": since(release.V1_5),
	}
	tokenKeys  = map[string]releases{"$createdAt": since(release.V0_15), "phrase": since(release.V1_5)}
	logKeys    = map[string]releases{"userId": since(release.V0_12), "userEmail": since(release.V0_12), "userName": since(release.V0_12), "mode": since(release.V0_12), "userType": since(release.V1_9_5)}
	targetKeys = map[string]releases{"expired": since(release.V1_6)}
	factorKeys = map[string]releases{"recoveryCode": since(release.V1_5_11)}
)

// body returns the answer to a call in the shape of the release. It is a copy.
func (s *serverRelease) body(c *call, body any) any {
	if s.version == release.V1_9_6 { // the shape of the wires
		return body
	}
	switch w := body.(type) {
	case userWire:
		return raw(s.user(c, w))
	case sessionWire:
		return raw(s.session(c, w))
	case tokenWire:
		return raw(s.token(c, w))
	case targetWire:
		return raw(s.without(w, targetKeys))
	case factorsWire:
		return raw(s.without(w, factorKeys))
	case sessionListWire:
		list := newArray()
		for _, session := range w.Sessions {
			list.put("", s.session(c, session))
		}
		return raw(s.list(c, w.Total, "sessions", list))
	case logListWire:
		list := newArray()
		for _, entry := range w.Logs {
			list.put("", s.log(c, entry))
		}
		return raw(s.list(c, w.Total, "logs", list))
	}
	return body
}

func raw(a *array) json.RawMessage { return appendJSON(nil, a) }

// without returns the answer as an array that has the keys of the release only, and
// its dates.
func (s *serverRelease) without(wire any, keys map[string]releases) *array {
	text, _ := encodeJSON(wire) // was made to be encoded
	v, _ := parseJSON(text)
	a := v.(*array)
	for key, in := range keys {
		if !s.is(in) {
			a.remove(key)
		}
	}
	if s.before(release.V1_0) {
		unixDates(a)
	}
	return a
}

// dateKeys are those with dates.
var dateKeys = []string{"$createdAt", "$updatedAt", "registration", "passwordUpdate", "accessedAt", "expire", "providerAccessTokenExpiry", "time"}

// unixDates writes dates as the seconds since 1970, and none as 0.
func unixDates(a *array) {
	for _, key := range dateKeys {
		text, ok := a.get(key).(string)
		if !ok {
			continue
		}
		seconds := int64(0)
		for _, form := range []string{dateFormat, stampFormat} {
			if at, err := time.Parse(form, text); err == nil {
				seconds = at.Unix()
			}
		}
		a.set(key, seconds)
	}
}

// format is the release whose format the caller asks for, as far as the server knows
// older ones; else its own. What is no release is older than all.
func (s *serverRelease) format(c *call) release.Version {
	text := c.r.Header.Get("X-Appwrite-Response-Format")
	if text == "" || s.before(release.V0_12) || !s.before(release.V1_5) {
		return s.version
	}
	v, _ := parseFormat(text)
	return min(v, s.version)
}

func (s *serverRelease) user(c *call, w userWire) *array {
	a := s.without(w, userKeys)
	a.set("prefs", w.Prefs)
	if a.has("targets") {
		targets := newArray()
		for _, t := range w.Targets {
			targets.put("", s.without(t, targetKeys))
		}
		a.set("targets", targets)
	}
	if s.before(release.V0_12) && !s.before(release.V0_7) && c.endpoint.operation == "account.updatePrefs" && string(w.Prefs) == "{}" {
		a.set("prefs", newArray())
	}
	format := s.format(c)
	switch {
	case s.before(release.V0_7):
		return s.firstUser(c, w)
	case s.before(release.V0_14):
		s.secondUser(c, w, a, format)
	case s.before(release.V1_0) && format <= release.V0_11_2:
		a.set("status", statusNumber(w.Status, w.EmailVerification))
	case format > release.V0_13_4 && format <= release.V0_14 && s.before(release.V1_0) && !s.before(release.V0_15):
		a.remove("$createdAt")
		a.remove("$updatedAt")
	case format > release.V0_14 && format <= release.V0_15_3:
		accessed, has := a.get("accessedAt"), a.has("accessedAt")
		unixDates(a)
		if has {
			a.set("accessedAt", accessed) // is forgotten
		}
	}
	return a
}

// statusNumber is the status when there were three.
func statusNumber(status, activated bool) int64 {
	switch {
	case !status:
		return 2 // blocked
	case activated:
		return 1
	}
	return 0
}

// secondUser makes a user one of 0.7 to 0.13, which take all who did not come by OAuth2
// for owners of a password, and at first those who did for activated.
func (s *serverRelease) secondUser(c *call, w userWire, a *array, format release.Version) {
	byOAuth2 := c.project.identity(func(i *identity) bool { return i.owner.id == w.ID }) != nil
	switch {
	case s.before(release.V0_12):
		a.set("status", statusNumber(w.Status, byOAuth2))
	case format <= release.V0_11_2:
		a.set("status", statusNumber(w.Status, w.EmailVerification))
	}
	if a.has("passwordUpdate") && w.PasswordUpdate == "" && !byOAuth2 {
		a.set("passwordUpdate", a.get("registration"))
	}
}

// firstUser is a user of 0.5 and 0.6: the roles are those of the caller.
func (s *serverRelease) firstUser(c *call, w userWire) *array {
	a, roles := newArray(), newArray()
	roles.put("", "*")
	if c.caller.user != nil {
		roles.put("", "user:"+c.caller.user.id)
		roles.put("", "role:1")
	} else {
		roles.put("", "user:")
		roles.put("", "role:0")
	}
	a.set("$id", w.ID)
	a.set("email", w.Email)
	if c.endpoint.operation == "account.get" {
		a.set("emailVerification", w.EmailVerification)
	}
	a.set("registration", w.Registration)
	a.set("name", w.Name)
	a.set("roles", roles)
	unixDates(a)
	return a
}

func (s *serverRelease) session(c *call, w sessionWire) *array {
	if s.before(release.V0_7) {
		return s.firstSession(c, w)
	}
	a := s.without(w, sessionKeys)
	format := s.format(c)
	if at, err := time.Parse(stampFormat, w.ProviderAccessTokenExpiry); err == nil && s.before(release.V1_4) && !s.before(release.V1_0) {
		a.set("providerAccessTokenExpiry", date(at))
	}
	if s.before(release.V0_14) && !s.before(release.V0_12) && c.endpoint.status == http.StatusOK {
		for _, key := range []string{"providerAccessToken", "providerRefreshToken"} {
			if last := key == "providerRefreshToken" || s.before(release.V0_13); last && a.get(key) == "" {
				a.set(key, nil)
			}
		}
	}
	switch {
	case s.before(release.V0_13):
		if s.before(release.V0_12) && c.endpoint.operation == "account.getSession" {
			a.set("current", false)
		}
		a.rename("providerAccessToken", "providerToken")
	case format > release.V0_11_2 && format <= release.V0_12_4:
		for _, key := range []string{"providerAccessToken", "providerAccessTokenExpiry", "providerRefreshToken"} {
			a.remove(key)
		}
		a.set("providerToken", w.ProviderAccessToken)
	case format > release.V0_13_4 && format <= release.V0_14:
		a.remove("$createdAt")
	case format > release.V0_14 && format <= release.V0_15_3:
		unixDates(a)
	}
	return a
}

// firstSession is a session of 0.5 and 0.6.
func (s *serverRelease) firstSession(c *call, w sessionWire) *array {
	a := newArray()
	a.set("$id", w.ID)
	if c.endpoint.operation != "account.listSessions" {
		a.set("type", int64(1))
		a.set("expire", w.Expire)
		unixDates(a)
		return a
	}
	firstDevice(a, w.deviceWire, w.IP)
	a.set("current", w.Current)
	return a
}

// firstDevice adds what 0.5 and 0.6 tell of a device and its address.
func firstDevice(a *array, w deviceWire, ip string) {
	a.set("OS", pairs("name", w.OSName, "short_name", w.OSCode, "version", w.OSVersion, "platform", ""))
	a.set("client", nil)
	a.set("device", nil)
	if w.ClientName != "" {
		a.set("client", pairs("type", w.ClientType, "name", w.ClientName, "short_name", w.ClientCode, "version", w.ClientVersion, "engine", w.ClientEngine))
	}
	if w.OSName == "" {
		a.set("OS", newArray())
	} else {
		a.set("device", int64(map[string]int{"desktop": 0, "smartphone": 1}[w.DeviceName]))
	}
	a.set("brand", w.DeviceBrand)
	a.set("model", w.DeviceModel)
	a.set("ip", ip)
	a.set("geo", pairs("isoCode", w.CountryCode, "country", w.CountryName))
}

func pairs(list ...string) *array {
	a := newArray()
	for i := 0; i < len(list); i += 2 {
		a.set(list[i], list[i+1])
	}
	return a
}

func (s *serverRelease) token(c *call, w tokenWire) *array {
	a := s.without(w, tokenKeys)
	format := s.format(c)
	switch {
	case s.before(release.V0_7):
		a.remove("userId")
		a.remove("secret")
		expire := a.get("expire")
		a.remove("expire")
		kind := int64(2)
		if c.endpoint.operation == "account.createRecovery" || c.endpoint.operation == "account.updateRecovery" {
			kind = 3
		}
		a.set("type", kind)
		a.set("expire", expire)
	case format > release.V0_13_4 && format <= release.V0_14:
		a.remove("$createdAt")
	case format > release.V0_14 && format <= release.V0_15_3:
		unixDates(a)
	}
	return a
}

func (s *serverRelease) log(c *call, w logWire) *array {
	if s.before(release.V1_0) {
		w.Event = strings.NewReplacer("user.", "account.", "session.", "account.sessions.", "recovery.", "account.recovery.", "verification.", "account.verification.").Replace(w.Event)
	}
	a := s.without(w, logKeys)
	format := s.format(c)
	switch {
	case s.before(release.V0_7):
		first := newArray()
		first.set("event", w.Event)
		first.set("ip", w.IP)
		first.set("time", a.get("time"))
		firstDevice(first, w.deviceWire, w.IP)
		return first
	case format > release.V0_14 && format <= release.V0_15_3:
		unixDates(a)
	}
	return a
}

// list returns a list in the form of the release: bare at first, then without a number,
// or with one called sum.
func (s *serverRelease) list(c *call, total int, name string, list *array) *array {
	if s.before(release.V0_7) {
		return list
	}
	a, count := newArray(), "total"
	if f := s.format(c); s.before(release.V0_13) || (f > release.V0_11_2 && f <= release.V0_12_4) {
		count = "sum"
	}
	if name != "logs" || !s.before(release.V0_12) {
		a.set(count, int64(total))
	}
	a.set(name, list)
	return a
}

// cookieEnd is the part of a session cookie that says when the cookie ends.
func (s *serverRelease) cookieEnd(expires string, age int) string {
	switch {
	case s.cookies == cookieForGood && age > 0:
		return ""
	case s.cookies == cookieExpiresAndAge:
		return fmt.Sprintf("; expires=%s; Max-Age=%d", expires, age)
	}
	return "; expires=" + expires
}

// diedWire is the body of an answer to a request that has died.
type diedWire struct{}

// untypedWire is an error of a release that has no types.
type untypedWire struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
	Version string `json:"version"`
}

// oldErrorPage is the page with an error before it had the message as its heading.
func (s *serverRelease) errorPage(e errorWire) []byte {
	if !s.is(plainPages) {
		return errorPage(e)
	}
	return fmt.Appendf(nil, "<!DOCTYPE html><html lang=\"en\"><head><title>Error</title></head><body>\n<h1>Error %d</h1>\n<p>%s</p>\n</body></html>\n",
		e.Code, html.EscapeString(e.Message))
}
