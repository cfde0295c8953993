package query_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/query"
)

type (
	provider string
	flag     bool
	level    int16
	mask     uint8
	ratio    float32
	score    float64
)

func (provider) String() string               { return "not this" }
func (provider) MarshalJSON() ([]byte, error) { return []byte(`"nor this"`), nil }

var (
	noon  = time.Date(2026, 11, 21, 12, 0, 0, 182_999_999, time.UTC)
	night = time.Date(2026, 11, 21, 23, 30, 0, 0, time.FixedZone("", -5*60*60))
)

func TestBuilders(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ got, want string }{
		"equal":            {query.Equal("provider", "github"), `{"method":"equal","attribute":"provider","values":["github"]}`},
		"equal, several":   {query.Equal("provider", "github", "google"), `{"method":"equal","attribute":"provider","values":["github","google"]}`},
		"notEqual":         {query.NotEqual("a", 1), `{"method":"notEqual","attribute":"a","values":[1]}`},
		"lessThan":         {query.LessThan("a", 1), `{"method":"lessThan","attribute":"a","values":[1]}`},
		"lessThanEqual":    {query.LessThanEqual("a", 1), `{"method":"lessThanEqual","attribute":"a","values":[1]}`},
		"greaterThan":      {query.GreaterThan("a", 1), `{"method":"greaterThan","attribute":"a","values":[1]}`},
		"greaterThanEqual": {query.GreaterThanEqual("a", 1), `{"method":"greaterThanEqual","attribute":"a","values":[1]}`},
		"between":          {query.Between("a", 1, 2), `{"method":"between","attribute":"a","values":[1,2]}`},
		"notBetween":       {query.NotBetween("a", 1, 2.5), `{"method":"notBetween","attribute":"a","values":[1,2.5]}`},
		"startsWith":       {query.StartsWith("a", "x"), `{"method":"startsWith","attribute":"a","values":["x"]}`},
		"notStartsWith":    {query.NotStartsWith("a", "x"), `{"method":"notStartsWith","attribute":"a","values":["x"]}`},
		"endsWith":         {query.EndsWith("a", "x"), `{"method":"endsWith","attribute":"a","values":["x"]}`},
		"notEndsWith":      {query.NotEndsWith("a", "x"), `{"method":"notEndsWith","attribute":"a","values":["x"]}`},
		"contains":         {query.Contains("a", "x", "y"), `{"method":"contains","attribute":"a","values":["x","y"]}`},
		"notContains":      {query.NotContains("a", "x"), `{"method":"notContains","attribute":"a","values":["x"]}`},
		"search":           {query.Search("a", "x y"), `{"method":"search","attribute":"a","values":["x y"]}`},
		"notSearch":        {query.NotSearch("a", "x"), `{"method":"notSearch","attribute":"a","values":["x"]}`},
		"isNull":           {query.IsNull("a"), `{"method":"isNull","attribute":"a"}`},
		"isNotNull":        {query.IsNotNull("a"), `{"method":"isNotNull","attribute":"a"}`},
		"createdBefore":    {query.CreatedBefore(noon), `{"method":"lessThan","attribute":"$createdAt","values":["2026-11-21T12:00:00.182+00:00"]}`},
		"createdAfter":     {query.CreatedAfter(night), `{"method":"greaterThan","attribute":"$createdAt","values":["2026-11-22T04:30:00.000+00:00"]}`},
		"createdBetween":   {query.CreatedBetween(noon, night), `{"method":"between","attribute":"$createdAt","values":["2026-11-21T12:00:00.182+00:00","2026-11-22T04:30:00.000+00:00"]}`},
		"updatedBefore":    {query.UpdatedBefore(noon), `{"method":"lessThan","attribute":"$updatedAt","values":["2026-11-21T12:00:00.182+00:00"]}`},
		"updatedAfter":     {query.UpdatedAfter(noon), `{"method":"greaterThan","attribute":"$updatedAt","values":["2026-11-21T12:00:00.182+00:00"]}`},
		"updatedBetween":   {query.UpdatedBetween(noon, night), `{"method":"between","attribute":"$updatedAt","values":["2026-11-21T12:00:00.182+00:00","2026-11-22T04:30:00.000+00:00"]}`},
		"orderAsc":         {query.OrderAsc("a"), `{"method":"orderAsc","attribute":"a"}`},
		"orderDesc":        {query.OrderDesc("$createdAt"), `{"method":"orderDesc","attribute":"$createdAt"}`},
		"orderRandom":      {query.OrderRandom(), `{"method":"orderRandom"}`},
		"cursorBefore":     {query.CursorBefore("id"), `{"method":"cursorBefore","values":["id"]}`},
		"cursorAfter":      {query.CursorAfter("id"), `{"method":"cursorAfter","values":["id"]}`},
		"limit":            {query.Limit(25), `{"method":"limit","values":[25]}`},
		"offset":           {query.Offset(0), `{"method":"offset","values":[0]}`},
		"select":           {query.Select("a", "b"), `{"method":"select","values":["a","b"]}`},
		"and": {
			query.And(query.Equal("a", "x"), query.IsNull("b")),
			`{"method":"and","values":[{"method":"equal","attribute":"a","values":["x"]},{"method":"isNull","attribute":"b"}]}`,
		},
		"or, nested": {
			query.Or(query.And(query.IsNull("a"), query.IsNull("b")), query.IsNotNull("c")),
			`{"method":"or","values":[{"method":"and","values":[{"method":"isNull","attribute":"a"},{"method":"isNull","attribute":"b"}]},{"method":"isNotNull","attribute":"c"}]}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, test.got)
			assert.NoError(t, query.Validate(test.got))
		})
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ got, want string }{
		"string":                  {query.Equal("a", "Jörg 中"), `"Jörg 中"`},
		"empty string":            {query.Equal("a", ""), `""`},
		"quote and backslash":     {query.Equal("a", `say "\o/"`), `"say \"\\o/\""`},
		"control characters":      {query.Equal("a", "\x00\x1f\b\f\n\r\t\x7f"), `"\u0000\u001f\b\f\n\r\t` + "\x7f" + `"`},
		"no HTML escaping":        {query.Equal("a", "<b>&\u2028"), "\"<b>&\u2028\""},
		"looks like JSON":         {query.Equal("a", `"],"method":"x`), `"\"],\"method\":\"x"`},
		"longer than the buffer":  {query.Equal("a", strings.Repeat("é", 500)), `"` + strings.Repeat("é", 500) + `"`},
		"true":                    {query.Equal("a", true), `true`},
		"false":                   {query.Equal("a", false), `false`},
		"int":                     {query.Equal("a", -7), `-7`},
		"2^53+1":                  {query.Equal("a", int64(1<<53+1)), `9007199254740993`},
		"int64, smallest":         {query.Equal[int64]("a", math.MinInt64), `-9223372036854775808`},
		"int64, largest":          {query.Equal[int64]("a", math.MaxInt64), `9223372036854775807`},
		"uint64, largest":         {query.Equal[uint64]("a", math.MaxUint64), `18446744073709551615`},
		"int8":                    {query.Equal[int8]("a", -128), `-128`},
		"bytes":                   {query.Equal("a", []byte{1, 255}...), `1,255`},
		"float":                   {query.Equal("a", 0.1), `0.1`},
		"float, whole":            {query.Equal("a", 1e6), `1000000`},
		"float, large":            {query.Equal("a", 1e20), `100000000000000000000`},
		"float, largest":          {query.Equal("a", math.MaxFloat64), `1.7976931348623157e+308`},
		"float, small":            {query.Equal("a", 1e-7), `1e-7`},
		"float, smallest":         {query.Equal("a", math.SmallestNonzeroFloat64), `5e-324`},
		"float32":                 {query.Equal("a", float32(0.1)), `0.1`},
		"time":                    {query.Equal("a", noon), `"2026-11-21T12:00:00.182+00:00"`},
		"time, first year":        {query.Equal("a", time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)), `"0000-01-01T00:00:00.000+00:00"`},
		"time, last millisecond":  {query.Equal("a", time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC)), `"9999-12-31T23:59:59.999+00:00"`},
		"named string":            {query.Equal("a", provider("github")), `"github"`},
		"named bool":              {query.Equal("a", flag(true)), `true`},
		"named int":               {query.Equal("a", level(-3)), `-3`},
		"named uint":              {query.Equal("a", mask(3)), `3`},
		"named float32":           {query.Equal("a", ratio(0.1)), `0.1`},
		"named float64":           {query.Equal("a", score(0.1)), `0.1`},
		"several, named":          {query.Equal("a", provider("x"), provider("y")), `"x","y"`},
		"a duration's underlying": {query.Equal("a", time.Microsecond), `1000`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, `{"method":"equal","attribute":"a","values":[`+test.want+`]}`, test.got)
			assert.NoError(t, query.Validate(test.got))
		})
	}
}

func TestAttributeIsEscaped(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `{"method":"isNull","attribute":"a\"b\n"}`, query.IsNull("a\"b\n"))
}

func TestWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ got, reason string }{
		"no values":             {query.Equal[string]("provider"), `equal("provider"): no values`},
		"no values, no name":    {query.Equal[string](""), `equal(): no values`},
		"nothing contained":     {query.Contains[int]("a"), `contains("a"): no values`},
		"nothing selected":      {query.Select(), `select(): no values`},
		"NaN":                   {query.Equal("a", math.NaN()), `equal("a"): value 1: not a finite number`},
		"infinity":              {query.Between("a", 0, math.Inf(1)), `between("a"): value 2: not a finite number`},
		"infinity, float32":     {query.LessThan("a", float32(math.Inf(-1))), `lessThan("a"): value 1: not a finite number`},
		"value not UTF-8":       {query.Equal("a", "ok", "secret\xff"), `equal("a"): value 2: not valid UTF-8`},
		"surrogate as bytes":    {query.Equal("a", "\xed\xa0\x80"), `equal("a"): value 1: not valid UTF-8`},
		"named value not UTF-8": {query.Equal("a", provider("\xff")), `equal("a"): value 1: not valid UTF-8`},
		"attribute not UTF-8":   {query.IsNull("a\xff"), `isNull("a\xff"): attribute: not valid UTF-8`},
		"cursor not UTF-8":      {query.CursorAfter("\xff"), `cursorAfter(): value 1: not valid UTF-8`},
		"long attribute":        {query.Equal[string](strings.Repeat("x", 5000)), `equal("` + strings.Repeat("x", 40) + `"): no values`},
		"year 10000":            {query.CreatedBefore(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)), `lessThan("$createdAt"): value 1: year outside 0 to 9999`},
		"year -1":               {query.Equal("a", time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)), `equal("a"): value 1: year outside 0 to 9999`},
		"year 10000 in UTC": {
			query.Equal("a", time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -5*60*60))),
			`equal("a"): value 1: year outside 0 to 9999`,
		},
		"and of nothing":          {query.And(), `and(): no queries`},
		"or of nothing":           {query.Or(), `or(): no queries`},
		"or of an empty string":   {query.Or(query.IsNull("a"), ""), `or(): query 2: empty`},
		"and of no query":         {query.And("secret"), `and(): query 1: not a JSON object`},
		"and of a string":         {query.And(`"{}"`), `and(): query 1: not a JSON object`},
		"and of two in one":       {query.And(query.IsNull("a") + "," + query.IsNull("b")), `and(): query 1: not a JSON object`},
		"and of the old syntax":   {query.And(query.IsNull("a"), `equal("a", ["b"])`), `and(): query 2: old string syntax; use package query`},
		"and of an invalid query": {query.And(query.Or(query.Equal[int]("a"))), `equal("a"): no values`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, "invalid query: "+test.reason, test.got)
			assert.EqualError(t, query.Validate(test.got), test.reason)
		})
	}
}

func TestDeepNesting(t *testing.T) {
	t.Parallel()
	good, bad := query.IsNull("a"), query.Equal[int]("a")
	for range 50 {
		good, bad = query.And(good, query.IsNull("b")), query.Or(query.IsNull("b"), bad)
	}
	require.NoError(t, query.Validate(good))
	assert.Equal(t, `invalid query: equal("a"): no values`, bad)
}

func TestAllocations(t *testing.T) {
	check := func(name string, limit float64, f func()) {
		assert.LessOrEqual(t, testing.AllocsPerRun(100, f), limit, name)
	}
	name, id := "github", provider("github")
	check("one string", 2, func() { _ = query.Equal("provider", name) })
	check("one named string", 2, func() { _ = query.Equal("provider", id) })
	check("limit", 2, func() { _ = query.Limit(25) })
	check("time", 2, func() { _ = query.CreatedAfter(noon) })
}

var sink string

func BenchmarkEqual(b *testing.B) {
	b.Run("string", func(b *testing.B) {
		b.ReportAllocs()
		name := "github"
		for b.Loop() {
			sink = query.Equal("provider", name)
		}
	})
	b.Run("named string", func(b *testing.B) {
		b.ReportAllocs()
		name := provider("github")
		for b.Loop() {
			sink = query.Equal("provider", name)
		}
	})
	b.Run("time", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink = query.Equal("$createdAt", noon)
		}
	})
	b.Run("100 ints", func(b *testing.B) {
		b.ReportAllocs()
		values := make([]int, 100)
		for b.Loop() {
			sink = query.Equal("n", values...)
		}
	})
}

func BenchmarkAnd(b *testing.B) {
	b.ReportAllocs()
	first, second := query.Equal("provider", "github"), query.IsNull("providerEmail")
	for b.Loop() {
		sink = query.And(first, second)
	}
}
