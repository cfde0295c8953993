package appwritetest

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"
)

// The keys of answers that not all releases have, and the first that has them.
var (
	userKeys = map[string]string{
		"$createdAt": "0.15.0", "$updatedAt": "0.15.0", "passwordUpdate": "0.8.0", "phone": "0.15.0", "phoneVerification": "0.15.0",
		"labels": "1.4.0", "accessedAt": "1.4.0", "mfa": "1.5.0", "targets": "1.5.0", "impersonator": "1.9.0", "impersonatorUserId": "1.9.0",
		"emailCanonical": "1.9.5", "emailIsFree": "1.9.5", "emailIsDisposable": "1.9.5", "emailIsCorporate": "1.9.5", "emailIsCanonical": "1.9.5",
	}
	sessionKeys = map[string]string{
		"$createdAt": "0.15.0", "$updatedAt": "1.5.11", "provider": "0.8.0", "providerUid": "0.8.0", "providerAccessToken": "0.8.0",
		"providerAccessTokenExpiry": "0.13.0", "providerRefreshToken": "0.13.0", "factors": "1.5.0", "secret": "1.5.0", "mfaUpdatedAt": "1.5.0",
	}
	tokenKeys  = map[string]string{"$createdAt": "0.15.0", "phrase": "1.5.0"}
	logKeys    = map[string]string{"userId": "0.12.0", "userEmail": "0.12.0", "userName": "0.12.0", "mode": "0.12.0", "userType": "1.9.5"}
	targetKeys = map[string]string{"expired": "1.6.0"}
	factorKeys = map[string]string{"recoveryCode": "1.5.11"}
)

// body returns the answer to a call in the shape of the release. It is a copy.
func (d *dress) body(c *call, body any) any {
	if !d.old() {
		return body
	}
	switch w := body.(type) {
	case userWire:
		return raw(d.user(c, w))
	case sessionWire:
		return raw(d.session(c, w))
	case tokenWire:
		return raw(d.token(c, w))
	case targetWire:
		return raw(d.without(w, targetKeys))
	case factorsWire:
		return raw(d.without(w, factorKeys))
	case sessionListWire:
		list := newArray()
		for _, s := range w.Sessions {
			list.put("", d.session(c, s))
		}
		return raw(d.list(c, w.Total, "sessions", list))
	case logListWire:
		list := newArray()
		for _, entry := range w.Logs {
			list.put("", d.log(c, entry))
		}
		return raw(d.list(c, w.Total, "logs", list))
	}
	return body
}

func raw(a *array) json.RawMessage { return appendJSON(nil, a) }

