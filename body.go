package appwrite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seed17809555/appwrite/models"
)

const (
	maxErrorBytes = 64 << 10 // read of an error body
	maxKeptBytes  = 4 << 10  // kept of a body in an error
	maxTrusted    = 64 << 10 // allocated for a Content-Length that has yet to come true
	maxPooled     = 1 << 20  // buffers that grew beyond this are left to the collector
	perElement    = 256      // bytes of the bound for each object in a list; a session takes twice as many
	leastElements = 1 << 10
)

// location is what a call decodes into that answers with a redirect for the caller to follow.
type location string

// receive reads the answer and decodes it, or makes the error that it is.
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
	if !success { // an error keeps its status, whatever became of its body
		e := c.answerError(resp, limits, body)
		if err != nil {
			e.ended = ctx.Err()
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

// readBody reads at most limit bytes and says whether there are more.
func readBody(resp *http.Response, b []byte, limit int64) (body []byte, more bool, err error) {
	// One byte more, to see the end without growing; no more at once than a server has to send.
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

// moreElements reports whether the lists of a body have more objects than most: a list of {}
// would else become models of several hundred times its length.
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
		if _, err := d.ReadToken(); err != nil { // its end, or what the decoder will tell
			return false
		}
	}
	return true
}

// decodeOptions make the decoder forgive what servers may send and a user can do nothing
// about: their preferences may hold anything.
var decodeOptions = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// decode fills the result. Its error tells what is wrong without telling a value.
func (c *call) decode(resp *http.Response, body []byte) error {
	body = bytes.TrimSpace(body)
	if c.out == nil {
		// A proxy's page, say.
		if len(body) > 0 && !jsontext.Value(body).IsValid(decodeOptions) {
			return fmt.Errorf("%s where no content was expected", describeContent(resp.Header, c.masked))
		}
		return nil
	}
	if _, ok := c.out.(*location); ok {
		return errors.New("no redirect to the provider")
	}
	switch {
	case len(body) == 0:
		return errors.New("the body is empty")
	case body[0] != '{' && body[0] != '[':
		return fmt.Errorf("%s, not a JSON object", describeContent(resp.Header, c.masked))
	}
	if err := json.Unmarshal(body, c.out, decodeOptions); err != nil {
		return describeJSON(err)
	}
	if key := missingKey(c.out, body); key != "" {
		return fmt.Errorf("it lacks %s", key)
	}
	return nil
}

// describeJSON retells a decoder's error, which may quote the value.
func describeJSON(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("truncated JSON: %w", io.ErrUnexpectedEOF)
	}
	if e, ok := errors.AsType[*json.SemanticError](err); ok && e.JSONPointer != "" {
		return fmt.Errorf("unfit JSON %s at %s", e.JSONKind, clip(string(e.JSONPointer), 100))
	}
	if e, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("malformed JSON at byte %d", e.ByteOffset)
	}
	return errors.New("unfit JSON")
}

// missingKey names what makes an answer of this kind and is not there: {} is no user.
func missingKey(out any, body []byte) string {
	missing, key := false, "$id"
	switch m := out.(type) {
	case *models.User:
		missing = m.ID == ""
	case *models.Session:
		missing = m.ID == ""
	case *models.Token:
		missing = m.ID == ""
	case *models.Target:
		missing = m.ID == ""
	case *models.MFAChallenge:
		missing = m.ID == ""
	case *models.OAuth2Consent:
		missing = m.ID == ""
	case *models.OAuth2ConsentToken:
		missing = m.ID == ""
	case *models.JWT:
		missing, key = m.JWT == "", "jwt"
	case *models.MFAType:
		missing, key = m.Secret == "", "secret"
	case *models.MFARecoveryCodes:
		missing, key = len(m.RecoveryCodes) == 0 && lacks(body, "recoveryCodes"), "recoveryCodes"
	case *models.SessionList:
		missing, key = len(m.Sessions) == 0 && lacks(body, "sessions"), "sessions"
	case *models.LogList:
		missing, key = len(m.Logs) == 0 && lacks(body, "logs"), "logs"
	case *models.IdentityList:
		missing, key = len(m.Identities) == 0 && lacks(body, "identities"), "identities"
	case *models.OAuth2ConsentList:
		missing, key = len(m.Consents) == 0 && lacks(body, "consents"), "consents"
	case *models.OAuth2ConsentTokenList:
		missing, key = len(m.Tokens) == 0 && lacks(body, "tokens"), "tokens"
	case *models.MFAFactors:
		missing, key = *m == models.MFAFactors{} && lacks(body, "totp"), "totp"
	case *serverVersion:
		missing, key = m.Version == "", "version"
	}
	if missing {
		return key
	}
	return ""
}

