package conformance

func init() { add("consents", consentRules) }

var consentRules = []rule{
	{"Consents belong to Appwrite Cloud: elsewhere their paths are unknown", "recordings/1.9.6/091-consents-list-not-in-open-source, docs/server/consents.md#only-in-appwrite-cloud", 0, func(p *probe) {
		a := p.signUp()
		for _, path := range []string{"/account/consents", "/account/consents/c", "/account/consents/c/tokens", "/account/consents/c/tokens/t"} {
			a.get(path).page(404, "general_route_not_found")
		}
		a.delete("/account/consents/c").page(404, "general_route_not_found")
		a.delete("/account/consents/c/tokens/t").page(404, "general_route_not_found")
		a.get("/account").is(200)
	}},
}
