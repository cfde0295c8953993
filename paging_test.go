package appwrite_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// listing is a server of a release that holds a number of entries, named 0, 1, 2…, and pages
// them by what it is asked.
type listing struct {
	entries  int
	release  string   // "" is today's
	requests []string // the queries of each request, decoded, without their JSON
	fail     int      // the number of the request that fails, from 1
}

var oldQuery = regexp.MustCompile(`^(\w+)\("?(\d+)"?\)$`)

// asked returns what a request asks for in the syntax of the server's release.
func (s *listing) asked(r *http.Request, page func(method string, n int)) (asked []string, err error) {
	q := r.URL.Query()
	has := func(since string) bool {
		return s.release == "" || release.Since(release.Must(since)).Has(release.Must(s.release))
	}
	var n int
	switch {
	case !has("0.12"): // which does not page
	case !has("1.0"):
		for _, method := range []string{"limit", "offset"} {
			if _, err := fmt.Sscan(q.Get(method), &n); err == nil {
				page(method, n)
			}
		}
	case !has("1.5"):
		for _, text := range q["queries[]"] {
			found := oldQuery.FindStringSubmatch(text)
			if found == nil {
				return nil, fmt.Errorf("cannot read %s", text)
			}
			_, _ = fmt.Sscan(found[2], &n)
			page(found[1], n)
		}
	default:
		for _, text := range q["queries[]"] {
			parsed, err := query.Parse(text)
			if err != nil {
				return nil, err
			}
			n, _ := parsed.Int()
			page(parsed.Method, n)
			asked = append(asked, fmt.Sprint(parsed.Method, parsed.Values))
		}
	}
	return asked, nil
}

func (s *listing) respond(r *http.Request) (*http.Response, error) {
	if len(s.requests) == 300 {
		return nil, errors.New("this goes on for ever")
	}
	start, limit := 0, 25
	if s.release != "" && release.Must(s.release) < release.Must("0.12") {
		limit = s.entries
	}
	asked, err := s.asked(r, func(method string, n int) {
		switch method {
		case "limit":
			limit = n
		case "offset":
			start = n
		case "cursorAfter":
			start = n + 1
		}
	})
	s.requests = append(s.requests, fmt.Sprint(asked))
	if refused := err != nil || len(s.requests) == s.fail; refused {
		return response(400, jsonType, errorBody(400, appwrite.ErrGeneralQueryInvalid)), nil
	}
	logs, identities := []map[string]string{}, []map[string]string{}
	for i := start; i < min(start+limit, s.entries); i++ {
		logs = append(logs, map[string]string{"event": fmt.Sprint(i)})
		identities = append(identities, map[string]string{"$id": fmt.Sprint(i)})
	}
	body, err := json.Marshal(map[string]any{"total": s.entries, "logs": logs, "identities": identities})
	return response(200, jsonType, string(body)), err
}

// client returns a client that is answered by the listing.
func (s *listing) client(t *testing.T) probe {
	t.Helper()
	if s.release == "" {
		return memory(t, s.respond)
	}
	return memory(t, s.respond, appwrite.WithServerVersion(s.release))
}

type iterator = func(ctx context.Context, a *appwrite.Account, p appwrite.ListParams, opts ...appwrite.RequestOption) iter.Seq2[string, error]

// names are the two iterators, over the names of their entries.
var names = map[string]iterator{
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

func queries(texts ...string) appwrite.ListParams { return appwrite.ListParams{Queries: texts} }

// forBothIterators runs a subtest with each iterator.
func forBothIterators(t *testing.T, test func(t *testing.T, iterate iterator)) {
	t.Helper()
	for method, iterate := range names {
		t.Run(method, func(t *testing.T) { t.Parallel(); test(t, iterate) })
	}
}

func TestIteratorsYieldEveryEntryOnceAndInOrder(t *testing.T) {
	t.Parallel()
	forBothIterators(t, func(t *testing.T, iterate iterator) {
		for _, entries := range []int{0, 1, 2, 3, 4, 6, 7, 99, 100, 101, 250} {
			for _, size := range []int{0, 1, 2, 3, 100, 1000} {
				server := &listing{entries: entries}
				var params appwrite.ListParams
				if size > 0 {
					params = queries(query.Limit(size))
				} else {
					size = 100
				}
				got, err := collect(t, iterate(t.Context(), server.client(t).Account, params))
				require.NoError(t, err)
				assert.Equal(t, numbers(0, entries), got, "%d by %d", entries, size)
				assert.Len(t, server.requests, entries/size+1, "%d by %d: a page that is not full is the last", entries, size)
			}
		}
	})
}

func TestPagesAreAskedForByOffsetOrCursor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		method   string
		params   appwrite.ListParams
		entries  int
		got      []string
		requests []string
	}{
		{"Logs", appwrite.ListParams{}, 150, numbers(0, 150), []string{"[limit[100]]", "[limit[100] offset[100]]"}},
		{"Logs", queries(query.Limit(2)), 5, numbers(0, 5), []string{"[limit[2]]", "[limit[2] offset[2]]", "[limit[2] offset[4]]"}},
		{"Logs", queries(query.Offset(3), query.Limit(2)), 6, numbers(3, 6), []string{"[limit[2] offset[3]]", "[limit[2] offset[5]]"}},
		{"Logs", queries(query.Limit(3), query.Limit(2), query.Offset(1), query.Offset(2)), 5, numbers(1, 5), []string{"[limit[3] offset[1]]", "[limit[3] offset[4]]"}},
		{"Identities", appwrite.ListParams{}, 150, numbers(0, 150), []string{"[limit[100]]", "[limit[100] cursorAfter[99]]"}},
		{"Identities", queries(query.Limit(2)), 5, numbers(0, 5), []string{"[limit[2]]", "[limit[2] cursorAfter[1]]", "[limit[2] cursorAfter[3]]"}},
		{"Identities", queries(query.Limit(2), query.Offset(3)), 6, numbers(3, 6), []string{"[limit[2] offset[3]]", "[limit[2] cursorAfter[4]]"}},
		{"Identities", queries(query.CursorAfter("2"), query.Limit(2)), 6, numbers(3, 6), []string{"[limit[2] cursorAfter[2]]", "[limit[2] cursorAfter[4]]"}},
		{"Identities", queries(query.Equal("provider", "github"), query.OrderDesc("$createdAt"), query.Limit(2)), 3, numbers(0, 3),
			[]string{"[equal[github] orderDesc[] limit[2]]", "[equal[github] orderDesc[] limit[2] cursorAfter[1]]"}},
	} {
		server := &listing{entries: test.entries}
		got, err := collect(t, names[test.method](t.Context(), server.client(t).Account, test.params))
		require.NoError(t, err)
		assert.Equal(t, test.got, got)
		assert.Equal(t, test.requests, server.requests, test.method)
	}
}

