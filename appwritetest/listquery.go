package appwritetest

import (
	"github.com/seed17809555/appwrite/appwritetest/internal/listquery"
	"github.com/seed17809555/appwrite/appwritetest/internal/php"
	"github.com/seed17809555/appwrite/internal/release"
)

// queryDialect is how callers write what they want of a list.
type queryDialect int

const (
	queriesAsJSON  queryDialect = iota
	queriesAsCalls              // limit(25)
	pagesByNumber               // parameters limit and offset
	noQueries                   // all get the first page
)

// queryDialect is that of the release, or of the format that the caller asks for.
func (c *call) queryDialect() queryDialect {
	if c.server.queries == queriesAsJSON && c.olderThan(release.V1_5) {
		return queriesAsCalls
	}
	return c.server.queries
}

// queries reads the parameter. A list without attributes takes limits and offsets only.
func (p *params) queries(dialect queryDialect, of listquery.Schema) listquery.List {
	const name = "queries"
	var list listquery.List
	switch dialect {
	case pagesByNumber:
		limit, offset := p.optionalInt("limit", 0, 100, listquery.DefaultPage), p.optionalInt("offset", 0, noLimit, 0)
		return listquery.List{Limit: &limit, Offset: &offset}
	case noQueries:
		return list
	}
	v, ok := p.optional(name)
	if !ok {
		return list
	}
	elements, ok := v.(*php.Array)
	if !ok {
		if p.server.is(plainReasons) {
			p.err = errServer
		}
		p.invalid(name, "Queries must be an array")
		return list
	}
	for _, v := range elements.Values {
		text, _ := v.(string)
		if dialect == queriesAsCalls {
			if p.server.queries == queriesAsCalls && !listquery.OldQuery.MatchString(text) {
				p.invalid(name, p.server.noQuery())
				return list
			}
			text = listquery.FromOldSyntax(text)
		}
		q, reason := listquery.Parse(text)
		if reason == "" {
			reason = of.Check(&q, invalidID)
		}
		if reason != "" {
			p.invalid(name, reason)
			return list
		}
		list.Add(q)
	}
	return list
}

func invalidID(id string) string {
	if !idPattern.MatchString(id) {
		return uidReason
	}
	return ""
}
