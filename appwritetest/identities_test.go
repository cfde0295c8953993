package appwritetest

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed17809555/appwrite/appwritetest/internal/listquery"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// linked signs a user up, links the accounts to it, one a minute, and returns the secret of its
// session. The providers are those of the accounts' names.
func linked(t *testing.T, s *Server, accounts ...OAuth2Identity) *appwrite.Account {
	t.Helper()
	_, secret := signUp(t, s)
	browser := cookies(s, secret)
	for _, account := range accounts {
		s.Clock().Advance(time.Minute)
		s.OAuth2().SetIdentity(account)
		res := s.OAuth2().Follow(sessionLogin(t, s, models.OAuthProvider(account.Name)), browser...)
		require.NotEmpty(t, res.Cookies())
		browser = res.Cookies()
	}
	return s.Client(appwrite.WithCookies(browser)).Account
}

// four accounts, by their providers' first letters: g, h, i, j.
var four = []OAuth2Identity{
	{ProviderUID: "30", Email: "ada@github.example", Name: "github"},
	{ProviderUID: "20", Email: "Ada@example.com", Name: "google"},
	{ProviderUID: "10", Email: "countess@gitlab.example", Name: "gitlab"},
	{ProviderUID: "20", Email: "ada@github.example", Name: "discord"},
}

