package conformance

import "strings"

const noObject = "Value must be a valid object."

// keeps checks that preferences come back as kept. Both are JSON.
func (p *probe) keeps(sent, kept string) {
	p.tb.Helper()
	a := p.signUp()
	a.patch("/account/prefs", `{"prefs":`+sent+`}`).is(200).has("prefs", kept)
	p.Equal(kept, string(a.get("/account/prefs").is(200).body))
}

// refusesPrefs checks that the preferences are refused, and that the old ones stay.
func (p *probe) refusesPrefs(sent string) {
	p.tb.Helper()
	a := p.signUp()
	a.patch("/account/prefs", obj{"prefs": obj{"theme": "dark"}}).is(200)
	a.patch("/account/prefs", `{"prefs":`+sent+`}`).invalid("prefs", noObject)
	p.Equal(`{"theme":"dark"}`, string(a.get("/account/prefs").is(200).body))
}

func init() { add("prefs", prefsRules) }

var prefsRules = []rule{
	{"A new user's preferences are an empty object", "recordings/1.9.6/050-prefs-get-empty", 0, func(p *probe) {
		p.Equal("{}", string(p.signUp().get("/account/prefs").is(200).body))
	}},
	{"New preferences are answered with the user", "recordings/1.9.6/051-prefs-update", 0, func(p *probe) {
		a := p.signUp()
		r := a.patch("/account/prefs", obj{"prefs": obj{"theme": "dark"}}).is(200)
		p.Equal(userKeys, r.keys(""))
		r.has("$id", quoted(a.id), "prefs", `{"theme":"dark"}`)
	}},
	{"Preferences keep strings, numbers, booleans, null, lists, and the order of keys", "recordings/1.9.6/052-prefs-get", 0, func(p *probe) {
		const sent = `{"theme":"dark","n":1,"f":1.5,"b":true,"nul":null,"arr":[1,"two"],"obj":{"a":"b"}}`
		p.keeps(sent, sent)
	}},
	{"Preferences are in the user", "recordings/1.9.6/053-account-get-with-prefs", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/prefs", obj{"prefs": obj{"theme": "dark"}}).is(200)
		a.get("/account").is(200).has("prefs", `{"theme":"dark"}`)
	}},
	{"New preferences replace the old ones", "recordings/1.9.6/051-prefs-update, recordings/1.9.6/054-prefs-update-empty-object", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/prefs", obj{"prefs": obj{"theme": "dark"}}).is(200)
		a.patch("/account/prefs", obj{"prefs": obj{"lang": "de"}}).is(200).has("prefs", `{"lang":"de"}`)
	}},
	{"Empty preferences take the old ones away", "recordings/1.9.6/054-prefs-update-empty-object, recordings/1.9.6/055-prefs-get-after-empty", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/prefs", obj{"prefs": obj{"theme": "dark"}}).is(200)
		a.patch("/account/prefs", obj{"prefs": obj{}}).is(200).has("prefs", "{}")
		p.Equal("{}", string(a.get("/account/prefs").is(200).body))
	}},
	{"An empty object in preferences becomes a list", "recordings/1.9.6/051-prefs-update", 0, func(p *probe) {
		p.keeps(`{"obj":{"a":{}}}`, `{"obj":{"a":[]}}`)
	}},
	{"A decimal that is whole becomes an integer in preferences", "docs/server/prefs.md#what-comes-back", 0, func(p *probe) {
		p.keeps(`{"n":1.0}`, `{"n":1}`)
	}},
	{"An integer beyond 64 bits becomes a decimal in preferences", "docs/server/prefs.md#what-comes-back", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/prefs", `{"prefs":{"n":18446744073709551616}}`).is(200)
		p.Regexp(`^\{"n":1\.8446744073709552[eE]\+19\}$`, string(a.get("/account/prefs").is(200).body))
	}},
	{"The largest integer of 64 bits is kept in preferences", "docs/server/prefs.md#what-comes-back", 0, func(p *probe) {
		p.keeps(`{"n":9223372036854775807}`, `{"n":9223372036854775807}`)
	}},
	{"Slashes in preferences are escaped, other scripts are not", "docs/server/prefs.md#what-comes-back", 0, func(p *probe) {
		p.keeps(`{"a\/b":"ü中\/"}`, `{"a\/b":"ü中\/"}`)
	}},
	{"A string is refused as preferences", "recordings/1.9.6/056-prefs-update-not-object", 0, func(p *probe) {
		p.refusesPrefs(`"str"`)
	}},
	{"A list is refused as preferences", "docs/server/prefs.md#what-is-accepted", 0, func(p *probe) {
		p.refusesPrefs(`["a","b"]`)
	}},
	{"An object with keys like those of a list is refused as preferences", "docs/server/prefs.md#what-is-accepted", 0, func(p *probe) {
		p.refusesPrefs(`{"0":"a","1":"b"}`)
	}},
	{"Other keys of digits are accepted in preferences", "docs/server/prefs.md#what-is-accepted", 0, func(p *probe) {
		p.keeps(`{"1":"a","2":"b"}`, `{"1":"a","2":"b"}`)
	}},
	{"Preferences of more than 64 kB are refused", "recordings/1.9.6/057-prefs-update-too-large", 0, func(p *probe) {
		p.refusesPrefs(`{"big":"` + strings.Repeat("x", 70_000) + `"}`)
	}},
	{"Preferences of just under 64 kB are accepted", "docs/server/prefs.md#what-is-accepted", 0, func(p *probe) {
		big := `{"big":"` + strings.Repeat("x", 65_000) + `"}`
		p.keeps(big, big)
	}},
	{"An empty list is accepted as empty preferences", "docs/server/prefs.md#what-is-accepted", 0, func(p *probe) {
		p.keeps(`[]`, `{}`)
	}},
	{"A change of preferences needs preferences", "recordings/1.9.6/058-prefs-update-missing", 0, func(p *probe) {
		p.signUp().patch("/account/prefs", obj{}).missing("prefs")
	}},
	{"A guest has no preferences", "docs/server/prefs.md#reading-and-replacing", 0, func(p *probe) {
		p.guest().get("/account/prefs").forGuests()
	}},
}
