package faults

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// world is a server on which a call succeeds, and what may be wrong with it.
type world struct {
	*testing.T
	*everycall.World
	session string      // the user's secret
	heal    func()      // ends the server's fault
	stale   atomic.Bool // whether the pooled connection has ended
}

func newWorld(t *testing.T, c everycall.Call) *world {
	t.Helper()
	server := appwritetest.NewServer(t, appwritetest.WithSeed(1), appwritetest.WithServerVersion(c.ServerVersion()))
	// A code of the authenticator app is then good for 30 seconds.
	server.Clock().Set(time.Now().UTC().Truncate(time.Hour))
	// The test's own client reaches the server whatever is wrong with the network.
	inMemory := server.Client(appwrite.WithHTTPClient(httpClientOf(server)))
	prepared, err := everycall.NewWorld(t.Context(), server, inMemory, c)
	require.NoError(t, err)
	return &world{T: t, World: prepared, session: prepared.Session, heal: func() {}}
}
