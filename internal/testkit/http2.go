package testkit

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Types of frames of HTTP/2.
const (
	FrameData         = 0
	FrameHeaders      = 1
	FrameReset        = 3
	FrameSettings     = 4
	FramePing         = 6
	FrameGoAway       = 7
	FrameContinuation = 9
)

// Flags of frames.
const (
	FlagEndStream  = 1
	FlagAck        = 1
	FlagEndHeaders = 4
)

// Codes of errors.
const (
	CodeNone     = 0
	CodeProtocol = 1
	CodeInternal = 2
	CodeRefused  = 7
	CodeCancel   = 8
	CodeCalm     = 11
)

// Frames is a connection whose other side is the client, frame by frame.
type Frames struct {
	net.Conn
	In   *bufio.Reader
	Sent int64 // bytes
}

// Send writes a frame.
func (f *Frames) Send(kind, flags byte, stream uint32, payload []byte) error {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))[1:]
	head = append(head, kind, flags)
	head = binary.BigEndian.AppendUint32(head, stream)
	n, err := f.Write(append(head, payload...))
	f.Sent += int64(n)
	return err
}

// Reset ends a stream with an error.
func (f *Frames) Reset(stream, code uint32) {
	_ = f.Send(FrameReset, 0, stream, binary.BigEndian.AppendUint32(nil, code))
}

// GoAway ends the connection: streams above the last were not processed.
func (f *Frames) GoAway(last, code uint32) {
	_ = f.Send(FrameGoAway, 0, 0, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), code))
}

// read reads one frame and answers it where it is a ping, or the client would hold the
// connection for a dead one.
func (f *Frames) read() (kind, flags byte, stream uint32, err error) {
	var head [9]byte
	if _, err := io.ReadFull(f.In, head[:]); err != nil {
		return 0, 0, 0, err
	}
	payload := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
	if _, err := io.ReadFull(f.In, payload); err != nil {
		return 0, 0, 0, err
	}
	kind, flags = head[3], head[4]
	if kind == FramePing && flags&FlagAck == 0 {
		_ = f.Send(FramePing, FlagAck, 0, payload)
	}
	return kind, flags, binary.BigEndian.Uint32(head[5:]), nil
}

// Request reads up to the end of the client's next request and returns its stream, 0 at the end
// of the connection.
func (f *Frames) Request() uint32 {
	for {
		kind, flags, stream, err := f.read()
		switch {
		case err != nil:
			return 0
		case (kind == FrameHeaders || kind == FrameData) && flags&FlagEndStream != 0:
			return stream
		}
	}
}

// Understood waits until the client has read all that it was sent.
func (f *Frames) Understood() error {
	_ = f.Send(FramePing, 0, 0, []byte("8 bytes."))
	for {
		if kind, flags, _, err := f.read(); err != nil || kind == FramePing && flags&FlagAck != 0 {
			return err
		}
	}
}

// Answer ends a request with status 200 and a body.
func (f *Frames) Answer(stream uint32, body string) {
	_ = f.Send(FrameHeaders, FlagEndHeaders, stream, []byte{0x88}) // :status 200, of HPACK's static table
	_ = f.Send(FrameData, FlagEndStream, stream, []byte(body))
}

// HTTP2Server speaks HTTP/2 and has each connection served by the test.
func HTTP2Server(t testing.TB, serve func(n int, f *Frames)) string {
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
				defer func() { _ = conn.Close() }()
				// A call that was just cancelled may still hold the connection, which then
				// outlives CloseIdleConnections.
				defer context.AfterFunc(t.Context(), func() { _ = conn.Close() })()
				f := &Frames{Conn: conn, In: bufio.NewReader(conn)}
				if _, err := io.CopyN(io.Discard, f.In, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
					return
				}
				_ = f.Send(FrameSettings, 0, 0, nil)
				serve(n, f)
			})
		}
	})
	return "https://" + listener.Addr().String() + "/v1"
}
