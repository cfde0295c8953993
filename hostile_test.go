package appwrite_test

import (
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// asJSON writes a success with a body that came from who knows where.
func asJSON(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", jsonType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// requireTyped fails for an error that callers could not tell from others.
func requireTyped(t *testing.T, err error) {
	t.Helper()
	if err == nil || errors.Is(err, appwrite.ErrResponseTooLarge) {
		return
	}
	_, decoding := errors.AsType[*appwrite.DecodeError](err)
	_, answer := errors.AsType[*appwrite.Error](err)
	require.True(t, decoding || answer, "%T: %v", err, err)
	require.Less(t, len(err.Error()), 500)
}

// This test is not parallel, since it counts what is allocated.
func TestHostileJSONIsAResultOrATypedErrorInLittleMemory(t *testing.T) {
	deep := func(open, end string) string {
		const depth = 1 << 20
		return strings.Repeat(open, depth) + "1" + strings.Repeat(end, depth)
	}
	million := func(element string) string {
		return "[" + strings.Repeat(element+",", 999_999) + element + "]"
	}
	tests := map[string]struct{ method, body string }{
		"nested lists":          {"Delete", deep("[", "]")},
		"nested objects":        {"GetPrefs", deep(`{"prefs":`, "}")},
		"nested prefs":          {"Get", `{"$id":"u1","prefs":` + deep(`{"a":`, "}") + `}`},
		"nested and cut off":    {"Get", strings.Repeat("[", 1<<20)},
		"a huge number":         {"Get", `{"$id":"u1","total":` + strings.Repeat("9", 1<<20) + `,"expire":1e999999999}`},
		"a huge fraction":       {"Get", `{"$id":"u1","status":1.` + strings.Repeat("0", 1<<20) + `1}`},
		"a huge date":           {"Get", `{"$id":"u1","$createdAt":9223372036854775808}`},
		"a huge string":         {"Get", `{"$id":"` + strings.Repeat("x", 4<<20) + `"}`},
		"invalid UTF-8":         {"Get", "{\"$id\":\"\xff\xfe\",\"name\":\"\xc3\x28\",\"\xff\":1}"},
		"half of a surrogate":   {"Get", `{"$id":"\ud800","name":"\udc00\ud800"}`},
		"NUL":                   {"Get", `{"$id":"\u0000","name":"a\u0000b"}`},
		"duplicate keys":        {"GetPrefs", `{"$id":"a","$id":"b","prefs":{"a":1,"a":2},"prefs":[]}`},
		"a million duplicates":  {"Get", `{` + strings.Repeat(`"$id":"a",`, 999_999) + `"$id":"b"}`},
		"a million keys":        {"Get", `{"$id":"a"` + strings.Repeat(`,"k":null`, 1_000_000) + `}`},
		"a million targets":     {"Get", `{"$id":"u1","targets":` + million("{}") + `}`},
		"a million sessions":    {"ListSessions", `{"total":1000000,"sessions":` + million(`{"$id":"x"}`) + `}`},
		"a million logs":        {"ListLogs", `{"total":1000000,"logs":` + million("{}") + `}`},
		"a million identities":  {"ListIdentities", `{"total":1000000,"identities":` + million("null") + `}`},
		"a million consents":    {"ListConsents", `{"total":1000000,"consents":` + million("{}") + `}`},
		"a million tokens":      {"ListConsentTokens", `{"total":1000000,"tokens":` + million("[]") + `}`},
		"a million of old ones": {"ListSessions", million("{}")},
		"a million codes":       {"GetMFARecoveryCodes", `{"recoveryCodes":` + million(`""`) + `}`},
		"a million factors":     {"CreateSession", `{"$id":"s1","factors":` + million(`"a"`) + `}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bad, good := sockClient(t, asJSON(400, test.body)), sockClient(t, asJSON(200, test.body))
			_, err := bad.Account.Get(t.Context())
			require.ErrorIs(t, err, appwrite.ErrBadRequest)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, err := everycall.Named(test.method).Do(t.Context(), good.Account, everycall.Named(test.method).Full())
			runtime.ReadMemStats(&after)
			requireTyped(t, err)
			if err != nil {
				assert.Nil(t, got)
			}
			// Buffers that grow, on both sides, and the models.
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(256<<20))
		})
	}
}

func TestListsMayHaveAsManyElementsAsTheirBoundHasRoomFor(t *testing.T) {
	t.Parallel()
	list := func(n int) string {
		element := `{"$id":"` + strings.Repeat("x", 20) + `","userId":"u1","factors":["password"]}`
		return `{"total":1,"sessions":[` + strings.Repeat(element+",", n-1) + element + `]}`
	}
	for _, tc := range []struct {
		bound int64
		n     int
		ok    bool
	}{
		{16 << 20, 4097, true}, {16 << 20, 65_537, false}, {1 << 20, 4096, true}, {1 << 20, 4097, false}, {100 << 10, 1024, true}, {100 << 10, 1025, false},
	} {
		client := sockClient(t, asJSON(200, list(tc.n)), appwrite.WithMaxResponseBytes(tc.bound))
		got, err := client.Account.ListSessions(t.Context())
		if !tc.ok {
			require.ErrorIs(t, err, appwrite.ErrResponseTooLarge, "%d in %d", tc.n, tc.bound)
			assert.Contains(t, err.Error(), "elements")
			continue
		}
		require.NoError(t, err, "%d in %d", tc.n, tc.bound)
		require.Len(t, got.Sessions, tc.n)
	}
	// Texts and numbers are no larger than they were on the wire, and preferences stay as they are.
	client := sockClient(t, asJSON(200, `{"$id":"u1","prefs":{"a":[`+strings.Repeat("1,", 99_999)+`1]}}`), appwrite.WithMaxResponseBytes(1<<20))
	user, err := client.Account.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, user.Prefs.Len())
}