func TestIteratorsReadListsOfEveryRelease(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		method   string
		releases []string
		requests int // for 5 entries by 2, from the second
	}{
		{"Logs", []string{"0.5", "0.6.2", "0.9", "0.11.0"}, 1},
		{"Logs", []string{"0.12", "0.15.3", "1.0", "1.3.8", "1.4.14"}, 3},
		{"Identities", []string{"1.4", "1.4.14"}, 3},
	} {
		for _, ver := range tc.releases {
			server := &listing{release: ver, entries: 5}
			got, err := collect(t, names[tc.method](t.Context(), server.client(t).Account, queries(query.Limit(2), query.Offset(1))))
			require.NoError(t, err, "%s %s", tc.method, ver)
			assert.Equal(t, numbers(1, 5), got, "%s %s", tc.method, ver)
			assert.Len(t, server.requests, tc.requests, "%s %s", tc.method, ver)

			server = &listing{release: ver, entries: 250}
			got, err = collect(t, names[tc.method](t.Context(), server.client(t).Account, appwrite.ListParams{}))
			require.NoError(t, err, "%s %s", tc.method, ver)
			assert.Equal(t, numbers(0, 250), got, "%s %s", tc.method, ver)
		}
	}
}

func TestAPageIsCutOutOfWhatAServerSendsThatDoesNotPage(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		params appwrite.ListParams
		want   []string
	}{
		{queries(), numbers(0, 40)},
		{queries(query.Limit(3)), numbers(0, 3)},
		{queries(query.Limit(0)), nil},
		{queries(query.Limit(100)), numbers(0, 40)},
		{queries(query.Offset(38)), numbers(38, 40)},
		{queries(query.Offset(38), query.Limit(1)), numbers(38, 39)},
		{queries(query.Offset(40)), nil},
		{queries(query.Offset(1000), query.Limit(5)), nil},
	} {
		client := (&listing{release: "0.11.0", entries: 40}).client(t)
		list, err := client.Account.ListLogs(t.Context(), tc.params)
		require.NoError(t, err)
		var got []string
		for _, entry := range list.Logs {
			got = append(got, entry.Event)
		}
		assert.Equal(t, tc.want, got, tc.params)
		assert.Empty(t, client.One(t).Query())
	}
}

func TestIteratorsSendNothingBeforeTheFirstStep(t *testing.T) {
	t.Parallel()
	forBothIterators(t, func(t *testing.T, iterate iterator) {
		server := &listing{entries: 3}
		next, stop := iter.Pull2(iterate(t.Context(), server.client(t).Account, appwrite.ListParams{}))
		defer stop()
		assert.Empty(t, server.requests)
		_, _, ok := next()
		assert.True(t, ok)
		assert.Len(t, server.requests, 1)
	})
}

func TestLeavingALoopEndsTheRequests(t *testing.T) {
	t.Parallel()
	forBothIterators(t, func(t *testing.T, iterate iterator) {
		for _, after := range []int{1, 2, 3, 4} {
			server := &listing{entries: 100}
			var got []string
			for name, err := range iterate(t.Context(), server.client(t).Account, queries(query.Limit(2))) {
				require.NoError(t, err)
				if got = append(got, name); len(got) == after {
					break
				}
			}
			assert.Equal(t, numbers(0, after), got)
			assert.Len(t, server.requests, (after+1)/2, "the next page only once it is needed")
		}
	})
}

