//go:build !race

package appwrite

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The race detector adds allocations of its own.

func TestGetAllocatesLittle(t *testing.T) {
	for name, opts := range map[string][]Option{
		"session":    {WithSession(benchSession)},
		"guest":      nil,
		"JWT":        {WithJWT(benchSession)},
		"no timeout": {WithSession(benchSession), WithTimeout(0)},
		"cookie":     {WithSession(benchSession), WithServerVersion("1.4")},
	} {
		a := benchClient(t, opts...).Account
		ctx := context.Background()
		user, err := a.Get(ctx)
		require.NoError(t, err)
		require.Equal(t, "6b00e203d4ccaa0106ea", user.ID)
		require.Len(t, user.Targets, 1)
		allocations := testing.AllocsPerRun(500, func() { benchUser, _ = a.Get(ctx) })
		most := 23.0
		if name == "cookie" {
			most++ // its text
		}
		assert.LessOrEqual(t, allocations, most, name)
		t.Logf("%s: %v allocations", name, allocations)
	}
}

func TestACopyForAUserIsOneAllocation(t *testing.T) {
	base := benchClient(t)
	for name, f := range map[string]func() *Client{
		"WithJWT":     func() *Client { return base.WithJWT("a.b.c") },
		"WithSession": func() *Client { return base.WithSession(benchSession) },
		"WithAPIKey":  func() *Client { return base.WithAPIKey("key") },
		"AsGuest":     base.AsGuest,
	} {
		assert.Equal(t, 1.0, testing.AllocsPerRun(500, func() { userCopy = f() }), name)
	}
}

func TestChoosingARouteAllocatesNothing(t *testing.T) {
	for _, op := range table {
		for _, release := range []string{op.routes[0].Since, op.routes[len(op.routes)-1].Since} {
			v := mustVersion(release)
			assert.Zero(t, testing.AllocsPerRun(100, func() { chosen, _ = op.route(v) }), "%s %s", op.name, release)
			assert.True(t, chosen.has(v), op.name)
		}
	}
}

var chosen *route
