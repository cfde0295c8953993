package faults

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
)

// fault is something that goes wrong on the way to the server and back.
type fault struct {
	name string
	// arrange makes it go wrong from now on and returns where the client must go.
	arrange func(w *world) (endpoint string, opts []appwrite.Option)
	want    [4]string // what a call of each kind must come to, as outcome writes it
	unlike  bool      // whether a good result is another one than the server's
}

// Timeouts of an attempt. Where an answer is due, nothing but a broken test takes that long.
const (
	patience   = 20 * time.Second
	impatience = 100 * time.Millisecond  // where the server does nothing
	soon       = 1500 * time.Millisecond // where it has done its part long before
)

func quickly(timeout time.Duration) []appwrite.Option {
	return []appwrite.Option{
		appwrite.WithTimeout(timeout),
		appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: time.Millisecond, MaxDelay: 3 * time.Second}),
		appwrite.WithMaxResponseBytes(256 << 10),
	}
}

// fails has the server itself fail.
func fails(f appwritetest.Fault) func(w *world) (string, []appwrite.Option) {
	return func(w *world) (string, []appwrite.Option) {
		w.heal = w.Server.Fail(f)
		timeout := patience
		if f.Delay > impatience && f.Times == 0 {
			timeout = impatience
		} else if f.Delay > impatience {
			timeout = soon // for the attempt that waits in vain, and the one that does not
		}
		return w.Server.Endpoint(), quickly(timeout)
	}
}

// toxic puts a proxy with toxics before the server.
func toxic(timeout time.Duration, toxics ...string) func(w *world) (string, []appwrite.Option) {
	return func(w *world) (string, []appwrite.Option) {
		api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
		upstream := strings.TrimSuffix(strings.TrimPrefix(w.Server.Endpoint(), "http://"), "/v1")
		proxy := toxiproxy.NewProxy(api, "p", "127.0.0.1:0", upstream)
		require.NoError(w, proxy.Start())
		w.Cleanup(proxy.Stop)
		for i, t := range toxics {
			_, err := proxy.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(`{"name":"t%d",%s}`, i, t)))
			require.NoError(w, err)
		}
		return "http://" + proxy.Listen + "/v1", quickly(timeout)
	}
}

// before puts a broken server before the good one, which next asks.
func before(timeout time.Duration, serve func(w http.ResponseWriter, r *http.Request, next http.Handler)) func(w *world) (string, []appwrite.Option) {
	return func(w *world) (string, []appwrite.Option) {
		var sent atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			counted := &counter{ResponseWriter: rw, sent: &sent}
			serve(counted, r, w.Server.Handler())
		}))
		w.Cleanup(func() {
			server.CloseClientConnections()
			server.Close()
			// What fits into the buffers of sockets on its way, for three attempts.
			assert.Less(w, sent.Load(), int64(64<<20), "the client took more than it should")
		})
		return server.URL + "/v1", quickly(timeout)
	}
}

// counter counts what a broken server gets rid of.
type counter struct {
	http.ResponseWriter
	sent *atomic.Int64
}

func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.sent.Add(int64(n))
	return n, err
}

// done lets the server do what it is asked for, and returns the answer that nobody will see.
func done(r *http.Request, next http.Handler) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	return answer
}

// wire takes the connection away from net/http and writes to it as long as it goes.
func wire(w http.ResponseWriter, head, more string, end func(conn *net.TCPConn)) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, head); err != nil {
		return
	}
	for more != "" {
		n, err := io.WriteString(conn, more)
		w.(*counter).sent.Add(int64(n))
		if err != nil {
			return
		}
	}
	if end != nil {
		end(conn.(*net.TCPConn))
	}
}

// hold keeps a connection open until the client closes it.
func hold(conn *net.TCPConn) { _, _ = io.Copy(io.Discard, conn) }