func TestAnIteratorCanBeRangedOverAgain(t *testing.T) {
	t.Parallel()
	forBothIterators(t, func(t *testing.T, iterate iterator) {
		server := &listing{entries: 5}
		entries := iterate(t.Context(), server.client(t).Account, queries(query.Limit(2), query.Offset(1)))
		for range 3 {
			got, err := collect(t, entries)
			require.NoError(t, err)
			assert.Equal(t, numbers(1, 5), got)
		}
		assert.Len(t, server.requests, 9)
	})
}

func TestAnIteratorEndsAfterItsFirstError(t *testing.T) {
	t.Parallel()
	forBothIterators(t, func(t *testing.T, iterate iterator) {
		for fail := 1; fail <= 3; fail++ {
			server := &listing{entries: 100, fail: fail}
			got, err := collect(t, iterate(t.Context(), server.client(t).Account, queries(query.Limit(2))))
			require.ErrorIs(t, err, appwrite.ErrGeneralQueryInvalid)
			assert.Equal(t, numbers(0, 2*(fail-1)), got)
			assert.Len(t, server.requests, fail)
		}
	})
}

func TestAnIteratorEndsWithItsContext(t *testing.T) {
	t.Parallel()
	forBothIterators(t, func(t *testing.T, iterate iterator) {
		server := &listing{entries: 100}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		steps := 0
		for _, err := range iterate(ctx, server.client(t).Account, queries(query.Limit(2))) {
			if steps++; steps == 2 {
				cancel()
			}
			last = err
		}
		require.ErrorIs(t, last, context.Canceled)
		assert.Equal(t, 3, steps)
		assert.Len(t, server.requests, 1)
	})
}

func TestIteratorsLeaveTheCallersParamsAlone(t *testing.T) {
	t.Parallel()
	forBothIterators(t, func(t *testing.T, iterate iterator) {
		backing := []string{query.OrderAsc("a"), query.Limit(2), query.Offset(1), "spare 1", "spare 2", "spare 3"}
		before := slices.Clone(backing)
		params := queries(backing[:3]...) // with room to append into
		_, err := collect(t, iterate(t.Context(), (&listing{entries: 9}).client(t).Account, params))
		require.NoError(t, err)
		assert.Equal(t, before, backing)
		assert.Len(t, params.Queries, 3)
	})
}

func TestIdentitiesRefuseToGoBackwards(t *testing.T) {
	t.Parallel()
	client := (&listing{entries: 9}).client(t)
	got, err := collect(t, names["Identities"](t.Context(), client.Account, queries(query.CursorBefore("5"))))
	requireParamError(t, err, "account.listIdentities", "queries")
	assert.Empty(t, got)
	assert.Empty(t, client.Take())
}

// A server that does not understand the cursor or the offset answers every request alike.
func TestAServerThatGivesTheSamePageAgainEndsTheLoop(t *testing.T) {
	t.Parallel()
	forBothIterators(t, func(t *testing.T, iterate iterator) {
		client := memory(t, answersJSON(200, `{"total":9,"logs":[{"event":"0","time":"2026-11-21T00:12:51.872+00:00"},{"event":"1"}],"identities":[{"$id":"0"},{"$id":"1"}]}`))
		got, err := collect(t, iterate(t.Context(), client.Account, queries(query.Limit(2))))
		as[*appwrite.DecodeError](t, err)
		assert.Equal(t, []string{"0", "1"}, got)
		assert.Len(t, client.Take(), 2)
	})
}

// A new user's entries are of one second, so that the same page twice proves nothing; but one
// that is longer than asked for comes from a server that would send it for ever.
func TestAnIteratorEndsWhereTheServerIsOlderThanTheClientIsSetTo(t *testing.T) {
	t.Parallel()
	const page = `{"logs":[{"event":"session.create","time":1795226105},{"event":"user.create","time":1795226105},{"event":"x","time":1795226105}]}`
	for _, ver := range []string{"0.12", "1.4", "1.9"} {
		client := memory(t, answersJSON(200, page), appwrite.WithServerVersion(ver))
		got, err := collect(t, names["Logs"](t.Context(), client.Account, queries(query.Limit(2))))
		as[*appwrite.DecodeError](t, err)
		assert.Empty(t, got)
		client.One(t)
	}
}

func TestIteratorsPassOptionsAndThatNoTotalIsWantedToEveryRequest(t *testing.T) {
	t.Parallel()
	forBothIterators(t, func(t *testing.T, iterate iterator) {
		client := (&listing{entries: 5}).client(t)
		params := queries(query.Limit(2))
		params.SkipTotal = true
		var answered appwrite.Response
		_, err := collect(t, iterate(t.Context(), client.Account, params, appwrite.RequestHeader("X-Trace", "7"), appwrite.CaptureResponse(&answered)))
		require.NoError(t, err)
		requests := client.Take()
		require.Len(t, requests, 3)
		for _, r := range requests {
			assert.Equal(t, []string{"7"}, r.Header["X-Trace"])
			assert.Contains(t, r.Query(), "&total=0")
		}
		assert.Equal(t, 1, answered.Attempts)
	})
}
