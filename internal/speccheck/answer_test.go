package speccheck

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// maker makes answers that have a schema's form. No two values are the same, so that one in the
// wrong place shows. Two answers, one with odd set, have every boolean once true and once
// false, and null for what may be null.
type maker struct {
	schemas map[string]*Schema
	odd     bool
	count   int
}

const dateLayout = "2006-01-02T15:04:05.000-07:00"

// isDate has the keys of dates, for specifications without examples.
var isDate = map[string]bool{"$createdAt": true, "$updatedAt": true, "expire": true}

func (m *maker) make(key string, s *Schema) any {
	m.count++
	if s.Ref != "" {
		s = m.schemas[s.Name()]
	}
	if s.Nullable && m.odd {
		return nil
	}
	switch s.Type {
	case "string":
		example, _ := s.Example.(string)
		if example == "" && isDate[key] {
			example = "2020-10-15T06:38:00.000+00:00"
		}
		if date, err := time.Parse(dateLayout, example); err == nil {
			return date.Add(time.Duration(m.count) * time.Second).Format(dateLayout)
		}
		if _, isObject := s.Example.(map[string]any); isObject { // the prefs of 0.7
			return m.anything()
		}
		return key + "-" + strconv.Itoa(m.count)
	case "boolean":
		return (m.count%2 == 0) != m.odd
	case "integer":
		switch {
		case key != "status":
			return json.Number(strconv.Itoa(1592981250 + m.count)) // dates are integers, too
		case m.odd:
			return json.Number("2")
		}
		return json.Number("0")
	case "array":
		return []any{m.make(key, s.Items), m.make(key, s.Items)}
	}
	switch {
	case s.OneOf != nil:
		return m.make(key, s.OneOf[0])
	case s.Items != nil:
		return m.make(key, s.Items)
	case s.Properties == nil:
		return m.anything()
	}
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		object[name] = m.make(name, s.Properties[name])
	}
	return object
}

// anything is an object of the user's.
func (m *maker) anything() any {
	return map[string]any{"key-" + strconv.Itoa(m.count): []any{json.Number("1.50"), map[string]any{}}}
}

// today are the keys that models have for those of old servers.
var today = map[string]string{
	"sum":           "total",
	"providerToken": "providerAccessToken",
}

// answerFindings tells what of an answer a result, marshalled, has lost, and what it has
// besides.
func answerFindings(at string, told, got any) (all []string) {
	find := func(format string, args ...any) { all = append(all, at+": "+fmt.Sprintf(format, args...)) }
	switch told := told.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			find("an object became %v", got)
			return all
		}
		known := map[string]bool{}
		for _, key := range slices.Sorted(maps.Keys(told)) {
			name := key
			if today[key] != "" {
				name = today[key]
			}
			known[name] = true
			mine, ok := object[name]
			switch {
			case !ok:
				find("%s is lost", key)
			default:
				all = append(all, answerFindings(at+"."+key, told[key], mine)...)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if !known[key] && !isZero(object[key]) && !(key == "total" && isLength(object[key], told)) {
				find("%s is invented", key)
			}
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(told) {
			find("%v became %v", told, got)
			return all
		}
		for i := range told {
			all = append(all, answerFindings(at, told[i], list[i])...)
		}
	default:
		if told != got && !(told == nil && isZero(got)) && !sameInstant(told, got) && !sameStatus(told, got) {
			find("%v became %v", told, got)
		}
	}
	return all
}

func isZero(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case json.Number:
		return v == "0"
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return reflect.ValueOf(v).IsZero()
}

// isLength reports whether a total is the length of a list: servers 0.7 to 0.11 do not count
// logs.
func isLength(total any, list map[string]any) bool {
	for _, entries := range list {
		entries, ok := entries.([]any)
		return ok && len(list) == 1 && total == json.Number(strconv.Itoa(len(entries)))
	}
	return false
}

// sameInstant reports whether the seconds of an old server became the date that they mean.
func sameInstant(told, got any) bool {
	number, ok := told.(json.Number)
	if !ok {
		return false
	}
	seconds, err := number.Int64()
	return err == nil && got == time.Unix(seconds, 0).UTC().Format(dateLayout)
}

// sameStatus reports whether the number of an old server became what it means: 2 is blocked.
func sameStatus(told, got any) bool {
	return told == json.Number("0") && got == true || told == json.Number("2") && got == false
}
