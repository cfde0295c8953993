package appwritetest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"

	"github.com/seed17809555/appwrite/internal/release"
)

// maxBody is the largest request body that the server takes.
const maxBody = 12 << 20

// readParams reads the request's parameters: from the query on GET, from the body otherwise,
// and from the path. Whatever cannot be read counts as not sent, which is how the server sees
// invalid JSON, so the only error is a body too large.
func readParams(s *serverRelease, w http.ResponseWriter, r *http.Request, path map[string]string) (*params, error) {
	p := newParams(s)
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		p.size = len(r.URL.RawQuery)
		p.values = php.ParseForm(r.URL.RawQuery)
	} else if r.Body != nil { // as in requests that never saw a connection
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return p, errBodyTooLarge
		}
		p.size = len(body)
		p.values = parseBody(r.Header.Get("Content-Type"), body)
	}
	for name, value := range path {
		p.values.Set(name, value)
	}
	return p, nil
}

func parseBody(contentType string, body []byte) *php.Array {
	kind, options, _ := mime.ParseMediaType(contentType)
	switch kind {
	case "application/json":
		if v, err := php.ParseJSON(body); err == nil {
			if object, ok := v.(*php.Array); ok {
				return object
			}
		}
	case "application/x-www-form-urlencoded":
		return php.ParseForm(string(body))
	case "multipart/form-data":
		return parseMultipart(body, options["boundary"])
	}
	return php.NewArray()
}

// parseMultipart reads the fields of a multipart form; files are of no use here.
func parseMultipart(body []byte, boundary string) *php.Array {
	form := php.NewArray()
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := parts.NextPart()
		if err != nil {
			return form
		}
		if value, err := io.ReadAll(part); err == nil && part.FileName() == "" {
			form.SetPath(php.FormPath(part.FormName()), string(value))
		}
	}
}

// params are a request's parameters. Its methods read one each, in the order in which the
// server checks them; after the first error they return zero values, and done tells what was
// wrong.
type params struct {
	values *php.Array
	size   int // in bytes, as they came
	err    error
	null   bool // an optional parameter was null
	anyURL bool // redirects may be of any host

	server   *serverRelease
	format   release.Version   // that the caller asks for, see serverRelease.format
	spelling map[string]string // what older releases call some of them
	also     []func(*params)   // what they check after all others
}

// newParams returns parameters of which none was sent.
func newParams(s *serverRelease) *params { return &params{values: php.NewArray(), server: s} }

// done returns the first error. Null where the server's code does not expect it passes all
// checks, and then breaks the server.
func (p *params) done() error {
	for _, check := range p.also {
		check(p)
	}
	p.also = nil
	if p.err == nil && p.null {
		return errServer
	}
	return p.err
}

func (p *params) invalid(name, reason string) {
	if p.err == nil {
		p.err = errInvalid(p.spelled(name), reason)
	}
}

// spelled returns the name that the release has for a parameter.
func (p *params) spelled(name string) string {
	if before, ok := p.spelling[name]; ok {
		return before
	}
	return name
}

// required returns the value of a parameter that must be there.
func (p *params) required(name string) (any, bool) {
	if p.err != nil {
		return nil, false
	}
	v := p.values.Get(p.spelled(name))
	if v == nil {
		p.err = errMissing(p.spelled(name))
	}
	return v, v != nil
}

// optional returns the value of a parameter, if it is there.
func (p *params) optional(name string) (any, bool) {
	if p.err != nil || !p.values.Has(p.spelled(name)) {
		return nil, false
	}
	v := p.values.Get(p.spelled(name))
	p.null = p.null || v == nil
	return v, v != nil
}

// check returns v as a string that is valid, or notes the reason why not.
func (p *params) check(name string, v any, valid func(string) bool, reason string) string {
	s, ok := v.(string)
	if !ok || !valid(s) {
		p.invalid(name, reason)
		return ""
	}
	return s
}

func (p *params) must(name string, valid func(string) bool, reason string) string {
	v, ok := p.required(name)
	if !ok {
		return ""
	}
	return p.check(name, v, valid, reason)
}

