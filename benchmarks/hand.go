package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/seed17809555/appwrite"
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

const handTimeout = 30 * time.Second // as long as this client's
