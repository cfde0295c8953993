package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLook(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Clock().Set(time.Now().Truncate(time.Minute))
	v := s.visit(t)
	v.open("/")
	v.check("welcome")
	v.open("/sign-in")
	v.check("sign-in")
	v.signUp("Ada Lovelace", "ada@example.com", "correct horse")
	v.check("overview")
	for _, p := range []string{"profile", "security", "sessions", "log", "preferences", "close", "inbox"} {
		v.open("/" + p)
		v.check(p)
	}
	v.open("/security")
	v.press("Set up an authenticator app", http.StatusOK)
	v.check("authenticator")
	require.Empty(t, "")
}
