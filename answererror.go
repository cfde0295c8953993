package appwrite

import (
	"bytes"
	"html"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

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