func TestQueriesPickIdentities(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	start := s.Clock().Now()
	account := linked(t, s, four...)
	all, err := account.ListIdentities(t.Context(), appwrite.ListParams{})
	require.NoError(t, err)
	id := map[string]string{}
	for _, identity := range all.Identities {
		id[identity.Provider] = identity.ID
	}
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes)*time.Minute + 30*time.Second) }

	for name, tt := range map[string]struct {
		queries []string
		want    string
		total   int // where it is not the number of those wanted
	}{
		"no query: in the order of their creation": {nil, "github google gitlab discord", 0},

		"equal":                          {[]string{query.Equal("provider", "google")}, "google", 0},
		"equal, several values":          {[]string{query.Equal("providerUid", "10", "20")}, "google gitlab discord", 0},
		"equal without case":             {[]string{query.Equal("providerEmail", "ADA@GitHub.example")}, "github discord", 0},
		"equal, an ID":                   {[]string{query.Equal("$id", id["gitlab"])}, "gitlab", 0},
		"equal, a number of a row":       {[]string{query.Equal("$sequence", 2)}, "google", 0},
		"equal, nothing":                 {[]string{query.Equal("provider", "zoom")}, "", 0},
		"notEqual":                       {[]string{query.NotEqual("providerUid", "20")}, "github gitlab", 0},
		"lessThan":                       {[]string{query.LessThan("providerUid", "20")}, "gitlab", 0},
		"lessThanEqual":                  {[]string{query.LessThanEqual("providerUid", "20")}, "google gitlab discord", 0},
		"greaterThan":                    {[]string{query.GreaterThan("$sequence", "2")}, "gitlab discord", 0},
		"greaterThanEqual":               {[]string{query.GreaterThanEqual("providerUid", "20")}, "github google discord", 0},
		"between":                        {[]string{query.Between("providerUid", "10", "20")}, "google gitlab discord", 0},
		"notBetween":                     {[]string{query.NotBetween("providerUid", "15", "25")}, "github gitlab", 0},
		"startsWith":                     {[]string{query.StartsWith("provider", "Git")}, "github gitlab", 0},
		"notStartsWith":                  {[]string{query.NotStartsWith("provider", "git")}, "google discord", 0},
		"endsWith":                       {[]string{query.EndsWith("providerEmail", "@example.com")}, "google", 0},
		"notEndsWith":                    {[]string{query.NotEndsWith("providerEmail", ".example")}, "google", 0},
		"contains":                       {[]string{query.Contains("provider", "lab", "oog")}, "google gitlab", 0},
		"notContains":                    {[]string{query.NotContains("provider", "git", "oog")}, "discord", 0},
		"isNull":                         {[]string{query.IsNull("providerEmail")}, "", 0},
		"isNotNull":                      {[]string{query.IsNotNull("providerEmail")}, "github google gitlab discord", 0},
		"created before":                 {[]string{query.CreatedBefore(at(2))}, "github google", 0},
		"created after":                  {[]string{query.CreatedAfter(at(3))}, "discord", 0},
		"created between":                {[]string{query.CreatedBetween(at(1), at(3))}, "google gitlab", 0},
		"updated after":                  {[]string{query.UpdatedAfter(at(2))}, "gitlab discord", 0},
		"the tokens' expiry":             {[]string{query.LessThan("providerAccessTokenExpiry", at(1).Add(accessTokenLifetime))}, "github", 0},
		"dates of other forms":           {[]string{query.GreaterThan("$createdAt", "2001-02-03"), query.GreaterThan("$createdAt", "2001-02-03 04:05:06.789"), query.LessThan("$createdAt", "9999-01-01T00:00:00+01:00")}, "github google gitlab discord", 0},
		"several filters all hold":       {[]string{query.Equal("providerUid", "20"), query.StartsWith("provider", "d")}, "discord", 0},
		"and":                            {[]string{query.And(query.Equal("providerUid", "20"), query.StartsWith("provider", "d"))}, "discord", 0},
		"or":                             {[]string{query.Or(query.Equal("provider", "github"), query.And(query.Equal("providerUid", "20"), query.StartsWith("provider", "d")))}, "github discord", 0},
		"orderAsc":                       {[]string{query.OrderAsc("provider")}, "discord github gitlab google", 0},
		"orderDesc":                      {[]string{query.OrderDesc("$createdAt")}, "discord gitlab google github", 0},
		"orders one after the other":     {[]string{query.OrderAsc("providerUid"), query.OrderDesc("provider")}, "gitlab google discord github", 0},
		"equals in the order they came":  {[]string{query.OrderDesc("providerUid")}, "github google discord gitlab", 0},
		"order of nothing":               {[]string{query.OrderDesc("")}, "discord gitlab google github", 0},
		"limit":                          {[]string{query.Limit(2)}, "github google", 4},
		"the first limit counts":         {[]string{query.Limit(1), query.Limit(3)}, "github", 4},
		"limit and offset":               {[]string{query.Limit(2), query.Offset(1)}, "google gitlab", 4},
		"offset beyond the end":          {[]string{query.Offset(1 << 40)}, "", 4},
		"a limit of 100,000":             {[]string{query.Limit(100_000)}, "github google gitlab discord", 0},
		"cursorAfter":                    {[]string{query.CursorAfter(id["google"])}, "gitlab discord", 4},
		"cursorAfter with an order":      {[]string{query.OrderAsc("provider"), query.CursorAfter(id["github"]), query.Limit(1)}, "gitlab", 4},
		"cursorAfter among equals":       {[]string{query.OrderAsc("providerUid"), query.CursorAfter(id["google"])}, "discord github", 4},
		"cursorAfter what is filtered":   {[]string{query.NotEqual("provider", "google"), query.CursorAfter(id["google"])}, "gitlab discord", 3},
		"cursorBefore":                   {[]string{query.CursorBefore(id["discord"])}, "github google gitlab", 4},
		"cursorBefore takes the closest": {[]string{query.CursorBefore(id["discord"]), query.Limit(2)}, "google gitlab", 4},
		"cursorBefore with offset":       {[]string{query.CursorBefore(id["discord"]), query.Limit(1), query.Offset(1)}, "google", 4},
		"the first cursor counts":        {[]string{query.CursorAfter(id["gitlab"]), query.CursorBefore(id["gitlab"])}, "discord", 4},
		"101 queries":                    {strings.Split(strings.Repeat(query.IsNotNull("provider")+"\n", 100)+query.Limit(1), "\n"), "github", 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := account.ListIdentities(t.Context(), appwrite.ListParams{Queries: tt.queries})
			require.NoError(t, err)
			var got []string
			for _, identity := range list.Identities {
				got = append(got, identity.Provider)
			}
			assert.Equal(t, tt.want, strings.Join(got, " "))
			if tt.total == 0 {
				tt.total = len(got)
			}
			assert.Equal(t, tt.total, list.Total)
		})
	}
	t.Run("orderRandom", func(t *testing.T) {
		t.Parallel()
		orders := map[string]bool{}
		for range 100 {
			list, err := account.ListIdentities(t.Context(), appwrite.ListParams{Queries: []string{query.OrderRandom()}})
			require.NoError(t, err)
			require.Len(t, list.Identities, 4)
			orders[list.Identities[0].Provider] = true
		}
		assert.Greater(t, len(orders), 1)
	})
}

