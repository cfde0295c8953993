package appwrite

import (
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-querystring/query"

	"github.com/seed17809555/appwrite/id"
	"github.com/seed17809555/appwrite/internal/release"
)

// params are the parameters of a query string.
type params interface {
	// forServer returns them as servers of the release take them, a struct for go-querystring,
	// or refuses one that cannot be sent.
	forServer(v release.Version) (any, *ParamError)
}

func encodeQuery(params any, bad *ParamError) (string, *ParamError) {
	if bad != nil {
		return "", bad
	}
	values, err := query.Values(params)
	if err != nil {
		return "", &ParamError{Param: "query", Reason: "cannot be encoded"}
	}
	return values.Encode(), nil
}

// fields are the parameters of a JSON body, in the order in which they are sent.
type fields []field

type field struct {
	name     string
	text     string
	json     []byte // the value, where it is not a string
	optional bool   // left out when empty: servers take "" and null for values
	secret   bool

	// What some releases take otherwise than today's.
	takes   release.Range // those that it is sent to; the zero value is all
	demands release.Range // those that do not do without it, although it is optional
	named   release.Range // those that call it oldName
	oldName string
	spelled release.Range // those that want oldText for text
	oldText string
}

func required(name, value string) field { return field{name: name, text: value} }

func optional(name, value string) field { return field{name: name, text: value, optional: true} }

func secret(name, value string) field { return field{name: name, text: value, secret: true} }

func optionalSecret(name, value string) field {
	return field{name: name, text: value, optional: true, secret: true}
}

func rawJSON(name string, value []byte) field { return field{name: name, json: value} }

func boolean(name string, value bool) field {
	if value {
		return rawJSON(name, []byte("true"))
	}
	return rawJSON(name, []byte("false"))
}

// only has a field sent to some releases; the others ignore it or have no use for it.
func (f field) only(in release.Range) field {
	f.takes = in
	return f
}

// demanded refuses to leave an optional field out for release.Range that do not do without.
func (f field) demanded(in release.Range) field {
	f.demands = in
	return f
}

// called gives the name of a field in some releases.
func (f field) called(in release.Range, name string) field {
	f.named, f.oldName = in, name
	return f
}

// spelling gives how some releases want one of a field's values.
func (f field) spelling(in release.Range, text, old string) field {
	if f.text == text {
		f.spelled, f.oldText = in, old
	}
	return f
}

func (f *field) isSentTo(v release.Version) bool {
	return f.takes == (release.Range{}) || f.takes.Has(v)
}

func (f *field) nameFor(v release.Version) string {
	if f.named.Has(v) {
		return f.oldName
	}
	return f.name
}

func (f *field) textFor(v release.Version) string {
	if f.spelled.Has(v) {
		return f.oldText
	}
	return f.text
}

// whyNeeded tells what is wrong with an empty field that cannot be left out.
func (f *field) whyNeeded(v release.Version) string {
	for _, in := range []release.Range{f.demands, f.takes} {
		if in.Has(v) && in.Since == 0 {
			return "is empty: servers before " + in.Before.String() + " ask for it"
		}
	}
	return "is empty"
}

// userSecret is what completes whatever a mail, message or link began.
func userSecret(userID, text string) fields {
	return fields{required("userId", userID), secret("secret", text)}
}

// encode writes the JSON object as servers of the release take it, nil where they take none
// of the fields, or refuses the first parameter that cannot be sent.
func (fs fields) encode(v release.Version) ([]byte, *ParamError) {
	if fs == nil {
		return nil, nil
	}
	size := 2
	for i := range fs {
		size += len(fs[i].name) + len(fs[i].text) + len(fs[i].json) + 6
	}
	b := append(make([]byte, 0, size), '{')
	for i := range fs {
		f := &fs[i]
		if !f.isSentTo(v) {
			continue
		}
		if f.text == "" && f.json == nil {
			if f.optional && !f.demands.Has(v) {
				continue
			}
			return nil, &ParamError{Param: f.name, Reason: f.whyNeeded(v)}
		}
		// The encoder would replace such bytes, and change a password without a word.
		if !utf8.ValidString(f.text) {
			return nil, &ParamError{Param: f.name, Reason: "is not valid UTF-8"}
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, f.nameFor(v))
		b = append(b, ':')
		if f.json != nil {
			b = append(b, f.json...)
		} else {
			b, _ = jsontext.AppendQuote(b, f.textFor(v))
		}
	}
	if len(b) == 1 {
		return nil, nil
	}
	return append(b, '}'), nil
}

func orUnique(userID string) string {
	if userID == "" {
		return id.Unique()
	}
	return userID
}
