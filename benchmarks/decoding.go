package main

import (
	"bufio"
	stdjson "encoding/json"
	"os"
	"reflect"

	"github.com/bytedance/sonic"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	goccy "github.com/goccy/go-json"

	"github.com/seed17809555/appwrite/internal/plainmodels"
	"github.com/seed17809555/appwrite/models"
)

// decoder is a JSON package, as it would be used here.
type decoder struct {
	name      string
	unmarshal func([]byte, any) error
}

var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// decoders decode into plain structs, which is what all of them do best.
var decoders = []decoder{
	{"encoding/json", stdjson.Unmarshal},
	{"go-json-experiment", func(text []byte, v any) error { return json.Unmarshal(text, v, lenient) }},
	{"goccy/go-json", goccy.Unmarshal},
	{"sonic", sonic.Unmarshal},
	{"sonic, ConfigStd", sonic.ConfigStd.Unmarshal},
}

// modelTypes are all models that answers are decoded into.
var modelTypes = []reflect.Type{
	reflect.TypeFor[models.User](),
	reflect.TypeFor[models.Preferences](),
	reflect.TypeFor[models.Session](),
	reflect.TypeFor[models.SessionList](),
	reflect.TypeFor[models.Token](),
	reflect.TypeFor[models.JWT](),
	reflect.TypeFor[models.LogList](),
	reflect.TypeFor[models.IdentityList](),
	reflect.TypeFor[models.MFAType](),
	reflect.TypeFor[models.MFAFactors](),
	reflect.TypeFor[models.MFAChallenge](),
	reflect.TypeFor[models.MFARecoveryCodes](),
	reflect.TypeFor[models.Target](),
	reflect.TypeFor[models.OAuth2ConsentList](),
	reflect.TypeFor[models.OAuth2ConsentTokenList](),
}

// sample is a text to decode into a model.
type sample struct {
	name  string
	model reflect.Type
	text  []byte
}

// samples are what Appwrite 1.9.6 has answered, one for each model, and longer lists.
func samples() ([]sample, error) {
	recorded, err := os.Open("../models/testdata/recorded.jsonl")
	if err != nil {
		return nil, err
	}
	defer recorded.Close()
	texts := map[string]string{}
	lines := bufio.NewScanner(recorded)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r struct{ Source, Model, Body string }
		if err := stdjson.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, err
		}
		texts[r.Model] = r.Body // the newest release comes last
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	list := []sample{
		{"LogList, 100 entries", reflect.TypeFor[models.LogList](), answers["logs-100"].body},
		{"LogList, 25 entries", reflect.TypeFor[models.LogList](), answers["logs-25"].body},
		{"SessionList, 10 sessions", reflect.TypeFor[models.SessionList](), answers["sessions-10"].body},
		{"User, 60 kB of preferences", reflect.TypeFor[models.User](), answers["user-prefs"].body},
		{"Preferences, 60 kB", reflect.TypeFor[models.Preferences](), answers["prefs"].body},
	}
	for _, t := range modelTypes {
		text := texts[t.Name()]
		if text == "" { // not answered by an open-source server
			continue
		}
		list = append(list, sample{t.Name(), t, []byte(text)})
	}
	return list, nil
}

func (s sample) variants() []variant {
	into := func(t reflect.Type, unmarshal func([]byte, any) error) func() error {
		return func() error { return unmarshal(s.text, reflect.New(t).Interface()) }
	}
	list := []variant{{ours, into(s.model, decoders[1].unmarshal)}}
	for _, d := range decoders {
		list = append(list, variant{d.name, into(plainmodels.Of(s.model), d.unmarshal)})
	}
	return list
}

// habit is something that servers and users do, and what a decoder must make of it.
type habit struct {
	name string
	text string
	good func(p probe, err error) bool
}

type probe struct {
	Name  string `json:"name"`
	Total int    `json:"total"`
}

var habits = []habit{
	{"ignores an unknown key", `{"new":[{}],"name":"a","total":1}`, func(p probe, err error) bool { return err == nil && p == probe{"a", 1} }},
	{"takes the last of two equal keys", `{"name":"a","name":"b"}`, func(p probe, err error) bool { return err == nil && p.Name == "b" }},
	{"does not take Name for name", `{"Name":"a"}`, func(p probe, err error) bool { return err == nil && p.Name == "" }},
	{"replaces invalid UTF-8", "{\"name\":\"a\xff\"}", func(p probe, err error) bool { return err == nil && p.Name == "a\uFFFD" }},
	{"refuses a number for a text", `{"name":1}`, func(_ probe, err error) bool { return err != nil }},
	{"refuses a control character", "{\"name\":\"a\nb\"}", func(_ probe, err error) bool { return err != nil }},
	{"refuses a text cut short", `{"name":"a","total":1`, func(_ probe, err error) bool { return err != nil }},
	{"refuses what follows the object", `{"name":"a"}}`, func(_ probe, err error) bool { return err != nil }},
	{"refuses a wrong escape in a key that it skips", `{"x":"\q","name":"a"}`, func(_ probe, err error) bool { return err != nil }},
}

func (h habit) kept(d decoder) bool {
	var p probe
	err := d.unmarshal([]byte(h.text), &p)
	return h.good(p, err)
}
