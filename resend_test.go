package appwrite_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/testkit"
)

// http2Client makes a client of a testkit.HTTP2Server.
func http2Client(t *testing.T, serve func(n int, f *testkit.Frames), opts ...appwrite.Option) *appwrite.Client {
	t.Helper()
	return newClient(t, testkit.HTTP2Server(t, serve), append([]appwrite.Option{appwrite.WithInsecureSkipVerify(), appwrite.WithRetryPolicy(quickly)}, opts...)...)
}

// resets takes every request and resets its stream with a code.
func resets(effects *atomic.Int32, code uint32) func(int, *testkit.Frames) {
	return func(_ int, f *testkit.Frames) {
		for stream := f.Request(); stream != 0; stream = f.Request() {
			effects.Add(1)
			f.Reset(stream, code)
		}
	}
}

// net/http alone would send some of these hundreds of times in a second.
func TestAResetStreamIsNotSentAgainButByThePolicy(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]uint32{
		"NO_ERROR": testkit.CodeNone, "PROTOCOL_ERROR": testkit.CodeProtocol, "INTERNAL_ERROR": testkit.CodeInternal,
		"REFUSED_STREAM": testkit.CodeRefused, "CANCEL": testkit.CodeCancel, "ENHANCE_YOUR_CALM": testkit.CodeCalm,
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
				if c.Repeatable() {
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
	client := newClient(t, testkit.HTTP2Server(t, resets(&effects, testkit.CodeProtocol)), through(transport), appwrite.WithTimeout(0))
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
		serve  func(f *testkit.Frames, stream uint32) // of the first connection, the second answers
		repeat bool                                   // whether a GET needs another attempt
		answer bool                                   // whether any other call gets a result
	}{
		"and answers what it has taken": {func(f *testkit.Frames, stream uint32) {
			f.GoAway(taken, testkit.CodeNone)
			f.Answer(stream, userBody)
		}, false, true},
		"and does not answer what it has taken": {func(f *testkit.Frames, _ uint32) { f.GoAway(taken, testkit.CodeNone) }, true, false},
		"and took nothing":                      {func(f *testkit.Frames, _ uint32) { f.GoAway(notTaken, testkit.CodeNone) }, true, false},
		"with an error":                         {func(f *testkit.Frames, _ uint32) { f.GoAway(notTaken, testkit.CodeCalm) }, true, false},
		"without a word":                        {func(*testkit.Frames, uint32) {}, true, false},
		"in the middle of a frame":              {func(f *testkit.Frames, _ uint32) { _, _ = f.Write([]byte{0, 1}) }, true, false},
		"in the middle of an answer": {func(f *testkit.Frames, stream uint32) {
			_ = f.Send(testkit.FrameHeaders, testkit.FlagEndHeaders, stream, []byte{0x88})
			_ = f.Send(testkit.FrameData, 0, stream, []byte(`{"$id":`))
		}, true, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range []everycall.Call{everycall.Named("Get"), everycall.Named("UpdateName"), everycall.Named("UpdateStatus")} {
				var effects atomic.Int32
				client := http2Client(t, func(n int, f *testkit.Frames) {
					for stream := f.Request(); stream != 0; stream = f.Request() {
						effects.Add(1)
						if n == 0 {
							test.serve(f, stream)
							return
						}
						f.Answer(stream, userBody)
					}
				})
				var answered appwrite.Response
				_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
				assert.Equal(t, c.Repeatable() || test.answer, err == nil, "%s: %v", c.Method, err)
				want := 1
				if c.Repeatable() && test.repeat {
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
	client := http2Client(t, func(_ int, f *testkit.Frames) {
		stream := f.Request()
		effects.Add(1)
		f.Answer(stream, userBody)
		f.GoAway(stream, testkit.CodeNone)
		// The client may close at once, or when the server does.
		if f.Understood() == nil {
			defer f.Request()
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
	for name, serve := range map[string]func(f *testkit.Frames, stream uint32) error{
		"headers": func(f *testkit.Frames, stream uint32) error {
			_ = f.Send(testkit.FrameHeaders, 0, stream, append([]byte{0x88}, field...))
			for {
				if err := f.Send(testkit.FrameContinuation, 0, stream, field); err != nil {
					return err
				}
			}
		},
		"interim answers": func(f *testkit.Frames, stream uint32) error {
			for {
				if err := f.Send(testkit.FrameHeaders, testkit.FlagEndHeaders, stream, append([]byte{0x08, 3, '1', '0', '3'}, field...)); err != nil {
					return err
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int64
			client := http2Client(t, func(_ int, f *testkit.Frames) {
				stream := f.Request()
				go func() { _, _ = io.Copy(io.Discard, f.In) }()
				_ = serve(f, stream)
				sent.Add(f.Sent)
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