// listRaw sends queries as they are.
func listRaw(t *testing.T, s *Server, secret string, h headers, queries ...string) reply {
	t.Helper()
	var parts []string
	for _, q := range queries {
		parts = append(parts, "queries[]="+url.QueryEscape(q))
	}
	return send(t, s, "GET", "/account/identities?"+strings.Join(parts, "&"), with(as(secret), h), "")
}

func TestQueriesThatIdentitiesDoNotTake(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	many := func(n int) string { return strings.TrimSuffix(strings.Repeat(`"x",`, n), ",") }
	for q, want := range map[string]string{
		`{"method":"equal","attribute":"nope","values":["x"]}`: "Invalid query: Attribute not found in schema: nope",
		`{bad`:              "Invalid query: Invalid query: Syntax error",
		`equal("a", ["b"])`: "Invalid query: Invalid query: Syntax error",
		`3`:                 "Invalid query: Invalid query. Must be an array, got integer",
		`{}`:                "Invalid query: Invalid query method: ",
		`{"method":"nope"}`: "Invalid query: Invalid query method: nope",
		`{"method":["x"]}`:  "Invalid query: Invalid query method. Must be a string, got array",
		`{"method":"select","values":["provider"]}`:                                     "Invalid query method: select",
		`{"method":"createdBefore","values":["2026-11-21"]}`:                            "Invalid query method: createdBefore",
		`{"method":"equal","attribute":7,"values":["x"]}`:                               "Invalid query: Invalid query attribute. Must be a string, got integer",
		`{"method":"equal","attribute":"provider","values":"x"}`:                        "Invalid query: Invalid query values. Must be an array, got string",
		`{"method":"equal","attribute":"provider","values":[]}`:                         "Invalid query: Equal queries require at least one value.",
		`{"method":"equal","attribute":"provider","values":[7]}`:                        `Invalid query: Query value is invalid for attribute "provider"`,
		`{"method":"equal","attribute":"provider","values":[null]}`:                     `Invalid query: Query value is invalid for attribute "provider"`,
		`{"method":"equal","attribute":"provider","values":[` + many(501) + `]}`:        "Invalid query: Query on attribute has greater than 500 values: provider",
		`{"method":"equal","attribute":"providerAccessToken","values":["x"]}`:           "Invalid query: Attribute not found in schema: providerAccessToken",
		`{"method":"equal","attribute":"$createdAt","values":["soon"]}`:                 `Invalid query: Query value is invalid for attribute "$createdAt"`,
		`{"method":"equal","attribute":"$sequence","values":[0]}`:                       `Invalid query: Query value is invalid for attribute "$sequence"`,
		`{"method":"contains","attribute":"$createdAt","values":["2026-11-21"]}`:        `Invalid query: Cannot query contains on attribute "$createdAt" because it is not an array or string.`,
		`{"method":"notEqual","attribute":"provider","values":["x","y"]}`:               "Invalid query: NotEqual queries require exactly one value.",
		`{"method":"between","attribute":"provider","values":["x"]}`:                    "Invalid query: Between queries require exactly two values.",
		`{"method":"isNull","attribute":"nope"}`:                                        "Invalid query: Attribute not found in schema: nope",
		`{"method":"search","attribute":"nope","values":["x"]}`:                         "Invalid query: Attribute not found in schema: nope",
		`{"method":"and","values":[{"method":"isNull","attribute":"provider"}]}`:        "Invalid query: And queries require at least two queries",
		`{"method":"or","values":[{"method":"limit","values":[1]},{"method":"limit"}]}`: "Invalid query: Invalid limit: Value must be a valid number",
		`{"method":"or","values":[{"method":"limit","values":[1]}]}`:                    "Invalid query: Or queries can only contain filter queries",
		`{"method":"or","values":[{"method":"select"}]}`:                                "Invalid query method: select",
		`{"method":"or","values":["x"]}`:                                                "Invalid query: Invalid query. Must be an array, got string",
		`{"method":"orderAsc","attribute":"nope"}`:                                      "Invalid query: Attribute not found in schema: nope",
		`{"method":"limit","values":[0]}`:                                               "Invalid query: Invalid limit: Value must be a valid range between 1 and 9,223,372,036,854,775,807",
		`{"method":"offset","values":[-1]}`:                                             "Invalid query: Invalid offset: Value must be a valid range between 0 and 9,223,372,036,854,775,807",
		`{"method":"cursorAfter","values":["a b"]}`:                                     "Invalid query: Invalid cursor: " + uidReason,
		`{"method":"cursorAfter"}`:                                                      "Invalid query: Invalid cursor: " + uidReason,
	} {
		want = strings.TrimPrefix(want, "Invalid `queries` param: ")
		assert.Equal(t, "400 general_argument_invalid: Invalid `queries` param: "+want, listRaw(t, s, secret, nil, q).failure(t), q)
	}
	assert.Equal(t, "400 general_argument_invalid: Invalid `queries` param: Queries must be an array", send(t, s, "GET", "/account/identities?queries=x", as(secret), "").failure(t))
	assert.Equal(t, "400 general_argument_invalid: Invalid `total` param: Value must be a valid boolean", send(t, s, "GET", "/account/identities?total=no", as(secret), "").failure(t))
	assert.Equal(t, "400 general_cursor_not_found: Identity 'nope' for the 'cursor' value not found.", listRaw(t, s, secret, nil, query.CursorAfter("nope")).failure(t))
	const broken = "500 general_unknown: Server Error"
	assert.Equal(t, broken, listRaw(t, s, secret, nil, query.Search("provider", "x")).failure(t))
	assert.Equal(t, broken, listRaw(t, s, secret, nil, query.Or(query.IsNull("provider"), query.NotSearch("provider", "x"))).failure(t))
}

