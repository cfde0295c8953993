package models_test

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/models"
)

func prefs(t *testing.T, text string) models.Preferences {
	t.Helper()
	return decode[models.Preferences](t, libraries[0], text)
}

func TestPreferencesKeepTheServersText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"min":-9223372036854775808,"max":9223372036854775807,"umax":18446744073709551615}`,
		`{"f":1.10,"e":1E+2,"big":1.2345678901234567e+19,"zero":-0,"long":0.12345678901234567890123}`,
		`{"z":1,"a":2,"m":{"y":[],"b":{}}}`,
		`{"url":"https:\/\/example.com\/?a=1&b=<2>","u":"\u00e9 é \u2028","tab":"\t\b","bs":"\\u003c"}`,
		`{"a":1,"a":2}`,
		`{"":0}`,
	} {
		for _, lib := range libraries {
			p := decode[models.Preferences](t, lib, text)
			assert.Equal(t, text, string(p.Raw()), lib.name)
			assert.Equal(t, p, decode[models.Preferences](t, lib, encode(t, lib, p)), lib.name)
			user := decode[models.User](t, lib, `{"prefs":`+text+`}`)
			assert.Equal(t, p, user.Prefs)
			assert.Equal(t, user, decode[models.User](t, lib, encode(t, lib, user)), "%s: %s", lib.name, encode(t, lib, user))
		}
		assert.Equal(t, text, encode(t, libraries[1], prefs(t, text)), "v2 writes the text as it is")
	}
}

func TestPreferencesDropWhiteSpaceBetweenTokensOnly(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		p := decode[models.Preferences](t, lib, " {\n \"a b\" : \"c  d\\/\" ,\t\"e\":[ 1 , 2 ] } ")
		assert.Equal(t, `{"a b":"c  d\/","e":[1,2]}`, string(p.Raw()))
		assert.Equal(t, p, decode[models.Preferences](t, lib, encode(t, lib, p)))
	})
}

func TestPreferencesUndoTheEscapesOfEncodingJSON(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		p := decode[models.Preferences](t, lib, `{"a":"\u003cb\u003e \u0026 \\u003c \\\u003c \u003C"}`)
		assert.Equal(t, `{"a":"<b> & \\u003c \\< \u003C"}`, string(p.Raw()))
		p = decode[models.Preferences](t, lib, "{\"a\":\"\u2028\u2029\"}")
		assert.Equal(t, `{"a":"\u2028\u2029"}`, string(p.Raw()))
		assert.Equal(t, p, decode[models.Preferences](t, lib, encode(t, lib, p)))
	})
}

func TestEmptyPreferencesHaveOneForm(t *testing.T) {
	t.Parallel()
	eachLibrary(t, func(t *testing.T, lib library) {
		for _, text := range []string{`{}`, `[]`, `null`, ` { } `, " [\n] "} {
			p := decode[models.Preferences](t, lib, text)
			assert.Equal(t, models.Preferences{}, p, text)
			assert.True(t, p == models.Preferences{}, "comparable")
			user := decode[models.User](t, lib, `{"prefs":`+text+`}`)
			assert.Zero(t, user)
		}
		var p models.Preferences
		assert.Equal(t, `{}`, encode(t, lib, p))
		assert.Equal(t, `{}`, string(p.Raw()))
		assert.Equal(t, map[string]any{}, p.Map())
		assert.Zero(t, p.Len())
		var m map[string]any
		require.NoError(t, p.Decode(&m))
		assert.Equal(t, map[string]any{}, m)
		ok, err := p.Get("a", nil)
		assert.False(t, ok)
		assert.NoError(t, err)
	})
}

func TestPreferencesThatAreNoObjectAreAnError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"a"`, `""`, `5`, `0`, `true`, `false`, `[1]`, `[[]]`, `[{}]`, `{"a"}`, `{`, ``, ` `, `{}x`} {
		for _, lib := range libraries {
			assert.Error(t, lib.unmarshal([]byte(text), new(models.Preferences)), text)
		}
		assert.Error(t, new(models.Preferences).UnmarshalJSON([]byte(text)), text)
	}
}

