package conformance

import (
	"strings"

	"github.com/seed17809555/appwrite/query"
)

var logKeys = strings.Fields("event userId userEmail userName mode userType ip time osCode osName osVersion clientType clientCode clientName " +
	"clientVersion clientEngine clientEngineVersion deviceName deviceBrand deviceModel countryCode countryName")

// logged returns the list of logs once it has n entries. The server writes an entry after it
// has answered, so that the list may lag behind.
func (a account) logged(n int) answer {
	a.p.tb.Helper()
	enough := func(r answer) bool { return r.is(200).size("logs") >= n }
	r := a.p.eventually(func() answer { return a.get("/account/logs") }, enough)
	a.p.True(enough(r), r)
	return r
}

// busy signs up a user with six entries in the log.
func (p *probe) busy() account {
	p.tb.Helper()
	a := p.signUp()
	for _, name := range []string{"One", "Two", "Three", "Four"} {
		a.patch("/account/name", obj{"name": name}).is(200)
	}
	a.logged(6)
	return a
}

// wrongLogQuery checks that the query is refused for a list of logs.
func (p *probe) wrongLogQuery(text, reason string) {
	p.tb.Helper()
	p.signUp().get("/account/logs?"+queries(text)).invalid("queries", reason)
}

func init() { add("logs", logRules) }

