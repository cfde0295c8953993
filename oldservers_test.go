package appwrite

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/internal/documents"
)

var (
	codeInCell   = regexp.MustCompile("`([^`]+)`")
	methodInText = regexp.MustCompile("`Account\\.(\\w+)`")
)

// differenceRow is a row of the table in docs/old-servers.md.
type differenceRow struct {
	methods      []string
	since, until string
	documents    string
	taken, sent  []string // as they stand on the wire
}

func (d differenceRow) has(release string) bool {
	return Route{Since: d.since, Until: d.until}.Has(release)
}

func found(pattern *regexp.Regexp, text string) []string {
	var all []string
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}

// readDifferences returns the table and what the page says of each document.
func readDifferences(t *testing.T) (rows []differenceRow, affected map[string][]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("docs", "old-servers.md"))
	require.NoError(t, err)
	affected = map[string][]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if label, methods, ok := strings.Cut(strings.TrimPrefix(line, "- "), ": "); ok && strings.HasPrefix(line, "- ") {
			affected[label] = found(methodInText, methods)
		}
		if !strings.HasPrefix(line, "| `Account.") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		require.Len(t, cells, 6, line)
		d := differenceRow{methods: found(methodInText, cells[0]), documents: cells[2], taken: found(codeInCell, cells[3]), sent: found(codeInCell, cells[4])}
		d.since, d.until, _ = strings.Cut(cells[1], "–")
		if d.until == "" {
			d.until = d.since
		}
		rows = append(rows, d)
	}
	return rows, affected
}

// What the table says of parameters must be what is sent, at both ends of its range, or it
// would go on telling of a difference that is gone.
func TestThePageOfOldServersTellsWhatTheyTakeOtherwise(t *testing.T) {
	t.Parallel()
	rows, told := readDifferences(t)
	require.NotEmpty(t, rows)
	affected := map[string][]string{}
	for _, d := range rows {
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
		var labels []string
		for _, doc := range documents.All {
			has := slices.ContainsFunc(doc.Operations, func(o documents.Operation) bool {
				return callOf(t, o.Method).op == callOf(t, d.methods[0]).op
			})
			if has && d.has(doc.Release) {
				labels = append(labels, doc.Label)
				affected[doc.Label] = append(affected[doc.Label], d.methods...)
			}
		}
		if labels == nil {
			labels = []string{"–"}
		}
		assert.Equal(t, strings.Join(labels, ", "), d.documents, "%s on servers %s to %s", d.methods, d.since, d.until)
	}
	for _, doc := range documents.All {
		assert.ElementsMatch(t, affected[doc.Label], told[doc.Label], doc.Label)
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
