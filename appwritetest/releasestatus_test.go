package appwritetest

import (
	_ "embed"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/internal/release"
)

// The same requests were put to nineteen releases; of those whose answers were not kept it is
// known which status and type each had.

//go:embed testdata/status-by-version.txt
var statusByVersion string

// unrecordedReleases are they, with the release whose requests are put to them.
var unrecordedReleases = []struct{ release, like string }{
	{"0.7.2", "0.9.4"}, {"0.8.0", "0.9.4"}, {"0.10.4", "0.11.0"}, {"0.12.3", "0.13.4"}, {"0.14.2", "0.15.3"},
	{"1.2.1", "1.4.13"}, {"1.3.8", "1.4.13"}, {"1.6.2", "1.8.1"}, {"1.7.5", "1.8.1"},
}

// otherStatuses are those that are not as it is known.
var otherStatuses = map[string]difference{
	"0.7.2 oauth2-start-no-urls":        {"301", "see oldDifferences"},
	"0.8.0 oauth2-start-no-urls":        {"301", "see oldDifferences"},
	"1.3.8 oauth2-token-start-new-path": {"404:general_route_not_found", "the real one is 200 without a body, on a route that it does not have"},
}

// statusesOf returns status and type of the requests by their names.
func statusesOf(t *testing.T, serverVersion string) map[string]string {
	t.Helper()
	statuses := map[string]string{}
	for line := range strings.Lines(statusByVersion) {
		name, entries, ok := strings.Cut(strings.TrimSpace(line), " | ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for _, entry := range strings.Fields(entries) {
			since, answer, _ := strings.Cut(entry, "→")
			if release.Must(since) <= release.Must(serverVersion) {
				statuses[name] = answer
			}
		}
	}
	require.NotEmpty(t, statuses)
	return statuses
}

func TestTheServerAnswersWithTheStatusOfEachRelease(t *testing.T) {
	t.Parallel()
	for _, of := range unrecordedReleases {
		t.Run(of.release, func(t *testing.T) {
			t.Parallel()
			statuses := statusesOf(t, of.release)
			r := newOldReplayer(t, of.like, of.release)
			compared := 0
			for _, x := range r.exchanges {
				name := situation.FindStringSubmatch(x.Name)[1]
				want, known := statuses[name]
				r.t, x.Response.Status = t, http.StatusNotFound // where it was not asked: no secret is of use
				if status, _, _ := strings.Cut(want, ":"); known && want != "-" {
					var err error
					x.Response.Status, err = strconv.Atoi(status)
					require.NoError(t, err)
				}
				if r.prepare(x); r.isOfOtherService(x) || strings.HasPrefix(name, "prod-") {
					continue
				}
				got := r.askIn(x)
				_ = r.compareKinds(x, got) // notes what the server has made up
				if !known || want == "-" {
					continue
				}
				compared++
				if other, ok := otherStatuses[of.release+" "+name]; ok {
					want = other.what
				}
				assert.Equal(t, want, statusAndType(got), "%s", x.Name)
			}
			assert.Greater(t, compared, 180)
			t.Logf("%d answers", compared)
		})
	}
}

// statusAndType is in the form of the file.
func statusAndType(r reply) string {
	if r.status < 400 {
		return strconv.Itoa(r.status)
	}
	kind := ""
	if v, err := php.ParseJSON([]byte(r.body)); err == nil {
		kind, _ = v.(*php.Array).Get("type").(string)
	}
	return fmt.Sprintf("%d:%s", r.status, kind)
}