func TestQueriesOfOldFormats(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	account := linked(t, s, four...)
	made, err := account.ListSessions(t.Context())
	require.NoError(t, err)
	require.Len(t, made.Sessions, 1)
	secret := signIn(t, s)
	old := headers{"X-Appwrite-Response-Format": "1.4.0"}
	for q, want := range map[string]int{
		`equal("provider", ["github", "google"])`:           2,
		`equal("provider", "github")`:                       1,
		`between("providerUid", "10", "20")`:                3,
		` notEqual("providerUid", ["20"]) `:                 2,
		`isNull("provider")`:                                0,
		`limit(3)`:                                          3,
		`offset(3)`:                                         1,
		`orderDesc("$createdAt")`:                           4,
		`orderDesc("")`:                                     4,
		query.Limit(1):                                      1,
		`contains("providerEmail", ["(", ")", "countess"])`: 1,
	} {
		got := listRaw(t, s, secret, old, q)
		require.Equal(t, 200, got.status, "%s: %s", q, got.body)
		assert.Len(t, got.object(t)["identities"], want, q)
	}
	for _, q := range []string{`equal("provider", [)`, `equal provider`, `nope("x")`} {
		assert.Equal(t, 400, listRaw(t, s, secret, old, q).status, q)
	}
	assert.Equal(t, 400, listRaw(t, s, secret, nil, `limit(3)`).status, "new formats do not know it")
}

