package appwrite

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
)

// Error is an answer of the server that is not a success. It matches its type and its status
// class:
//
//	errors.Is(err, appwrite.ErrUserInvalidCredentials)
//	errors.Is(err, appwrite.ErrUnauthorized)
//
// However it is printed or logged, it shows operation, status, type and message, never Header
// or Body.
type Error struct {
	StatusCode int       // HTTP status; servers 0.9 to 0.11 report some failures with 200: then the status in the body
	Type       ErrorType // "" if the server sent none; before 0.13 inferred from the message where that is certain
	Message    string    // the server's text, or a short one of our own
	Version    string    // server version, where sent
	Operation  string    // "account.createSession"
	RateLimit  RateLimit
	Header     http.Header // without Set-Cookie and X-Fallback-Cookies
	Body       []byte      // the start of the raw body, at most 4 KiB, the call's own secrets masked

	hint   string // our advice, where the message leaves the cause open
	ctxErr error  // the context's error, if the context ended before the next attempt
}

const maxErrorText = 240 // bytes of a message that Error() shows

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Operation)
	if e.StatusCode != 0 { // errors of OAuth2 callbacks may have none
		b.WriteString(": ")
		b.WriteString(strconv.Itoa(e.StatusCode))
	}
	if e.Type != "" {
		b.WriteByte(' ')
		b.WriteString(oneLine(clip(string(e.Type), maxErrorText/4)))
	}
	if e.Message != "" {
		b.WriteString(": ")
		b.WriteString(oneLine(clip(e.Message, maxErrorText)))
	}
	if e.hint != "" {
		b.WriteString(": ")
		b.WriteString(e.hint)
	}
	if e.ctxErr != nil {
		b.WriteString(": then ")
		b.WriteString(e.ctxErr.Error())
	}
	return b.String()
}

// Is matches an ErrorType under its names of all releases, and status classes.
func (e *Error) Is(target error) bool {
	switch t := target.(type) {
	case ErrorType:
		return e.Type.same(t)
	case statusClass:
		return t.has(e.StatusCode)
	}
	return false
}

// Unwrap returns the context's error if the context ended while the call waited for its next
// attempt or read the answer.
func (e *Error) Unwrap() error { return e.ctxErr }

// Format prints Error() under every verb.
func (e Error) Format(s fmt.State, verb rune) { formatText(s, verb, e.Error()) }

// LogValue logs operation, status, type, message and what Error() adds to it.
func (e Error) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.String("operation", e.Operation),
		slog.Int("status", e.StatusCode),
		slog.String("type", string(e.Type)),
		slog.String("message", e.Message),
	}
	if e.hint != "" {
		attrs = append(attrs, slog.String("hint", e.hint))
	}
	if e.ctxErr != nil {
		attrs = append(attrs, slog.String("ended", e.ctxErr.Error()))
	}
	return slog.GroupValue(attrs...)
}

// MarshalJSON writes operation, status, type and message.
func (e Error) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Operation string    `json:"operation"`
		Status    int       `json:"status"`
		Type      ErrorType `json:"type"`
		Message   string    `json:"message"`
	}{e.Operation, e.StatusCode, e.Type, e.Message})
}

// statusClass is a status, or a range of them, that errors.Is can ask for.
type statusClass int

// Status classes of an Error, for errors.Is.
const (
	ErrBadRequest   statusClass = 400
	ErrUnauthorized statusClass = 401
	ErrForbidden    statusClass = 403
	ErrNotFound     statusClass = 404
	ErrConflict     statusClass = 409
	ErrRateLimited  statusClass = 429
	ErrServer       statusClass = 500 // 500 to 599
)

func (c statusClass) Error() string {
	if c == ErrServer {
		return "server error"
	}
	return strings.ToLower(http.StatusText(int(c)))
}

func (c statusClass) has(status int) bool {
	if c == ErrServer {
		return status >= 500 && status <= 599
	}
	return int(c) == status
}

// ParamError says that a parameter was refused before anything was sent. A credential that is
// empty or cannot be sent matches ErrUnauthorized: without it the server would answer 401.
type ParamError struct {
	Operation string // "account.getSession", "appwrite.NewClient"
	Param     string // the parameter's name, as the server or the option calls it
	Reason    string // never with the value

	credential bool // the parameter is the client's credential
}

func (e *ParamError) Error() string {
	text := e.Param + " " + e.Reason
	if e.Operation != "" {
		text = e.Operation + ": " + text
	}
	return text
}

// Is matches ErrUnauthorized where the parameter is a credential.
func (e *ParamError) Is(target error) bool { return e.credential && target == ErrUnauthorized }

// UnsupportedError says that servers of the client's version lack the operation. Nothing was
// sent: old servers may run another operation under a path that they do not know.
type UnsupportedError struct {
	Operation     string // "account.createEmailToken"
	Since         string // first release with it
	Until         string // last release with it, "" where the newest known one has it
	ServerVersion string // the client's, see WithServerVersion
	Instead       string // what those servers have for it, "account.updateStatus"; "" for nothing
}

func (e *UnsupportedError) Error() string {
	text := fmt.Sprintf("%s: not on servers %s, only since %s", e.Operation, e.ServerVersion, e.Since)
	if e.Until != "" {
		text += " until " + e.Until
	}
	if e.Instead != "" {
		text += "; they have " + e.Instead
	}
	return text
}

// ErrResponseTooLarge says that a success body exceeded WithMaxResponseBytes.
var ErrResponseTooLarge = errors.New("response too large")

// DecodeError says that the server answered with a success that cannot be decoded, or that
// lacks what makes it one. What the call does may have been done.
//
// Body may hold secrets that the server sent; nothing that prints or logs the error shows it.
type DecodeError struct {
	Operation  string
	StatusCode int
	Body       []byte // the start of the raw body, at most 4 KiB
	Err        error  // what is wrong, without values of the body
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("%s: %d: cannot decode the answer: %v", e.Operation, e.StatusCode, e.Err)
}

// Unwrap returns what is wrong with the answer.
func (e *DecodeError) Unwrap() error { return e.Err }

// Format prints Error() under every verb.
func (e DecodeError) Format(s fmt.State, verb rune) { formatText(s, verb, e.Error()) }

// LogValue logs the error's text.
func (e DecodeError) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// MarshalJSON writes the error's text.
func (e DecodeError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Error()) }

// transportError is a call that brought no complete answer: no connection, a timeout, a
// connection that broke.
type transportError struct {
	operation string
	text      string // the cause's text, secrets masked
	cause     error
	ctxErr    error // as in Error
}

func (e *transportError) Error() string {
	text := e.operation + ": " + e.text
	if e.ctxErr != nil {
		text += ": then " + e.ctxErr.Error()
	}
	return text
}

func (e *transportError) Unwrap() []error {
	if e.ctxErr != nil {
		return []error{e.cause, e.ctxErr}
	}
	return []error{e.cause}
}

// Format prints Error() under every verb, so that %+v does not walk the cause.
func (e *transportError) Format(s fmt.State, verb rune) { formatText(s, verb, e.Error()) }
