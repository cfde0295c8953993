package webauth_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/webauth"
)

// asBrowsersRead is what a browser makes of a Location before it looks for a host.
var asBrowsersRead = strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "")

func FuzzReturnPath(f *testing.F) {
	for _, path := range elsewhere {
		f.Add(path)
	}
	f.Add("/profile?tab=2#top")
	f.Add("/..//evil.example")
	f.Fuzz(func(t *testing.T, path string) {
		r := httptest.NewRequest("GET", "/sign-in", nil)
		r.URL.RawQuery = url.Values{"return_to": {path}}.Encode()
		w := httptest.NewRecorder()
		http.Redirect(w, r, webauth.ReturnPath(r), http.StatusSeeOther)
		base, err := url.Parse(appURL + "/sign-in")
		require.NoError(t, err)
		target, err := base.Parse(asBrowsersRead.Replace(strings.TrimLeft(w.Header().Get("Location"), "\x00 \t\r\n")))
		require.NoError(t, err)
		assert.Equal(t, "https", target.Scheme)
		assert.Equal(t, "app.example.com", target.Host)
		assert.Nil(t, target.User)
	})
}
