package appwrite_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// paddedUser is a user of exactly n bytes.
func paddedUser(n int) string {
	const head, tail = `{"$id":"u1","name":"`, `"}`
	return head + strings.Repeat("n", n-len(head)-len(tail)) + tail
}

func TestABodyOverTheLimitIsRefusedHoweverItIsSent(t *testing.T) {
	t.Parallel()
	const limit = 10_000
	for way, write := range map[string]func(w http.ResponseWriter, body string){
		"of known length": func(w http.ResponseWriter, body string) {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			_, _ = io.WriteString(w, body)
		},
		"of unknown length": func(w http.ResponseWriter, body string) {
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, body)
		},
		"compressed": func(w http.ResponseWriter, body string) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, body)
			_ = z.Close()
		},
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			var body string
			client := served(t, func(w http.ResponseWriter, _ *http.Request) { write(w, body) }, appwrite.WithMaxResponseBytes(limit))
			body = paddedUser(limit)
			user, err := client.Account.Get(t.Context())
			require.NoError(t, err, "the limit itself is allowed")
			assert.Len(t, user.Name, limit-len(paddedUser(22)))
			client.One(t)

			for _, n := range []int{limit + 1, 2 * limit, 100 * limit} {
				body = paddedUser(n)
				user, err := client.Account.Get(t.Context())
				require.ErrorIs(t, err, appwrite.ErrResponseTooLarge, "%d", n)
				assert.Nil(t, user)
				assert.Contains(t, err.Error(), "account.get")
				assert.Contains(t, err.Error(), strconv.Itoa(limit))
				client.One(t) // what is too large once is so again
			}
		})
	}
}

func TestAnyPositiveLimitOfBytesCanBeSet(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{1, 2, 100, 8 << 10, 8<<10 + 1, 1 << 20, math.MaxInt32, math.MaxInt64 - 1, math.MaxInt64} {
		for _, length := range []int64{int64(len(userBody)), -1} {
			client := memory(t, func(*http.Request) (*http.Response, error) {
				resp := response(200, jsonType, userBody)
				resp.ContentLength = length
				return resp, nil
			}, appwrite.WithMaxResponseBytes(limit))
			_, err := client.Account.Get(t.Context())
			if limit < int64(len(userBody)) {
				assert.ErrorIs(t, err, appwrite.ErrResponseTooLarge, "%d", limit)
			} else {
				assert.NoError(t, err, "%d", limit)
			}
		}
	}
}

func TestABodyIsReadInWhateverPiecesItComes(t *testing.T) {
	t.Parallel()
	for name, reader := range map[string]func(string) io.Reader{
		"at once":               func(s string) io.Reader { return strings.NewReader(s) },
		"byte by byte":          func(s string) io.Reader { return iotest.OneByteReader(strings.NewReader(s)) },
		"in halves":             func(s string) io.Reader { return iotest.HalfReader(strings.NewReader(s)) },
		"the end with the data": func(s string) io.Reader { return iotest.DataErrReader(strings.NewReader(s)) },
		"from two concatenated": func(s string) io.Reader { return io.MultiReader(strings.NewReader(s[:7]), strings.NewReader(s[7:])) },
		"now and then no byte": func(s string) io.Reader {
			r, idle := strings.NewReader(s), false
			return readerFunc(func(p []byte) (int, error) {
				if idle = !idle; idle {
					return 0, nil
				}
				return r.Read(p[:min(len(p), 1000)])
			})
		},
	} {
		for _, body := range []string{userBody, paddedUser(20_000)} {
			for _, length := range []int64{-1, 0, 5, int64(len(body)), int64(len(body)) * 2} {
				client := memory(t, func(*http.Request) (*http.Response, error) {
					resp := response(200, jsonType, "")
					resp.Body, resp.ContentLength = io.NopCloser(reader(body)), length
					return resp, nil
				})
				user, err := client.Account.Get(t.Context())
				require.NoError(t, err, "%s, length %d", name, length)
				assert.Equal(t, "u1", user.ID)
			}
		}
	}
}

func TestABrokenErrorBodyKeepsItsStatus(t *testing.T) {
	t.Parallel()
	client := memory(t, func(*http.Request) (*http.Response, error) {
		resp := response(401, jsonType, "")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"message":"Inv`), iotest.ErrReader(io.ErrUnexpectedEOF)))
		return resp, nil
	})
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		_, err := c.Do(t.Context(), client.Account, c.Full())
		e := as[*appwrite.Error](t, err)
		assert.Equal(t, 401, e.StatusCode)
		assert.Empty(t, e.Type)
		assert.Equal(t, `{"message":"Inv`, string(e.Body))
	})
}

