package speccheck

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// request is what a call sent.
type request struct {
	*http.Request
	body []byte
}

// value is one that was sent: what JSON decodes to, numbers as json.Number; of a query strings
// and lists of strings.
type value struct {
	in string
	of any
}

// parameters returns the query's parameters and the body's members, by name.
func (r request) parameters() (map[string]value, error) {
	sent := map[string]value{}
	for key, texts := range r.URL.Query() {
		if name, isList := strings.CutSuffix(key, "[]"); isList {
			var list []any
			for _, text := range texts {
				list = append(list, text)
			}
			sent[name] = value{"query", list}
			continue
		}
		sent[key] = value{"query", texts[0]}
	}
	if r.body == nil {
		return sent, nil
	}
	body, err := tree(r.body)
	if err != nil {
		return nil, err
	}
	members, ok := body.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("a body that is not an object")
	}
	for name, member := range members {
		sent[name] = value{"body", member}
	}
	return sent, nil
}

// tree decodes JSON and keeps every digit of its numbers.
func tree(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// requestFindings tells where a request is not what the operation takes. A full one has every
// parameter.
func requestFindings(op Operation, r request, full bool) (all []string) {
	find := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	ids, ok := fill(op.Path, strings.TrimPrefix(r.URL.Path, basePath))
	if !ok || r.Method != op.Verb {
		find("sends %s %s", r.Method, r.URL.Path)
		return all
	}
	sent, err := r.parameters()
	if err != nil {
		find("sends %v", err)
		return all
	}
	for name, id := range ids {
		sent[name] = value{"path", id}
	}
	for _, p := range op.Parameters {
		v, isSent := sent[p.Name]
		delete(sent, p.Name)
		switch {
		case !isSent && p.Required:
			find("lacks %s", p.Name)
		case !isSent && full:
			find("leaves out %s", p.Name)
		case !isSent:
		case v.in != p.In:
			find("sends %s in the %s", p.Name, v.in)
		case !v.isA(p.Schema):
			find("sends a %s that is not a %s: %v", p.Name, p.Schema.Type, v.of)
		case len(p.Schema.Enum) > 0 && !slices.Contains(p.Schema.Enum, v.of):
			find("sends a %s that is not one of %v: %v", p.Name, p.Schema.Enum, v.of)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		find("sends %s", name)
	}
	return all
}

// fill returns what stands in the place of a path's braces.
func fill(pattern, path string) (map[string]string, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	ids := map[string]string{}
	for i, segment := range want {
		if name, isParam := strings.CutPrefix(segment, "{"); isParam {
			ids[strings.TrimSuffix(name, "}")] = got[i]
		} else if segment != got[i] {
			return nil, false
		}
	}
	return ids, true
}

// isA reports whether a value has a schema's type. Numbers and booleans of a query are text;
// PHP takes only 0 for false there.
func (v value) isA(s *Schema) bool {
	text, isText := v.of.(string)
	isText = isText && v.in == "query"
	switch s.Type {
	case "string":
		_, ok := v.of.(string)
		return ok
	case "boolean":
		_, ok := v.of.(bool)
		return ok || isText && (text == "0" || text == "1")
	case "integer":
		if n, ok := v.of.(json.Number); ok {
			text, isText = n.String(), true
		}
		_, err := strconv.Atoi(text)
		return isText && err == nil
	case "object":
		_, ok := v.of.(map[string]any)
		return ok
	case "array":
		list, ok := v.of.([]any)
		return ok && !slices.ContainsFunc(list, func(item any) bool { return !value{v.in, item}.isA(s.Items) })
	}
	return false
}
