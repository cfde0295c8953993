package appwrite_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// The frames of HTTP/2 that the tests need, and the codes of its errors.
const (
	frameData, frameHeaders, frameReset, frameSettings, framePing, frameGoAway, frameContinuation = 0, 1, 3, 4, 6, 7, 9

	flagEndStream, flagAck, flagEndHeaders = 1, 1, 4

	codeNone, codeProtocol, codeInternal, codeRefused, codeCancel, codeCalm = 0, 1, 2, 7, 8, 11
)

// frames is a connection whose other side is the client, frame by frame.
type frames struct {
	net.Conn
	in   *bufio.Reader
	sent int64 // bytes
}

func (f *frames) send(kind, flags byte, stream uint32, payload []byte) error {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))[1:]
	head = append(head, kind, flags)
	head = binary.BigEndian.AppendUint32(head, stream)
	n, err := f.Write(append(head, payload...))
	f.sent += int64(n)
	return err
}

func (f *frames) reset(stream, code uint32) {
	_ = f.send(frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, code))
}

func (f *frames) goAway(last, code uint32) {
	_ = f.send(frameGoAway, 0, 0, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), code))
}

// read reads one frame and answers it where it is a ping, or the client would hold the
// connection for a dead one.
func (f *frames) read() (kind, flags byte, stream uint32, err error) {
	var head [9]byte
	if _, err := io.ReadFull(f.in, head[:]); err != nil {
		return 0, 0, 0, err
	}
	payload := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
	if _, err := io.ReadFull(f.in, payload); err != nil {
		return 0, 0, 0, err
	}
	kind, flags = head[3], head[4]
	if kind == framePing && flags&flagAck == 0 {
		_ = f.send(framePing, flagAck, 0, payload)
	}
	return kind, flags, binary.BigEndian.Uint32(head[5:]), nil
}

// request reads up to the end of the client's next request and returns its stream, 0 at the end
// of the connection.
func (f *frames) request() uint32 {
	for {
		kind, flags, stream, err := f.read()
		switch {
		case err != nil:
			return 0
		case (kind == frameHeaders || kind == frameData) && flags&flagEndStream != 0:
			return stream
		}
	}
}

// understood waits until the client has read all that it was sent.
func (f *frames) understood() error {
	_ = f.send(framePing, 0, 0, []byte("8 bytes."))
	for {
		if kind, flags, _, err := f.read(); err != nil || kind == framePing && flags&flagAck != 0 {
			return err
		}
	}
}

// answer ends a request with status 200 and a body.
func (f *frames) answer(stream uint32, body string) {
	_ = f.send(frameHeaders, flagEndHeaders, stream, []byte{0x88}) // :status 200, of HPACK's static table
	_ = f.send(frameData, flagEndStream, stream, []byte(body))
}

// http2Server speaks HTTP/2 and has each connection served by the test.
func http2Server(t *testing.T, serve func(n int, f *frames)) string {
	t.Helper()
	certificates := httptest.NewUnstartedServer(nil)
	certificates.StartTLS()
	config := &tls.Config{Certificates: certificates.TLS.Certificates, NextProtos: []string{"h2"}}
	certificates.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	require.NoError(t, err)
	var open sync.WaitGroup
	t.Cleanup(open.Wait)
	t.Cleanup(func() { _ = listener.Close() })
	open.Go(func() {
		for n := 0; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				// A call that was just cancelled may still hold the connection, which then
				// outlives CloseIdleConnections.
				defer context.AfterFunc(t.Context(), func() { _ = conn.Close() })()
				f := &frames{Conn: conn, in: bufio.NewReader(conn)}
				if _, err := io.CopyN(io.Discard, f.in, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
					return
				}
				_ = f.send(frameSettings, 0, 0, nil)
				serve(n, f)
			})
		}
	})
	return "https://" + listener.Addr().String() + "/v1"
}

// http2Client makes a client that trusts any certificate, as that of http2Server is another's.
func http2Client(t *testing.T, serve func(n int, f *frames), opts ...appwrite.Option) *appwrite.Client {
	t.Helper()
	return newClient(t, http2Server(t, serve), append([]appwrite.Option{appwrite.WithInsecureSkipVerify(), appwrite.WithRetryPolicy(quickly)}, opts...)...)
}

// resets takes every request and resets its stream with a code.
func resets(effects *atomic.Int32, code uint32) func(int, *frames) {
	return func(_ int, f *frames) {
		for stream := f.request(); stream != 0; stream = f.request() {
			effects.Add(1)
			f.reset(stream, code)
		}
	}
}

// net/http alone would send some of these hundreds of times in a second.
func TestAResetStreamIsNotSentAgainButByThePolicy(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]uint32{
		"NO_ERROR": codeNone, "PROTOCOL_ERROR": codeProtocol, "INTERNAL_ERROR": codeInternal,
		"REFUSED_STREAM": codeRefused, "CANCEL": codeCancel, "ENHANCE_YOUR_CALM": codeCalm,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEveryCall(t, func(t *testing.T, c everycall.Call) {
				var effects atomic.Int32
				client := http2Client(t, resets(&effects, code))
				var answered appwrite.Response
				got, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
				require.Error(t, err)
				assert.NotErrorIs(t, err, context.Canceled)
				assert.Nil(t, got)
				assert.Contains(t, err.Error(), c.Operation)
				want := 1
				if reads(c) {
					want = 3
				}
				assert.Equal(t, want, answered.Attempts)
				assert.Equal(t, int32(want), effects.Load())
			})
		})
	}
}

