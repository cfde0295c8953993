package appwrite_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

func TestABadEndpointIsRefusedWithoutItsPassword(t *testing.T) {
	t.Parallel()
	for _, endpoint := range append([]string{
		"", " ", "/v1", "v1", "cloud.appwrite.io", "cloud.appwrite.io/v1", "localhost:80", "//cloud.appwrite.io/v1",
		"ftp://cloud.appwrite.io/v1", "ws://cloud.appwrite.io", "file:///v1", "mailto:a@b", "javascript:alert(1)", "https:cloud.appwrite.io/v1",
		"http://", "https:///v1", "http://:80/v1", "http://?x", "://host", " https://cloud.appwrite.io/v1",
		"https://user@cloud.appwrite.io/v1", "https://user:hidden-password@cloud.appwrite.io/v1", "https://user:hidden-password@/v1",
		"https://user:hidden-password@cloud.appwrite.io/%zz", "https://:@cloud.appwrite.io/v1", "https://@cloud.appwrite.io/v1",
		"https://cloud.appwrite.io/v1?", "https://cloud.appwrite.io/v1?project=x", "https://cloud.appwrite.io/v1#", "https://cloud.appwrite.io/v1#x",
		"https://cloud.appwrite.io:0/v1", "https://cloud.appwrite.io:65536/v1", "https://cloud.appwrite.io:http/v1", "https://cloud.appwrite.io:-1/v1",
		"https://cloud.appwrite.io/../v1", "https://cloud.appwrite.io/v1/..", "https://cloud.appwrite.io/./v1", "https://cloud.appwrite.io/%2e%2e/v1",
		"https://cloud.appwrite.io/%zz", "https://[::1/v1", "https://cloud .appwrite.io", "https://cloud.appwrite.io\r\n/v1", "https://\x00/v1", "https://h\x7f/v1",
		"https://cloud.appwrite.io/v1%2F", // no slash: cutting it off would address another endpoint
	}, broken("https://cloud.appwrite.io/v1")...) {
		c, err := appwrite.NewClient(endpoint, testProject)
		requireParamError(t, err, "appwrite.NewClient", "endpoint")
		assert.Nil(t, c, endpoint)
		assert.NotContains(t, err.Error(), "hidden-password")
		assert.NotContains(t, err.Error(), "\n")
	}
}

func TestAGoodEndpointIsReadBack(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"https://cloud.appwrite.io/v1":    "https://cloud.appwrite.io/v1",
		"https://cloud.appwrite.io/v1/":   "https://cloud.appwrite.io/v1",
		"https://cloud.appwrite.io/v1//":  "https://cloud.appwrite.io/v1",
		"HTTP://host":                     "http://host",
		"http://host/":                    "http://host",
		"http://host/a%2Fb/v1/":           "http://host/a%2Fb/v1",
		"http://host/a%20b/v1":            "http://host/a%20b/v1",
		"http://[::1]:8080/v1":            "http://[::1]:8080/v1",
		"http://localhost/v1":             "http://localhost/v1",
		"https://127.0.0.1:8443":          "https://127.0.0.1:8443",
		"https://a.b-c.example/x/y/v1":    "https://a.b-c.example/x/y/v1",
		"http://host/..v1/v..1":           "http://host/..v1/v..1",
		"http://xn--mnchen-3ya.example/1": "http://xn--mnchen-3ya.example/1",
	} {
		c := newClient(t, endpoint)
		assert.Equal(t, want, c.Endpoint(), endpoint)
		assert.Equal(t, want, c.WithSession("s").Endpoint(), endpoint)
		assert.Equal(t, testProject, c.AsGuest().ProjectID())
		again, err := appwrite.NewClient(c.Endpoint(), c.ProjectID())
		require.NoError(t, err)
		assert.Equal(t, want, again.Endpoint())
	}
}
