package replay

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const oneExchange = `{"name":"a","note":null,` +
	`"request":{"line":"GET /v1/account?x=1 HTTP/1.1","headers":[["content-type","text/plain"]],"body":null},` +
	`"response":{"status":200,"line":"HTTP/1.1 200 OK","headers":[["Set-Cookie","a=1"],["Set-Cookie","b=2"]],"body":"base64:AQI="}}`

func TestLoadKeepsAllOfAnExchange(t *testing.T) {
	t.Parallel()
	recordings, err := Load(strings.NewReader(oneExchange+"\n\n"+strings.Replace(oneExchange, `"a"`, `"b"`, 1)), "1.4.13")
	require.NoError(t, err)
	assert.Equal(t, "1.4.13", recordings.Release)
	require.Len(t, recordings.Exchanges, 2)
	x := recordings.Exchanges[0]
	assert.Equal(t, "a", x.Name)
	assert.Equal(t, "GET", x.Request.Method)
	assert.Equal(t, "/v1/account?x=1", x.Request.URL.String())
	assert.Equal(t, "text/plain", x.Request.Header.Get("Content-Type"))
	assert.Nil(t, x.Request.Body)
	assert.Equal(t, 200, x.Response.Status)
	assert.Equal(t, []string{"a=1", "b=2"}, x.Response.Header.Values("Set-Cookie"))
	assert.Equal(t, []byte{1, 2}, x.Response.Body)
	assert.Equal(t, "b", recordings.Exchanges[1].Name)
}

func TestLoadRefusesWhatIsNoRecording(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"not JSON":             `{`,
		"no exchange":          `{}`,
		"no status":            strings.Replace(oneExchange, "200,", "0,", 1),
		"no name":              strings.Replace(oneExchange, `"a"`, `""`, 1),
		"no request line":      strings.Replace(oneExchange, " HTTP/1.1\",\"headers\":[[\"c", "\",\"headers\":[[\"c", 1),
		"a target that is not": strings.Replace(oneExchange, "/v1/account", "%%", 1),
		"bad base64":           strings.Replace(oneExchange, "AQI=", "!", 1),
		"two of one name":      oneExchange + oneExchange,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(strings.NewReader(text), "1.9.6")
			assert.Error(t, err)
		})
	}
}

func TestOfReadsPlainAndCompressedFiles(t *testing.T) {
	t.Parallel()
	for _, release := range append(oldReleases, "1.9.6") {
		recordings, err := Of(release)
		require.NoError(t, err)
		assert.Equal(t, release, recordings.Release)
		assert.Greater(t, len(recordings.Exchanges), 250, release)
	}
	_, err := Of("1.2.3")
	assert.ErrorContains(t, err, "1.2.3")
}
