package php

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
		_, err := ParseJSON([]byte(text))
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
		assert.Equal(t, want, string(AppendJSON(nil, ParseForm(text))), text)
	}
}

func TestAKeyIsFoundAmongFewAndAmongMany(t *testing.T) {
	t.Parallel()
	a := NewArray()
	for i := range 100 {
		key := "k" + strconv.Itoa(i)
		assert.False(t, a.Has(key))
		a.Set(key, i)
		a.Set("k0", "again")
		assert.True(t, a.Has(key))
		assert.Len(t, a.Keys, i+1)
	}
	assert.Equal(t, "again", a.Get("k0"))
	assert.Equal(t, 99, a.Get("k99"))
	assert.Nil(t, a.Get("k100"))
}

func TestPlainJSONSizeCountsEscapes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"ü"`: `"\u00fc"`, `"😀"`: `"\ud83d\ude00"`, `"/"`: `"\/"`, `"\u2028"`: `"\u2028"`, `{"a":[]}`: `{"a":[]}`, `"\u0001\n"`: `"\u0001\n"`,
	} {
		v, err := ParseJSON([]byte(text))
		require.NoError(t, err)
		assert.Equal(t, want, string(AppendValue(nil, v, true)))
		assert.Equal(t, len(want), PlainJSONSize(v))
	}
}

func TestKeysCanGoAndGetOtherNames(t *testing.T) {
	t.Parallel()
	a := NewArray()
	for i := range 12 { // so many that there is a map of them
		a.Set(string(rune('a'+i)), int64(i))
	}
	a.Remove("b")
	a.Remove("b")
	a.Rename("c", "z")
	a.Rename("c", "y")
	assert.JSONEq(t, `{"a":0,"z":2,"d":3,"e":4,"f":5,"g":6,"h":7,"i":8,"j":9,"k":10,"l":11}`, string(AppendJSON(nil, a)))
	assert.Equal(t, int64(11), a.Get("l"))
	assert.Equal(t, int64(2), a.Get("z"))
	assert.False(t, a.Has("c"))
	assert.False(t, a.Has("b"))
}