var logRules = []rule{
	{"Logs are listed with their number, and have 22 keys, in their order", "recordings/1.9.6/069-logs-list", 0, func(p *probe) {
		r := p.signUp().logged(2)
		p.Equal([]string{"total", "logs"}, r.keys(""))
		p.Equal(logKeys, r.keys("logs.0"))
		r.has("total", "2")
	}},
	{"What a user did is in the log, the newest first", "recordings/1.9.6/069-logs-list", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/name", obj{"name": "New Name"}).is(200)
		a.patch("/account/sessions/current", nil).is(200)
		a.delete("/account/sessions/" + a.signedIn().get("/account/sessions/current").is(200).text("$id")).gone()
		r := a.logged(6)
		var events []string
		for i := range []string{"0", "1", "2", "3", "4", "5"} {
			events = append(events, r.text("logs."+string(rune('0'+i))+".event"))
		}
		p.Equal([]string{"session.delete", "session.create", "session.update", "user.update", "session.create", "user.create"}, events)
	}},
	{"A log entry has the name that the user had then", "recordings/1.9.6/069-logs-list", 0, func(p *probe) {
		a := p.signUp()
		a.patch("/account/name", obj{"name": "New Name"}).is(200)
		a.logged(3).has("logs.0.userName", `"New Name"`, "logs.0.userEmail", quoted(a.email), "logs.0.userId", quoted(a.id), "logs.2.userName", `""`)
	}},
	{"A log entry says that a user made the call", "recordings/1.9.6/069-logs-list", 0, func(p *probe) {
		p.signUp().logged(2).has("logs.0.mode", `"default"`, "logs.0.userType", `"user"`)
	}},
	{"A log entry's time is to the second", "recordings/1.9.6/069-logs-list", 0, func(p *probe) {
		r := p.signUp().logged(2)
		r.date("logs.0.time")
		p.Regexp(`:\d\d\.000\+00:00$`, r.text("logs.0.time"))
	}},
	{"A page of logs has as many entries as the limit says, from the offset on", "recordings/1.9.6/070-logs-list-limit-offset", 0, func(p *probe) {
		a := p.busy()
		r := a.list("/account/logs", query.Limit(2), query.Offset(1)).is(200)
		p.Equal(2, r.size("logs"))
		r.has("total", "6", "logs.0.userName", `"Three"`, "logs.1.userName", `"Two"`)
	}},
	{"A page of logs has 25 entries, if nothing else is asked for", "docs/server/logs.md#listing", 0, func(p *probe) {
		a := p.signUp()
		for range 25 {
			a.patch("/account/name", obj{"name": "Again"}).is(200)
		}
		r := p.eventually(func() answer { return a.get("/account/logs") }, func(r answer) bool { return r.is(200).json("total") == "27" })
		r.has("total", "27")
		p.Equal(25, r.size("logs"))
	}},
	{"With total=false the logs are counted all the same", "recordings/1.9.6/071-logs-list-total-false", 0, func(p *probe) {
		r := p.busy().get("/account/logs?total=false&"+queries(query.Limit(1))).is(200).has("total", "6")
		p.Equal(1, r.size("logs"))
	}},
	{"With total=0 the logs are not counted", "recordings/1.9.6/072-logs-list-total-0", 0, func(p *probe) {
		r := p.busy().get("/account/logs?total=0").is(200).has("total", "0")
		p.Equal(6, r.size("logs"))
	}},
	{"With total=1 or total=true the logs are counted", "recordings/1.9.6/074-logs-list-total-1, recordings/1.9.6/076-logs-list-total-true", 0, func(p *probe) {
		a := p.busy()
		a.get("/account/logs?total=1").is(200).has("total", "6")
		a.get("/account/logs?total=true").is(200).has("total", "6")
	}},
	{"Other values of total are refused", "recordings/1.9.6/078-logs-list-total-False, recordings/1.9.6/080-logs-list-total-empty", 0, func(p *probe) {
		a := p.signUp()
		a.get("/account/logs?total=False").invalid("total", wrongBoolean)
		a.get("/account/logs?total=").invalid("total", wrongBoolean)
	}},
	{"Logs are not found by an attribute", "recordings/1.9.6/082-logs-list-query-not-allowed", 0, func(p *probe) {
		p.wrongLogQuery(query.Equal("event", "x"), "Invalid query method: equal")
	}},
	{"Queries in the old form are refused", "recordings/1.9.6/083-logs-list-query-old-syntax", 0, func(p *probe) {
		p.wrongLogQuery("limit(2)", "Invalid query: Invalid query: Syntax error")
	}},
	{"A query that is not JSON is refused", "recordings/1.9.6/084-logs-list-query-invalid-json", 0, func(p *probe) {
		p.wrongLogQuery("{bad", "Invalid query: Invalid query: Syntax error")
	}},
	{"Queries for logs are a list", "recordings/1.9.6/085-logs-list-query-not-array", 0, func(p *probe) {
		p.signUp().get("/account/logs?queries=x").invalid("queries", "Queries must be an array")
	}},
	{"Queries in the old form are understood in the old format", "recordings/1.9.6/244-logs-list-query-old-syntax-format-1.4.0", 0, func(p *probe) {
		r := p.busy().with("X-Appwrite-Response-Format", "1.4.0").get("/account/logs?"+queries("limit(2)")).is(200).has("total", "6")
		p.Equal(2, r.size("logs"))
	}},
	{"The elements of a list of queries may be numbered", "recordings/1.9.6/244-logs-list-query-old-syntax-format-1.4.0, docs/server/parameters.md#queries", 0, func(p *probe) {
		a := p.busy()
		r := a.get("/account/logs?queries%5B0%5D=" + `%7B%22method%22:%22limit%22,%22values%22:%5B2%5D%7D`).is(200)
		p.Equal(2, r.size("logs"))
	}},
	{"Logs in the old format have all their keys", "recordings/1.9.6/237-logs-list-format-1.4.0", 0, func(p *probe) {
		a := p.signUp()
		a.logged(2)
		p.Equal(logKeys, a.with("X-Appwrite-Response-Format", "1.4.0").get("/account/logs").is(200).keys("logs.0"))
	}},
	{"A user's log has nothing of others", "recordings/1.9.6/069-logs-list", 0, func(p *probe) {
		a := p.signUp()
		p.signUp()
		a.logged(2).has("total", "2", "logs.0.userId", quoted(a.id), "logs.1.userId", quoted(a.id))
	}},
	{"A guest has no log", "docs/server/logs.md#listing", 0, func(p *probe) {
		p.guest().get("/account/logs").forGuests()
	}},
	{"The deletion of a push target is in the log", "recordings/1.9.6/237-logs-list-format-1.4.0", 0, func(p *probe) {
		a := p.signUp()
		id := a.post("/account/targets/push", newTarget()).is(201).text("$id")
		a.delete("/account/targets/" + id + "/push").gone()
		r := p.eventually(func() answer { return a.get("/account/logs") }, func(r answer) bool {
			return r.is(200).size("logs") > 0 && r.text("logs.0.event") == "target.delete"
		})
		r.has("logs.0.event", `"target.delete"`)
	}},
	{"The start and the end of a recovery are in the log", "recordings/1.9.6/237-logs-list-format-1.4.0", mail, func(p *probe) {
		a := p.register()
		p.guest().put("/account/recovery", reset(a.recover())).is(200)
		a.password = newPassword
		r := a.signedIn().logged(4)
		r.has("logs.0.event", `"session.create"`, "logs.1.event", `"recovery.update"`, "logs.2.event", `"recovery.create"`)
	}},
	{"The start and the end of a verification are in the log", "recordings/1.9.6/237-logs-list-format-1.4.0", mail, func(p *probe) {
		a := p.signUp()
		a.confirm()
		a.logged(4).has("logs.0.event", `"verification.update"`, "logs.1.event", `"verification.create"`)
	}},
}
