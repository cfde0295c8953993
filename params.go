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

	// What is different for some releases. Zero means no difference.
	releases  release.Range   // only these are sent the field
	requires  release.Version // older ones require this optional field
	renamed   release.Version // older ones call it oldName
	oldName   string
	respelled release.Version // older ones want oldText for text
	oldText   string
}

func required(name, value string) field { return field{name: name, text: value} }
func optional(name, value string) field { return field{name: name, text: value, optional: true} }
func secret(name, value string) field   { return field{name: name, text: value, secret: true} }
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

// sentTo has a field sent to some releases only. The others ignore it or refuse it.
func (f field) sentTo(releases release.Range) field {
	f.releases = releases
	return f
}

// requiredBefore refuses an empty optional field for servers before a release.
func (f field) requiredBefore(v release.Version) field {
	f.requires = v
	return f
}

// namedBefore gives the name of a field on servers before a release.
func (f field) namedBefore(v release.Version, name string) field {
	f.renamed, f.oldName = v, name
	return f
}

// valueBefore gives what servers before a release want in place of one of a field's values.
func (f field) valueBefore(v release.Version, text, old string) field {
	if f.text == text {
		f.respelled, f.oldText = v, old
	}
	return f
}

func (f *field) isSentTo(v release.Version) bool {
	return f.releases == (release.Range{}) || f.releases.Has(v)
}

func (f *field) nameFor(v release.Version) string {
	if v < f.renamed {
		return f.oldName
	}
	return f.name
}

func (f *field) textFor(v release.Version) string {
	if v < f.respelled {
		return f.oldText
	}
	return f.text
}

// mayBeEmpty reports whether the field is left out when it is empty.
func (f *field) mayBeEmpty(v release.Version) bool { return f.optional && v >= f.requires }

// whyNeeded tells what is wrong with an empty field that cannot be left out.
func (f *field) whyNeeded() string {
	switch {
	case f.requires != 0:
		return neededBefore(f.requires)
	case f.releases.Before != 0 && f.releases.Since == 0:
		return neededBefore(f.releases.Before)
	}
	return "is empty"
}

func neededBefore(v release.Version) string {
	return "is empty: servers before " + v.String() + " ask for it"
}

// userSecret is what completes whatever a mail, message or link began.
func userSecret(userID, text string) fields {
	return fields{required("userId", userID), secret("secret", text)}
}

// encode writes the JSON object as servers of the release take it, nil where they take none of
// the fields, or refuses the first parameter that cannot be sent.
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
			if f.mayBeEmpty(v) {
				continue
			}
			return nil, &ParamError{Param: f.name, Reason: f.whyNeeded()}
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