func TestPreferencesDecodeIntoTheCallersTypes(t *testing.T) {
	t.Parallel()
	p := prefs(t, `{"theme":"dark","max":9223372036854775807,"umax":18446744073709551615,"min":-9223372036854775808,"f":0.1,"n":12345678901234567890.5,"at":"2026-11-21T00:12:51Z"}`)
	var v struct {
		Theme string `json:"THEME"` // in any case, as encoding/json has it
		Max   int64
		UMax  uint64
		Min   int64
		F     float64
		N     stdjson.Number
		At    time.Time
	}
	require.NoError(t, p.Decode(&v))
	assert.Equal(t, "dark", v.Theme)
	assert.EqualValues(t, math.MaxInt64, v.Max)
	assert.EqualValues(t, uint64(math.MaxUint64), v.UMax)
	assert.EqualValues(t, math.MinInt64, v.Min)
	assert.EqualValues(t, 0.1, v.F)
	assert.Equal(t, stdjson.Number("12345678901234567890.5"), v.N)
	assert.Equal(t, 2026, v.At.Year())

	var n stdjson.Number
	ok, err := p.Get("n", &n)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, stdjson.Number("12345678901234567890.5"), n)
	ok, err = p.Get("N", &n)
	require.NoError(t, err)
	assert.False(t, ok, "keys of Get match exactly")

	assert.Equal(t, stdjson.Number("18446744073709551615"), p.Map()["umax"])
	assert.Equal(t, 7, p.Len())
}

func TestPreferencesReportWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	p := prefs(t, `{"a":"text","list":[1],"empty":[],"o":{}}`)
	var mismatch *stdjson.UnmarshalTypeError

	var number int
	ok, err := p.Get("a", &number)
	assert.True(t, ok)
	require.ErrorAs(t, err, &mismatch)

	var object struct{ A int }
	_, err = p.Get("list", &object)
	require.ErrorAs(t, err, &mismatch)
	assert.Equal(t, "array", mismatch.Value)

	_, err = p.Get("empty", &number)
	require.ErrorAs(t, err, &mismatch, "an empty list is no number")

	var both struct {
		Empty struct{ X int }
		A     int
	}
	require.ErrorAs(t, p.Decode(&both), &mismatch, "one that fits does not hide one that does not")
	assert.Equal(t, "string", mismatch.Value)

	var invalid *stdjson.InvalidUnmarshalError
	require.ErrorAs(t, p.Decode(nil), &invalid)
	require.ErrorAs(t, p.Decode(number), &invalid)
}

// listener has an UnmarshalJSON of its own, which sees what the server sent.
type listener struct{ saw string }

func (l *listener) UnmarshalJSON(text []byte) error {
	l.saw = string(text)
	if l.saw == "[]" {
		return nil
	}
	return errors.New("not a list")
}

func TestPreferencesTakeAnEmptyListForAnEmptyObject(t *testing.T) {
	t.Parallel()
	type inner struct {
		Map  map[string]int
		Name string
	}
	type target struct {
		Object  inner
		Pointer *inner
		Map     map[string]inner
		List    []inner
		Any     any
		Own     listener
		Number  stdjson.Number
		Quoted  int64 `json:",string"`
		Empty   []int
		Array   [0]int
		Raw     stdjson.RawMessage
		Time    *time.Time
		UMax    uint64
		Ignored map[string]map[string]int `json:"-"`
	}
	p := prefs(t, `{"object":[],"POINTER":[],"map":{"a":[],"b":{"map":[],"name":"x"}},"list":[[],{"map":[]}],"any":[],
		"own":[],"number":12345678901234567890,"quoted":"7","empty":[],"array":[],"raw":[],"time":null,"umax":18446744073709551615}`)
	var v target
	require.NoError(t, p.Decode(&v))
	assert.Equal(t, target{
		Pointer: &inner{},
		Map:     map[string]inner{"a": {}, "b": {Map: map[string]int{}, Name: "x"}},
		List:    []inner{{}, {Map: map[string]int{}}},
		Any:     []any{},
		Own:     listener{"[]"},
		Number:  "12345678901234567890",
		Quoted:  7,
		Empty:   []int{},
		Raw:     stdjson.RawMessage("[]"),
		UMax:    math.MaxUint64,
	}, v)

	var m map[string]int
	ok, err := p.Get("object", &m)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, map[string]int{}, m, "as {} would decode")

	kept := inner{Name: "kept"}
	_, err = p.Get("object", &kept)
	require.NoError(t, err)
	assert.Equal(t, "kept", kept.Name, "as {} would decode")
}

