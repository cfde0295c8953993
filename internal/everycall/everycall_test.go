package everycall_test

import (
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/internal/everycall"
)

func TestEveryMethodOfAccountIsListed(t *testing.T) {
	t.Parallel()
	methods := reflect.TypeFor[*appwrite.Account]()
	for i := range methods.NumMethod() {
		name := methods.Method(i).Name
		listed := slices.ContainsFunc(everycall.All, func(c everycall.Call) bool { return c.Method == name })
		assert.NotEqual(t, listed, everycall.NotCalls[name] != "", "%s must stand either in All or in NotCalls", name)
	}
}

func TestEveryOperationHasACallThatIsNamedAfterIt(t *testing.T) {
	t.Parallel()
	for _, op := range appwrite.Operations() {
		calls := everycall.Of(op.Name)
		if assert.NotEmpty(t, calls, "no call of %s: add it to All", op.Name) {
			assert.Regexp(t, "(?i)^account\\."+calls[0].Method+"$", op.Name)
		}
	}
	for _, c := range everycall.All {
		assert.NotPanics(t, func() { c.Routes() }, c.Method)
	}
}

func TestTheIDsOfACallAreThoseOfItsPath(t *testing.T) {
	t.Parallel()
	braces := regexp.MustCompile(`\{\w+\}`)
	for _, c := range everycall.All {
		assert.Len(t, braces.FindAllString(c.Route().Path, -1), len(c.IDs), c.Method)
	}
}

func TestEveryCallSucceedsOnAPreparedServer(t *testing.T) {
	t.Parallel()
	for _, c := range everycall.All {
		t.Run(c.Method, func(t *testing.T) {
			t.Parallel()
			server := appwritetest.NewServer(t, appwritetest.WithServerVersion(c.ServerVersion()))
			// A code of the authenticator app is then good for 30 seconds.
			server.Clock().Set(time.Now().UTC().Truncate(time.Hour))
			w, err := everycall.NewWorld(t.Context(), server, server.Client(appwrite.WithServerVersion(c.ServerVersion())), c)
			require.NoError(t, err)
			a := w.User
			if c.Guest {
				a = w.Guest
			}
			_, err = c.Do(t.Context(), a, w.In)
			assert.NoError(t, err)
		})
	}
}
