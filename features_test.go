package appwrite

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documentsDir holds the five documents that FEATURES.md compares with. They are not ours to
// publish, so that they are not everywhere where the tests run.
const documentsDir = "../shared/documents"

// comparedDocument is one of them, in the order of the table's columns.
type comparedDocument struct {
	label     string
	file      string
	release   string         // of the server that it describes
	operation *regexp.Regexp // with the groups name and, where the document tells them, verb and path
}

var comparedDocuments = []comparedDocument{
	{"D0", "D0-openapi-js-client-0.9.md", "0.9", regexp.MustCompile(`(?m)^\[\*\*(?P<name>\w+)\*\*\]\(\S+\) \| \*\*(?P<verb>\w+)\*\* (?P<path>\S+) \|`)},
	{"D1", "D1-openapi-rust-client-1.4.md", "1.4", regexp.MustCompile(`(?m)^\[\*\*(?P<name>\w+)\*\*\]\(\S+\) \| \*\*(?P<verb>\w+)\*\* (?P<path>\S+) \|`)},
	{"D2", "D2-account-docs-0.4.md", "0.5", regexp.MustCompile("(?m)^## (?P<name>.+)\n\n```http request\n(?P<verb>\\w+) https://appwrite\\.io/v1(?P<path>\\S+)$")}, // of 0.4, but its paths are those of 0.5
	{"D3", "D3-node-appwrite-23.1-account.txt", "1.9", regexp.MustCompile(`(?m)^(?P<name>\w+)\(\) $`)},
	{"D4", "D4-account-docs-server-0.11.txt", "0.11", regexp.MustCompile(`(?ms)^(?P<verb>[A-Z]+)/v1(?P<path>\S+)$.*?\baccount\.(?P<name>\w+)\(`)},
}

// pathsOfNoRelease are paths of documents that the release calls otherwise.
var pathsOfNoRelease = map[string]string{
	"/account/sessions/current":          "/account/sessions/{}", // a session ID
	"/account/sessions/oauth/{provider}": "/account/sessions/oauth2/{}",
}

var (
	codeInCell   = regexp.MustCompile("`([^`]+)`")
	methodInText = regexp.MustCompile("`Account\\.(\\w+)`")
	braceInPath  = regexp.MustCompile(`\{\w+\}`)
)

// featureRow is a row of the table of operations in FEATURES.md.
type featureRow struct {
	methods         []string
	routes, servers string
	names           [][]string // by document
}

// differenceRow is a row of the table of parameters in FEATURES.md.
type differenceRow struct {
	methods      []string
	since, until string
	documents    string
	taken, sent  []string // as they stand on the wire
}

func (d differenceRow) has(release string) bool {
	return Route{Since: d.since, Until: d.until}.Has(release)
}

type features struct {
	text        string
	rows        []featureRow
	differences []differenceRow
	affected    map[string][]string // methods, by document
}

func (f features) rowOf(method string) (featureRow, bool) {
	i := slices.IndexFunc(f.rows, func(r featureRow) bool { return slices.Contains(r.methods, method) })
	if i < 0 {
		return featureRow{}, false
	}
	return f.rows[i], true
}

func found(pattern *regexp.Regexp, text string) []string {
	var all []string
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}

func readFeatures(t *testing.T) features {
	t.Helper()
	text, err := os.ReadFile("FEATURES.md")
	require.NoError(t, err)
	f := features{text: string(text), affected: map[string][]string{}}
	section := ""
	for line := range strings.Lines(f.text) {
		line = strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			section, _, _ = strings.Cut(heading, ",")
		}
		if strings.HasPrefix(line, "- Affected below: ") {
			f.affected[section] = found(methodInText, line)
		}
		if !strings.HasPrefix(line, "| `Account.") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		switch len(cells) {
		case 3 + len(comparedDocuments):
			row := featureRow{methods: found(methodInText, cells[0]), routes: cells[1], servers: cells[2]}
			for _, cell := range cells[3:] {
				var names []string
				if cell != "–" {
					names = strings.Split(strings.ReplaceAll(cell, "`", ""), "<br>")
				}
				row.names = append(row.names, names)
			}
			f.rows = append(f.rows, row)
		case 6:
			d := differenceRow{methods: found(methodInText, cells[0]), documents: cells[2], taken: found(codeInCell, cells[3]), sent: found(codeInCell, cells[4])}
			d.since, d.until, _ = strings.Cut(cells[1], "–")
			if d.until == "" {
				d.until = d.since
			}
			f.differences = append(f.differences, d)
		default:
			require.Fail(t, "a row of neither table", line)
		}
	}
	return f
}

