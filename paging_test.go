package appwrite_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// listing is a server that holds a number of entries, named 0, 1, 2…, and pages them by the
// queries that it is sent.
type listing struct {
	entries  int
	requests []string // the queries of each request, decoded, without their JSON
	totals   []string
	fail     int // the number of the request that fails, from 1
}

func (s *listing) RoundTrip(r *http.Request) (*http.Response, error) {
	start, limit := 0, 25
	var asked []string
	for _, text := range r.URL.Query()["queries[]"] {
		q, err := query.Parse(text)
		if err != nil {
			return nil, err
		}
		asked = append(asked, fmt.Sprint(q.Method, q.Values))
		switch n, _ := q.Int(); q.Method {
		case "limit":
			limit = n
		case "offset":
			start = n
		case "cursorAfter":
			start = n + 1
		}
	}
	s.requests = append(s.requests, fmt.Sprint(asked))
	s.totals = append(s.totals, r.URL.Query().Get("total"))
	if len(s.requests) == s.fail {
		return response(r, 400, jsonType, errorBody(400, appwrite.ErrGeneralQueryInvalid)), nil
	}
	var page struct {
		Total      int                 `json:"total"`
		Logs       []map[string]string `json:"logs"`
		Identities []map[string]string `json:"identities"`
	}
	page.Total = s.entries
	page.Logs, page.Identities = []map[string]string{}, []map[string]string{}
	for i := start; i < min(start+limit, s.entries); i++ {
		page.Logs = append(page.Logs, map[string]string{"event": fmt.Sprint(i)})
		page.Identities = append(page.Identities, map[string]string{"$id": fmt.Sprint(i)})
	}
	body, err := json.Marshal(page)
	if err != nil {
		return nil, err
	}
	return response(r, 200, jsonType, string(body)), nil
}

// names are the two iterators, over the names of their entries.
var names = map[string]func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams, opts ...appwrite.RequestOption) iter.Seq2[string, error]{
	"Logs": func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams, opts ...appwrite.RequestOption) iter.Seq2[string, error] {
		return named(a.Logs(ctx, p, opts...), func(l models.Log) string { return l.Event })
	},
	"Identities": func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams, opts ...appwrite.RequestOption) iter.Seq2[string, error] {
		return named(a.Identities(ctx, p, opts...), func(i models.Identity) string { return i.ID })
	},
}

func named[T any](entries iter.Seq2[T, error], name func(T) string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for entry, err := range entries {
			if !yield(name(entry), err) {
				return
			}
		}
	}
}

// collect reads an iterator to its end, which an error must be.
func collect(t *testing.T, entries iter.Seq2[string, error]) (all []string, last error) {
	t.Helper()
	for name, err := range entries {
		require.NoError(t, last, "nothing may follow an error")
		if err != nil {
			assert.Empty(t, name)
			last = err
			continue
		}
		all = append(all, name)
	}
	return all, last
}

func numbers(from, to int) []string {
	var all []string
	for i := from; i < to; i++ {
		all = append(all, fmt.Sprint(i))
	}
	return all
}

func TestIteratorsYieldEveryEntryOnceAndInOrder(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		for _, entries := range []int{0, 1, 2, 3, 4, 6, 7, 99, 100, 101, 250} {
			for _, size := range []int{0, 1, 2, 3, 100, 1000} {
				server := &listing{entries: entries}
				var queries []string
				if size > 0 {
					queries = append(queries, query.Limit(size))
				} else {
					size = 100
				}
				got, err := collect(t, iterate(t.Context(), clientThrough(t, server).Account, appwrite.ListParams{Queries: queries}))
				require.NoError(t, err)
				assert.Equal(t, numbers(0, entries), got, "%s, %d by %d", method, entries, size)
				assert.Len(t, server.requests, entries/size+1, "%s, %d by %d: a page that is not full is the last", method, entries, size)
			}
		}
	}
}

