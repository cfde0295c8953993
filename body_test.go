package appwrite_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
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
	ways := map[string]func(w http.ResponseWriter, body string){
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
	}
	for way, write := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			var body string
			calls := 0
			client := sockClient(t, func(w http.ResponseWriter, _ *http.Request) {
				calls++
				write(w, body)
			}, appwrite.WithMaxResponseBytes(limit))

			body = paddedUser(limit)
			user, err := client.Account.Get(t.Context())
			require.NoError(t, err, "the limit itself is allowed")
			assert.Len(t, user.Name, limit-len(paddedUser(22)))

			for _, n := range []int{limit + 1, 2 * limit, 100 * limit} {
				body = paddedUser(n)
				calls = 0
				user, err := client.Account.Get(t.Context())
				require.ErrorIs(t, err, appwrite.ErrResponseTooLarge, "%d", n)
				assert.Nil(t, user)
				assert.Contains(t, err.Error(), "account.get")
				assert.Contains(t, err.Error(), strconv.Itoa(limit))
				assert.Equal(t, 1, calls, "what is too large once is so again")
			}
		})
	}
}

func TestEveryCallRefusesABodyOverTheLimit(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		client, mock := memClient(t, memAnswer(200, jsonType, paddedUser(2000)), appwrite.WithMaxResponseBytes(1000))
		got, err := c.Do(t.Context(), client.Account, c.Full())
		require.ErrorIs(t, err, appwrite.ErrResponseTooLarge)
		assert.Nil(t, got)
		assert.Equal(t, 1, mock.GetTotalCallCount())
	})
}

func TestAnyLimitCanBeSet(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{1, 2, 100, 8 << 10, 8<<10 + 1, 1 << 20, math.MaxInt32, math.MaxInt64 - 1, math.MaxInt64} {
		for _, known := range []bool{true, false} {
			client, _ := memClient(t, func(r *http.Request) (*http.Response, error) {
				resp := response(r, 200, jsonType, userBody)
				if !known {
					resp.ContentLength = -1
				}
				return resp, nil
			}, appwrite.WithMaxResponseBytes(limit))
			assert.NotPanics(t, func() {
				_, err := client.Account.Get(t.Context())
				if limit < int64(len(userBody)) {
					assert.ErrorIs(t, err, appwrite.ErrResponseTooLarge, "%d", limit)
				} else {
					assert.NoError(t, err, "%d", limit)
				}
			}, "%d", limit)
		}
	}
}

func TestABodyIsReadInWhateverPiecesItComes(t *testing.T) {
	t.Parallel()
	long := paddedUser(20_000)
	readers := map[string]func(string) io.Reader{
		"at once":                func(s string) io.Reader { return strings.NewReader(s) },
		"byte by byte":           func(s string) io.Reader { return iotest.OneByteReader(strings.NewReader(s)) },
		"in halves":              func(s string) io.Reader { return iotest.HalfReader(strings.NewReader(s)) },
		"the end with the data":  func(s string) io.Reader { return iotest.DataErrReader(strings.NewReader(s)) },
		"now and then no byte":   func(s string) io.Reader { return &stutter{r: strings.NewReader(s)} },
		"from two concatenated":  func(s string) io.Reader { return io.MultiReader(strings.NewReader(s[:7]), strings.NewReader(s[7:])) },
		"more than is announced": func(s string) io.Reader { return strings.NewReader(s) },
	}
	for name, reader := range readers {
		for _, body := range []string{userBody, long} {
			for _, length := range []int64{-1, 0, 5, int64(len(body)), int64(len(body)) * 2} {
				client, _ := memClient(t, func(r *http.Request) (*http.Response, error) {
					resp := response(r, 200, jsonType, "")
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

// stutter reads nothing every other time, which readers may.
type stutter struct {
	r    io.Reader
	idle bool
}

func (s *stutter) Read(p []byte) (int, error) {
	if s.idle = !s.idle; s.idle {
		return 0, nil
	}
	return s.r.Read(p[:min(len(p), 1000)])
}

func TestABodyThatBreaksOffIsAnErrorThatNamesTheCause(t *testing.T) {
	t.Parallel()
	broken := errors.New("wire cut")
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		if c.Kind() == everycall.Redirects { // the Location came whole
			return
		}
		client, _ := memClient(t, func(r *http.Request) (*http.Response, error) {
			resp := response(r, 200, jsonType, "")
			body := jsonBody(c)
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(body[:len(body)-1]), iotest.ErrReader(broken)))
			resp.ContentLength = -1
			return resp, nil
		}, appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}))
		got, err := c.Do(t.Context(), client.Account, c.Full())
		require.ErrorIs(t, err, broken)
		assert.Nil(t, got)
		assert.Contains(t, err.Error(), c.Operation)
	})
}

