package appwritetest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

const jsonType = "application/json; charset=UTF-8"

type errorWire struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
	Type    string `json:"type"`
	Version string `json:"version"`
}

// encodeJSON writes v as the server does: no escapes but those that JSON needs, and the
// slashes.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	// A slash in JSON is in a string, and neither the encoder nor appendJSON escapes any, so
	// each one still needs it.
	return bytes.ReplaceAll(bytes.TrimSuffix(b.Bytes(), []byte("\n")), []byte("/"), []byte(`\/`)), nil
}

// errorPage holds what programs read out of the server's page: the type in a span of that
// class, the message as the heading.
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
