//go:build !race

package appwrite_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// The race detector adds allocations of its own.

func TestGetAllocatesLittle(t *testing.T) {
	for name, opts := range map[string][]appwrite.Option{
		"session":    {appwrite.WithSession(benchSession)},
		"guest":      nil,
		"JWT":        {appwrite.WithJWT(benchSession)},
		"no timeout": {appwrite.WithSession(benchSession), appwrite.WithTimeout(0)},
		"cookie":     {appwrite.WithSession(benchSession), appwrite.WithServerVersion("1.4")},
	} {
		a := benchClient(t, recordedUser, opts...).Account
		ctx := t.Context()
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

func TestListingLogsAllocatesLittle(t *testing.T) {
	page := models.LogList{Total: 1234}
	for i := range 100 {
		page.Logs = append(page.Logs, models.Log{
			Event: []string{"session.create", "user.update"}[i%2], UserID: "6b00e203d4ccaa0106ea", UserName: "Walter O'Brien", IP: "203.0.113.7",
			Time: models.Timestamp{Time: time.Unix(1795219971-int64(i), 0).UTC()}, OSCode: "WIN", ClientName: "Chrome", CountryCode: "de",
		})
	}
	text, err := json.Marshal(page)
	require.NoError(t, err)
	a := benchClient(t, string(text), appwrite.WithSession(benchSession)).Account
	ctx, params := t.Context(), appwrite.ListParams{Queries: []string{query.Limit(100)}}
	got, err := a.ListLogs(ctx, params)
	require.NoError(t, err)
	require.Equal(t, &page, got)
	allocations := testing.AllocsPerRun(200, func() { benchLogs, _ = a.ListLogs(ctx, params) })
	assert.LessOrEqual(t, allocations, 80.0)
	t.Logf("%v allocations", allocations)
}

var benchLogs *models.LogList

func TestAnEndlessErrorBodyCostsLittle(t *testing.T) {
	client := memory(t, func(*http.Request) (*http.Response, error) {
		resp := response(http.StatusBadGateway, "text/html", "")
		resp.ContentLength = 64 << 20
		resp.Body = io.NopCloser(readerFunc(func(b []byte) (int, error) {
			for i := range b {
				b[i] = '<'
			}
			return len(b), nil
		}))
		return resp, nil
	})
	const calls = 20
	get := func() {
		for range calls {
			_, err := client.Account.Get(t.Context(), appwrite.NoRetry())
			require.ErrorIs(t, err, appwrite.ErrServer)
		}
	}
	get()
	assert.Less(t, allocated(get)/calls, uint64(128<<10))
}

func TestACopyForAUserIsOneAllocation(t *testing.T) {
	base := benchClient(t, recordedUser)
	for name, f := range map[string]func() *appwrite.Client{
		"WithJWT":     func() *appwrite.Client { return base.WithJWT("a.b.c") },
		"WithSession": func() *appwrite.Client { return base.WithSession(benchSession) },
		"WithAPIKey":  func() *appwrite.Client { return base.WithAPIKey("key") },
		"AsGuest":     base.AsGuest,
	} {
		assert.Equal(t, 1.0, testing.AllocsPerRun(500, func() { userCopy = f() }), name)
	}
}
