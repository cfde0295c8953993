// Package listquery reads the queries of a list, checks them as the server does, and picks the
// rows that they ask for.
package listquery

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"
)

// Query is one element of the parameter.
type Query struct {
	method    string
	attribute string
	values    []any    // as they came
	keys      []string // the values in the form that a record has its attributes in
	nested    []Query  // of and, or
}

// Record is a row as queries see it: each attribute as a string, which compares with others as
// the database compares them.
type Record map[string]string

// Schema holds the attributes of a list that queries may name.
type Schema map[string]attributeType

type attributeType int

// The types of attributes.
const (
	TextAttribute     attributeType = iota
	DateAttribute                   // as dateKey writes it
	SequenceAttribute               // the number of a row, in the order of creation
)

// TextKey writes a text in the form of records: without case, as the database's collation is.
func TextKey(s string) string { return strings.ToLower(s) }

// SequenceKey writes the number of a row in the form of records.
func SequenceKey(n int64) string { return fmt.Sprintf("%020d", n) }

// queryKind says what a query is for, and how many values it takes.
type queryKind int

const (
	foreignQuery queryKind = iota // the server knows the word, but no list takes it
	pageQuery                     // limit and offset
	cursorQuery
	orderQuery
	filterMany // filters
	filterOne
	filterTwo
	filterNone
	filterNested
)

// queryKinds holds all words that the server knows.
var queryKinds = map[string]queryKind{
	"limit": pageQuery, "offset": pageQuery,
	"cursorAfter": cursorQuery, "cursorBefore": cursorQuery,
	"orderAsc": orderQuery, "orderDesc": orderQuery, "orderRandom": orderQuery,
	"equal": filterMany, "contains": filterMany, "notContains": filterMany,
	"notEqual": filterOne, "lessThan": filterOne, "lessThanEqual": filterOne, "greaterThan": filterOne, "greaterThanEqual": filterOne,
	"search": filterOne, "notSearch": filterOne,
	"startsWith": filterOne, "notStartsWith": filterOne, "endsWith": filterOne, "notEndsWith": filterOne,
	"between": filterTwo, "notBetween": filterTwo,
	"isNull": filterNone, "isNotNull": filterNone,
	"and": filterNested, "or": filterNested,
	"select": foreignQuery, "createdBefore": foreignQuery, "createdAfter": foreignQuery, "createdBetween": foreignQuery,
	"updatedBefore": foreignQuery, "updatedAfter": foreignQuery, "updatedBetween": foreignQuery,
}

// DefaultPage is the size of a page without a limit.
const DefaultPage = 25

// maxQueryValues is how many values a filter may have.
const maxQueryValues = 500

// List is what the queries of a list ask for together. Of limits, offsets and cursors
// the first counts.
type List struct {
	filters       []Query
	orders        []Query
	Cursor        *Query // nil: from the start
	Limit, Offset *int64
	Fulltext      bool // asks for a search, for which no list of ours has an index
}

// Parse reads one query, or says what is wrong with it.
func Parse(text string) (Query, string) {
	v, err := php.ParseJSON([]byte(text))
	if err != nil {
		return Query{}, "Invalid query: Invalid query: Syntax error"
	}
	q, reason := queryOf(v)
	if reason != "" {
		reason = "Invalid query: " + reason
	}
	return q, reason
}

func queryOf(v any) (q Query, reason string) {
	object, ok := v.(*php.Array)
	if !ok {
		return q, "Invalid query. Must be an array, got " + php.TypeName(v)
	}
	method, attribute, values := object.Get("method"), object.Get("attribute"), object.Get("values")
	if q.method, ok = method.(string); method != nil && !ok {
		return q, "Invalid query method. Must be a string, got " + php.TypeName(method)
	}
	kind, known := queryKinds[q.method]
	if !known {
		return q, "Invalid query method: " + q.method
	}
	if q.attribute, ok = attribute.(string); attribute != nil && !ok {
		return q, "Invalid query attribute. Must be a string, got " + php.TypeName(attribute)
	}
	list, ok := values.(*php.Array)
	if values != nil && !ok {
		return q, "Invalid query values. Must be an array, got " + php.TypeName(values)
	}
	if ok {
		q.values = list.Values
	}
	if kind == orderQuery && q.attribute == "" {
		q.attribute = "$sequence"
	}
	if kind == filterNested {
		for _, v := range q.values {
			inner, reason := queryOf(v)
			if reason != "" {
				return q, reason
			}
			q.nested = append(q.nested, inner)
		}
	}
	return q, ""
}

// OldQuery matches a query as servers before 1.5 take it: limit(25).
var OldQuery = regexp.MustCompile(`(?s)^\s*([A-Za-z]+)\((.*)\)\s*$`)