func TestAResetStreamIsNotSentAgainThroughACallersTransport(t *testing.T) {
	t.Parallel()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	var effects atomic.Int32
	client := newClient(t, http2Server(t, resets(&effects, codeProtocol)), through(transport), appwrite.WithTimeout(0))
	_, err := client.Account.CreateRecovery(t.Context(), appwrite.RecoveryParams{Email: "w@example.com", URL: "http://localhost/r"})
	require.Error(t, err)
	assert.Equal(t, int32(1), effects.Load())
	// Since Go 1.27 net/http does not send it again by itself, and gives the stream's error.
	if !errors.Is(err, appwrite.ErrTaken) {
		assert.ErrorContains(t, err, "PROTOCOL_ERROR")
	}
}

// A server that shuts down says with GOAWAY which requests it has taken, and closes.
func TestAServerThatShutsDownOverHTTP2(t *testing.T) {
	t.Parallel()
	const taken, notTaken = 1<<31 - 1, 0
	tests := map[string]struct {
		serve  func(f *frames, stream uint32) // of the first connection, the second answers
		repeat bool                           // whether a GET needs another attempt
		answer bool                           // whether any other call gets a result
	}{
		"and answers what it has taken": {func(f *frames, stream uint32) {
			f.goAway(taken, codeNone)
			f.answer(stream, userBody)
		}, false, true},
		"and does not answer what it has taken": {func(f *frames, _ uint32) { f.goAway(taken, codeNone) }, true, false},
		"and took nothing":                      {func(f *frames, _ uint32) { f.goAway(notTaken, codeNone) }, true, false},
		"with an error":                         {func(f *frames, _ uint32) { f.goAway(notTaken, codeCalm) }, true, false},
		"without a word":                        {func(*frames, uint32) {}, true, false},
		"in the middle of a frame":              {func(f *frames, _ uint32) { _, _ = f.Write([]byte{0, 1}) }, true, false},
		"in the middle of an answer": {func(f *frames, stream uint32) {
			_ = f.send(frameHeaders, flagEndHeaders, stream, []byte{0x88})
			_ = f.send(frameData, 0, stream, []byte(`{"$id":`))
		}, true, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range []everycall.Call{everycall.Named("Get"), everycall.Named("UpdateName"), everycall.Named("UpdateStatus")} {
				var effects atomic.Int32
				client := http2Client(t, func(n int, f *frames) {
					for stream := f.request(); stream != 0; stream = f.request() {
						effects.Add(1)
						if n == 0 {
							test.serve(f, stream)
							return
						}
						f.answer(stream, userBody)
					}
				})
				var answered appwrite.Response
				_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
				assert.Equal(t, reads(c) || test.answer, err == nil, "%s: %v", c.Method, err)
				want := 1
				if reads(c) && test.repeat {
					want = 2
				}
				assert.Equal(t, want, answered.Attempts, c.Method)
				assert.Equal(t, int32(want), effects.Load(), c.Method)
				_, err = client.Account.UpdateName(t.Context(), "Walter")
				assert.NoError(t, err, "the next call gets a connection of its own")
			}
		})
	}
}

func TestAConnectionThatWasGivenUpWhileIdleIsNotUsed(t *testing.T) {
	t.Parallel()
	var effects atomic.Int32
	gone := make(chan struct{}, 1)
	client := http2Client(t, func(_ int, f *frames) {
		stream := f.request()
		effects.Add(1)
		f.answer(stream, userBody)
		f.goAway(stream, codeNone)
		// The client may close at once, or when the server does.
		if f.understood() == nil {
			defer f.request()
		}
		gone <- struct{}{}
	})
	for n := range int32(5) {
		_, err := client.Account.UpdateName(t.Context(), "Walter")
		require.NoError(t, err)
		assert.Equal(t, n+1, effects.Load())
		<-gone
	}
}

func TestEndlessFramesEndInAnError(t *testing.T) {
	t.Parallel()
	field := append([]byte{0x40, 1, 'x', 127, 0xE1, 0x07}, bytes.Repeat([]byte("v"), 1120)...) // x: vvv…, to be indexed
	for name, serve := range map[string]func(f *frames, stream uint32) error{
		"headers": func(f *frames, stream uint32) error {
			_ = f.send(frameHeaders, 0, stream, append([]byte{0x88}, field...))
			for {
				if err := f.send(frameContinuation, 0, stream, field); err != nil {
					return err
				}
			}
		},
		"interim answers": func(f *frames, stream uint32) error {
			for {
				if err := f.send(frameHeaders, flagEndHeaders, stream, append([]byte{0x08, 3, '1', '0', '3'}, field...)); err != nil {
					return err
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int64
			client := http2Client(t, func(_ int, f *frames) {
				stream := f.request()
				go func() { _, _ = io.Copy(io.Discard, f.in) }()
				_ = serve(f, stream)
				sent.Add(f.sent)
			}, appwrite.WithTimeout(time.Minute))
			_, err := client.Account.Get(t.Context(), appwrite.NoRetry())
			require.Error(t, err)
			assert.NotErrorIs(t, err, context.DeadlineExceeded, "the bound is one of bytes")
			client.CloseIdleConnections()
			assert.Eventually(t, func() bool { return sent.Load() > 0 }, time.Minute, time.Millisecond)
			assert.Less(t, sent.Load(), int64(64<<20))
			t.Logf("%d KiB sent, %v", sent.Load()>>10, err)
		})
	}
}