func TestFeaturesListEveryOperationAndEveryMethod(t *testing.T) {
	t.Parallel()
	f := readFeatures(t)
	for _, op := range Operations() {
		name := strings.TrimPrefix(op.Name, "account.")
		row, ok := f.rowOf(strings.ToUpper(name[:1]) + name[1:])
		if !assert.True(t, ok, "FEATURES.md has no row for %s", op.Name) {
			continue
		}
		var routes, servers []string
		for _, r := range op.Routes {
			routes = append(routes, "`"+r.Method+" "+r.Path+"`")
			if r.Until == "" {
				servers = append(servers, r.Since+"+")
			} else {
				servers = append(servers, r.Since+"–"+r.Until)
			}
		}
		assert.Equal(t, strings.Join(routes, "<br>"), row.routes, op.Name)
		assert.Equal(t, strings.Join(servers, "<br>"), row.servers, op.Name)
		for _, method := range row.methods {
			if notCalls[method] == "" {
				assert.Equal(t, op.Name, callOf(t, method).op.name, "%s is in another operation's row", method)
			}
		}
	}
	assert.Len(t, f.rows, len(Operations()))

	var listed, exported []string
	for _, row := range f.rows {
		listed = append(listed, row.methods...)
	}
	methods := reflect.TypeFor[*Account]()
	for i := range methods.NumMethod() {
		if name := methods.Method(i).Name; !slices.Contains([]string{"String", "Format", "MarshalJSON"}, name) {
			exported = append(exported, name)
		}
	}
	assert.ElementsMatch(t, exported, listed, "the methods of Account and those of FEATURES.md")
}

// A client set to the document's release must take the documented route, and the table must
// name it in that row and in no other.
func TestFeaturesNameEveryOperationOfTheDocuments(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(documentsDir); err != nil {
		t.Skip("needs the documents in " + documentsDir)
	}
	f := readFeatures(t)
	for column, doc := range comparedDocuments {
		t.Run(doc.label, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(documentsDir, doc.file))
			require.NoError(t, err)
			operations := doc.operation.FindAllStringSubmatch(string(text), -1)
			require.NotEmpty(t, operations)
			assert.Regexp(t, fmt.Sprintf(`(?m)^\| %s \| .* \| %d \|$`, doc.label, len(operations)), f.text, "their number")
			want := map[string][]string{} // names by first method of the row
			for _, match := range operations {
				name := match[doc.operation.SubexpIndex("name")]
				method := methodLike(f, name)
				if doc.operation.SubexpIndex("path") >= 0 {
					method = methodOfRoute(t, doc.release, match[doc.operation.SubexpIndex("verb")], match[doc.operation.SubexpIndex("path")])
				}
				row, ok := f.rowOf(method)
				if assert.True(t, ok, "FEATURES.md has no row for %s", name) {
					want[row.methods[0]] = append(want[row.methods[0]], name)
				}
			}
			for _, row := range f.rows {
				assert.ElementsMatch(t, want[row.methods[0]], row.names[column], row.methods[0])
			}
		})
	}
}

// methodLike finds the method that differs from an SDK's name in capitals at most.
func methodLike(f features, name string) string {
	for _, row := range f.rows {
		for _, method := range row.methods {
			if strings.EqualFold(method, name) {
				return method
			}
		}
	}
	return ""
}

// methodOfRoute finds the method with which a client of the release takes a route.
func methodOfRoute(t *testing.T, release, verb, path string) string {
	t.Helper()
	if known := pathsOfNoRelease[path]; known != "" {
		path = known
	}
	path = braceInPath.ReplaceAllString(path, "{}")
	for _, c := range everyCalls {
		r, err := c.op.route(mustVersion(release))
		if err == nil && r.Method == verb && braceInPath.ReplaceAllString(r.Path, "{}") == path {
			return c.method
		}
	}
	return ""
}

// What the table says of parameters must be what is sent, at both ends of its range, or it
// would go on telling of a difference that is gone.
func TestFeaturesTellWhatOldServersTakeOtherwise(t *testing.T) {
	t.Parallel()
	f := readFeatures(t)
	require.NotEmpty(t, f.differences)
	affected := map[string][]string{}
	for _, d := range f.differences {
		require.NotEmpty(t, d.methods)
		require.NotEmpty(t, append(d.taken, d.sent...), "%s: nothing to compare", d.methods)
		for _, release := range []string{d.since, d.until} {
			wire := sentBy(t, d.methods, release)
			for _, parameter := range d.sent {
				assert.Contains(t, wire, parameter, "%s to %s", d.methods, release)
			}
			for _, parameter := range d.taken {
				assert.NotContains(t, wire, parameter, "%s to %s", d.methods, release)
			}
		}
		var documents []string
		for column, doc := range comparedDocuments {
			row, ok := f.rowOf(d.methods[0])
			require.True(t, ok, d.methods[0])
			if d.has(doc.release) && len(row.names[column]) > 0 {
				documents = append(documents, doc.label)
				affected[doc.label] = append(affected[doc.label], d.methods...)
			}
		}
		if documents == nil {
			documents = []string{"–"}
		}
		assert.Equal(t, strings.Join(documents, ", "), d.documents, "%s on servers %s to %s", d.methods, d.since, d.until)
	}
	for _, doc := range comparedDocuments {
		assert.ElementsMatch(t, affected[doc.label], f.affected[doc.label], doc.label)
	}
}

// sentBy returns all that the methods send to a server of the release.
func sentBy(t *testing.T, methods []string, release string) string {
	t.Helper()
	var wire strings.Builder
	for _, method := range methods {
		c := callOf(t, method)
		seen, hc := probeTransport(successOf(c))
		_, err := c.do(context.Background(), probeClient(t, "http://host", WithHTTPClient(hc), WithServerVersion(release)).Account, goodIDs)
		require.NoError(t, err, "%s to %s", method, release)
		for _, request := range seen.take() {
			uri, err := url.QueryUnescape(request.uri)
			require.NoError(t, err)
			wire.WriteString(uri + " " + request.body + "\n")
		}
	}
	return wire.String()
}
