package appwritetest

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFloatsAreWrittenAsPHPDoes(t *testing.T) {
	t.Parallel()
	for f, want := range map[float64]string{
		1: "1", 1.5: "1.5", -0.25: "-0.25", 0.1: "0.1", 1e16: "10000000000000000", 1e25: "1.0e+25", 1.5e300: "1.5e+300",
		0.0001: "0.0001", 0.00001: "1.0e-5", math.Copysign(0, -1): "-0", 123456789.123: "123456789.123",
	} {
		assert.Equal(t, want, string(appendFloat(nil, f)))
	}
}

func TestJSONThatPHPDoesNotRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{", `{"a":}`, `{"a":1,}`, "[1] 2", "\"\xff\"", `"\ud800"`, "1e999", "nul"} {
		_, err := parseJSON([]byte(text))
		assert.Error(t, err, "%q", text)
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         `[]`,
		"a=1&b=x+y%21":             `{"a":"1","b":"x y!"}`,
		"a[]=1&a[]=2":              `{"a":["1","2"]}`,
		"a[0]=1&a[1]=2":            `{"a":["1","2"]}`,
		"a[x][]=1&a[x][]=2&a[y]=3": `{"a":{"x":["1","2"],"y":"3"}}`,
		"a[][b]=1&a[][b]=2":        `{"a":[{"b":"1"},{"b":"2"}]}`,
		"a[5]=x&a[]=y":             `{"a":{"5":"x","6":"y"}}`,
		"a=1&a[]=2":                `{"a":["2"]}`,
		"a[b=1":                    `{"a":"1"}`,
		"[a]=1&=2":                 `[]`,
		"a=%zz&b=1":                `{"b":"1"}`,
	} {
		assert.Equal(t, want, string(appendJSON(nil, parseForm(text))), text)
	}
}

func TestAKeyIsFoundAmongFewAndAmongMany(t *testing.T) {
	t.Parallel()
	a := newArray()
	for i := range 100 {
		key := "k" + strconv.Itoa(i)
		assert.False(t, a.has(key))
		a.set(key, i)
		a.set("k0", "again")
		assert.True(t, a.has(key))
		assert.Len(t, a.keys, i+1)
	}
	assert.Equal(t, "again", a.get("k0"))
	assert.Equal(t, 99, a.get("k99"))
	assert.Nil(t, a.get("k100"))
}

func TestPlainJSONSizeCountsEscapes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"ü"`: `"\u00fc"`, `"😀"`: `"\ud83d\ude00"`, `"/"`: `"\/"`, `"\u2028"`: `"\u2028"`, `{"a":[]}`: `{"a":[]}`, `"\u0001\n"`: `"\u0001\n"`,
	} {
		v, err := parseJSON([]byte(text))
		require.NoError(t, err)
		assert.Equal(t, want, string(appendValue(nil, v, true)))
		assert.Equal(t, len(want), plainJSONSize(v))
	}
}