func TestABrokenErrorBodyKeepsItsStatus(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		client, _ := memClient(t, func(r *http.Request) (*http.Response, error) {
			resp := response(r, 401, jsonType, "")
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"message":"Inv`), iotest.ErrReader(io.ErrUnexpectedEOF)))
			return resp, nil
		})
		_, err := c.Do(t.Context(), client.Account, c.Full())
		e, ok := errors.AsType[*appwrite.Error](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, 401, e.StatusCode)
		assert.Empty(t, e.Type)
		assert.Equal(t, `{"message":"Inv`, string(e.Body))
	})
}

func TestATransportThatBreaksItsContractIsAnError(t *testing.T) {
	t.Parallel()
	transports := map[string]tripper{
		"neither answer nor error": func(*http.Request) (*http.Response, error) { return nil, nil },
		"an answer without a body": func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Request: r}, nil
		},
		"an answer without headers": func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: http.NoBody, Request: r}, nil
		},
		"status 0": func(r *http.Request) (*http.Response, error) {
			return &http.Response{Body: http.NoBody, Request: r}, nil
		},
	}
	for name, transport := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := clientThrough(t, transport, appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}))
			assert.NotPanics(t, func() {
				user, err := client.Account.Get(t.Context())
				require.Error(t, err)
				assert.Nil(t, user)
			})
		})
	}
}

func TestABodyIsAlwaysClosed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 204, 301, 400, 404, 500, 502} {
		for _, body := range []string{"", "{", userBody, paddedUser(100_000)} {
			forStatus := fmt.Sprintf("%d, %d bytes", status, len(body))
			opened, closed := 0, 0
			client, _ := memClient(t, func(r *http.Request) (*http.Response, error) {
				resp := response(r, status, jsonType, "")
				resp.Body = &closing{Reader: strings.NewReader(body), closed: &closed}
				opened++
				return resp, nil
			}, appwrite.WithMaxResponseBytes(50_000), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}))
			_, _ = client.Account.Get(t.Context())
			_, _ = client.Account.CreateOAuth2Token(t.Context(), "github", appwrite.OAuth2Params{})
			_ = client.Account.DeleteSessions(t.Context())
			assert.Equal(t, opened, closed, forStatus)
			assert.Equal(t, 3, closed, forStatus)
		}
	}
}

type closing struct {
	io.Reader
	closed *int
}

func (c *closing) Close() error { *c.closed++; return nil }

// Not parallel: it measures what the whole process allocates.
// A server may announce any length; only what it sends may cost memory.
func TestAnAnnouncedLengthCostsNoMemory(t *testing.T) {
	for _, limit := range []int64{16 << 20, 1 << 45, math.MaxInt64} {
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			resp := response(r, 200, jsonType, userBody)
			resp.ContentLength = math.MaxInt64
			return resp, nil
		}), appwrite.WithMaxResponseBytes(limit))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := client.Account.Get(t.Context())
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20), limit)
	}
}

func TestAHugeErrorBodyCostsLittleMemory(t *testing.T) {
	const size = 64 << 20
	chunk := bytes.Repeat([]byte("0123456789abcdef"), 4<<10)
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

	bodies := map[string]http.HandlerFunc{
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
	}
	for name, handler := range bodies {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			client, err := appwrite.NewClient(server.URL+"/v1", "p1", appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}))
			require.NoError(t, err)
			defer client.CloseIdleConnections()
			call := func() {
				if name == "redirect" {
					_, err = client.Account.CreateOAuth2Token(t.Context(), "github", appwrite.OAuth2Params{})
					require.NoError(t, err)
					return
				}
				_, err = client.Account.Get(t.Context())
				e, ok := errors.AsType[*appwrite.Error](err)
				require.True(t, ok, "%v", err)
				require.Len(t, e.Body, 4<<10)
				require.Less(t, len(e.Error()), 300)
			}
			call() // what is allocated once, for the connection and in pools
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			call()
			runtime.ReadMemStats(&after)
			allocated := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d KiB", allocated>>10)
			assert.Less(t, allocated, uint64(1<<20), "client and server together")
		})
	}
}
