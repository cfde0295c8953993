package conformance

import "strings"

const noObject = "Value must be a valid object."

// keeps checks what becomes of preferences, both as JSON.
func (p *probe) keeps(sent, kept string) {
	p.tb.Helper()
	a := p.signUp()
	a.patch("/account/prefs", `{"prefs":`+sent+`}`).is(200).has("prefs", kept)
	p.Equal(kept, string(a.get("/account/prefs").is(200).body))
}

// refusesPrefs checks that they are none, and leave those that were there.
func (p *probe) refusesPrefs(sent string) {
	p.tb.Helper()
	a := p.signUp()
	a.patch("/account/prefs", obj{"prefs": obj{"theme": "dark"}}).is(200)
	a.patch("/account/prefs", `{"prefs":`+sent+`}`).invalid("prefs", noObject)
	p.Equal(`{"theme":"dark"}`, string(a.get("/account/prefs").is(200).body))
}

var prefsRules = []rule{
	{"A new user's preferences are an empty object", "recordings/050", 0, func(p *probe) {
		p.Equal("{}", string(p.signUp().get("/account/prefs").is(200).body))
	}},
	{"New preferences are answered with the user", "recordings/051", 0, func(p *probe) {
		a := p.signUp()
		r := a.patch("/account/prefs", obj{"prefs": obj{"theme": "dark"}}).is(200)
		p.Equal(userKeys, r.keys(""))
		r.has("$id", quoted(a.id), "prefs", `{"theme":"dark"}`)
	}},
	{"Preferences keep strings, numbers, booleans, null, lists, and the order of keys", "recordings/052", 0, func(p *probe) {
		const sent = `{"theme":"dark","n":1,"f":1.5,"b":true,"nul":null,"arr":[1,"two"],"obj":{"a":"b"}}`
		p.keeps(sent, sent)
	}},
	{"Preferences are in the user", "recordings/053", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/prefs", obj{"prefs": obj{"theme": "dark"}}).is(200)
		a.get("/account").is(200).has("prefs", `{"theme":"dark"}`)
	}},
	{"New preferences replace the old ones", "recordings/051, 054", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/prefs", obj{"prefs": obj{"theme": "dark"}}).is(200)
		a.patch("/account/prefs", obj{"prefs": obj{"lang": "de"}}).is(200).has("prefs", `{"lang":"de"}`)
	}},
	{"Empty preferences take the old ones away", "recordings/054, 055", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/prefs", obj{"prefs": obj{"theme": "dark"}}).is(200)
		a.patch("/account/prefs", obj{"prefs": obj{}}).is(200).has("prefs", "{}")
		p.Equal("{}", string(a.get("/account/prefs").is(200).body))
	}},
	{"An empty object in preferences becomes a list", "recordings/051", 0, func(p *probe) {
		p.keeps(`{"obj":{"a":{}}}`, `{"obj":{"a":[]}}`)
	}},
	{"A decimal that is whole becomes an integer in preferences", `observed-1.9.6.md "Prefs"`, 0, func(p *probe) {
		p.keeps(`{"n":1.0}`, `{"n":1}`)
	}},
	{"An integer beyond 64 bits becomes a decimal in preferences", `observed-1.9.6.md "Prefs"`, 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/prefs", `{"prefs":{"n":18446744073709551616}}`).is(200)
		p.Regexp(`^\{"n":1\.8446744073709552[eE]\+19\}$`, string(a.get("/account/prefs").is(200).body))
	}},
	{"The largest integer of 64 bits is kept in preferences", `observed-1.9.6.md "Prefs"`, 0, func(p *probe) {
		p.keeps(`{"n":9223372036854775807}`, `{"n":9223372036854775807}`)
	}},
	{"Slashes in preferences are escaped, other scripts are not", "models.md §1", 0, func(p *probe) {
		p.keeps(`{"a\/b":"ü中\/"}`, `{"a\/b":"ü中\/"}`)
	}},
	{"A string is no preferences", "recordings/056", 0, func(p *probe) {
		p.refusesPrefs(`"str"`)
	}},
	{"A list is no preferences", `observed-1.9.6.md "Prefs"`, 0, func(p *probe) {
		p.refusesPrefs(`["a","b"]`)
	}},
	{"An object with keys like those of a list is no preferences", `observed-1.9.6.md "Prefs keys"`, 0, func(p *probe) {
		p.refusesPrefs(`{"0":"a","1":"b"}`)
	}},
	{"Other keys of digits are preferences", `observed-1.9.6.md "Prefs keys"`, 0, func(p *probe) {
		p.keeps(`{"1":"a","2":"b"}`, `{"1":"a","2":"b"}`)
	}},
	{"More than 64 kB are no preferences", "recordings/057", 0, func(p *probe) {
		p.refusesPrefs(`{"big":"` + strings.Repeat("x", 70_000) + `"}`)
	}},
	{"Just under 64 kB are preferences", "models.md §4", 0, func(p *probe) {
		big := `{"big":"` + strings.Repeat("x", 65_000) + `"}`
		p.keeps(big, big)
	}},
	{"An empty list is empty preferences", "operations.md §2.1 9", 0, func(p *probe) {
		p.keeps(`[]`, `{}`)
	}},
	{"New preferences need preferences", "recordings/058", 0, func(p *probe) {
		p.signUp().patch("/account/prefs", obj{}).missing("prefs")
	}},
	{"A guest has no preferences", "operations.md §2.1 8", 0, func(p *probe) {
		p.guest().get("/account/prefs").forGuests()
	}},
}
