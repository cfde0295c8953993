package appwritetest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed17809555/appwrite"
)

// Fault is something that goes wrong, for [Server.Fail]: with which requests, when, and how.
// Delay, an answer instead of the server's own, and a damage to the answer can go together:
//
//	Fault{Operation: "account.get", Times: 2, Status: 503}          // down for two calls
//	Fault{Status: 429, Reset: time.Minute}                          // a rate limit
//	Fault{Status: 302, Location: "https://elsewhere.example"}       // a redirect
//	Fault{Status: 502, Damage: BodyHTML}                            // a proxy's page
//	Fault{Operation: "account.create", Damage: DropAfter}           // done, but nobody knows
//	Fault{Path: "/account/sessions/current", Delay: 30*time.Second} // slow
type Fault struct {
	// Operation, such as "account.get", and Path, such as "/account/prefs", say which requests
	// it is about: those that have both, where both are given; all, where none is. A path is
	// relative to the endpoint.
	Operation string
	Path      string

	Skip  int // so many of these requests pass unharmed first
	Times int // so many fail then; 0 is all of them

	// Delay is how long the request waits before anything else happens: in real time, or in
	// that of a testing/synctest bubble, and no longer than its caller and the server live.
	Delay time.Duration

	// Status, 204 or 300 to 599, is answered instead of doing what the request asks for: as the
	// server's JSON error from 400 on, without a body below. 204 says that it is JSON, as some
	// proxies do.
	Status  int
	Type    appwrite.ErrorType // of an error; by default one that fits the status
	Message string             // of an error; by default one that fits the status

	// Location is where a Status of 300 to 399 leads.
	Location string
	// Reset is how far from now, by the server's clock, the rate limit of Status 429 says that
	// it ends.
	Reset time.Duration

	// Damage is done to the answer, the server's own or that of Status.
	Damage Damage
}

// Damage is a way in which an answer does not arrive as it was meant.
type Damage string

// The damages. Those to a body leave status and headers as they are, unless they say otherwise;
// but where the server would answer 204 it is 200, as a 204 has no body. A HEAD has none
// either, so that nothing happens to it.
const (
	// DropBefore breaks the connection before the server has done anything.
	DropBefore Damage = "drop before"
	// DropAfter lets the server do what it was asked for, and breaks the connection before the
	// answer.
	DropAfter Damage = "drop after"
	// BodyTruncated breaks the connection in the middle of the body.
	BodyTruncated Damage = "body truncated"
	// BodyMalformed sends half of the JSON as if it were all of it.
	BodyMalformed Damage = "body malformed"
	// BodyHTML sends a proxy's error page. Without a Status that is 502, and the server does
	// nothing.
	BodyHTML Damage = "body HTML"
	// BodyPlain sends the body with the type text/plain.
	BodyPlain Damage = "body plain"
	// BodyEndless sends a body that goes on until the caller or the server ends it.
	BodyEndless Damage = "body endless"
)

var damages = []Damage{"", DropBefore, DropAfter, BodyTruncated, BodyMalformed, BodyHTML, BodyPlain, BodyEndless}

// fault is a Fault that counts the requests that it is about.
type fault struct {
	Fault
	seen int
}

// Fail adds a fault, which stays until it has failed as many requests as it should or remove is
// called, whichever comes first; remove may be called again. Of several faults the first that
// is about a request and does not skip it is what happens. A fault that makes no sense ends the
// test, or panics outside of one.
func (s *Server) Fail(f Fault) (remove func()) {
	if s.tb != nil {
		s.tb.Helper()
	}
	if err := f.validate(); err != nil {
		s.fail(fmt.Errorf("fault: %w", err))
		return func() {}
	}
	added := &fault{Fault: f}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.faults = append(s.store.faults, added)
	return func() {
		s.store.mu.Lock()
		defer s.store.mu.Unlock()
		s.store.faults = slices.DeleteFunc(s.store.faults, func(f *fault) bool { return f == added })
	}
}

func (f Fault) validate() error {
	redirect := f.Status >= 300 && f.Status < 400
	failure := f.Status >= 400 && f.Status < 600
	switch {
	case f.Operation != "" && !latest().routes.operations[f.Operation]:
		return fmt.Errorf("no operation is named %q", f.Operation)
	case f.Path != "" && (f.Path[0] != '/' || strings.ContainsAny(f.Path, "?#") || strings.HasPrefix(f.Path, basePath+"/")):
		return fmt.Errorf("%q is no path below the endpoint, such as /account", f.Path)
	case f.Skip < 0 || f.Times < 0 || f.Delay < 0:
		return errors.New("a negative Skip, Times or Delay")
	case f.Status != 0 && f.Status != http.StatusNoContent && !redirect && !failure:
		return fmt.Errorf("the Status %d is neither 204 nor 300 to 599", f.Status)
	case (f.Type != "" || f.Message != "") && (!failure || f.Damage == BodyHTML):
		return errors.New("a Type or Message without the Status of a JSON error")
	case redirect != (f.Location != ""):
		return errors.New("a Location needs a Status of 300 to 399, and such a Status a Location")
	case f.Reset != 0 && f.Status != http.StatusTooManyRequests:
		return errors.New("a Reset without Status 429")
	case !slices.Contains(damages, f.Damage):
		return fmt.Errorf("no Damage is named %q", f.Damage)
	case (f.Damage == DropBefore || f.Damage == DropAfter) && f.Status != 0:
		return errors.New("a Status that no connection would bring")
	case f.Damage != "" && (f.Status == http.StatusNoContent || redirect):
		return errors.New("a Damage to a Status without a body")
	case f.Delay == 0 && f.Status == 0 && f.Damage == "":
		return errors.New("nothing goes wrong")
	}
	return nil
}

