package conformance

import (
	"slices"
	"strings"

	"github.com/seed17809555/appwrite/query"
)

var identityKeys = strings.Fields("$id $createdAt $updatedAt userId provider providerUid providerEmail providerAccessToken providerAccessTokenExpiry providerRefreshToken")

const noIdentities = `{"total":0,"identities":[]}`

// refusedQuery checks that the query is refused for a list of identities.
func (p *probe) refusedQuery(query string) {
	p.tb.Helper()
	p.signUp().list("/account/identities", query).is(400)
}

func init() { add("identities", identityRules) }

var identityRules = []rule{
	{"A user who never came from a provider has no identities", "recordings/1.9.6/086-identities-list-empty", 0, func(p *probe) {
		p.Equal(noIdentities, string(p.signUp().get("/account/identities").is(200).body))
	}},
	{"A guest has no identities to list", "docs/server/identities.md#listing", 0, func(p *probe) {
		p.guest().get("/account/identities").forGuests()
	}},
	{"Identities may be listed without their number, or with it", "recordings/1.9.6/073-identities-list-total-0, recordings/1.9.6/075-identities-list-total-1, recordings/1.9.6/077-identities-list-total-true", 0, func(p *probe) {
		a := p.signUp()
		for _, total := range []string{"0", "1", "true"} {
			p.Equal(noIdentities, string(a.get("/account/identities?total="+total).is(200).body))
		}
	}},
	{"Identities are found by their provider", "recordings/1.9.6/087-identities-list-queries", 0, func(p *probe) {
		r := p.signUp().list("/account/identities", query.Equal("provider", "google"), query.Limit(5)).is(200)
		p.Equal(noIdentities, string(r.body))
	}},
	{"Identities are not found by an attribute that they do not have", "recordings/1.9.6/088-identities-list-invalid-query-attribute", 0, func(p *probe) {
		p.signUp().list("/account/identities", query.Equal("nope", "google")).invalid("queries", "Invalid query: Attribute not found in schema: nope")
	}},
	{"A search for identities breaks the server", "docs/server/identities.md#queries", 0, func(p *probe) {
		a := p.signUp()
		a.list("/account/identities", query.Search("provider", "goo")).is(500)
		a.list("/account/identities", query.NotSearch("provider", "goo")).is(500)
	}},
	{"Identities are not found by createdBefore", "docs/server/identities.md#queries", 0, func(p *probe) {
		p.refusedQuery(`{"method":"createdBefore","values":["2026-01-01T00:00:00.000+00:00"]}`)
	}},
	{"Identities take no select query", "docs/server/identities.md#queries", 0, func(p *probe) {
		p.refusedQuery(query.Select("provider"))
	}},
	{"A limit of 0 for identities is refused", "docs/server/identities.md#queries", 0, func(p *probe) {
		p.refusedQuery(query.Limit(0))
	}},
	{"An equal query for identities needs a value", "docs/server/identities.md#queries", 0, func(p *probe) {
		p.refusedQuery(`{"method":"equal","attribute":"provider","values":[]}`)
	}},
	{"A hundred queries and one more are accepted for identities, and pages of a hundred thousand", "docs/server/identities.md#queries", 0, func(p *probe) {
		a := p.signUp()
		a.list("/account/identities", slices.Repeat([]string{query.Equal("provider", "google")}, 101)...).is(200)
		a.list("/account/identities", query.Limit(100_000)).is(200)
	}},
	{"Queries for identities are a list", "docs/server/identities.md#queries", 0, func(p *probe) {
		p.signUp().get("/account/identities?queries=x").is(400)
	}},
	{"An unknown identity is not deleted", "recordings/1.9.6/089-identity-delete-unknown", 0, func(p *probe) {
		p.signUp().delete("/account/identities/"+nobody).refused(404, "user_identity_not_found",
			"The identity could not be found. Please sign in with OAuth provider to create identity first.")
	}},
	{"A user who came from a provider has an identity of ten keys, in their order", "recordings/1.9.6/142-identities-list-one", oauth2, func(p *probe) {
		who := newIdentity()
		a := p.session(p.browser().signInAt("sessions", who).secret())
		r := a.get("/account/identities").is(200)
		p.Equal(identityKeys, r.keys("identities.0"))
		r.has("total", "1", "identities.0.provider", quoted(p.target.OAuth2.Provider), "identities.0.providerUid", quoted(who.ID),
			"identities.0.providerEmail", quoted(who.Email))
		p.NotEmpty(r.text("identities.0.providerAccessToken"))
		r.date("identities.0.providerAccessTokenExpiry")
	}},
	{"A list of identities without their number has them all the same", "docs/server/identities.md#listing", oauth2, func(p *probe) {
		a := p.session(p.browser().signInAt("sessions", newIdentity()).secret())
		r := a.get("/account/identities?total=0").is(200).has("total", "0")
		p.Equal(1, r.size("identities"))
	}},
	{"Two limits for identities are accepted", "docs/server/identities.md#queries", 0, func(p *probe) {
		p.Equal(noIdentities, string(p.signUp().list("/account/identities", query.Limit(1), query.Limit(2)).is(200).body))
	}},
	{"A deleted identity is gone, and the session that it made goes on", "recordings/1.9.6/148-identity-delete, recordings/1.9.6/149-identities-list-after-delete", oauth2, func(p *probe) {
		a := p.session(p.browser().signInAt("sessions", newIdentity()).secret())
		id := a.get("/account/identities").is(200).text("identities.0.$id")
		r := a.delete("/account/identities/" + id).gone()
		p.Equal("text/html", r.header.Get("Content-Type"))
		p.Equal(noIdentities, string(a.get("/account/identities").is(200).body))
	}},
	{"Another user's identity is an unknown one", "docs/server/contradicted.md#another-users-identity", oauth2, func(p *probe) {
		owner := p.session(p.browser().signInAt("sessions", newIdentity()).secret())
		id := owner.get("/account/identities").is(200).text("identities.0.$id")
		p.signUp().delete("/account/identities/"+id).is(404).has("type", `"user_identity_not_found"`)
		owner.get("/account/identities").is(200).has("total", "1")
	}},
}