// without returns the answer as an array that has the keys of the release only, and
// its dates.
func (d *dress) without(wire any, since map[string]string) *array {
	text, _ := encodeJSON(wire) // was made to be encoded
	v, _ := parseJSON(text)
	a := v.(*array)
	for key, release := range since {
		if d.before(release) {
			a.remove(key)
		}
	}
	if d.before("1.0.0") {
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
func (d *dress) format(c *call) int {
	text := c.r.Header.Get("X-Appwrite-Response-Format")
	if text == "" || d.before("0.12.0") || !d.before("1.5.0") {
		return d.release
	}
	v, _ := parseFormat(text)
	return min(v, d.release)
}

func (d *dress) user(c *call, w userWire) *array {
	a := d.without(w, userKeys)
	a.set("prefs", json.RawMessage(w.Prefs))
	if a.has("targets") {
		targets := newArray()
		for _, t := range w.Targets {
			targets.put("", d.without(t, targetKeys))
		}
		a.set("targets", targets)
	}
	if d.before("0.12.0") && !d.before("0.7.0") && c.endpoint.operation == "account.updatePrefs" && string(w.Prefs) == "{}" {
		a.set("prefs", newArray())
	}
	format := d.format(c)
	switch {
	case d.before("0.7.0"):
		return d.firstUser(c, w)
	case d.before("0.14.0"):
		d.secondUser(c, w, a, format)
	case d.before("1.0.0") && format <= mustRelease("0.11.2"):
		a.set("status", statusNumber(w.Status, w.EmailVerification))
	case format > mustRelease("0.13.4") && format <= mustRelease("0.14.0") && d.before("1.0.0") && !d.before("0.15.0"):
		a.remove("$createdAt")
		a.remove("$updatedAt")
	case format > mustRelease("0.14.0") && format <= mustRelease("0.15.3"):
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
func (d *dress) secondUser(c *call, w userWire, a *array, format int) {
	byOAuth2 := c.project.identity(func(i *identity) bool { return i.owner.id == w.ID }) != nil
	switch {
	case d.before("0.12.0"):
		a.set("status", statusNumber(w.Status, byOAuth2))
	case format <= mustRelease("0.11.2"):
		a.set("status", statusNumber(w.Status, w.EmailVerification))
	}
	if a.has("passwordUpdate") && w.PasswordUpdate == "" && !byOAuth2 {
		a.set("passwordUpdate", a.get("registration"))
	}
}

// firstUser is a user of 0.5 and 0.6: the roles are those of the caller.
func (d *dress) firstUser(c *call, w userWire) *array {
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

func (d *dress) session(c *call, w sessionWire) *array {
	if d.before("0.7.0") {
		return d.firstSession(c, w)
	}
	a := d.without(w, sessionKeys)
	format := d.format(c)
	if at, err := time.Parse(stampFormat, w.ProviderAccessTokenExpiry); err == nil && d.before("1.4.0") && !d.before("1.0.0") {
		a.set("providerAccessTokenExpiry", date(at))
	}
	if d.before("0.14.0") && !d.before("0.12.0") && c.endpoint.status == http.StatusOK {
		for _, key := range []string{"providerAccessToken", "providerRefreshToken"} {
			if last := key == "providerRefreshToken" || d.before("0.13.0"); last && a.get(key) == "" {
				a.set(key, nil)
			}
		}
	}
	switch {
	case d.before("0.13.0"):
		if d.before("0.12.0") && c.endpoint.operation == "account.getSession" {
			a.set("current", false)
		}
		a.rename("providerAccessToken", "providerToken")
	case format > mustRelease("0.11.2") && format <= mustRelease("0.12.4"):
		for _, key := range []string{"providerAccessToken", "providerAccessTokenExpiry", "providerRefreshToken"} {
			a.remove(key)
		}
		a.set("providerToken", w.ProviderAccessToken)
	case format > mustRelease("0.13.4") && format <= mustRelease("0.14.0"):
		a.remove("$createdAt")
	case format > mustRelease("0.14.0") && format <= mustRelease("0.15.3"):
		unixDates(a)
	}
	return a
}

// firstSession is a session of 0.5 and 0.6.
func (d *dress) firstSession(c *call, w sessionWire) *array {
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

func (d *dress) token(c *call, w tokenWire) *array {
	a := d.without(w, tokenKeys)
	format := d.format(c)
	switch {
	case d.before("0.7.0"):
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
	case format > mustRelease("0.13.4") && format <= mustRelease("0.14.0"):
		a.remove("$createdAt")
	case format > mustRelease("0.14.0") && format <= mustRelease("0.15.3"):
		unixDates(a)
	}
	return a
}

func (d *dress) log(c *call, w logWire) *array {
	if d.before("1.0.0") {
		w.Event = strings.NewReplacer("user.", "account.", "session.", "account.sessions.", "recovery.", "account.recovery.", "verification.", "account.verification.").Replace(w.Event)
	}
	a := d.without(w, logKeys)
	format := d.format(c)
	switch {
	case d.before("0.7.0"):
		first := newArray()
		first.set("event", w.Event)
		first.set("ip", w.IP)
		first.set("time", a.get("time"))
		firstDevice(first, w.deviceWire, w.IP)
		return first
	case format > mustRelease("0.14.0") && format <= mustRelease("0.15.3"):
		unixDates(a)
	}
	return a
}

// list returns a list in the form of the release: bare at first, then without a number,
// or with one called sum.
func (d *dress) list(c *call, total int, name string, list *array) *array {
	if d.before("0.7.0") {
		return list
	}
	a, count := newArray(), "total"
	if f := d.format(c); d.before("0.13.0") || (f > mustRelease("0.11.2") && f <= mustRelease("0.12.4")) {
		count = "sum"
	}
	if name != "logs" || !d.before("0.12.0") {
		a.set(count, int64(total))
	}
	a.set(name, list)
	return a
}

// cookieEnd is the part of a session cookie that says when the cookie ends.
func (d *dress) cookieEnd(expires string, age int) string {
	switch {
	case d.cookieDates == cookieForGood && age > 0:
		return ""
	case d.cookieDates == cookieExpiresAndAge:
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
func (d *dress) errorPage(e errorWire) []byte {
	if !d.plainPages {
		return errorPage(e)
	}
	return fmt.Appendf(nil, "<!DOCTYPE html><html lang=\"en\"><head><title>Error</title></head><body>\n<h1>Error %d</h1>\n<p>%s</p>\n</body></html>\n",
		e.Code, html.EscapeString(e.Message))
}
