package appwrite

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxErrorBytes = 64 << 10 // read from the body of an error
	maxKeptBytes  = 4 << 10  // kept of a body in an error value
	maxTrusted    = 64 << 10 // allocated at once for a Content-Length that may be a lie
	maxPooled     = 1 << 20  // larger buffers are not kept for reuse
	perElement    = 256      // bytes of the bound per object of a list; a session has twice as many
	leastElements = 1 << 10
)

// receive reads the answer and decodes it, or returns the error that it stands for.
func (c *call) receive(ctx context.Context, resp *http.Response, limits RateLimit) error {
	if to, ok := c.out.(*location); ok && isRedirect(resp.StatusCode) {
		_, err := io.CopyN(io.Discard, resp.Body, maxErrorBytes) // so that the connection is used again
		if err != nil && ctx.Err() != nil {
			return &readError{err}
		}
		return c.redirect(resp, limits, to)
	}
	buffer := buffers.Get().(*[]byte)
	defer func() {
		if cap(*buffer) <= maxPooled {
			buffers.Put(buffer)
		}
	}()
	success := resp.StatusCode >= 200 && resp.StatusCode <= 299
	limit := int64(maxErrorBytes)
	if success {
		limit = c.maxBody
	}
	body, more, err := readBody(resp, (*buffer)[:0], limit)
	*buffer = body
	if !success { // an error keeps its status even if its body could not be read
		e := c.answerError(resp, limits, body)
		if err != nil {
			e.ctxErr = ctx.Err()
		}
		return e
	}
	if err != nil {
		return &readError{err}
	}
	if more {
		return fmt.Errorf("%s: %w: more than %d bytes", c.op.name, ErrResponseTooLarge, c.maxBody)
	}
	if e := c.failureIn200(resp, limits, body); e != nil {
		return e
	}
	if most := max(c.maxBody/perElement, leastElements); moreElements(body, most) {
		return fmt.Errorf("%s: %w: lists of more than %d elements", c.op.name, ErrResponseTooLarge, most)
	}
	if err := c.decode(resp, body); err != nil {
		return &DecodeError{Operation: c.op.name, StatusCode: resp.StatusCode, Body: bytes.Clone(body[:min(len(body), maxKeptBytes)]), Err: err}
	}
	return nil
}

// readError is a body that could not be read to its end.
type readError struct{ cause error }

func (e *readError) Error() string { return e.cause.Error() }

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 8<<10); return &b }}

// readBody reads at most limit bytes and reports whether there are more.
func readBody(resp *http.Response, b []byte, limit int64) (body []byte, more bool, err error) {
	// One byte more than announced, so that the end is seen without growing the buffer.
	if first := min(resp.ContentLength, limit, maxTrusted) + 1; first > int64(cap(b)) {
		b = make([]byte, 0, first)
	}
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		room := b[len(b):min(int64(cap(b)), limit+1)]
		n, err := resp.Body.Read(room)
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > limit:
			return b[:limit], true, nil
		case err == io.EOF:
			return b, false, nil
		case err != nil:
			return b, false, err
		}
	}
}

// moreElements reports whether the lists of a body have more than most objects: models made of
// a list of {} would take several hundred times the space of the list.
func moreElements(body []byte, most int64) bool {
	if int64(len(body)) <= most*int64(len("{},")) {
		return false
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(body), decodeOptions)
	for n := int64(0); n <= most; {
		in, _ := d.StackIndex(d.StackDepth())
		switch d.PeekKind() {
		case '{', '[', 'n':
			if in == '[' {
				n++
			}
		}
		if _, err := d.ReadToken(); err != nil { // its end, or an error that decode finds again
			return false
		}
	}
	return true
}
