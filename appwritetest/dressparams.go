package appwritetest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed17809555/appwrite/models"
)

// prepare does to the parameters of a call what the release does.
func (d *dress) prepare(c *call) {
	if !d.old() {
		return
	}
	p := c.params
	p.dress, p.format = d, d.format(c)
	for _, name := range slices.Clone(p.values.keys) {
		v := p.values.get(name)
		if (v == "" && d.emptyIsAbsent) || (v == nil && d.nullIsAbsent) {
			p.values.remove(name)
		}
	}
	if c.endpoint != nil {
		for _, change := range c.endpoint.prepare {
			change(p)
		}
	}
}

// What older releases do to parameters before they are read.

type prepareFunc = func(*params)

func prepare(list ...prepareFunc) []prepareFunc { return list }

// ignore takes a parameter for not sent that the release does not know.
func ignore(name string) prepareFunc { return func(p *params) { p.values.remove(name) } }

// spell is for a parameter that had another name.
func spell(name, before string) prepareFunc {
	return func(p *params) {
		if p.spelling == nil {
			p.spelling = map[string]string{}
		}
		p.spelling[name] = before
	}
}

// makeID has the server make an ID, whatever was sent.
func makeID(name string) prepareFunc { return func(p *params) { p.values.set(name, uniqueID) } }

// makeIDForOldFormats makes an ID for callers of the time before they sent one.
func makeIDForOldFormats(p *params) {
	if p.format < mustRelease("0.12.0") && !p.values.has("userId") {
		p.values.set("userId", uniqueID)
	}
}

// demand is for a parameter that has become optional.
func demand(name string) prepareFunc {
	return func(p *params) { p.also = append(p.also, func(p *params) { p.required(name) }) }
}

// refuseNull is for a parameter whose null does not pass the checks.
func refuseNull(name string) prepareFunc {
	return func(p *params) {
		if p.values.has(name) && p.values.get(name) == nil {
			p.values.set(name, false) // as little a string as null
		}
	}
}

func noPrefsAreEmpty(p *params) {
	if p.values.get("prefs") == nil {
		p.values.set("prefs", newArray())
	}
}

// checkOldPassword is for the time when it had to be one that could be set.
func checkOldPassword(p *params) {
	p.also = append(p.also, func(p *params) {
		if _, sent := p.optional("oldPassword"); sent {
			p.password("oldPassword")
		}
	})
}

func checkPasswordAgain(p *params) {
	p.also = append(p.also, func(p *params) {
		again, _ := p.required("passwordAgain")
		if p.err == nil && again != p.values.get(p.spelled("password")) {
			p.err = errPasswordMismatch
		}
	})
}

// uidReason tells why an ID is none.
func (d *dress) uidReason() string {
	if d.shortReasons {
		return "Invalid UID format"
	}
	return uidReason
}

// hostReason tells why a link may not lead where it does.
func (d *dress) hostReason(reason string, p *project) string {
	if reason == "" || !d.hostsByName {
		return reason
	}
	return "URL host must be one of: " + strings.Join(p.hosts, ", ")
}

// commonPassword tells why a password is not taken that many have.
func (d *dress) commonPassword() string {
	if d.password != nil {
		return d.password.reason
	}
	// The server's text, slip of the pen included.
	return "Password must be between 8 and 265 characters long, and should not be one of the commonly used password."
}

// noQuery tells why a text is no query, where queries are written as calls.
func (d *dress) noQuery() string {
	if d.plainReasons {
		return "Invalid query method: "
	}
	return "Invalid query: Invalid query"
}

func (d *dress) longestName() int { return cmp.Or(d.nameLimit, 128) }

// providersSince are the OAuth2 providers that came after 0.5, and the first release
// that was seen with them.
var providersSince = map[models.OAuthProvider]string{
	models.OAuthProviderApple: "0.6.0", models.OAuthProviderBox: "0.7.0", models.OAuthProviderPayPalSandbox: "0.7.0",
	models.OAuthProviderTradeshift: "0.7.0", models.OAuthProviderTradeshiftBox: "0.7.0", models.OAuthProviderWordPress: "0.7.0",
	models.OAuthProviderYammer: "0.12.0", models.OAuthProviderNotion: "0.13.0", models.OAuthProviderStripe: "0.13.0",
	models.OAuthProviderAuth0: "0.15.0", models.OAuthProviderAutodesk: "0.15.0", models.OAuthProviderDailymotion: "0.15.0",
	models.OAuthProviderOkta: "0.15.0", models.OAuthProviderZoom: "0.15.0", models.OAuthProviderAuthentik: "1.0.0",
	models.OAuthProviderDisqus: "1.0.0", models.OAuthProviderEtsy: "1.0.0", models.OAuthProviderPodio: "1.0.0",
	models.OAuthProviderOIDC: "1.4.0", models.OAuthProviderZoho: "1.5.0", models.OAuthProviderFigma: "1.6.0",
	models.OAuthProviderFusionAuth: "1.9.6", models.OAuthProviderKeycloak: "1.9.6", models.OAuthProviderKick: "1.9.6", models.OAuthProviderX: "1.9.6",
}

// hasProvider reports whether the release knows the OAuth2 provider.
func (d *dress) hasProvider(key models.OAuthProvider) bool {
	since := providersSince[key]
	return !d.old() || since == "" || !d.before(since)
}

// crash is what becomes of preferences that are too large, where that is not checked.
func (d *dress) crash() *apiError {
	switch {
	case d.diesOfSize:
		return errDied
	case d.failsOfSize:
		return errServer
	}
	return nil
}

// passwordRange is what older releases ask of a password.
type passwordRange struct {
	least, most int // in bytes
	reason      string
}

// rules are those for a password that a user has already.
func (d *dress) passwordRules() PasswordRules {
	if d.password == nil {
		return PasswordRules{MinLength: minPassword}
	}
	return PasswordRules{MinLength: d.password.least, old: d.password}
}
