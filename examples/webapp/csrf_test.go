package main

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

func TestAnotherOriginCannotActForTheVisitor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visit(t)
	v.signUp("Ada", email, password)

	// The attacker's page, on another port of the same host: browsers send it the cookies that
	// are SameSite.
	evil := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<main><form method="post" action="%s/profile/name"><input name="name" value="Mallory"><button>Win a prize</button></form>
			<a href="%[1]s/oauth2/github">Win another</a></main>`, html.EscapeString(s.url))
	}))
	evil.Config.ErrorLog = quiet
	evil.StartTLS()
	t.Cleanup(evil.Close)
	sameSite := strings.Replace(evil.URL, "127.0.0.1", "localhost", 1)

	for _, origin := range []string{sameSite, evil.URL} {
		v.open(origin)
		v.press("Win a prize", http.StatusForbidden)
		require.Contains(t, v.text(), "This was sent from another site. Nothing has changed.")
		v.open("/profile")
		require.Equal(t, "Ada", get(v, chromedp.Value(chromedp.CSS("#name-name"))))

		// Nor can it sign the visitor in, with an account that the attacker can read.
		v.open(origin)
		v.press("Win another", http.StatusOK)
		require.NotContains(t, v.text(), "User Name")
	}
	for _, r := range s.Requests() {
		require.NotEqual(t, "account.updateName", r.Operation)
		require.NotEqual(t, "account.createOAuth2Token", r.Operation)
	}
}