// FromOldSyntax writes equal("provider", ["github"]) as JSON. What is nothing like it comes
// back as it is, and is refused for that.
func FromOldSyntax(text string) string {
	parts := OldQuery.FindStringSubmatch(text)
	if parts == nil {
		return text
	}
	v, err := php.ParseJSON([]byte("[" + parts[2] + "]"))
	if err != nil {
		return text
	}
	args, q := v.(*php.Array).Values, php.NewArray()
	q.Set("method", parts[1])
	if kind := queryKinds[parts[1]]; len(args) > 0 && kind != pageQuery && kind != cursorQuery {
		q.Set("attribute", args[0])
		args = args[1:]
	}
	values := php.NewArray()
	for _, arg := range args {
		if list, ok := arg.(*php.Array); ok && len(args) == 1 {
			values = list
			break
		}
		values.Push(arg)
	}
	q.Set("values", values)
	return string(php.AppendJSON(nil, q))
}

// Check says why the query cannot be used here, and prepares the values of one that can.
// invalidID says what is wrong with the ID of a cursor.
func (of Schema) Check(q *Query, invalidID func(id string) string) (reason string) {
	for i := range q.nested {
		if reason := of.Check(&q.nested[i], invalidID); reason != "" {
			return reason
		}
	}
	kind := queryKinds[q.method]
	switch {
	case kind == foreignQuery || (of == nil && kind != pageQuery):
		return "Invalid query method: " + q.method
	case kind == pageQuery:
		_, reason = q.number()
	case kind == cursorQuery:
		id, _ := q.Value().(string)
		if reason = invalidID(id); reason != "" {
			reason = "Invalid cursor: " + reason
		}
	case q.method == "orderRandom": // has no attribute
	case kind == orderQuery:
		reason = of.checkName(q.attribute)
	case kind == filterNested:
		reason = q.checkNested()
	default:
		reason = of.checkFilter(q, kind)
	}
	if reason != "" {
		reason = "Invalid query: " + reason
	}
	return reason
}

func (of Schema) checkName(name string) string {
	if _, ok := of[name]; !ok {
		return "Attribute not found in schema: " + name
	}
	return ""
}

