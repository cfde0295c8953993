package appwritetest

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"

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
		list := php.NewArray()
		for _, session := range w.Sessions {
			list.Put("", s.session(c, session))
		}
		return raw(s.list(c, w.Total, "sessions", list))
	case logListWire:
		list := php.NewArray()
		for _, entry := range w.Logs {
			list.Put("", s.log(c, entry))
		}
		return raw(s.list(c, w.Total, "logs", list))
	}
	return body
}

func raw(a *php.Array) json.RawMessage { return php.AppendJSON(nil, a) }

// without returns the answer as an array that has the keys of the release only, and its dates.
func (s *serverRelease) without(wire any, keys map[string]releases) *php.Array {
	text, _ := encodeJSON(wire) // was made to be encoded
	v, _ := php.ParseJSON(text)
	a := v.(*php.Array)
	for key, in := range keys {
		if !s.is(in) {
			a.Remove(key)
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
func unixDates(a *php.Array) {
	for _, key := range dateKeys {
		text, ok := a.Get(key).(string)
		if !ok {
			continue
		}
		seconds := int64(0)
		for _, form := range []string{dateFormat, stampFormat} {
			if at, err := time.Parse(form, text); err == nil {
				seconds = at.Unix()
			}
		}
		a.Set(key, seconds)
	}
}

// format is the release whose format the caller asks for, if the server knows older formats;
// otherwise its own. A text that is not a release counts as older than all.
func (s *serverRelease) format(c *call) release.Version {
	text := c.r.Header.Get("X-Appwrite-Response-Format")
	if text == "" || s.before(release.V0_12) || !s.before(release.V1_5) {
		return s.version
	}
	v, _ := parseFormat(text)
	return min(v, s.version)
}

func (s *serverRelease) user(c *call, w userWire) *php.Array {
	a := s.without(w, userKeys)
	a.Set("prefs", w.Prefs)
	if a.Has("targets") {
		targets := php.NewArray()
		for _, t := range w.Targets {
			targets.Put("", s.without(t, targetKeys))
		}
		a.Set("targets", targets)
	}
	if s.before(release.V0_12) && !s.before(release.V0_7) && c.endpoint.operation == "account.updatePrefs" && string(w.Prefs) == "{}" {
		a.Set("prefs", php.NewArray())
	}
	format := s.format(c)
	switch {
	case s.before(release.V0_7):
		return s.firstUser(c, w)
	case s.before(release.V0_14):
		s.secondUser(c, w, a, format)
	case s.before(release.V1_0) && format <= release.V0_11_2:
		a.Set("status", statusNumber(w.Status, w.EmailVerification))
	case format > release.V0_13_4 && format <= release.V0_14 && s.before(release.V1_0) && !s.before(release.V0_15):
		a.Remove("$createdAt")
		a.Remove("$updatedAt")
	case format > release.V0_14 && format <= release.V0_15_3:
		accessed, has := a.Get("accessedAt"), a.Has("accessedAt")
		unixDates(a)
		if has {
			a.Set("accessedAt", accessed) // is forgotten
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

// secondUser makes a user one of 0.7 to 0.13, which take all who did not come by OAuth2 for
// owners of a password, and at first those who did for activated.
func (s *serverRelease) secondUser(c *call, w userWire, a *php.Array, format release.Version) {
	byOAuth2 := c.project.identity(func(i *identity) bool { return i.owner.id == w.ID }) != nil
	switch {
	case s.before(release.V0_12):
		a.Set("status", statusNumber(w.Status, byOAuth2))
	case format <= release.V0_11_2:
		a.Set("status", statusNumber(w.Status, w.EmailVerification))
	}
	if a.Has("passwordUpdate") && w.PasswordUpdate == "" && !byOAuth2 {
		a.Set("passwordUpdate", a.Get("registration"))
	}
}

// firstUser is a user of 0.5 and 0.6: the roles are those of the caller.
func (s *serverRelease) firstUser(c *call, w userWire) *php.Array {
	a, roles := php.NewArray(), php.NewArray()
	roles.Put("", "*")
	if c.caller.user != nil {
		roles.Put("", "user:"+c.caller.user.id)
		roles.Put("", "role:1")
	} else {
		roles.Put("", "user:")
		roles.Put("", "role:0")
	}
	a.Set("$id", w.ID)
	a.Set("email", w.Email)
	if c.endpoint.operation == "account.get" {
		a.Set("emailVerification", w.EmailVerification)
	}
	a.Set("registration", w.Registration)
	a.Set("name", w.Name)
	a.Set("roles", roles)
	unixDates(a)
	return a
}

func (s *serverRelease) session(c *call, w sessionWire) *php.Array {
	if s.before(release.V0_7) {
		return s.firstSession(c, w)
	}
	a := s.without(w, sessionKeys)
	format := s.format(c)
	if at, err := time.Parse(stampFormat, w.ProviderAccessTokenExpiry); err == nil && s.before(release.V1_4) && !s.before(release.V1_0) {
		a.Set("providerAccessTokenExpiry", date(at))
	}
	if s.before(release.V0_14) && !s.before(release.V0_12) && c.endpoint.status == http.StatusOK {
		for _, key := range []string{"providerAccessToken", "providerRefreshToken"} {
			if last := key == "providerRefreshToken" || s.before(release.V0_13); last && a.Get(key) == "" {
				a.Set(key, nil)
			}
		}
	}
	switch {
	case s.before(release.V0_13):
		if s.before(release.V0_12) && c.endpoint.operation == "account.getSession" {
			a.Set("current", false)
		}
		a.Rename("providerAccessToken", "providerToken")
	case format > release.V0_11_2 && format <= release.V0_12_4:
		for _, key := range []string{"providerAccessToken", "providerAccessTokenExpiry", "providerRefreshToken"} {
			a.Remove(key)
		}
		a.Set("providerToken", w.ProviderAccessToken)
	case format > release.V0_13_4 && format <= release.V0_14:
		a.Remove("$createdAt")
	case format > release.V0_14 && format <= release.V0_15_3:
		unixDates(a)
	}
	return a
}

// firstSession is a session of 0.5 and 0.6.
func (s *serverRelease) firstSession(c *call, w sessionWire) *php.Array {
	a := php.NewArray()
	a.Set("$id", w.ID)
	if c.endpoint.operation != "account.listSessions" {
		a.Set("type", int64(1))
		a.Set("expire", w.Expire)
		unixDates(a)
		return a
	}
	firstDevice(a, w.deviceWire, w.IP)
	a.Set("current", w.Current)
	return a
}

// firstDevice adds what 0.5 and 0.6 tell of a device and its address.
func firstDevice(a *php.Array, w deviceWire, ip string) {
	a.Set("OS", pairs("name", w.OSName, "short_name", w.OSCode, "version", w.OSVersion, "platform", ""))
	a.Set("client", nil)
	a.Set("device", nil)
	if w.ClientName != "" {
		a.Set("client", pairs("type", w.ClientType, "name", w.ClientName, "short_name", w.ClientCode, "version", w.ClientVersion, "engine", w.ClientEngine))
	}
	if w.OSName == "" {
		a.Set("OS", php.NewArray())
	} else {
		a.Set("device", int64(map[string]int{"desktop": 0, "smartphone": 1}[w.DeviceName]))
	}
	a.Set("brand", w.DeviceBrand)
	a.Set("model", w.DeviceModel)
	a.Set("ip", ip)
	a.Set("geo", pairs("isoCode", w.CountryCode, "country", w.CountryName))
}

func pairs(list ...string) *php.Array {
	a := php.NewArray()
	for i := 0; i < len(list); i += 2 {
		a.Set(list[i], list[i+1])
	}
	return a
}

func (s *serverRelease) token(c *call, w tokenWire) *php.Array {
	a := s.without(w, tokenKeys)
	format := s.format(c)
	switch {
	case s.before(release.V0_7):
		a.Remove("userId")
		a.Remove("secret")
		expire := a.Get("expire")
		a.Remove("expire")
		kind := int64(2)
		if c.endpoint.operation == "account.createRecovery" || c.endpoint.operation == "account.updateRecovery" {
			kind = 3
		}
		a.Set("type", kind)
		a.Set("expire", expire)
	case format > release.V0_13_4 && format <= release.V0_14:
		a.Remove("$createdAt")
	case format > release.V0_14 && format <= release.V0_15_3:
		unixDates(a)
	}
	return a
}

func (s *serverRelease) log(c *call, w logWire) *php.Array {
	if s.before(release.V1_0) {
		w.Event = strings.NewReplacer("user.", "account.", "session.", "account.sessions.", "recovery.", "account.recovery.", "verification.", "account.verification.").Replace(w.Event)
	}
	a := s.without(w, logKeys)
	format := s.format(c)
	switch {
	case s.before(release.V0_7):
		first := php.NewArray()
		first.Set("event", w.Event)
		first.Set("ip", w.IP)
		first.Set("time", a.Get("time"))
		firstDevice(first, w.deviceWire, w.IP)
		return first
	case format > release.V0_14 && format <= release.V0_15_3:
		unixDates(a)
	}
	return a
}

// list returns a list in the form of the release: bare at first, then without a number, or with
// one called sum.
func (s *serverRelease) list(c *call, total int, name string, list *php.Array) *php.Array {
	if s.before(release.V0_7) {
		return list
	}
	a, count := php.NewArray(), "total"
	if f := s.format(c); s.before(release.V0_13) || (f > release.V0_11_2 && f <= release.V0_12_4) {
		count = "sum"
	}
	if name != "logs" || !s.before(release.V0_12) {
		a.Set(count, int64(total))
	}
	a.Set(name, list)
	return a
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