// Only a body that was read to its end gives its connection back.
func TestABodyIsReadToItsEndAndClosed(t *testing.T) {
	t.Parallel()
	const limit = 50_000
	for _, status := range []int{200, 204, 301, 400, 404, 500, 502} {
		for _, body := range []string{"", "{", userBody, paddedUser(20_000), paddedUser(100_000)} {
			ended, closed := 0, 0
			a := memory(t, func(*http.Request) (*http.Response, error) {
				resp := response(status, jsonType, "")
				resp.Body = &closing{strings.NewReader(body), &ended, &closed}
				return resp, nil
			}, appwrite.WithMaxResponseBytes(limit)).Account
			_, _ = a.Get(t.Context(), appwrite.NoRetry())
			_, _ = a.CreateOAuth2Token(t.Context(), "github", appwrite.OAuth2Params{}, appwrite.NoRetry())
			_ = a.DeleteSessions(t.Context())
			assert.Equal(t, 3, closed, "%d, %d bytes", status, len(body))
			assert.Equal(t, len(body) <= limit, ended == 3, "%d, %d bytes", status, len(body))
		}
	}
}

// closing counts how often its end was seen and how often it was closed.
type closing struct {
	r             io.Reader
	ended, closed *int
}

func (c *closing) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if err == io.EOF {
		*c.ended++
	}
	return n, err
}

func (c *closing) Close() error { *c.closed++; return nil }

// Bodies are read into buffers that the next call uses again.
func TestAResultSharesNothingWithLaterCalls(t *testing.T) {
	t.Parallel()
	page := "<!-- of the first call -->" + strings.Repeat("-", 6<<10)
	noise := `{"message":"` + strings.Repeat("#", 6<<10) + `"}`
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		var respond tripper
		a := memory(t, func(r *http.Request) (*http.Response, error) { return respond(r) }).Account
		call := func(with tripper) (any, error) {
			respond = with
			return c.Do(t.Context(), a, c.Full())
		}
		kept, err := call(c.Succeed)
		require.NoError(t, err)
		_, err = call(answersJSON(400, page))
		e := as[*appwrite.Error](t, err)
		_, err = call(answersJSON(200, page))
		d := as[*appwrite.DecodeError](t, err)
		want, err := call(c.Succeed)
		require.NoError(t, err)
		for range 20 {
			_, err := call(answersJSON(400, noise))
			require.Error(t, err)
		}
		assert.Equal(t, want, kept)
		assert.Equal(t, page[:4<<10], string(e.Body))
		assert.Equal(t, page[:4<<10], string(d.Body))
	})
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
		client := memory(t, answersJSON(200, list(tc.n)), appwrite.WithMaxResponseBytes(tc.bound))
		got, err := client.Account.ListSessions(t.Context())
		if !tc.ok {
			require.ErrorIs(t, err, appwrite.ErrResponseTooLarge, "%d in %d", tc.n, tc.bound)
			assert.Contains(t, err.Error(), "elements")
			continue
		}
		require.NoError(t, err, "%d in %d", tc.n, tc.bound)
		require.Len(t, got.Sessions, tc.n)
	}
	// Texts and numbers are no larger than they were on the wire, and preferences stay as they
	// are.
	client := memory(t, answersJSON(200, `{"$id":"u1","prefs":{"a":[`+strings.Repeat("1,", 99_999)+`1]}}`), appwrite.WithMaxResponseBytes(1<<20))
	user, err := client.Account.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, user.Prefs.Len())
}

// allocated returns how many bytes the whole process allocates while f runs. Tests that ask for
// it are not parallel.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A server may announce any length; only what it sends may cost memory.
func TestAnAnnouncedLengthCostsNoMemory(t *testing.T) {
	for _, limit := range []int64{16 << 20, 1 << 45, math.MaxInt64} {
		client := memory(t, func(*http.Request) (*http.Response, error) {
			resp := response(200, jsonType, userBody)
			resp.ContentLength = math.MaxInt64
			return resp, nil
		}, appwrite.WithMaxResponseBytes(limit))
		var err error
		bytes := allocated(func() { _, err = client.Account.Get(t.Context()) })
		require.NoError(t, err)
		assert.Less(t, bytes, uint64(8<<20), limit)
	}
}

