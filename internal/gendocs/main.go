// Command gendocs writes docs/operations.md from the operations table, and docs/documents.md
// from the names that published documents have for its operations.
package main

import (
	"bytes"
	"embed"
	"log"
	"os"
	"slices"
	"strings"
	"text/template"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/documents"
)

// folder is relative to the module's root, where go generate starts this.
const folder = "docs/"

//go:embed *.md.tmpl
var sources embed.FS

var templates = template.Must(template.ParseFS(sources, "*"))

func main() {
	log.SetFlags(0)
	pages, err := render()
	if err != nil {
		log.Fatal(err)
	}
	for name, text := range pages {
		if err := os.WriteFile(folder+name, text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// row is an operation; its cells are Markdown.
type row struct {
	Methods, Routes, Servers string
	Names                    []string // by document
	Documented               bool     // whether some document has a name for it
}

// render returns the pages by the names of their files.
func render() (map[string][]byte, error) {
	var rows []row
	for _, op := range appwrite.Operations() {
		rows = append(rows, newRow(op))
	}
	data := map[string]any{
		"Documents": documents.All,
		"Latest":    appwrite.LatestServerVersion,
		"Rows":      rows,
	}
	pages := map[string][]byte{}
	for _, page := range templates.Templates() {
		var text bytes.Buffer
		if err := page.Execute(&text, data); err != nil {
			return nil, err
		}
		pages[strings.TrimSuffix(page.Name(), ".tmpl")] = text.Bytes()
	}
	return pages, nil
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
	documented := slices.ContainsFunc(names, func(cell string) bool { return cell != missing })
	return row{Methods: lines(shown), Routes: lines(routes), Servers: lines(servers), Names: names, Documented: documented}
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

// missing is a cell without content.
const missing = "–"

func lines(cell []string) string {
	if len(cell) == 0 {
		return missing
	}
	return strings.Join(cell, "<br>")
}