func TestIdentitiesPagesAndTotals(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	var accounts []OAuth2Identity
	for i := range 30 {
		accounts = append(accounts, OAuth2Identity{ProviderUID: fmt.Sprint(i), Email: fmt.Sprintf("ada%d@example.com", i), Name: "github"})
	}
	account := linked(t, s, accounts...)
	ctx := t.Context()
	for name, tt := range map[string]struct {
		params            appwrite.ListParams
		total, identities int
	}{
		"a page is 25":  {appwrite.ListParams{}, 30, 25},
		"no total":      {appwrite.ListParams{SkipTotal: true}, 0, 25},
		"the next page": {appwrite.ListParams{Queries: []string{query.Offset(25)}}, 30, 5},
	} {
		list, err := account.ListIdentities(ctx, tt.params)
		require.NoError(t, err)
		assert.Equal(t, tt.total, list.Total, name)
		assert.Len(t, list.Identities, tt.identities, name)
	}
	var uids []string
	for identity, err := range account.Identities(ctx, appwrite.ListParams{Queries: []string{query.Limit(7), query.OrderDesc("$sequence")}}) {
		require.NoError(t, err)
		uids = append(uids, identity.ProviderUID)
	}
	require.Len(t, uids, 30)
	assert.Equal(t, []string{"29", "28", "27"}, uids[:3])

	t.Run("the total stops at 5000", func(t *testing.T) {
		s.store.mu.Lock()
		first := s.project.identities[0]
		for range maxTotal {
			s.project.identities = append(s.project.identities, first)
		}
		s.store.mu.Unlock()
		list, err := account.ListIdentities(ctx, appwrite.ListParams{})
		require.NoError(t, err)
		assert.Equal(t, 5000, list.Total)
	})
}

func TestIdentitiesAreTheCallersOnly(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	ada := linked(t, s, four[0])
	s.OAuth2().SetIdentity(OAuth2Identity{ProviderUID: "bob", Email: "bob@example.com", EmailVerified: true})
	bob := logIn(t, s)
	list, err := bob.ListIdentities(t.Context(), appwrite.ListParams{})
	require.NoError(t, err)
	require.Len(t, list.Identities, 1)
	assert.Equal(t, "bob", list.Identities[0].ProviderUID)
	require.ErrorIs(t, ada.DeleteIdentity(t.Context(), list.Identities[0].ID), appwrite.ErrUserIdentityNotFound)
	assert.Equal(t, guestRefused, send(t, s, "GET", "/account/identities", nil, "").failure(t))
}

func TestDeleteIdentity(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	ada := linked(t, s, four[:2]...)
	secret := signIn(t, s)
	list, err := ada.ListIdentities(t.Context(), appwrite.ListParams{})
	require.NoError(t, err)

	gone := send(t, s, "DELETE", "/account/identities/"+list.Identities[0].ID, as(secret), "")
	assert.Equal(t, 204, gone.status)
	assert.Contains(t, send(t, s, "DELETE", "/account/identities/"+list.Identities[0].ID, as(secret), "").failure(t), "404 user_identity_not_found")
	assert.Equal(t, 400, send(t, s, "DELETE", "/account/identities/_x", as(secret), "").status)

	left, err := ada.ListIdentities(t.Context(), appwrite.ListParams{})
	require.NoError(t, err)
	assert.Equal(t, list.Identities[1:], left.Identities)
	logs, err := ada.ListLogs(t.Context(), appwrite.ListParams{Queries: []string{query.Limit(1)}})
	require.NoError(t, err)
	assert.Equal(t, "identity.delete", logs.Logs[0].Event)
}

// Whatever comes as a query is refused or evaluated; nothing panics.
func FuzzQueries(f *testing.F) {
	for _, q := range []string{
		query.Equal("provider", "x"), query.And(query.IsNull("provider"), query.Search("provider", "x")), query.CursorAfter("x"), query.OrderDesc(""),
		`{"method":"between","attribute":"$sequence","values":{"a":1,"b":"2"}}`, `{"method":"equal","attribute":"provider","values":{"a":"x"}}`,
		`equal("provider", ["x"])`, `limit()`, `{"method":"limit","values":[1e3]}`, `{"method":"or","values":[[],{}]}`,
	} {
		f.Add(q, true)
		f.Add(q, false)
	}
	row := (&identity{owner: &user{}}).record()
	seed := uint64(1)
	f.Fuzz(func(t *testing.T, text string, old bool) {
		p := newParams(latest())
		dialect := queriesAsJSON
		if old {
			dialect = queriesAsCalls
		}
		list := php.NewArray()
		list.Put("", text)
		p.values.Set("queries", list)
		queries := p.queries(dialect, identitySchema)
		if p.done() == nil {
			page, total := queries.Page([]listquery.Record{row, row}, row, newRandom(&seed).below)
			assert.LessOrEqual(t, len(page), total)
		}
	})
}
