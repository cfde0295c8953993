package conformance

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/appwritetest"
)

// double is appwritetest as a target.
func double(tb testing.TB) Target {
	srv := appwritetest.NewServer(tb)
	return Target{
		Endpoint:  srv.Endpoint(),
		ProjectID: srv.ProjectID(),
		APIKey:    srv.APIKey(),
		Mail:      inbox{srv.Inbox()},
		SMS:       inbox{srv.Inbox()},
		Clock:     srv.Clock(),
		Direct:    true,
		New:       newDouble,
	}
}

// newDouble is a double with the settings that appwritetest has.
func newDouble(tb testing.TB, s Settings) Target {
	if s.RateLimits || len(s.Off) > 0 || s.SessionLimit > 0 || s.PasswordHistory > 0 {
		tb.Skip(notServed)
	}
	return double(tb)
}

// inbox is where everything is already that the double has sent.
type inbox struct{ *appwritetest.Inbox }

func (in inbox) Wait(_ context.Context, to string, n int) (Message, error) {
	for _, m := range in.Messages() {
		if m.To != to {
			continue
		}
		if n--; n == 0 {
			return Message{Subject: m.Subject, Text: m.Body}, nil
		}
	}
	return Message{}, fmt.Errorf("no message to %s", to)
}

func TestAppwritetest(t *testing.T) {
	t.Parallel()
	target := double(t)
	target.Except = exceptions()
	Run(t, target)
}

// What appwritetest serves by now leaves the list of what it does not.
func TestWhatIsListedAsNotServedIsNotServed(t *testing.T) {
	t.Parallel()
	target, client := double(t), newClient()
	defer client.CloseIdleConnections()
	except := exceptions()
	for _, r := range allRules() {
		if except[r.name] == "" {
			continue
		}
		tr := try(t, func(tb testing.TB) { r.run(tb, target, client) })
		assert.True(t, tr.Skipped() || strings.Contains(tr.log.String(), "appwritetest_not_served"), "%s: %s", r.name, &tr.log)
	}
}