func TestPagesAreAskedForByOffsetOrCursor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		method   string
		params   appwrite.ListParams
		entries  int
		got      []string
		requests []string
	}{
		{"Logs", appwrite.ListParams{}, 150, numbers(0, 150), []string{"[limit[100]]", "[limit[100] offset[100]]"}},
		{"Logs", appwrite.ListParams{Queries: []string{query.Limit(2)}}, 5, numbers(0, 5), []string{"[limit[2]]", "[limit[2] offset[2]]", "[limit[2] offset[4]]"}},
		{"Logs", appwrite.ListParams{Queries: []string{query.Offset(3), query.Limit(2)}}, 6, numbers(3, 6), []string{"[limit[2] offset[3]]", "[limit[2] offset[5]]"}},
		{"Logs", appwrite.ListParams{Queries: []string{query.Limit(3), query.Limit(2), query.Offset(1), query.Offset(2)}}, 5, numbers(1, 5), []string{"[limit[3] offset[1]]", "[limit[3] offset[4]]"}},
		{"Identities", appwrite.ListParams{}, 150, numbers(0, 150), []string{"[limit[100]]", "[limit[100] cursorAfter[99]]"}},
		{"Identities", appwrite.ListParams{Queries: []string{query.Limit(2)}}, 5, numbers(0, 5), []string{"[limit[2]]", "[limit[2] cursorAfter[1]]", "[limit[2] cursorAfter[3]]"}},
		{"Identities", appwrite.ListParams{Queries: []string{query.Limit(2), query.Offset(3)}}, 6, numbers(3, 6), []string{"[limit[2] offset[3]]", "[limit[2] cursorAfter[4]]"}},
		{"Identities", appwrite.ListParams{Queries: []string{query.CursorAfter("2"), query.Limit(2)}}, 6, numbers(3, 6), []string{"[limit[2] cursorAfter[2]]", "[limit[2] cursorAfter[4]]"}},
		{"Identities", appwrite.ListParams{Queries: []string{query.Equal("provider", "github"), query.OrderDesc("$createdAt"), query.Limit(2)}}, 3, numbers(0, 3),
			[]string{"[equal[github] orderDesc[] limit[2]]", "[equal[github] orderDesc[] limit[2] cursorAfter[1]]"}},
	}
	for _, test := range tests {
		server := &listing{entries: test.entries}
		got, err := collect(t, names[test.method](t.Context(), clientThrough(t, server).Account, test.params))
		require.NoError(t, err)
		assert.Equal(t, test.got, got)
		assert.Equal(t, test.requests, server.requests, test.method)
	}
}

func TestIteratorsPassOnThatNoTotalIsWanted(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		server := &listing{entries: 3}
		_, err := collect(t, iterate(t.Context(), clientThrough(t, server).Account, appwrite.ListParams{Queries: []string{query.Limit(1)}, SkipTotal: true}))
		require.NoError(t, err)
		assert.Equal(t, []string{"0", "0", "0", "0"}, server.totals, method)
	}
}

func TestIteratorsSendNothingBeforeTheFirstStep(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		server := &listing{entries: 3}
		entries := iterate(t.Context(), clientThrough(t, server).Account, appwrite.ListParams{})
		assert.Empty(t, server.requests, method)
		next, stop := iter.Pull2(entries)
		assert.Empty(t, server.requests, method)
		_, _, ok := next()
		assert.True(t, ok)
		assert.Len(t, server.requests, 1, method)
		stop()
	}
}

func TestLeavingALoopEndsTheRequests(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		for _, after := range []int{1, 2, 3, 4} {
			server := &listing{entries: 100}
			var got []string
			for name, err := range iterate(t.Context(), clientThrough(t, server).Account, appwrite.ListParams{Queries: []string{query.Limit(2)}}) {
				require.NoError(t, err)
				if got = append(got, name); len(got) == after {
					break
				}
			}
			assert.Equal(t, numbers(0, after), got)
			assert.Len(t, server.requests, (after+1)/2, "%s: the next page only once it is needed", method)
		}
	}
}

func TestAnIteratorCanBeRangedOverAgain(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		server := &listing{entries: 5}
		entries := iterate(t.Context(), clientThrough(t, server).Account, appwrite.ListParams{Queries: []string{query.Limit(2), query.Offset(1)}})
		for range 3 {
			got, err := collect(t, entries)
			require.NoError(t, err)
			assert.Equal(t, numbers(1, 5), got, method)
		}
		assert.Len(t, server.requests, 9, method)
	}
}