func TestAHugeErrorBodyCostsLittleMemory(t *testing.T) {
	const size = 64 << 20
	chunk, pageStart := bytes.Repeat([]byte("0123456789abcdef"), 4<<10), bytes.Repeat([]byte("<"), 4<<10)
	write := func(w io.Writer, head string) {
		_, _ = io.WriteString(w, head)
		for n := 0; n < size; n += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return // the client has seen enough
			}
		}
	}
	// Compressed once and then repeated: a gzip stream may have many members.
	var member bytes.Buffer
	z := gzip.NewWriter(&member)
	_, _ = z.Write(bytes.Repeat(chunk, 16))
	require.NoError(t, z.Close())
	compressed := bytes.Repeat(member.Bytes(), size/(16*len(chunk)))

	for name, serve := range map[string]http.HandlerFunc{
		"JSON": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", jsonType)
			w.WriteHeader(400)
			write(w, `{"message":"`)
		},
		"page of known length": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", htmlType)
			w.Header().Set("Content-Length", strconv.Itoa(size+6))
			w.WriteHeader(404)
			write(w, "<html>")
		},
		"compressed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(403)
			_, _ = w.Write(compressed)
		},
		"redirect": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", everycall.ProviderPage)
			w.WriteHeader(301)
			write(w, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := served(t, serve).Account
			call := func() {
				if name == "redirect" {
					_, err := a.CreateOAuth2Token(t.Context(), "github", appwrite.OAuth2Params{})
					require.NoError(t, err)
					return
				}
				_, err := a.Get(t.Context())
				e := as[*appwrite.Error](t, err)
				require.Len(t, e.Body, 4<<10)
				require.Less(t, len(e.Error()), 300)
			}
			call() // what is allocated once, for the connection and in pools
			assert.Less(t, allocated(call), uint64(1<<20), "client and server together")
		})
	}

	// Without a server's part in it.
	endless := memory(t, func(*http.Request) (*http.Response, error) {
		resp := response(502, htmlType, "")
		resp.ContentLength = size
		resp.Body = io.NopCloser(readerFunc(func(p []byte) (int, error) { return copy(p, pageStart), nil }))
		return resp, nil
	})
	const calls = 20
	get := func() {
		for range calls {
			_, err := endless.Account.Get(t.Context(), appwrite.NoRetry())
			require.ErrorIs(t, err, appwrite.ErrServer)
		}
	}
	get()
	assert.Less(t, allocated(get)/calls, uint64(128<<10))
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
	for name, test := range map[string]struct{ method, body string }{
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
	} {
		t.Run(name, func(t *testing.T) {
			c := everycall.Named(test.method)
			for _, connect := range []connection{memory, sockets} {
				_, err := connect(t, answersJSON(400, test.body)).Account.Get(t.Context())
				require.ErrorIs(t, err, appwrite.ErrBadRequest)
				good := connect(t, answersJSON(200, test.body))
				var got any
				bytes := allocated(func() { got, err = c.Do(t.Context(), good.Account, c.Full()) })
				requireTyped(t, err)
				if err != nil {
					assert.Nil(t, got)
				}
				// Buffers that grow, on both sides, and the models.
				assert.Less(t, bytes, uint64(256<<20))
			}
		})
	}
}

// FuzzAnswers hands any answer to any call: it is a result or a typed error, and no panic.
func FuzzAnswers(f *testing.F) {
	for i, a := range recordedAnswers(f) {
		if len(a.Body) < 2<<10 { // the fuzzer spends its time on making long inputs shorter
			f.Add(uint8(i), uint16(a.Status), a.Header.Get("Content-Type"), a.Header.Get("Location"), a.Body)
		}
	}
	for i, c := range everycall.All {
		f.Add(uint8(i), uint16(c.Status), jsonType, everycall.ProviderPage, []byte(c.Body))
	}
	f.Fuzz(func(t *testing.T, n uint8, status uint16, contentType, location string, body []byte) {
		client := memory(t, func(*http.Request) (*http.Response, error) {
			resp := response(int(status), "", string(body))
			resp.Header = http.Header{"Content-Type": {contentType}, "Location": {location}, "X-Ratelimit-Reset": {contentType}, "X-Appwrite-Warning": {location}}
			return resp, nil
		}, appwrite.WithMaxResponseBytes(64<<10))
		c := everycall.All[int(n)%len(everycall.All)]
		got, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.NoRetry())
		if err == nil && c.Kind() != everycall.Deletes && !c.Iterates() && got == nil {
			t.Fatalf("%s: neither a result nor an error", c.Method)
		}
		if err != nil && got != nil {
			t.Fatalf("%s: a result and an error", c.Method)
		}
		requireTyped(t, err)
	})
}
