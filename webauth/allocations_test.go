//go:build !race

package webauth_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The race detector adds allocations of its own. Of these, two are the cookie, two the request
// with its context, and three the user's copy.
func TestACachedUserCostsFewAllocations(t *testing.T) {
	a := newApp(t, cached(time.Hour))
	a.addUsers(ada)
	r := request(t, a)
	let := 0
	handler := a.auth.RequireUser(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { let++ }))
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	before := len(a.Requests())
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { handler.ServeHTTP(w, r) }), 12.0)
	require.Equal(t, 102, let)
	assert.Len(t, a.Requests(), before, "no call to Appwrite")
}