func TestPreferencesWithThousandsOfEmptyListsDecodeAtOnce(t *testing.T) {
	t.Parallel()
	p := prefs(t, `{"a":[`+strings.Repeat("[],", 20000)+`[]]}`)
	var v struct{ A []struct{ X int } }
	start := time.Now()
	require.NoError(t, p.Decode(&v))
	assert.Len(t, v.A, 20001)
	assert.Less(t, time.Since(start), time.Second)
}

func TestPreferencesReadChangeWriteKeepsAllOtherBytes(t *testing.T) {
	t.Parallel()
	p := prefs(t, `{"max":9223372036854775807,"theme":"dark","d":1.10,"o":{"n":[],"u":18446744073709551615}}`)
	var members map[string]stdjson.RawMessage
	require.NoError(t, p.Decode(&members))
	members["theme"] = stdjson.RawMessage(`"light"`)
	text, err := stdjson.Marshal(members)
	require.NoError(t, err)
	assert.Equal(t, `{"d":1.10,"max":9223372036854775807,"o":{"n":[],"u":18446744073709551615},"theme":"light"}`, string(text))
}

func TestPreferencesCannotBeChangedThroughWhatTheyReturn(t *testing.T) {
	t.Parallel()
	p := prefs(t, `{"a":"b"}`)
	p.Raw()[2] = 'X'
	text, err := p.MarshalJSON()
	require.NoError(t, err)
	text[2] = 'X'
	p.Map()["a"] = 1
	assert.Equal(t, `{"a":"b"}`, string(p.Raw()))
}

func TestPreferencesPrintTheirNumberOnly(t *testing.T) {
	t.Parallel()
	p := prefs(t, `{"s3cr3t":"s3cr3t","b":1}`)
	for _, verb := range verbs {
		assert.Equal(t, "Preferences{Len:2}", fmt.Sprintf(verb, p))
		assert.Equal(t, "Preferences{Len:2}", fmt.Sprintf(verb, &p))
		assert.NotContains(t, fmt.Sprintf(verb, models.User{ID: "u", Prefs: p}), "s3cr3t")
	}
	for _, line := range logged(t, p, &p, models.User{ID: "u1", Prefs: p}, &models.User{ID: "u1", Prefs: p}) {
		assert.NotContains(t, line, "s3cr3t")
		assert.Contains(t, line, "Preferences{Len:2}")
	}
}

func FuzzPreferences(f *testing.F) {
	for _, text := range []string{
		`{}`, `[]`, `null`, `{"a":[]}`, `{"a":{"b":[[],{}]},"c":18446744073709551615}`, `{"a":1,"a":2}`, `5`,
		`{"u":"\u003c\\u003c<\/\ud800` + "\xff\u2028" + `"}`, `{"a" : 1e999 , "B" : -0.0}`, `{"number":[],"Map":[],"list":[[]]}`,
	} {
		f.Add(text)
	}
	type target struct {
		A      map[string]any
		List   []struct{ Map map[string]int }
		Number stdjson.Number
		Map    map[string]map[string]string
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, lib := range libraries {
			var p models.Preferences
			if lib.unmarshal([]byte(text), &p) != nil {
				continue
			}
			encoded, err := lib.marshal(p)
			require.NoError(t, err)
			require.True(t, stdjson.Valid(encoded))
			var again models.Preferences
			require.NoError(t, lib.unmarshal(encoded, &again))
			require.Equal(t, p, again)
			require.Len(t, p.Map(), p.Len())

			var v target
			err = p.Decode(&v)
			var std target
			if stdjson.Unmarshal(p.Raw(), &std) == nil {
				require.NoError(t, err, "Decode takes all that encoding/json takes")
				require.Equal(t, std, v)
			}
			for key := range p.Map() {
				ok, err := p.Get(key, new(any))
				require.True(t, ok)
				_ = err // a number may be too large for a float64
			}
		}
		var v1, v2 models.Preferences
		if stdjson.Unmarshal([]byte(text), &v1) == nil && json.Unmarshal([]byte(text), &v2, v2options) == nil {
			require.Equal(t, v1, v2)
		}
	})
}
