// Package query builds the query strings that list calls take: filters, order and pages.
//
//	account.ListIdentities(ctx, appwrite.ListParams{Queries: []string{
//		query.Equal("provider", "github", "google"),
//		query.CreatedAfter(time.Now().AddDate(0, -1, 0)),
//		query.Limit(50),
//	}})
//
// Every function returns one query in the JSON form of servers since 1.5:
//
//	{"method":"equal","attribute":"provider","values":["github","google"]}
//
// A client that is set to an older server sends it in the form of its time: for 1.0 to 1.4 as
// equal("provider", ["github","google"]), for 0.12 to 0.15, which know [Limit] and [Offset]
// alone, as the parameters limit and offset. What that form lacks, such as [And], is refused.
//
// Which queries and attributes a list takes is the server's decision: logs take
// only [Limit] and [Offset];
// identities take order, cursors, pages and filters on userId, provider,
// providerUid, providerEmail, providerAccessTokenExpiry, $id, $createdAt,
// $updatedAt and $sequence, but neither [Select] nor [Search]. The documented
// bound is 100 queries of 4,096 characters each.
//
// # What cannot be sent
//
// What has no JSON form at all does not compile, see [Value]. What turns out at run time to
// have none (NaN, infinities, text that is not UTF-8, years outside 0 to 9999) and what would
// be a filter without effect (no values, an [And] of nothing) gives a text that is not JSON and
// says why:
//
//	invalid query: equal("provider"): no values
//
// Calls of this module refuse such a text before anything is sent, so a filter is never dropped
// without notice. [Validate] is their check; use it where queries come from elsewhere.
package query
