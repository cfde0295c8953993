package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

// hand is what a careful engineer writes with net/http and encoding/json.
type hand struct {
	http     *http.Client
	endpoint string
	project  string
}

// do sends body, which is nil, bytes or something to encode, and decodes the answer into out,
// unless that is nil. It expects a status.
func (h *hand) do(ctx context.Context, method, path string, body any, status int, out any) error {
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		content = bytes.NewReader(b)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, h.endpoint+path, content)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", "by-hand/1.0")
	req.Header.Set("X-Appwrite-Project", h.project)
	req.Header.Set("X-Appwrite-Response-Format", appwrite.LatestServerVersion)
	req.Header.Set("X-Appwrite-Session", secret)
	req.Header.Set("X-SDK-Name", "Go")
	req.Header.Set("X-SDK-Platform", "server")
	req.Header.Set("X-SDK-Language", "go")
	req.Header.Set("X-SDK-Version", appwrite.Version)
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := h.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != status {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

// failure is what one decodes of an error answer.
type failure struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
	Type    string `json:"type"`
}

// plain is a model as one would write it for encoding/json: no methods, dates as text.
func plain(t reflect.Type) reflect.Type {
	switch {
	case t == reflect.TypeFor[models.Timestamp]():
		return reflect.TypeFor[string]()
	case t == reflect.TypeFor[models.Preferences]():
		return reflect.TypeFor[json.RawMessage]()
	case t.Kind() == reflect.Slice:
		return reflect.SliceOf(plain(t.Elem()))
	case t.Kind() != reflect.Struct:
		return t
	}
	var fields []reflect.StructField
	for i := range t.NumField() {
		f := t.Field(i)
		fields = append(fields, reflect.StructField{Name: f.Name, Type: plain(f.Type), Tag: f.Tag})
	}
	return reflect.StructOf(fields)
}

// newPlain makes what encoding/json decodes a model into.
func newPlain[Model any]() func() any {
	t := plain(reflect.TypeFor[Model]())
	return func() any { return reflect.New(t).Interface() }
}

const handTimeout = 30 * time.Second // as long as this client's