// lacks reports whether a JSON object has no such key: a list may be empty and every factor
// false. The bare lists of old servers have no keys at all.
func lacks(body []byte, key string) bool {
	if body[0] == '[' {
		return false
	}
	var keys map[string]jsontext.Value
	_ = json.Unmarshal(body, &keys, decodeOptions)
	return keys[key] == nil || keys[key].Kind() == 'n'
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirect hands out the Location of an OAuth2 call, if it is one that a browser may be sent to.
func (c *call) redirect(resp *http.Response, limits RateLimit, to *location) error {
	target, err := c.url.Parse(resp.Header.Get("Location"))
	if err == nil { // once more, as the caller will: "//::" is one, "https://::" is none
		target, err = url.Parse(target.String())
	}
	reason := ""
	switch {
	case resp.Header.Get("Location") == "":
		reason = "a redirect without Location"
	case err != nil:
		reason = "a Location that is no URL"
	case target.Scheme != "http" && target.Scheme != "https" || target.Hostname() == "":
		reason = "a Location that is no http or https URL"
	case target.User != nil:
		reason = "a Location with user info"
	case strings.TrimRight(target.Path, "/") == strings.TrimRight(c.url.Path, "/"):
		// Not the provider's page but this call once more, as from servers that force https or
		// another host.
		return c.answerError(resp, limits, nil)
	default:
		*to = location(target.String())
		return nil
	}
	return &DecodeError{Operation: c.op.name, StatusCode: resp.StatusCode, Err: errors.New(reason)}
}

// answerError makes the Error of an answer that is no success.
func (c *call) answerError(resp *http.Response, limits RateLimit, body []byte) *Error {
	e := &Error{
		StatusCode: resp.StatusCode,
		Operation:  c.op.name,
		RateLimit:  limits,
		Header:     resp.Header.Clone(),
	}
	e.Header.Del("Set-Cookie")
	e.Header.Del("X-Fallback-Cookies")
	e.Header.Del("X-Appwrite-Session")
	masked, page := c.masker(), string(body)
	e.parse(page, resp.Header, masked)
	if isRedirect(resp.StatusCode) {
		e.Message = "redirect without Location"
		if to := resp.Header.Get("Location"); to != "" {
			e.Message = "not followed: redirect to " + clip(masked(hostOf(c.url, to)), 100)
		}
	}
	if e.Type == "" {
		e.Type = untypedAs(e, c.version, bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")))
	}
	switch {
	case e.Type == ErrGeneralUnauthorizedScope && strings.Contains(e.Message, "role: guest"):
		e.hint = "no valid session or JWT was sent"
	case e.Type == ErrGeneralRouteNotFound && c.basePath == "":
		e.hint = "the endpoint has no path, most end in /v1"
	}
	// Masked before it is cut, or a secret across the cut would show its first half.
	kept := masked(page)
	e.Body = []byte(kept[:min(len(kept), maxKeptBytes)])
	return e
}

// hostOf names scheme and host of a redirect's target. Path and query may hold secrets.
func hostOf(from *url.URL, to string) string {
	target, err := from.Parse(to)
	if err != nil {
		return "what is no URL"
	}
	return target.Scheme + "://" + target.Host
}

// parse reads type, message and version out of a JSON or HTML error, or words a message.
// Every text is masked before it is cut or quoted.
func (e *Error) parse(page string, h http.Header, masked func(string) string) {
	page = strings.TrimSpace(page)
	if strings.HasPrefix(page, "{") {
		answer := firstMembers(page)
		e.Message = clip(masked(text(answer["message"])), maxKeptBytes)
		e.Type = maskedType(text(answer["type"]), masked)
		e.Version = clip(masked(text(answer["version"])), 64)
	}
	if e.Message != "" {
		return
	}
	e.Message = firstText(errorInPage, page)
	if typed := typeInPage.FindStringSubmatch(page); typed != nil {
		e.Type = maskedType(typed[1], masked)
		if e.Message == "" {
			e.Message = firstText(headingInPage, page)
		}
	}
	if e.Message != "" {
		e.Message = clip(masked(e.Message), maxKeptBytes)
		return
	}
	e.Message = http.StatusText(e.StatusCode)
	switch {
	case page == "":
		e.Message = join(e.Message, "empty body")
	case page[0] == '<':
		e.Message = join(e.Message, "HTML page")
		if title := masked(firstText(titleInPage, page)); title != "" {
			e.Message = join(e.Message, strconv.Quote(clip(title, 80)))
		}
	case page[0] != '{' && page[0] != '[' && utf8.ValidString(page):
		line, _, _ := strings.Cut(masked(page), "\n")
		e.Message = join(e.Message, strconv.Quote(clip(strings.TrimSpace(line), 160)))
	default:
		e.Message = join(e.Message, describeContent(h, masked))
	}
}

// maskedType leaves what has a type's form as it is: a password such as "password" is part
// of many.
func maskedType(name string, masked func(string) string) ErrorType {
	if hidden := masked(name); hidden == redacted || !formOfTypes.MatchString(name) {
		name = hidden
	}
	return ErrorType(clip(name, 128))
}

var formOfTypes = regexp.MustCompile(`^[a-z]+(_[a-z0-9]+){1,9}$`)

// firstMembers reads the members of an object as far as it goes: a development server's trace
// may be longer than what is read of an error.
func firstMembers(body string) map[string]jsontext.Value {
	d := jsontext.NewDecoder(strings.NewReader(body), decodeOptions)
	_, _ = d.ReadToken()
	all := map[string]jsontext.Value{}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			break
		}
		key := name.String()
		value, err := d.ReadValue()
		if err != nil {
			break
		}
		if key == "message" || key == "type" || key == "version" {
			all[key] = value.Clone()
		}
	}
	return all
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

// Appwrite's own error pages tell message and, since 1.4, type: as heading, and before 1.8
// below a heading "Error 412". Other pages have a title at best.
var (
	typeInPage    = regexp.MustCompile(`<(?:span class=['"]type['"]|code class=['"]inline-code['"])>\s*([a-z0-9_]{1,128})\s*</`)
	errorInPage   = regexp.MustCompile(`(?is)<h1[^>]*>\s*Error \d{3}\s*</h1>\s*<p[^>]*>(.*?)</p>`)
	headingInPage = regexp.MustCompile(`(?is)<h1[^>]*>(.*?)</h1>`)
	titleInPage   = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	tagInPage     = regexp.MustCompile(`<[^>]*>`)
)

func firstText(pattern *regexp.Regexp, page string) string {
	found := pattern.FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	plain := html.UnescapeString(tagInPage.ReplaceAllString(found[1], " "))
	return strings.Join(strings.Fields(strings.ToValidUTF8(plain, "\uFFFD")), " ")
}

// text is a JSON string's text, or a number as it is written; old servers mix them.
func text(v jsontext.Value) string {
	switch v.Kind() {
	case '"':
		var s string
		_ = json.Unmarshal(v, &s, decodeOptions)
		return s
	case '0':
		return v.String()
	}
	return ""
}

func describeContent(h http.Header, masked func(string) string) string {
	kind, _, err := mime.ParseMediaType(masked(h.Get("Content-Type")))
	if err != nil || kind == "" {
		return "content of no known type"
	}
	return "content of type " + clip(kind, 60)
}
