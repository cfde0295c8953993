package appwritetest

import (
	"slices"
	"strings"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"

	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
)

// prepare does to the parameters of a call what the release does.
func (s *serverRelease) prepare(c *call) {
	p := c.params
	p.server, p.format = s, s.format(c)
	for _, name := range slices.Clone(p.values.Keys) {
		v := p.values.Get(name)
		if (v == "" && s.is(emptyIsAbsent)) || (v == nil && s.is(nullIsAbsent)) {
			p.values.Remove(name)
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
func ignore(name string) prepareFunc { return func(p *params) { p.values.Remove(name) } }

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
func makeID(name string) prepareFunc { return func(p *params) { p.values.Set(name, uniqueID) } }

// makeIDForOldFormats makes an ID for callers of the time before they sent one.
func makeIDForOldFormats(p *params) {
	if p.format < release.V0_12 && !p.values.Has("userId") {
		p.values.Set("userId", uniqueID)
	}
}

// demand is for a parameter that has become optional.
func demand(name string) prepareFunc {
	return func(p *params) { p.also = append(p.also, func(p *params) { p.required(name) }) }
}

// refuseNull is for a parameter whose null does not pass the checks.
func refuseNull(name string) prepareFunc {
	return func(p *params) {
		if p.values.Has(name) && p.values.Get(name) == nil {
			p.values.Set(name, false) // as little a string as null
		}
	}
}

func noPrefsAreEmpty(p *params) {
	if p.values.Get("prefs") == nil {
		p.values.Set("prefs", php.NewArray())
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
		if p.err == nil && again != p.values.Get(p.spelled("password")) {
			p.err = errPasswordMismatch
		}
	})
}

// uidReason says what is wrong with an ID.
func (s *serverRelease) uidReason() string {
	if s.is(shortReasons) {
		return "Invalid UID format"
	}
	return uidReason
}

// hostReason says why a link may not lead where it does.
func (s *serverRelease) hostReason(reason string, p *project) string {
	if reason == "" || !s.is(hostsByName) {
		return reason
	}
	return "URL host must be one of: " + strings.Join(p.hosts, ", ")
}

// commonPasswordReason is the server's text, slip of the pen included.
const commonPasswordReason = "Password must be between 8 and 265 characters long, and should not be one of the commonly used password."

// commonPassword tells why a password is not taken that many have.
func (s *serverRelease) commonPassword() string {
	if s.password != nil {
		return s.password.reason
	}
	return commonPasswordReason
}

// noQuery says what is wrong with a query, on servers whose queries are written as calls.
func (s *serverRelease) noQuery() string {
	if s.is(plainReasons) {
		return "Invalid query method: "
	}
	return "Invalid query: Invalid query"
}

func (s *serverRelease) longestName() int {
	if s.before(release.V0_7) {
		return 100
	}
	return 128
}

// providersSince are the OAuth2 providers that not all releases have, and which were seen with
// them.
var providersSince = map[models.OAuthProvider]releases{
	models.OAuthProviderApple: since(release.V0_6), models.OAuthProviderBox: since(release.V0_7), models.OAuthProviderPayPalSandbox: since(release.V0_7),
	models.OAuthProviderTradeshift: since(release.V0_7), models.OAuthProviderTradeshiftBox: since(release.V0_7), models.OAuthProviderWordPress: since(release.V0_7),
	models.OAuthProviderYammer: since(release.V0_12), models.OAuthProviderNotion: since(release.V0_13), models.OAuthProviderStripe: since(release.V0_13),
	models.OAuthProviderAuth0: since(release.V0_15), models.OAuthProviderAutodesk: since(release.V0_15), models.OAuthProviderDailymotion: since(release.V0_15),
	models.OAuthProviderOkta: since(release.V0_15), models.OAuthProviderZoom: since(release.V0_15), models.OAuthProviderAuthentik: since(release.V1_0),
	models.OAuthProviderDisqus: since(release.V1_0), models.OAuthProviderEtsy: since(release.V1_0), models.OAuthProviderPodio: since(release.V1_0),
	models.OAuthProviderOIDC: since(release.V1_4), models.OAuthProviderZoho: since(release.V1_5), models.OAuthProviderFigma: since(release.V1_6),
	models.OAuthProviderFusionAuth: since(release.V1_9_6), models.OAuthProviderKeycloak: since(release.V1_9_6), models.OAuthProviderKick: since(release.V1_9_6), models.OAuthProviderX: since(release.V1_9_6),
}

// hasProvider reports whether the release knows the OAuth2 provider.
func (s *serverRelease) hasProvider(key models.OAuthProvider) bool {
	in, limited := providersSince[key]
	return !limited || s.is(in)
}

// crash is what becomes of preferences that are too large, where that is not checked.
func (s *serverRelease) crash() *apiError {
	switch {
	case s.is(diesOfSize):
		return errDied
	case s.is(failsOfSize):
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
func (s *serverRelease) passwordRules() PasswordRules {
	if s.password == nil {
		return PasswordRules{MinLength: minPassword}
	}
	return PasswordRules{MinLength: s.password.least, old: s.password}
}