// fault returns what goes wrong with the request; the zero Fault is nothing.
func (s *store) fault(c *call) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if !f.isAbout(c) {
			continue
		}
		if f.seen++; f.seen <= f.Skip {
			continue
		}
		if f.Times > 0 && f.seen == f.Skip+f.Times {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return f.Fault
	}
	return Fault{}
}

func (f *fault) isAbout(c *call) bool {
	if f.Operation != "" && (c.endpoint == nil || c.endpoint.operation != f.Operation) {
		return false
	}
	return f.Path == "" || slices.Equal(splitPath(basePath+f.Path), splitPath(c.r.URL.Path))
}

// wait waits for d, and reports whether caller and server are both still there.
func (s *Server) wait(ctx context.Context, d time.Duration) bool {
	// A context of the request's own goroutine, as a bubble's time stands still for those who
	// wait for anything from outside of it.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// instead reports whether the server does not get to do what it was asked for.
func (f Fault) instead() bool {
	return f.Status != 0 || f.Damage == DropBefore || f.Damage == BodyHTML
}

// answer answers in the server's place.
func (f Fault) answer(c *call) {
	c.answer.status = f.Status
	switch {
	case f.Damage == DropBefore:
	case f.Damage == BodyHTML:
		if f.Status == 0 {
			c.answer.status = http.StatusBadGateway
		}
	case f.Status == http.StatusNoContent:
		c.answer.header.Set("Content-Type", jsonType)
	case f.Status < 400:
		c.answer.header.Set("Location", f.Location)
	default:
		if f.Status == http.StatusTooManyRequests {
			f.limit(c)
		}
		c.fail(f.err())
	}
}

// limit sets the headers of a limit that is used up.
func (f Fault) limit(c *call) {
	limit := 10
	if c.endpoint != nil && c.endpoint.rate.limit > 0 {
		limit = c.endpoint.rate.limit
	}
	reset := c.now.Add(f.Reset + time.Second - 1) // never earlier than was asked for
	c.answer.header.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	c.answer.header.Set("X-RateLimit-Remaining", "0")
	c.answer.header.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
}

// err is the error of the status, with the server's usual words where the fault has none of its
// own.
func (f Fault) err() *apiError {
	usual := &apiError{f.Status, "general_unknown", http.StatusText(f.Status)}
	switch f.Status {
	case http.StatusInternalServerError:
		usual = errServer
	case http.StatusTooManyRequests:
		usual = errRateLimit
	}
	err := *usual
	if f.Type != "" {
		err.kind = string(f.Type)
	}
	if f.Message != "" {
		err.message = f.Message
	}
	return &err
}

const proxyPage = "<html>\r\n<head><title>%[1]d %[2]s</title></head>\r\n<body>\r\n<center><h1>%[1]d %[2]s</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"

// spoil does to the body what the damage says, as far as it is still in one piece.
func (a *answer) spoil(body []byte, header http.Header) []byte {
	if a.status == http.StatusNoContent && slices.Contains([]Damage{BodyTruncated, BodyMalformed, BodyEndless}, a.damage) {
		a.status, body = http.StatusOK, []byte("{}") // the one status that can have no body to damage
		header.Set("Content-Type", jsonType)
	}
	switch a.damage {
	case BodyMalformed:
		if len(body) < 2 {
			return []byte("{")
		}
		return body[:len(body)/2]
	case BodyHTML:
		header.Set("Content-Type", "text/html")
		header.Set("Server", "nginx")
		return fmt.Appendf(nil, proxyPage, a.status, http.StatusText(a.status))
	case BodyPlain:
		header.Set("Content-Type", "text/plain; charset=UTF-8")
	case BodyEndless:
		return []byte(`{"endless":"`)
	}
	return body
}

// writeDamaged writes the end of an answer whose body does not end as it should. It does not
// return: the connection is of no more use.
func writeDamaged(w http.ResponseWriter, r *http.Request, body []byte, damage Damage) {
	if m, ok := w.(*memory); ok {
		m.damage = damage
		if damage == BodyTruncated {
			body = body[:len(body)/2]
		}
		_, _ = m.Write(body)
		return
	}
	switch damage {
	case BodyTruncated:
		_, _ = w.Write(body[:len(body)/2])
	case BodyEndless:
		more := []byte(strings.Repeat("x", 16<<10))
		for _, err := w.Write(body); err == nil && r.Context().Err() == nil; {
			_, err = w.Write(more)
		}
	}
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// drop breaks the connection without an answer.
func drop(w http.ResponseWriter) {
	if m, ok := w.(*memory); ok {
		m.damage = DropAfter
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	// The start of an answer, without which net/http would take a connection that it has used
	// before for an old one, and send the request once more by itself.
	_, _ = conn.Write([]byte("H"))
	_ = conn.Close()
}
