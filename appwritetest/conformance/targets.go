package conformance

// newTarget returns the body of a request to make a push target.
func newTarget() obj { return obj{"targetId": "unique()", "identifier": "token-" + unique()} }

func (r answer) noSuchTarget() answer {
	r.p.tb.Helper()
	return r.refused(404, "user_target_not_found", "The target could not be found.")
}

func init() { add("targets", targetRules) }

var targetRules = []rule{
	{"A new push target is answered with 201 and nine keys, in their order", "recordings/1.9.6/202-target-push-create", 0, func(p *probe) {
		a, body := p.signUp(), newTarget()
		r := a.post("/account/targets/push", body).is(201)
		p.Equal(targetKeys, r.keys(""))
		r.has("userId", quoted(a.id), "providerType", `"push"`, "providerId", "null", "identifier", quoted(body["identifier"].(string)), "expired", "false")
		r.date("$createdAt")
	}},
	{"A push target of an unknown device has a space for a name", "recordings/1.9.6/202-target-push-create", 0, func(p *probe) {
		p.signUp().post("/account/targets/push", newTarget()).is(201).has("name", `" "`)
	}},
	{"A push target may have an ID of the caller's own", "docs/server/targets.md#creating-one", 0, func(p *probe) {
		id := unique()
		body := newTarget()
		body["targetId"] = id
		p.signUp().post("/account/targets/push", body).is(201).has("$id", quoted(id))
	}},
	{"A push target's ID is used once", "recordings/1.9.6/203-target-push-create-duplicate", 0, func(p *probe) {
		a := p.signUp()
		body := newTarget()
		body["targetId"] = a.post("/account/targets/push", newTarget()).is(201).text("$id")
		a.post("/account/targets/push", body).refused(409, "user_target_already_exists", "A target with the same ID already exists.")
	}},
	{"A push target keeps a provider that does not exist", "recordings/1.9.6/204-target-push-create-unknown-provider", 0, func(p *probe) {
		body := newTarget()
		body["providerId"] = "nope"
		p.signUp().post("/account/targets/push", body).is(201).has("providerId", `"nope"`)
	}},
	{"A push target needs an ID and an identifier", "docs/server/targets.md#creating-one", 0, func(p *probe) {
		a := p.signUp()
		a.post("/account/targets/push", obj{"identifier": "token-" + unique()}).missing("targetId")
		a.post("/account/targets/push", obj{"targetId": "unique()"}).missing("identifier")
	}},
	{"A push target's identifier is changed, and its date with it", "recordings/1.9.6/205-target-push-update", 0, func(p *probe) {
		a := p.signUp()
		made := a.post("/account/targets/push", newTarget()).is(201)
		identifier := "token-" + unique()
		r := p.later("$updatedAt", made, func() answer {
			return a.put("/account/targets/"+made.text("$id")+"/push", obj{"identifier": identifier})
		})
		p.Equal(targetKeys, r.keys(""))
		r.has("$id", made.json("$id"), "identifier", quoted(identifier), "$createdAt", made.json("$createdAt"))
	}},
	{"Push targets are in the user, after that of the address", "recordings/1.9.6/206-account-get-with-push-target", 0, func(p *probe) {
		a := p.signUp()
		first := a.post("/account/targets/push", newTarget()).is(201)
		second := a.post("/account/targets/push", newTarget()).is(201)
		a.get("/account").is(200).has("targets.0.providerType", `"email"`, "targets.1.$id", first.json("$id"), "targets.2.$id", second.json("$id"))
	}},
	{"A deleted push target is gone from the user", "recordings/1.9.6/207-target-push-delete", 0, func(p *probe) {
		a := p.signUp()
		id := a.post("/account/targets/push", newTarget()).is(201).text("$id")
		r := a.delete("/account/targets/" + id + "/push").gone()
		p.Equal("text/html", r.header.Get("Content-Type"))
		p.Equal(1, a.get("/account").is(200).size("targets"))
	}},
	{"A push target is deleted once", "recordings/1.9.6/208-target-push-delete-again", 0, func(p *probe) {
		a := p.signUp()
		id := a.post("/account/targets/push", newTarget()).is(201).text("$id")
		a.delete("/account/targets/" + id + "/push").gone()
		a.delete("/account/targets/" + id + "/push").noSuchTarget()
	}},
	{"An unknown push target is not changed", "docs/server/targets.md#changing-and-deleting", 0, func(p *probe) {
		p.signUp().put("/account/targets/"+nobody+"/push", obj{"identifier": "token"}).noSuchTarget()
	}},
	{"Another user's push target is an unknown one", "docs/server/targets.md#changing-and-deleting", 0, func(p *probe) {
		owner := p.signUp()
		id := owner.post("/account/targets/push", newTarget()).is(201).text("$id")
		p.signUp().delete("/account/targets/" + id + "/push").noSuchTarget()
		p.Equal(2, owner.get("/account").is(200).size("targets"))
	}},
	{"A push target ends with the session that made it", "docs/server/targets.md#its-end", 0, func(p *probe) {
		a := p.signUp()
		other := a.signedIn()
		other.post("/account/targets/push", newTarget()).is(201)
		other.delete("/account/sessions/current").gone()
		r := p.eventually(func() answer { return a.get("/account") }, func(r answer) bool { return r.is(200).size("targets") == 1 })
		p.Equal(1, r.size("targets"))
	}},
	{"A guest makes no push target", "docs/server/targets.md#callers", 0, func(p *probe) {
		p.guest().post("/account/targets/push", newTarget()).refused(401, "general_unauthorized_scope", `User (role: guests) missing scopes (["targets.write"])`)
	}},
}
