// Command gendocs writes docs/operations.md from the operations table and the names that
// documents have for its operations.
package main

import (
	"bytes"
	_ "embed"
	"log"
	"os"
	"slices"
	"strings"
	"text/template"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/documents"
)

const target = "docs/operations.md" // from the module's root, where go generate starts this

//go:embed operations.md.tmpl
var source string

var page = template.Must(template.New(target).Parse(source))

func main() {
	log.SetFlags(0)
	text, err := render()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(target, text, 0o644); err != nil {
		log.Fatal(err)
	}
}

// row is an operation; its cells are Markdown.
type row struct {
	Methods, Routes, Servers string
	Names                    []string // by document
}

func render() ([]byte, error) {
	var rows []row
	for _, op := range appwrite.Operations() {
		rows = append(rows, newRow(op))
	}
	var text bytes.Buffer
	err := page.Execute(&text, map[string]any{
		"Documents": documents.All,
		"Latest":    appwrite.LatestServerVersion,
		"Rows":      rows,
	})
	return text.Bytes(), err
}

func newRow(op appwrite.Operation) row {
	methods := documents.MethodsOf(op.Name)
	var shown, routes, servers, names []string
	for _, method := range methods {
		text := "`Account." + method + "`"
		if slices.Contains(documents.Deprecated, method) {
			text += " (deprecated)"
		}
		shown = append(shown, text)
	}
	for _, r := range op.Routes {
		routes = append(routes, "`"+r.Method+" "+r.Path+"`")
		servers = append(servers, releases(r))
	}
	for _, doc := range documents.All {
		var cell []string
		for _, known := range doc.Operations {
			if slices.Contains(methods, known.Method) {
				cell = append(cell, quoted(known.Name))
			}
		}
		names = append(names, lines(cell))
	}
	return row{Methods: lines(shown), Routes: lines(routes), Servers: lines(servers), Names: names}
}

func releases(r appwrite.Route) string {
	if r.Until == "" {
		return r.Since + "+"
	}
	return r.Since + "–" + r.Until
}

// quoted marks a name as code unless it is a heading, of several words.
func quoted(name string) string {
	if strings.Contains(name, " ") {
		return name
	}
	return "`" + name + "`"
}

func lines(cell []string) string {
	if len(cell) == 0 {
		return "–"
	}
	return strings.Join(cell, "<br>")
}