func upperFirst(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

func (q *Query) checkNested() string {
	for _, inner := range q.nested {
		if queryKinds[inner.method] < filterMany {
			return upperFirst(q.method) + " queries can only contain filter queries"
		}
	}
	if len(q.nested) < 2 {
		return upperFirst(q.method) + " queries require at least two queries"
	}
	return ""
}

func (of Schema) checkFilter(q *Query, kind queryKind) string {
	n := len(q.values)
	switch {
	case kind == filterMany && n == 0:
		return upperFirst(q.method) + " queries require at least one value."
	case kind == filterOne && n != 1:
		return upperFirst(q.method) + " queries require exactly one value."
	case kind == filterTwo && n != 2:
		return upperFirst(q.method) + " queries require exactly two values."
	}
	if reason := of.checkName(q.attribute); reason != "" {
		return reason
	}
	if n > maxQueryValues {
		return "Query on attribute has greater than " + strconv.Itoa(maxQueryValues) + " values: " + q.attribute
	}
	for _, v := range q.values {
		key, ok := of[q.attribute].key(v)
		if !ok {
			return `Query value is invalid for attribute "` + q.attribute + `"`
		}
		q.keys = append(q.keys, key)
	}
	if (q.method == "contains" || q.method == "notContains") && of[q.attribute] != TextAttribute {
		return "Cannot query " + q.method + ` on attribute "` + q.attribute + `" because it is not an array or string.`
	}
	return ""
}

// DateKey writes a date in the form of records, as the database stores it.
func DateKey(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }

// dateForms are those of the dates that the server reads, of the many that PHP does.
var dateForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02"}

// key returns the value in the form of records, if it is one for the attribute.
func (t attributeType) key(v any) (string, bool) {
	text, isText := v.(string)
	switch t {
	case SequenceAttribute:
		n, ok := php.ToInt(v)
		return SequenceKey(n), ok && n > 0
	case DateAttribute:
		for _, form := range dateForms {
			if at, err := time.Parse(form, text); err == nil {
				return DateKey(at), true
			}
		}
		return "", false
	}
	return TextKey(text), isText
}

// Value returns the first value, or nil.
func (q *Query) Value() any {
	if len(q.values) == 0 {
		return nil
	}
	return q.values[0]
}

// number returns the number of a limit or an offset, or says what is wrong with it.
func (q *Query) number() (int64, string) {
	least := map[string]int64{"limit": 1, "offset": 0}[q.method]
	n, ok := php.ToInt(q.Value())
	if _, isFloat := q.Value().(float64); !ok && !isFloat {
		return 0, "Invalid " + q.method + ": Value must be a valid number"
	}
	if !ok || n < least {
		return 0, "Invalid " + q.method + ": Value must be a valid range between " + strconv.FormatInt(least, 10) + " and " + php.Grouped(math.MaxInt64)
	}
	return n, ""
}

// Add puts a query that was checked where it belongs.
func (l *List) Add(q Query) {
	switch kind := queryKinds[q.method]; {
	case q.method == "limit" && l.Limit == nil:
		n, _ := q.number()
		l.Limit = &n
	case q.method == "offset" && l.Offset == nil:
		n, _ := q.number()
		l.Offset = &n
	case kind == cursorQuery && l.Cursor == nil:
		l.Cursor = &q
	case kind == orderQuery:
		l.orders = append(l.orders, q)
	case kind >= filterMany:
		l.filters = append(l.filters, q)
		l.Fulltext = l.Fulltext || q.searches()
	}
}

func (q *Query) searches() bool {
	return q.method == "search" || q.method == "notSearch" ||
		slices.ContainsFunc(q.nested, func(inner Query) bool { return inner.searches() })
}

// Bounds returns what the page of n rows is of them.
func (l *List) Bounds(n int) (from, to int) {
	limit, offset := int64(DefaultPage), int64(0)
	if l.Limit != nil {
		limit = *l.Limit
	}
	if l.Offset != nil {
		offset = *l.Offset
	}
	offset = min(offset, int64(n))
	return int(offset), int(offset + min(limit, int64(n)-offset))
}

// Page returns the numbers of the rows that the queries ask for, in the order that they ask
// for, and how many rows pass the filters. cursor is the row that
// the list's cursor names; below returns a random number below n.
func (l *List) Page(rows []Record, cursor Record, below func(n int) int) (page []int, total int) {
	for i, row := range rows {
		if l.matches(row) {
			page = append(page, i)
		}
	}
	total = len(page)
	backwards := l.Cursor != nil && l.Cursor.method == "cursorBefore"
	if l.Cursor != nil {
		page = slices.DeleteFunc(page, func(i int) bool {
			n := l.compare(rows[i], cursor)
			return n == 0 || (n < 0) != backwards
		})
	}
	slices.SortFunc(page, func(i, j int) int { return l.compare(rows[i], rows[j]) })
	if slices.ContainsFunc(l.orders, func(q Query) bool { return q.method == "orderRandom" }) {
		for i := range page {
			j := i + below(len(page)-i)
			page[i], page[j] = page[j], page[i]
		}
	}
	if backwards {
		slices.Reverse(page) // the rows closest to the cursor come first, for now
	}
	from, to := l.Bounds(len(page))
	page = page[from:to]
	if backwards {
		slices.Reverse(page)
	}
	return page, total
}

// compare orders rows as the list asks, and by their creation where it does not.
func (l *List) compare(a, b Record) int {
	for _, order := range l.orders {
		n := strings.Compare(a[order.attribute], b[order.attribute])
		if order.method == "orderDesc" {
			n = -n
		}
		if n != 0 && order.method != "orderRandom" {
			return n
		}
	}
	return strings.Compare(a["$sequence"], b["$sequence"])
}

func (l *List) matches(row Record) bool {
	for _, filter := range l.filters {
		if !filter.matches(row) {
			return false
		}
	}
	return true
}

func (q *Query) matches(row Record) bool {
	is := func(inner Query) bool { return inner.matches(row) }
	isNot := func(inner Query) bool { return !inner.matches(row) }
	v := row[q.attribute]
	switch q.method {
	case "and":
		return !slices.ContainsFunc(q.nested, isNot)
	case "or":
		return slices.ContainsFunc(q.nested, is)
	case "isNull":
		return false // what lists have here is never null
	case "isNotNull":
		return true
	case "equal":
		return slices.Contains(q.keys, v)
	case "notEqual":
		return v != q.keys[0]
	case "lessThan":
		return v < q.keys[0]
	case "lessThanEqual":
		return v <= q.keys[0]
	case "greaterThan":
		return v > q.keys[0]
	case "greaterThanEqual":
		return v >= q.keys[0]
	case "between":
		return q.keys[0] <= v && v <= q.keys[1]
	case "notBetween":
		return v < q.keys[0] || q.keys[1] < v
	case "contains", "notContains":
		found := slices.ContainsFunc(q.keys, func(part string) bool { return strings.Contains(v, part) })
		return found == (q.method == "contains")
	case "startsWith", "notStartsWith":
		return strings.HasPrefix(v, q.keys[0]) == (q.method == "startsWith")
	case "endsWith", "notEndsWith":
		return strings.HasSuffix(v, q.keys[0]) == (q.method == "endsWith")
	}
	return false // a search, which is answered before any row is looked at
}
