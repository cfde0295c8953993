package query_test

import (
	"fmt"
	"time"

	"github.com/seed17809555/appwrite/query"
)

func Example() {
	queries := []string{
		query.Equal("provider", "github", "google"),
		query.OrderDesc("$createdAt"),
		query.Limit(50),
	}
	for _, q := range queries {
		fmt.Println(q)
	}
	// Output:
	// {"method":"equal","attribute":"provider","values":["github","google"]}
	// {"method":"orderDesc","attribute":"$createdAt"}
	// {"method":"limit","values":[50]}
}

func ExampleEqual() {
	type Provider string
	fmt.Println(query.Equal("provider", Provider("github")))

	var wanted []string // an empty filter would match everything
	fmt.Println(query.Equal("provider", wanted...))
	// Output:
	// {"method":"equal","attribute":"provider","values":["github"]}
	// invalid query: equal("provider"): no values
}

func ExampleOr() {
	fmt.Println(query.Or(
		query.Equal("provider", "github"),
		query.EndsWith("providerEmail", "@example.com"),
	))
	// Output:
	// {"method":"or","values":[{"method":"equal","attribute":"provider","values":["github"]},{"method":"endsWith","attribute":"providerEmail","values":["@example.com"]}]}
}

func ExampleCreatedBetween() {
	day := time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC)
	fmt.Println(query.CreatedBetween(day, day.AddDate(0, 0, 1)))
	// Output:
	// {"method":"between","attribute":"$createdAt","values":["2026-11-21T00:00:00.000+00:00","2026-11-22T00:00:00.000+00:00"]}
}

func ExampleValidate() {
	for _, q := range []string{
		`{"method":"limit","values":[25]}`,
		`limit(25)`,
		query.Equal[string]("provider"),
	} {
		fmt.Println(query.Validate(q))
	}
	// Output:
	// <nil>
	// old string syntax; use package query
	// equal("provider"): no values
}

func ExampleParse() {
	q, err := query.Parse(query.Limit(25))
	if err != nil {
		fmt.Println(err)
		return
	}
	n, ok := q.Int()
	fmt.Println(q.Method, n, ok)
	// Output: limit 25 true
}
