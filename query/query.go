package query

import (
	"fmt"
	"strings"
	"time"
)

// Equal matches where the attribute equals one of the values.
func Equal[T Value](attribute string, values ...T) string {
	return build("equal", attribute, values...)
}

// NotEqual matches where the attribute differs from the value. Servers take exactly one; to
// exclude several, list several NotEqual queries.
func NotEqual[T Value](attribute string, value T) string {
	return build("notEqual", attribute, value)
}

// LessThan matches where the attribute is less than the value.
func LessThan[T Value](attribute string, value T) string {
	return build("lessThan", attribute, value)
}

// LessThanEqual matches where the attribute is less than or equal to the value.
func LessThanEqual[T Value](attribute string, value T) string {
	return build("lessThanEqual", attribute, value)
}

// GreaterThan matches where the attribute is greater than the value.
func GreaterThan[T Value](attribute string, value T) string {
	return build("greaterThan", attribute, value)
}

// GreaterThanEqual matches where the attribute is greater than or equal to the value.
func GreaterThanEqual[T Value](attribute string, value T) string {
	return build("greaterThanEqual", attribute, value)
}

// Between matches where the attribute lies from start to end, both included. Servers since 1.3.
func Between[T Value](attribute string, start, end T) string {
	return build("between", attribute, start, end)
}

// NotBetween matches where the attribute lies outside start to end. Servers since 1.8.
func NotBetween[T Value](attribute string, start, end T) string {
	return build("notBetween", attribute, start, end)
}

// StartsWith matches where the attribute starts with the prefix. Servers since 1.3.
func StartsWith(attribute, prefix string) string {
	return build("startsWith", attribute, prefix)
}

// NotStartsWith matches where the attribute does not start with the prefix. Servers since 1.8.
func NotStartsWith(attribute, prefix string) string {
	return build("notStartsWith", attribute, prefix)
}

// EndsWith matches where the attribute ends with the suffix. Servers since 1.3.
func EndsWith(attribute, suffix string) string {
	return build("endsWith", attribute, suffix)
}

// NotEndsWith matches where the attribute does not end with the suffix. Servers since 1.8.
func NotEndsWith(attribute, suffix string) string {
	return build("notEndsWith", attribute, suffix)
}

// Contains matches where a text attribute holds one of the values as a part, or an array
// attribute holds one of them as an element. Servers since 1.5.
func Contains[T Value](attribute string, values ...T) string {
	return build("contains", attribute, values...)
}

// NotContains matches where the attribute holds none of the values, see [Contains]. Servers
// since 1.8.
func NotContains[T Value](attribute string, values ...T) string {
	return build("notContains", attribute, values...)
}

// Search matches by full-text search. It needs a full-text index on the attribute; identities
// have none, and servers answer it there with a 500.
func Search(attribute, text string) string {
	return build("search", attribute, text)
}

// NotSearch matches where [Search] would not, under the same condition. Servers since 1.8.
func NotSearch(attribute, text string) string {
	return build("notSearch", attribute, text)
}

// IsNull matches where the attribute is null. Servers since 1.3.
func IsNull(attribute string) string {
	return bare("isNull", attribute)
}

// IsNotNull matches where the attribute is not null. Servers since 1.3.
func IsNotNull(attribute string) string {
	return bare("isNotNull", attribute)
}

// Servers since 1.8 know createdBefore and its kin as methods of their own, but refuse them for
// identities; the comparisons that they stand for are accepted everywhere.
const (
	createdAt = "$createdAt"
	updatedAt = "$updatedAt"
)

// CreatedBefore matches what was created before t. It is written as a comparison of $createdAt.
func CreatedBefore(t time.Time) string { return LessThan(createdAt, t) }

// CreatedAfter matches what was created after t. It is written as a comparison of $createdAt.
func CreatedAfter(t time.Time) string { return GreaterThan(createdAt, t) }

// CreatedBetween matches what was created from start to end, both included. It is written as a
// comparison of $createdAt.
func CreatedBetween(start, end time.Time) string { return Between(createdAt, start, end) }

// UpdatedBefore matches what was last updated before t. It is written as a comparison of
// $updatedAt.
func UpdatedBefore(t time.Time) string { return LessThan(updatedAt, t) }

// UpdatedAfter matches what was last updated after t. It is written as a comparison of
// $updatedAt.
func UpdatedAfter(t time.Time) string { return GreaterThan(updatedAt, t) }

// UpdatedBetween matches what was last updated from start to end, both included. It is written
// as a comparison of $updatedAt.
func UpdatedBetween(start, end time.Time) string { return Between(updatedAt, start, end) }

// OrderAsc sorts by the attribute, smallest first. Several orders apply in the sequence given.
func OrderAsc(attribute string) string {
	return bare("orderAsc", attribute)
}

// OrderDesc sorts by the attribute, largest first.
func OrderDesc(attribute string) string {
	return bare("orderDesc", attribute)
}

// OrderRandom returns the results in random order. In the official SDKs since 1.8.
func OrderRandom() string {
	return bare("orderRandom", "")
}

// CursorBefore asks for the page that ends before the element with this ID.
func CursorBefore(id string) string {
	return build("cursorBefore", "", id)
}

// CursorAfter asks for the page that starts after the element with this ID. It stays exact
// while elements come and go, where [Offset] skips or repeats some.
func CursorAfter(id string) string {
	return build("cursorAfter", "", id)
}

// Limit bounds the number of results; without it servers return 25. Zero and negative numbers
// are refused by the server. Of two limits the first counts.
func Limit(n int) string {
	return build("limit", "", n)
}

// Offset skips the first n results.
func Offset(n int) string {
	return build("offset", "", n)
}

// Select asks for the named attributes only. Servers since 1.3; identities and logs do not take
// it.
func Select(attributes ...string) string {
	return build("select", "", attributes...)
}

// And matches where all of the given filters match. Servers since 1.5; they take two or more
// filters and neither order nor pages inside.
func And(queries ...string) string {
	return combine("and", queries)
}

// Or matches where at least one of the given filters matches. Servers since 1.5; they take two
// or more filters and neither order nor pages inside.
func Or(queries ...string) string {
	return combine("or", queries)
}

// bare writes a query without values. An empty attribute is left out.
func bare(method, attribute string) string {
	b, err := appendHead(make([]byte, 0, 128), method, attribute)
	if err != nil {
		return invalid(method, attribute, err)
	}
	return string(append(b, '}'))
}

// build writes a query with values. An empty attribute is left out: servers read a missing one
// as empty.
func build[T Value](method, attribute string, values ...T) string {
	// A constant capacity keeps the buffer of a common query on the stack.
	b, err := appendHead(make([]byte, 0, 256), method, attribute)
	if err != nil {
		return invalid(method, attribute, err)
	}
	if len(values) == 0 {
		return invalid(method, attribute, errNoValues)
	}
	b = append(b, `,"values":[`...)
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendValue(b, v); err != nil {
			return invalid(method, attribute, fmt.Errorf("value %d: %w", i+1, err))
		}
	}
	return string(append(b, "]}"...))
}

// combine nests queries as objects: servers do not read them as strings.
func combine(method string, queries []string) string {
	if len(queries) == 0 {
		return invalid(method, "", errNoQueries)
	}
	for i, q := range queries {
		if err := Validate(q); err != nil {
			if strings.HasPrefix(q, invalidPrefix) {
				return invalidPrefix + err.Error() // names its own method
			}
			return invalid(method, "", fmt.Errorf("query %d: %w", i+1, err))
		}
	}
	return `{"method":"` + method + `","values":[` + strings.Join(queries, ",") + `]}`
}
