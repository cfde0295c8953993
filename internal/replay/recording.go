// Package replay reads recorded exchanges with real Appwrite servers, and its test holds the
// client to them: each answer goes through the method that it belongs to, and each request is
// compared with what that method sends.
package replay

import (
	"compress/gzip"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Recordings are the exchanges with one server.
type Recordings struct {
	Release   string // of the server, "1.9.6"
	Exchanges []Exchange
}

// Exchange is one request and its answer.
type Exchange struct {
	Name     string // unique within its recordings
	Note     string
	Request  Request
	Response Response
}

// Request is what the server was asked.
type Request struct {
	Method string
	URL    *url.URL // path and query
	Header http.Header
	Body   []byte // nil where the request had none
}

// Response is what it answered. Body is as it went over the wire, perhaps compressed.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

//go:embed testdata/*.jsonl testdata/*.jsonl.gz
var files embed.FS

// Of reads the exchanges with the server of a release that testdata holds.
func Of(release string) (*Recordings, error) {
	if plain, err := files.Open("testdata/" + release + ".jsonl"); err == nil {
		return Load(plain, release)
	}
	compressed, err := files.Open("testdata/" + release + ".jsonl.gz")
	if err != nil {
		return nil, err
	}
	text, err := gzip.NewReader(compressed)
	if err != nil {
		return nil, err
	}
	return Load(text, release)
}

// Load reads the exchanges with a server of the given release: JSON objects in the form that
// testdata/README.md describes, one after the other.
func Load(r io.Reader, release string) (*Recordings, error) {
	loaded := &Recordings{Release: release}
	names := map[string]bool{}
	for d := json.NewDecoder(r); ; {
		var w wire
		if err := d.Decode(&w); errors.Is(err, io.EOF) {
			return loaded, nil
		} else if err != nil {
			return nil, fmt.Errorf("exchange %d: %w", len(names)+1, err)
		}
		x, err := w.exchange()
		if err == nil && names[x.Name] {
			err = errors.New("a second one of that name")
		}
		if err != nil {
			return nil, fmt.Errorf("exchange %d, %q: %w", len(names)+1, w.Name, err)
		}
		names[x.Name] = true
		loaded.Exchanges = append(loaded.Exchanges, x)
	}
}

type wire struct {
	Name    string `json:"name"`
	Note    string `json:"note"`
	Request struct {
		Line    string      `json:"line"`
		Headers [][2]string `json:"headers"`
		Body    *string     `json:"body"`
	} `json:"request"`
	Response struct {
		Status  int         `json:"status"`
		Headers [][2]string `json:"headers"`
		Body    string      `json:"body"`
	} `json:"response"`
}

func (w *wire) exchange() (Exchange, error) {
	x := Exchange{Name: w.Name, Note: w.Note}
	line := strings.Fields(w.Request.Line)
	if len(line) != 3 || w.Name == "" || w.Response.Status == 0 {
		return x, errors.New("lacks a name, a request line or a status")
	}
	target, err := url.ParseRequestURI(line[1])
	if err != nil {
		return x, err
	}
	x.Request = Request{Method: line[0], URL: target, Header: header(w.Request.Headers)}
	if w.Request.Body != nil {
		x.Request.Body = []byte(*w.Request.Body)
	}
	x.Response = Response{Status: w.Response.Status, Header: header(w.Response.Headers), Body: []byte(w.Response.Body)}
	if encoded, ok := strings.CutPrefix(w.Response.Body, "base64:"); ok {
		x.Response.Body, err = base64.StdEncoding.DecodeString(encoded)
	}
	return x, err
}

func header(lines [][2]string) http.Header {
	h := http.Header{}
	for _, line := range lines {
		h.Add(line[0], line[1])
	}
	return h
}
