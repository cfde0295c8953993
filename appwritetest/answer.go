package appwritetest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// answer is what goes back to the caller, complete but for its encoding, which
// happens after the store was unlocked: body holds copies, never state.
type answer struct {
	status int
	header http.Header
	body   any // nil: no body
	server *serverRelease
	page   bool // an error, as a web page instead of JSON
	damage Damage
}

const jsonType = "application/json; charset=UTF-8"

type errorWire struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
	Type    string `json:"type"`
	Version string `json:"version"`
}

// fail makes the answer an error.
func (c *call) fail(err *apiError) {
	a := &c.answer
	err = c.server.error(c.endpoint, err)
	a.status = err.status
	a.body = errorWire{err.message, err.status, err.kind, c.server.String()}
	if err == errDied {
		a.body, a.status = diedWire{}, http.StatusOK
		a.unnamed()
		return
	}
	a.header.Set("Cache-Control", "no-cache, no-store, must-revalidate")
	a.header.Set("Expires", "0")
	a.header.Set("Pragma", "no-cache")
}

// unnamed takes back the headers that the server sets once it knows project and caller.
func (a *answer) unnamed() {
	a.header.Set("Server", "swoole-http-server")
	a.header.Del("X-Content-Type-Options")
}

func (a *answer) write(w http.ResponseWriter, r *http.Request) {
	if a.damage == DropBefore || a.damage == DropAfter {
		drop(w)
		return
	}
	header := w.Header()
	for k, v := range a.header {
		header[k] = v
	}
	body := a.spoil(a.encode(header), header)
	if len(body) > a.server.compress && a.damage != BodyEndless && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = compress(body)
		header.Set("Content-Encoding", "gzip")
		if !a.server.is(barelyCompresses) {
			header.Set("Vary", "Accept-Encoding")
			header.Set("X-Utopia-Compression", "true")
		}
	}
	if len(body) > 0 && r.Method != http.MethodHead && a.damage != BodyEndless {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	if (a.damage == BodyTruncated || a.damage == BodyEndless) && r.Method != http.MethodHead {
		writeDamaged(w, r, body, a.damage)
		return
	}
	_, _ = w.Write(body) // the caller is gone; nobody to tell
}

// encode returns the body and sets its type.
func (a *answer) encode(header http.Header) []byte {
	if a.body == nil {
		if header.Get("Content-Type") == "" {
			header.Set("Content-Type", "text/html")
		}
		return nil
	}
	if e, ok := a.body.(errorWire); ok && a.page {
		header.Set("Content-Type", "text/html; charset=UTF-8")
		return a.server.errorPage(e)
	} else if ok && a.server.is(untypedErrors) {
		a.body = untypedWire{e.Message, e.Code, e.Version}
	}
	if a.body == (diedWire{}) {
		header.Set("Content-Type", "text/html")
		return []byte(errDied.message)
	}
	header.Set("Content-Type", jsonType)
	body, err := encodeJSON(a.body)
	if err != nil {
		// Only a wire struct that cannot be written gets here.
		panic(fmt.Sprintf("appwritetest: encoding an answer: %v", err))
	}
	return body
}

// encodeJSON writes v as the server does: no escapes but those that JSON needs,
// and the slashes.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	// A slash in JSON is in a string, and neither the encoder nor appendJSON
	// escapes any, so each one still needs it.
	return bytes.ReplaceAll(bytes.TrimSuffix(b.Bytes(), []byte("\n")), []byte("/"), []byte(`\/`)), nil
}

// errorPage holds what programs read out of the server's page: the type in a span
// of that class, the message as the heading.
func errorPage(e errorWire) []byte {
	title := "Error " + strconv.Itoa(e.Code)
	if e.Code == http.StatusNotFound {
		title = "Page not found"
	}
	return fmt.Appendf(nil, `<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><title>Error</title></head><body>
<div class="center"><span class="">%s</span></div>
<h1>%s</h1>
<div class="center"><span class='type'>%s</span></div>
</body></html>
`, title, strings.ReplaceAll(html.EscapeString(e.Message), "&#39;", "'"), e.Type)
}

// compressFrom is the size above which the server compresses.
const compressFrom = 1024

var gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func compress(body []byte) []byte {
	var b bytes.Buffer
	z := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(z)
	z.Reset(&b)
	_, _ = z.Write(body) // a buffer takes all
	_ = z.Close()
	return b.Bytes()
}

// Dates.

const (
	dateFormat   = "2006-01-02T15:04:05.000-07:00"
	stampFormat  = "2006-01-02 15:04:05.000" // what PHP code sets and does not format again
	cookieFormat = "Mon, 02-Jan-2006 15:04:05 GMT"
)

// date writes t as the server does; unset is empty.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(dateFormat)
}

// stamp writes t as the server does in the few places where it forgets to.
func stamp(t time.Time) string { return t.UTC().Format(stampFormat) }

// Cookies. net/http would refuse some of what the server sends and order the
// attributes its own way, so they are written by hand.

// addSessionCookies signs the caller in: two cookies for old and new browsers,
// and the header for those that take no cookies of a third party.
func (c *call) addSessionCookies(secret string, expire time.Time) {
	name := c.project.cookieName()
	fallback, _ := encodeJSON(map[string]string{name: secret}) // two strings
	c.answer.header.Add("X-Fallback-Cookies", string(fallback))
	attributes := c.server.cookieEnd(expire.UTC().Format(cookieFormat), int(expire.Sub(c.now).Seconds())) + "; path=/" + c.cookieAttributes()
	c.addCookies(name, url.QueryEscape(secret)+attributes)
}

// deleteSessionCookies signs the caller's browser out.
func (c *call) deleteSessionCookies() {
	c.addCookies(c.project.cookieName(), "deleted"+c.server.cookieEnd("Thu, 01-Jan-1970 00:00:01 GMT", 0)+"; path=/"+c.cookieAttributes())
}

func (c *call) addCookies(name, rest string) {
	c.answer.header.Add("Set-Cookie", name+"_legacy="+rest)
	c.answer.header.Add("Set-Cookie", name+"="+rest+"; SameSite=None")
}

// emptyFallback tells those who hold the fallback to drop it.
func (c *call) emptyFallback() { c.answer.header.Add("X-Fallback-Cookies", "[]") }

// cookieDomain is "" for hosts that have none.
func (c *call) cookieDomain() string {
	if host := c.host(); host != "localhost" && net.ParseIP(host) == nil {
		return "." + host
	}
	return ""
}

func (c *call) cookieAttributes() string {
	var b strings.Builder
	if domain := c.cookieDomain(); domain != "" {
		b.WriteString("; domain=" + domain)
	}
	if c.secure() {
		b.WriteString("; secure")
	}
	b.WriteString("; HttpOnly")
	return b.String()
}
