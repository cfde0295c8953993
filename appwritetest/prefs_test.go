package appwritetest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPrefsComeBackAsPHPWritesThem(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	for sent, want := range map[string]string{
		`{"theme": "dark", "n": 1, "f": 1.5, "b": true, "nul": null, "arr": [1, "two"], "obj": {"a": {}}}`: `{"theme":"dark","n":1,"f":1.5,"b":true,"nul":null,"arr":[1,"two"],"obj":{"a":[]}}`,
		`{}`:                      `{}`,
		`[]`:                      `{}`,
		`{"f":1.0}`:               `{"f":1}`,
		`{"1":"a","2":"b"}`:       `{"1":"a","2":"b"}`,
		`{"o":{"0":"a","1":"b"}}`: `{"o":["a","b"]}`,
		`{"max":9223372036854775807,"more":9223372036854775808}`: `{"max":9223372036854775807,"more":9.223372036854775808e+18}`,
		`{"url":"http://x/y","ü":"\u4e2d\u2028<&>"}`:             `{"url":"http:\/\/x\/y","ü":"中\u2028<&>"}`,
		`{"twice":1,"b":2,"twice":3}`:                            `{"twice":3,"b":2}`,
	} {
		got := send(t, s, "PATCH", "/account/prefs", as(secret), `{"prefs":`+sent+`}`)
		require.Equal(t, 200, got.status, got.body)
		want = strings.ReplaceAll(want, "9.223372036854775808e+18", "9.223372036854776e+18")
		assert.Contains(t, got.body, `"prefs":`+want+`,"targets"`)
		assert.Equal(t, want, send(t, s, "GET", "/account/prefs", as(secret), "").body)
	}
}

func TestPrefsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	const invalid = "400 general_argument_invalid: Invalid `prefs` param: Value must be a valid object."
	update := func(prefs string) reply {
		return send(t, s, "PATCH", "/account/prefs", as(secret), `{"prefs":`+prefs+`}`)
	}
	for _, prefs := range []string{`"str"`, `1`, `[1]`, `{"0":1,"1":2}`} {
		assert.Equal(t, invalid, update(prefs).failure(t), prefs)
	}
	assert.Equal(t, `400 general_argument_invalid: Param "prefs" is not optional.`, update("null").failure(t))

	fits := 65_535 - len(`{"k":""}`)
	assert.Equal(t, 200, update(`{"k":"`+strings.Repeat("x", fits)+`"}`).status)
	assert.Equal(t, invalid, update(`{"k":"`+strings.Repeat("x", fits+1)+`"}`).failure(t))
	assert.Equal(t, invalid, update(`{"k":"`+strings.Repeat("ü", fits/6+1)+`"}`).failure(t), "counted as \\u00fc")
}

func TestPrefsOfAForm(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, secret := signUp(t, s)
	got := send(t, s, "PATCH", "/account/prefs", with(as(secret), headers{"Content-Type": "application/x-www-form-urlencoded"}), "prefs[a]=1&prefs[b][]=x&prefs[b][]=y")
	require.Equal(t, 200, got.status, got.body)
	assert.Equal(t, `{"a":"1","b":["x","y"]}`, send(t, s, "GET", "/account/prefs", as(secret), "").body)
}
