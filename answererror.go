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

// answerError makes the Error for an answer that does not mean success.
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
		e.Type = typeOfUntyped(e, c.version, bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")))
	}
	switch {
	case e.Type == ErrGeneralUnauthorizedScope && strings.Contains(e.Message, "role: guest"):
		e.hint = "no valid session or JWT was sent"
	case e.Type == ErrGeneralRouteNotFound && c.basePath == "":
		e.hint = "the endpoint has no path, most end in /v1"
	}
	// Mask first: cutting first could leave the first half of a secret at the end.
	kept := masked(page)
	e.Body = []byte(kept[:min(len(kept), maxKeptBytes)])
	return e
}

// parse reads type, message and version out of a JSON or HTML error. Without a message in it, it
// words one.
// Every text is masked before it is cut or quoted.
func (e *Error) parse(page string, h http.Header, masked func(string) string) {
	page = strings.TrimSpace(page)
	if strings.HasPrefix(page, "{") {
		answer := firstMembers(page)
		e.Message = clip(masked(textOf(answer["message"])), maxKeptBytes)
		e.Type = maskedType(textOf(answer["type"]), masked)
		e.Version = clip(masked(textOf(answer["version"])), 64)
	}
	if e.Message != "" {
		return
	}
	e.Message = textInPage(errorInPage, page)
	if typed := typeInPage.FindStringSubmatch(page); typed != nil {
		e.Type = maskedType(typed[1], masked)
		if e.Message == "" {
			e.Message = textInPage(headingInPage, page)
		}
	}
	if e.Message != "" {
		e.Message = clip(masked(e.Message), maxKeptBytes)
		return
	}
	e.Message = http.StatusText(e.StatusCode)
	switch {
	case page == "":
		e.Message = withDetail(e.Message, "empty body")
	case page[0] == '<':
		e.Message = withDetail(e.Message, "HTML page")
		if title := masked(textInPage(titleInPage, page)); title != "" {
			e.Message = withDetail(e.Message, strconv.Quote(clip(title, 80)))
		}
	case page[0] != '{' && page[0] != '[' && utf8.ValidString(page):
		line, _, _ := strings.Cut(masked(page), "\n")
		e.Message = withDetail(e.Message, strconv.Quote(clip(strings.TrimSpace(line), 160)))
	default:
		e.Message = withDetail(e.Message, describeContent(h, masked))
	}
}

// maskedType masks a type only if it does not look like one: the password "password" is part of
// many types.
func maskedType(name string, masked func(string) string) ErrorType {
	if hidden := masked(name); hidden == redacted || !formOfTypes.MatchString(name) {
		name = hidden
	}
	return ErrorType(clip(name, 128))
}

var formOfTypes = regexp.MustCompile(`^[a-z]+(_[a-z0-9]+){1,9}$`)

// firstMembers reads the members of an object that may be cut off: the trace that a development
// server sends can be longer than what is read of an error.
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

// withDetail adds a detail to a status text, which may be empty.
func withDetail(text, detail string) string {
	if text == "" {
		return detail
	}
	return text + ", " + detail
}

// Appwrite's own error pages show the message, since 1.4 the type too. The message is the
// heading; before 1.8 it stands below the heading "Error 412". Other pages may have a title.
var (
	typeInPage    = regexp.MustCompile(`<(?:span class=['"]type['"]|code class=['"]inline-code['"])>\s*([a-z0-9_]{1,128})\s*</`)
	errorInPage   = regexp.MustCompile(`(?is)<h1[^>]*>\s*Error \d{3}\s*</h1>\s*<p[^>]*>(.*?)</p>`)
	headingInPage = regexp.MustCompile(`(?is)<h1[^>]*>(.*?)</h1>`)
	titleInPage   = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	tagInPage     = regexp.MustCompile(`<[^>]*>`)
)

func textInPage(pattern *regexp.Regexp, page string) string {
	found := pattern.FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	plain := html.UnescapeString(tagInPage.ReplaceAllString(found[1], " "))
	return strings.Join(strings.Fields(strings.ToValidUTF8(plain, "\uFFFD")), " ")
}

// textOf returns the text of a JSON string, or a number as it is written: old servers send
// both.
func textOf(v jsontext.Value) string {
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