// answers writes what the server did, as something else.
func answers(timeout time.Duration, head, more string, end func(conn *net.TCPConn)) func(w *world) (string, []appwrite.Option) {
	return before(timeout, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		done(r, next)
		wire(w, head, more, end)
	})
}

// bomb is a gigabyte of JSON in a megabyte.
var bomb = func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, `{"$id":"`)
	for chunk, i := bytes.Repeat([]byte("x"), 1<<20), 0; i < 1<<10; i++ {
		_, _ = z.Write(chunk)
	}
	_ = z.Close()
	return b.Bytes()
}()

const jsonHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

// In want: reads, redirects, changes, deletes.
var matrix = []fault{
	{"nothing is wrong", fails(appwritetest.Fault{Delay: time.Nanosecond}), [4]string{"ok1", "ok1", "ok1●", "ok1●"}, false},

	{"500 once", fails(appwritetest.Fault{Status: 500, Times: 1}), [4]string{"ok2", "ok2", "E1○", "E1○"}, false},
	{"500 for good", fails(appwritetest.Fault{Status: 500}), [4]string{"E3", "E3", "E1○", "E1○"}, false},
	{"502 with a proxy's page", fails(appwritetest.Fault{Status: 502, Damage: appwritetest.BodyHTML}), [4]string{"E3", "E3", "E1○", "E1○"}, false},
	{"503 twice", fails(appwritetest.Fault{Status: 503, Times: 2}), [4]string{"ok3", "ok3", "E1○", "E1○"}, false},
	{"503, no mail configured", fails(appwritetest.Fault{Status: 503, Type: appwrite.ErrGeneralSMTPDisabled}), [4]string{"E1", "E1", "E1○", "E1○"}, false},
	{"504", fails(appwritetest.Fault{Status: 504}), [4]string{"E3", "E3", "E1○", "E1○"}, false},
	{"400", fails(appwritetest.Fault{Status: 400}), [4]string{"E1", "E1", "E1○", "E1○"}, false},
	{"429, ends soon", fails(appwritetest.Fault{Status: 429, Reset: time.Millisecond, Times: 1}), [4]string{"ok2", "ok2", "ok2●", "ok2●"}, false},
	{"429 for an hour", fails(appwritetest.Fault{Status: 429, Reset: time.Hour}), [4]string{"E1", "E1", "E1○", "E1○"}, false},
	{"307 to another host", fails(appwritetest.Fault{Status: 307, Location: "https://elsewhere.example/"}), [4]string{"E1", "ok1", "E1○", "E1○"}, true},
	{"204 in the server's place", fails(appwritetest.Fault{Status: 204}), [4]string{"D1", "D1", "D1○", "ok1○"}, false},
	{"the connection ends before anything is done", fails(appwritetest.Fault{Damage: appwritetest.DropBefore}), [4]string{"C3", "C3", "C1○", "C1○"}, false},
	{"the same, once", fails(appwritetest.Fault{Damage: appwritetest.DropBefore, Times: 1}), [4]string{"ok2", "ok2", "C1○", "C1○"}, false},
	{"the connection ends after it was done", fails(appwritetest.Fault{Damage: appwritetest.DropAfter}), [4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"the body breaks off", fails(appwritetest.Fault{Damage: appwritetest.BodyTruncated}), [4]string{"C3", "ok1", "C1●", "C1●"}, false},
	{"half of the JSON", fails(appwritetest.Fault{Damage: appwritetest.BodyMalformed}), [4]string{"D1", "ok1", "D1●", "D1●"}, false},
	{"JSON as text/plain", fails(appwritetest.Fault{Damage: appwritetest.BodyPlain}), [4]string{"ok1", "ok1", "ok1●", "ok1●"}, false},
	{"an endless body", fails(appwritetest.Fault{Damage: appwritetest.BodyEndless}), [4]string{"L1", "ok1", "L1●", "L1●"}, false},
	{"slower than the timeout", fails(appwritetest.Fault{Delay: time.Hour}), [4]string{"T3", "T3", "T1○", "T1○"}, false},
	{"slower than the timeout, once", fails(appwritetest.Fault{Delay: time.Hour, Times: 1}), [4]string{"ok2", "ok2", "T1○", "T1○"}, false},
	{"slow", fails(appwritetest.Fault{Delay: 30 * time.Millisecond}), [4]string{"ok1", "ok1", "ok1●", "ok1●"}, false},

	{"toxiproxy: latency", toxic(patience,
		`"type":"latency","attributes":{"latency":20,"jitter":10}`, `"type":"latency","stream":"upstream","attributes":{"latency":20,"jitter":10}`),
		[4]string{"ok1", "ok1", "ok1●", "ok1●"}, false},
	{"toxiproxy: bandwidth", toxic(patience, `"type":"bandwidth","attributes":{"rate":16}`), [4]string{"ok1", "ok1", "ok1●", "ok1●"}, false},
	{"toxiproxy: slow_close", toxic(patience, `"type":"slow_close","attributes":{"delay":50}`), [4]string{"ok1", "ok1", "ok1●", "ok1●"}, false},
	{"toxiproxy: slicer", toxic(patience,
		`"type":"slicer","attributes":{"average_size":16,"size_variation":8,"delay":10}`, `"type":"slicer","stream":"upstream","attributes":{"average_size":16,"size_variation":8,"delay":10}`),
		[4]string{"ok1", "ok1", "ok1●", "ok1●"}, false},
	{"toxiproxy: limit_data of the answer", toxic(patience, `"type":"limit_data","attributes":{"bytes":40}`), [4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"toxiproxy: limit_data of the request", toxic(patience, `"type":"limit_data","stream":"upstream","attributes":{"bytes":60}`), [4]string{"C3", "C3", "C1○", "C1○"}, false},
	{"toxiproxy: reset_peer at the answer", toxic(patience, `"type":"reset_peer","attributes":{"timeout":0}`), [4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"toxiproxy: reset_peer at the request", toxic(patience, `"type":"reset_peer","stream":"upstream","attributes":{"timeout":0}`), [4]string{"C3", "C3", "C1○", "C1○"}, false},
	{"toxiproxy: timeout of the answer", toxic(soon, `"type":"timeout","attributes":{"timeout":0}`), [4]string{"T3", "T3", "T1●", "T1●"}, false},
	{"toxiproxy: timeout of the request", toxic(impatience, `"type":"timeout","stream":"upstream","attributes":{"timeout":0}`), [4]string{"T3", "T3", "T1○", "T1○"}, false},

	{"no server listens", func(*world) (string, []appwrite.Option) {
		return "http://127.0.0.1:1/v1", quickly(patience) // not a port that another test gets meanwhile
	}, [4]string{"C3", "C3", "C3○", "C3○"}, false},
	{"no TLS where https is spoken", func(w *world) (string, []appwrite.Option) {
		return strings.Replace(w.Server.Endpoint(), "http://", "https://", 1), quickly(patience)
	}, [4]string{"C1", "C1", "C1○", "C1○"}, false},
	{"a certificate of an unknown authority", func(w *world) (string, []appwrite.Option) {
		server := httptest.NewUnstartedServer(w.Server.Handler())
		server.Config.ErrorLog = silence
		server.StartTLS()
		w.Cleanup(server.Close)
		return server.URL + "/v1", quickly(patience)
	}, [4]string{"C1", "C1", "C1○", "C1○"}, false},
	{"a pooled connection that has ended", func(w *world) (string, []appwrite.Option) {
		// The first request of a connection is answered, the second one resets it.
		transport := &http.Transport{}
		w.Cleanup(transport.CloseIdleConnections)
		endpoint, opts := before(patience, func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.URL.Path == "/v1/health/version" {
				next.ServeHTTP(rw, r)
				return
			}
			if w.stale.CompareAndSwap(false, true) {
				wire(rw, "", "", func(conn *net.TCPConn) { _ = conn.SetLinger(0) })
				return
			}
			next.ServeHTTP(rw, r)
		})(w)
		opts = append(opts, appwrite.WithHTTPClient(&http.Client{Transport: transport}))
		client, err := appwrite.NewClient(endpoint, w.Server.ProjectID(), opts...)
		require.NoError(w, err)
		_, err = client.ServerVersion(w.Context())
		require.NoError(w, err)
		return endpoint, opts
	}, [4]string{"ok1", "ok1", "C1○", "C1○"}, false},

	{"not HTTP", answers(patience, "SSH-2.0-OpenSSH_9.9\r\n", "", nil), [4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"endless headers", answers(patience, "HTTP/1.1 200 OK\r\n", strings.Repeat("X-Long: "+strings.Repeat("v", 1000)+"\r\n", 16), nil), [4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"an endless header line", answers(patience, "HTTP/1.1 200 OK\r\nX-Long: ", strings.Repeat("v", 16<<10), nil), [4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"endless interim answers", answers(patience, "", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 256), nil), [4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"two lengths that differ", answers(patience, jsonHead+"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}\n", "", nil), [4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"half-closed in the middle", answers(patience, jsonHead+"Content-Length: 1000\r\n\r\n{\"$id\":", "", func(conn *net.TCPConn) {
		_ = conn.CloseWrite()
		hold(conn)
	}), [4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"reset in the headers", answers(patience, "HTTP/1.1 200 OK\r\nContent-Ty", "", func(conn *net.TCPConn) { _ = conn.SetLinger(0) }), [4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"reset in a chunk", answers(patience, jsonHead+"Transfer-Encoding: chunked\r\n\r\n40\r\n{\"$id\":", "", func(conn *net.TCPConn) { _ = conn.SetLinger(0) }),
		[4]string{"C3", "C3", "C1●", "C1●"}, false},
	{"the body never goes on", answers(soon, jsonHead+"Content-Length: 1000\r\n\r\n{\"$id\":", "", hold), [4]string{"T3", "T3", "T1●", "T1●"}, false},
	{"the body drips", before(soon, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		done(r, next)
		w.Header().Set("Content-Type", "application/json")
		_, err := io.WriteString(w, `{"$id":"`)
		for tick := time.NewTicker(5 * time.Millisecond); err == nil; {
			select {
			case <-tick.C:
				if _, err = io.WriteString(w, "x"); err == nil {
					err = http.NewResponseController(w).Flush()
				}
			case <-r.Context().Done():
				return
			}
		}
	}), [4]string{"T3", "T3", "T1●", "T1●"}, false},
	{"a gigabyte, compressed", before(patience, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		done(r, next)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb)
	}), [4]string{"L1", "L1", "L1●", "L1●"}, false},
	{"an endless error", before(patience, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		done(r, next)
		w.WriteHeader(http.StatusBadRequest)
		for chunk := bytes.Repeat([]byte("x"), 16<<10); ; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}), [4]string{"E1", "E1", "E1●", "E1●"}, false},
	{"an answer before the request was read", before(patience, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		wire(w, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "", func(conn *net.TCPConn) { _ = conn.CloseWrite(); hold(conn) })
	}), [4]string{"E1", "E1", "E1○", "E1○"}, false},
	{"a page with 200", before(patience, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		_, _ = io.WriteString(w, "<html><title>Please sign in to the Wi-Fi</title></html>")
	}), [4]string{"D1", "D1", "D1○", "D1○"}, false},
	{"an empty 200", before(patience, func(http.ResponseWriter, *http.Request, http.Handler) {}), [4]string{"D1", "D1", "D1○", "ok1○"}, false},
	{"a list of numbers", before(patience, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "[1,2]")
	}), [4]string{"D1", "D1", "D1○", "ok1○"}, false},
}