// text is a string of 1 to most characters.
func (p *params) text(name string, most int) string {
	return p.must(name, textUpTo(1, most), "Value must be a valid string and at least 1 chars and no longer than "+strconv.Itoa(most)+" chars")
}

func (p *params) optionalText(name string, most int) string {
	if _, ok := p.optional(name); !ok {
		return ""
	}
	return p.text(name, most)
}

// anyText is an optional string that may be empty.
func (p *params) anyText(name string, most int) string {
	v, ok := p.optional(name)
	if !ok {
		return ""
	}
	return p.check(name, v, textUpTo(0, most), "Value must be a valid string and no longer than "+strconv.Itoa(most)+" chars")
}

func textUpTo(least, most int) func(string) bool {
	return func(s string) bool {
		n := utf8.RuneCountInString(s)
		return least <= n && n <= most
	}
}

// uniqueID asks the server to make an ID.
const uniqueID = "unique()"

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$`)

// customID is an ID that the caller chooses, or uniqueID.
func (p *params) customID(name string) string {
	return p.must(name, func(s string) bool { return s == uniqueID || idPattern.MatchString(s) },
		"Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, and underscore. Can't start with a special char")
}

const uidReason = "UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and underscore. Can't start with a leading underscore"

// uid is the ID of something that exists.
func (p *params) uid(name string) string {
	return p.must(name, idPattern.MatchString, p.server.uidReason())
}

func (p *params) optionalUID(name string) string {
	if _, ok := p.optional(name); !ok {
		return ""
	}
	return p.uid(name)
}

// oneOf is one of the words, which are in lower case, in whatever case it came.
func (p *params) oneOf(name string, words ...string) string {
	return p.must(name, func(s string) bool { return slices.Contains(words, strings.ToLower(s)) },
		"Value must be one of ("+strings.Join(words, ", ")+")")
}

// email returns the address in lower case.
func (p *params) email(name string) string {
	return strings.ToLower(p.must(name, validEmail, "Value must be a valid email address"))
}

func (p *params) password(name string) string {
	rules := p.server.passwordRules()
	return p.must(name, rules.strong, rules.describe())
}

var phonePattern = regexp.MustCompile(`^\+[1-9][0-9]{0,14}$`)

func (p *params) phone(name string) string {
	return p.must(name, phonePattern.MatchString,
		"Phone number must start with a '+' can have a maximum of fifteen digits.")
}

// object is an object of at most 65,535 bytes, and no list but the empty one.
func (p *params) object(name string) *php.Array {
	v, ok := p.required(name)
	if !ok {
		return nil
	}
	a, ok := v.(*php.Array)
	tooLarge := ok && php.PlainJSONSize(a) > 65_535
	if tooLarge && p.server.crash() != nil {
		p.err = p.server.crash()
		return nil
	}
	if !ok || (len(a.Keys) > 0 && a.IsList()) || tooLarge {
		p.invalid(name, "Value must be a valid object.")
		return nil
	}
	return a
}

// boolean is a boolean of JSON's; a form has none.
func (p *params) boolean(name string) bool {
	v, ok := p.required(name)
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		p.invalid(name, "Value must be a valid boolean")
	}
	return b
}

func (p *params) optionalBool(name string) bool {
	if _, ok := p.optional(name); !ok {
		return false
	}
	return p.boolean(name)
}

// looseBool is a boolean in a query. The server takes "false" for valid, and then for PHP's
// idea of that string, which is true.
func (p *params) looseBool(name string, unset bool) bool {
	v, ok := p.optional(name)
	if !ok {
		return unset
	}
	switch v {
	case "true", "false", "1":
		return true
	case "0":
		return false
	}
	p.invalid(name, "Value must be a valid boolean")
	return false
}

// optionalInt is a whole number, also as a string of digits.
func (p *params) optionalInt(name string, least, most, unset int64) int64 {
	v, ok := p.optional(name)
	if !ok {
		return unset
	}
	n, ok := php.ToInt(v)
	if !ok || n < least || n > most {
		p.invalid(name, "Value must be a valid range between "+php.Grouped(least)+" and "+php.Grouped(most))
	}
	return n
}
