package appwrite

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
)

func (c *call) log(ctx context.Context, message string, attrs ...slog.Attr) {
	if c.logger == nil || !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs = append(attrs, slog.String("operation", c.op.name), slog.String("method", c.route.Method), slog.String("path", c.route.Path))
	c.logger.LogAttrs(ctx, slog.LevelDebug, message, attrs...)
}

// warn logs a warning of the server once. Servers repeat it with every answer.
func (c *call) warn(ctx context.Context, h http.Header) {
	if c.logger == nil {
		return
	}
	if text := h.Get("X-Appwrite-Warning"); text != "" && c.warned.add(text) {
		c.logger.WarnContext(ctx, "appwrite: server warning", slog.String("text", clip(c.masked(text), 1<<10)))
	}
}

// onceText remembers which texts were logged. The bound keeps a hostile server from filling
// memory.
type onceText struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (o *onceText) add(text string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen[text] || len(o.seen) == 32 {
		return false
	}
	if o.seen == nil {
		o.seen = map[string]bool{}
	}
	o.seen[text] = true
	return true
}
