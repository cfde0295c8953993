//go:build !race

package appwrite_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The race detector adds allocations of its own.

// recordedUser is what a server of release 1.9.6 answered to GET /account.
const recordedUser = `{"$id":"6b00e203d4ccaa0106ea","$createdAt":"2026-11-21T00:12:51.872+00:00","$updatedAt":"2026-11-21T00:12:51.872+00:00",` +
	`"name":"Walter O'Brien","registration":"2026-11-21T00:12:51.871+00:00","status":true,"labels":[],"passwordUpdate":"2026-11-21T00:12:51.871+00:00",` +
	`"email":"u1795219971@example.com","phone":"","emailVerification":false,"emailCanonical":"u1795219971@example.com","emailIsFree":false,` +
	`"emailIsDisposable":true,"emailIsCorporate":false,"emailIsCanonical":true,"phoneVerification":false,"mfa":false,"prefs":{},` +
	`"targets":[{"$id":"6b00e203d8c3a0c1a296","$createdAt":"2026-11-21T00:12:51.887+00:00","$updatedAt":"2026-11-21T00:12:51.887+00:00","name":"",` +
	`"userId":"6b00e203d4ccaa0106ea","providerId":null,"providerType":"email","identifier":"u1795219971@example.com","expired":false}],` +
	`"accessedAt":"2026-11-21T00:12:51.871+00:00","impersonator":false,"impersonatorUserId":null}`

// instant is a Transport that answers at once and allocates as little as a Transport can, so
// that what a benchmark sees is the client's.
type instant struct {
	header http.Header
	body   string
}

func newInstant(body string) instant {
	return instant{http.Header{"Content-Type": {"application/json; charset=UTF-8"}, "Date": {"Sat, 21 Nov 2026 00:12:53 GMT"}, "Server": {"Appwrite"}}, body}
}

type stringBody struct{ strings.Reader }

func (*stringBody) Close() error { return nil }

func (m instant) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := &struct {
		response http.Response
		body     stringBody
	}{}
	answer.body.Reset(m.body)
	answer.response = http.Response{
		Status: "200 OK", StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: m.header, Body: &answer.body, ContentLength: int64(len(m.body)), Request: r,
	}
	return &answer.response, nil
}

var benchSession = strings.Repeat("eyJpZCI6IjZiMDBlMjAz", 17)

func benchClient(tb testing.TB, body string, opts ...appwrite.Option) *appwrite.Client {
	tb.Helper()
	return newClient(tb, "http://localhost/v1", append([]appwrite.Option{through(newInstant(body))}, opts...)...)
}

var userCopy *appwrite.Client

var benchUser *models.User

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
