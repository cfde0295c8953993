// Package speccheck reads Appwrite's published API specifications, and its tests hold the
// client to them: for each operation, a client set to the specification's release sends what
// the specification takes, and decodes what it answers with.
package speccheck

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Spec is a specification, of Swagger 2 or OpenAPI 3.
type Spec struct {
	Release    string // of the server, "1.4.13"
	Operations []Operation
	Schemas    map[string]*Schema
}

// Operation is a verb on a path.
type Operation struct {
	Names      []string // of the method, in SDKs, in any case: "CreateSession"; recent ones may have several
	Verb       string
	Path       string // with parameters in braces
	Parameters []Parameter
	Status     int     // of the success; 0 where the specification tells none, as that of 0.6
	Answer     *Schema // of the success's body, nil for no content
}

// Parameter is a parameter of an operation.
type Parameter struct {
	Name     string
	In       string // "path", "query" or "body"
	Required bool
	Schema   *Schema
}

// Schema is the type of a value, as far as specifications of the Account API use it.
type Schema struct {
	Ref        string             `json:"$ref"` // "#/definitions/user"; see Name
	Type       string             `json:"type"`
	Items      *Schema            `json:"items"` // of an array; Appwrite's also have it for objects
	Properties map[string]*Schema `json:"properties"`
	Required   []string           `json:"required"`
	Nullable   bool               `json:"nullable"`
	Enum       []any              `json:"enum"`
	OneOf      []*Schema          `json:"oneOf"`
	Example    any                `json:"x-example"`
}

// Name is the name of the schema that is referred to, "" without one.
func (s *Schema) Name() string { return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:] }

// file is a specification as it is written; where the two formats differ, one of the two fields
// is empty.
type file struct {
	Info struct {
		Version string `json:"version"`
	} `json:"info"`
	Paths       map[string]map[string]fileOperation `json:"paths"`
	Definitions map[string]*Schema                  `json:"definitions"` // Swagger
	Components  struct {
		Schemas map[string]*Schema `json:"schemas"`
	} `json:"components"` // OpenAPI
}

type fileOperation struct {
	ID         string          `json:"operationId"`
	Parameters []fileParameter `json:"parameters"`
	Body       *fileContent    `json:"requestBody"` // OpenAPI
	Responses  map[string]*struct {
		Of *Schema `json:"schema"` // Swagger
		fileContent
	} `json:"responses"`
	Appwrite struct {
		Methods []struct {
			Name string `json:"name"`
		} `json:"methods"`
	} `json:"x-appwrite"`
}

type fileParameter struct {
	Name     string  `json:"name"`
	In       string  `json:"in"`
	Required bool    `json:"required"`
	Of       *Schema `json:"schema"` // OpenAPI, and the bodies of Swagger
	Schema           // Swagger
}

type fileContent struct {
	Content map[string]struct {
		Schema *Schema `json:"schema"`
	} `json:"content"`
}

// schema is that of the only type of content, nil for none.
func (c *fileContent) schema() *Schema {
	for _, content := range c.Content {
		return content.Schema
	}
	return nil
}

// Read reads the Account operations of a specification, sorted by path and verb.
func Read(r io.Reader) (*Spec, error) {
	var f file
	if err := json.NewDecoder(r).Decode(&f); err != nil {
		return nil, err
	}
	s := &Spec{Release: f.Info.Version, Schemas: f.Definitions}
	if s.Schemas == nil {
		s.Schemas = f.Components.Schemas
	}
	for _, path := range slices.Sorted(maps.Keys(f.Paths)) {
		if path != "/account" && !strings.HasPrefix(path, "/account/") {
			continue
		}
		for _, verb := range slices.Sorted(maps.Keys(f.Paths[path])) {
			op, err := f.Paths[path][verb].read()
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", verb, path, err)
			}
			op.Verb, op.Path = strings.ToUpper(verb), path
			s.Operations = append(s.Operations, op)
		}
	}
	return s, nil
}

func (f fileOperation) read() (Operation, error) {
	var op Operation
	for _, method := range f.Appwrite.Methods {
		op.Names = append(op.Names, method.Name)
	}
	if op.Names == nil {
		op.Names = []string{strings.TrimPrefix(f.ID, "account")}
	}
	for _, p := range f.Parameters {
		switch {
		case p.In == "body":
			op.addBody(p.Of)
		case p.In == "formData": // of Swagger; the client sends its fields as JSON
			op.Parameters = append(op.Parameters, Parameter{p.Name, "body", p.Required, &p.Schema})
		default:
			op.Parameters = append(op.Parameters, Parameter{p.Name, p.In, p.Required, cmp.Or(p.Of, &p.Schema)})
		}
	}
	if f.Body != nil {
		op.addBody(f.Body.schema())
	}
	for code, response := range f.Responses {
		status, err := strconv.Atoi(code)
		switch {
		case err != nil:
			return op, err
		case status >= 400:
			continue
		case op.Status != 0:
			return op, errors.New("two successes")
		}
		op.Status, op.Answer = status, cmp.Or(response.Of, response.schema())
	}
	return op, nil
}

// addBody adds the members of a JSON body.
func (op *Operation) addBody(s *Schema) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		op.Parameters = append(op.Parameters, Parameter{name, "body", slices.Contains(s.Required, name), s.Properties[name]})
	}
}