func TestAnIteratorEndsAfterItsFirstError(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		for fail := 1; fail <= 3; fail++ {
			server := &listing{entries: 100, fail: fail}
			got, err := collect(t, iterate(t.Context(), clientThrough(t, server).Account, appwrite.ListParams{Queries: []string{query.Limit(2)}}))
			require.ErrorIs(t, err, appwrite.ErrGeneralQueryInvalid, method)
			assert.Equal(t, numbers(0, 2*(fail-1)), got, method)
			assert.Len(t, server.requests, fail, method)
		}
	}
}

func TestAnIteratorEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		server := &listing{entries: 100}
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		var last error
		steps := 0
		for _, err := range iterate(ctx, clientThrough(t, server).Account, appwrite.ListParams{Queries: []string{query.Limit(2)}}) {
			if steps++; steps == 2 {
				cancel()
			}
			last = err
		}
		require.ErrorIs(t, last, context.Canceled, method)
		assert.Equal(t, 3, steps)
		assert.Len(t, server.requests, 1)
	}
}

func TestIteratorsLeaveTheCallersParamsAlone(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		backing := []string{query.OrderAsc("a"), query.Limit(2), query.Offset(1), "spare 1", "spare 2", "spare 3"}
		before := slices.Clone(backing)
		params := appwrite.ListParams{Queries: backing[:3]} // with room to append into
		server := &listing{entries: 9}
		_, err := collect(t, iterate(t.Context(), clientThrough(t, server).Account, params))
		require.NoError(t, err)
		assert.Equal(t, before, backing, method)
		assert.Len(t, params.Queries, 3, method)
	}
}

func TestIdentitiesRefuseToGoBackwards(t *testing.T) {
	t.Parallel()
	server := &listing{entries: 9}
	got, err := collect(t, names["Identities"](t.Context(), clientThrough(t, server).Account, appwrite.ListParams{Queries: []string{query.CursorBefore("5")}}))
	e, ok := errors.AsType[*appwrite.ParamError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "queries", e.Param)
	assert.Equal(t, "account.listIdentities", e.Operation)
	assert.Empty(t, got)
	assert.Empty(t, server.requests)
}

func TestIteratorsRefuseBadQueriesAtTheirFirstStep(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		server := &listing{entries: 9}
		got, err := collect(t, iterate(t.Context(), clientThrough(t, server).Account, appwrite.ListParams{Queries: []string{query.Limit(2), "limit(3)"}}))
		_, ok := errors.AsType[*appwrite.ParamError](err)
		assert.True(t, ok, "%s: %v", method, err)
		assert.Empty(t, got)
		assert.Empty(t, server.requests, method)
	}
}

// A server that does not understand the cursor or the offset answers every request alike.
func TestAServerThatGivesTheSamePageAgainEndsTheLoop(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		sent := 0
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			if sent++; sent > 10 {
				return nil, errors.New("this goes on for ever")
			}
			return response(r, 200, jsonType, `{"total":9,"logs":[{"event":"0","time":"2026-11-21T00:12:51.872+00:00"},{"event":"1"}],"identities":[{"$id":"0"},{"$id":"1"}]}`), nil
		}), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}))
		got, err := collect(t, iterate(t.Context(), client.Account, appwrite.ListParams{Queries: []string{query.Limit(2)}}))
		_, ok := errors.AsType[*appwrite.DecodeError](err)
		assert.True(t, ok, "%s: %v", method, err)
		assert.Equal(t, []string{"0", "1"}, got, method)
		assert.Equal(t, 2, sent, method)
	}
}

func TestIteratorsPassOptionsToEveryRequest(t *testing.T) {
	t.Parallel()
	for method, iterate := range names {
		server := &listing{entries: 5}
		var traces []string
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			traces = append(traces, r.Header.Get("X-Trace"))
			return server.RoundTrip(r)
		}))
		var answered appwrite.Response
		_, err := collect(t, iterate(t.Context(), client.Account, appwrite.ListParams{Queries: []string{query.Limit(2)}}, appwrite.RequestHeader("X-Trace", "7"), appwrite.CaptureResponse(&answered)))
		require.NoError(t, err)
		assert.Equal(t, []string{"7", "7", "7"}, traces, method)
		assert.Equal(t, 1, answered.Attempts)
	}
}
