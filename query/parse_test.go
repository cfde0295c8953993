package query_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/query"
)

func TestValidateAccepts(t *testing.T) {
	t.Parallel()
	for _, q := range []string{
		`{"method":"limit","values":[25]}`,
		`{"method": "equal", "attribute": "provider", "values": ["google"]}`,
		" \n{\"values\":[],\"method\":\"equal\"}\t",
		`{"method":"isNull","attribute":"a","values":null}`,
		`{"method":"isNull","attribute":null}`,
		`{"method":"fromTheFuture","alias":"main","values":[[1,2],{"x":null}]}`,
	} {
		assert.NoError(t, query.Validate(q), q)
	}
}

func TestValidateRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ q, reason string }{
		{"", "empty"},
		{" ", "not a JSON object"},
		{"\x00\x01", "not a JSON object"},
		{"\xff", "not valid UTF-8"},
		{"{\"method\":\"equal\",\"values\":[\"\xff\"]}", "not valid UTF-8"},
		{"nonsense", "not a JSON object"},
		{"{bad", "not a JSON object"},
		{"null", "not a JSON object"},
		{"25", "not a JSON object"},
		{`"limit"`, "not a JSON object"},
		{`[{"method":"limit","values":[25]}]`, "not a JSON object"},
		{`{"method":"limit","values":[25]}}`, "not a JSON object"},
		{`{"method":"limit"} {"method":"limit"}`, "not a JSON object"},
		{`{}`, "no method"},
		{`{"method":""}`, "no method"},
		{`{"method":null}`, "no method"},
		{`{"Method":"limit","values":[25]}`, "no method"},
		{`{"method":1}`, "method is not a string"},
		{`{"method":"equal","attribute":["a"]}`, "attribute is not a string"},
		{`{"method":"limit","values":25}`, "values is not a list"},
		{`{"method":"limit","values":{"0":25}}`, "values is not a list"},
		{`limit(25)`, "old string syntax; use package query"},
		{`equal("provider", ["github"])`, "old string syntax; use package query"},
		{" cursorAfter(\"id\")\n", "old string syntax; use package query"},
		{`(25)`, "not a JSON object"},
		{`drop table users; limit(25)`, "not a JSON object"},
		{"invalid query: ", "not a JSON object"},
		{"invalid query: " + strings.Repeat("x", 513), "not a JSON object"},
		{"invalid query: \x1b[2J", "not a JSON object"},
	}
	for _, test := range tests {
		assert.EqualError(t, query.Validate(test.q), test.reason, "%.60q", test.q)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	q, err := query.Parse(query.Equal[uint64]("n", 1<<53+1, 2))
	require.NoError(t, err)
	assert.Equal(t, query.Query{
		Method:    "equal",
		Attribute: "n",
		Values:    []any{json.Number("9007199254740993"), json.Number("2")},
	}, q)

	q, err = query.Parse(query.Or(query.Equal("a", true), query.IsNull("b")))
	require.NoError(t, err)
	assert.Equal(t, query.Query{Method: "or", Values: []any{
		map[string]any{"method": "equal", "attribute": "a", "values": []any{true}},
		map[string]any{"method": "isNull", "attribute": "b"},
	}}, q)

	q, err = query.Parse(`{"method":1}`)
	require.Error(t, err)
	assert.Zero(t, q)
}

func TestQueryInt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		q    string
		want int
		ok   bool
	}{
		"limit":              {query.Limit(25), 25, true},
		"negative":           {query.Offset(-1), -1, true},
		"digits in a string": {`{"method":"limit","values":["25"]}`, 25, true},
		"cursor":             {query.CursorAfter("id"), 0, false},
		"float":              {`{"method":"limit","values":[2.5]}`, 0, false},
		"too large":          {`{"method":"limit","values":[99999999999999999999]}`, 0, false},
		"boolean":            {`{"method":"limit","values":[true]}`, 0, false},
		"empty list":         {`{"method":"limit","values":[]}`, 0, false},
		"no values":          {query.OrderRandom(), 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, err := query.Parse(test.q)
			require.NoError(t, err)
			n, ok := q.Int()
			assert.Equal(t, test.ok, ok)
			if test.ok {
				assert.Equal(t, test.want, n)
			}
		})
	}
}

// Whatever the strings are, a query either says exactly them or is refused, and And passes on
// which.
func FuzzQuery(f *testing.F) {
	f.Add("provider", "github")
	f.Add("", "")
	f.Add(`a"b\`, "\x00\n\u2028<&>")
	f.Add("a\xff", "\xed\xa0\x80")
	f.Add(strings.Repeat("\U0010ffff", 50), "\xff")
	f.Fuzz(func(t *testing.T, attribute, value string) {
		for _, built := range []string{
			query.Equal(attribute, value),
			query.Equal(attribute, provider(value)),
			query.StartsWith(attribute, value),
			query.CursorAfter(value),
			query.IsNull(attribute),
			query.Select(attribute, value),
		} {
			q, err := query.Parse(built)
			if err != nil {
				assert.False(t, json.Valid([]byte(built)), "refused, yet a server could take it")
				assert.Equal(t, "invalid query: "+err.Error(), built)
				assert.Equal(t, built, query.And(built))
				continue
			}
			assert.True(t, json.Valid([]byte(built)))
			assert.NoError(t, query.Validate(query.And(built, built)))
			switch q.Method {
			case "equal", "startsWith":
				assert.Equal(t, attribute, q.Attribute)
				assert.Equal(t, []any{value}, q.Values)
			case "cursorAfter":
				assert.Equal(t, []any{value}, q.Values)
			case "isNull":
				assert.Equal(t, attribute, q.Attribute)
			case "select":
				assert.Equal(t, []any{attribute, value}, q.Values)
			default:
				t.Errorf("method %q", q.Method)
			}
		}
	})
}

// Validate judges any text without panicking and repeats little of it.
func FuzzValidate(f *testing.F) {
	f.Add(query.Or(query.Limit(25), query.IsNull("a")))
	f.Add(query.Equal[int]("a"))
	f.Add(`equal("provider", ["github"])`)
	f.Add("{\"method\":\"\xff\"}")
	f.Fuzz(func(t *testing.T, q string) {
		err := query.Validate(q)
		combined := query.And(q)
		if err != nil {
			assert.LessOrEqual(t, len(err.Error()), 512)
			assert.Error(t, query.Validate(combined))
			return
		}
		assert.True(t, json.Valid([]byte(q)))
		assert.NoError(t, query.Validate(combined))
	})
}

func BenchmarkValidate(b *testing.B) {
	b.ReportAllocs()
	q := query.Equal("provider", "github")
	for b.Loop() {
		if err := query.Validate(q); err != nil {
			b.Fatal(err)
		}
	}
}
