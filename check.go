package appwrite

import (
	"net/textproto"
	"strings"
)

// badHeaderValue returns why a value cannot be sent in a header, or "".
func badHeaderValue(value string) string {
	if value == "" {
		return "is empty"
	}
	return controlCharacters(value)
}

func controlCharacters(value string) string {
	for i := range len(value) {
		if value[i] < 0x20 || value[i] == 0x7F {
			return "holds a control character"
		}
	}
	return ""
}

// reservedHeaders are written by the client or the transport and by nothing else.
var reservedHeaders = map[string]string{
	"X-Appwrite-Project":         "carries the project: use NewClient",
	"X-Appwrite-Key":             "carries a credential: use WithAPIKey",
	"X-Appwrite-Jwt":             "carries a credential: use WithJWT",
	"X-Appwrite-Session":         "carries a credential: use WithSession",
	devKeyHeader:                 "carries a key: use WithDevKey",
	"X-Fallback-Cookies":         "carries a credential: use WithSession",
	"Cookie":                     "carries a credential: use WithCookies",
	"Authorization":              "carries a credential: use WithBearerToken",
	"Proxy-Authorization":        "carries a credential: set it on the Transport",
	"X-Appwrite-Response-Format": "chooses the form of answers: use WithServerVersion",
	"Accept-Encoding":            "is the transport's",
	"Connection":                 "is the transport's",
	"Content-Length":             "is the transport's",
	"Content-Type":               "is the client's",
	"Host":                       "is the transport's",
	"Idempotency-Key":            "makes net/http repeat calls that may have been done",
	"X-Idempotency-Key":          "makes net/http repeat calls that may have been done",
	"Te":                         "is the transport's",
	"Trailer":                    "is the transport's",
	"Transfer-Encoding":          "is the transport's",
	"Upgrade":                    "is the transport's",
}

// plainHeader returns the canonical name of a header, or why callers may not set it.
func plainHeader(key, value string) (name, reason string) {
	for _, r := range key {
		if r <= ' ' || r >= 0x7F || strings.ContainsRune(`:"(),/;@[]{}\<>=?`, r) {
			return "", "has a name with a character that headers cannot have"
		}
	}
	if key == "" {
		return "", "has an empty name"
	}
	name = textproto.CanonicalMIMEHeaderKey(key)
	if why, ok := reservedHeaders[name]; ok {
		return "", name + " " + why
	}
	if reason := controlCharacters(value); reason != "" {
		return "", name + " " + reason
	}
	return name, ""
}
