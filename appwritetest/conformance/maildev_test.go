package conformance

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mailsOf starts a maildev that answers with what the function returns.
func mailsOf(t *testing.T, list func() (status int, body string)) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/email" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		status, body := list()
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// twoMails is a list as maildev answers it, with fields that are not read here, too.
const twoMails = `[
	{"id":"XwgKAxto","time":"2026-11-21T00:13:00.156Z","from":[{"address":"noreply@appwrite.io","name":"Appwrite"}],
	 "to":[{"address":"ada@example.com","name":"Ada"}],"subject":"First","text":"one","html":"<p>one</p>","headers":{"to":"Ada <ada@example.com>"},
	 "read":false,"attachments":[],"envelope":{"to":["ada@example.com"]}},
	{"id":"Y","to":[{"address":"eve@example.com","name":""}],"subject":"Hers","text":"x"},
	{"id":"Z","to":[{"address":"eve@example.com"},{"address":"Ada@Example.com"}],"subject":"Second","html":"<p>two</p>"}]`

func TestMaildevFindsTheMailsToAnAddressInTheirOrder(t *testing.T) {
	t.Parallel()
	inbox := Maildev(mailsOf(t, func() (int, string) { return 200, twoMails }) + "/")
	for n, want := range map[int]Message{1: {"First", "one", "<p>one</p>"}, 2: {"Second", "", "<p>two</p>"}} {
		got, err := inbox.Wait(t.Context(), "ada@example.com", n)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

func TestMaildevWaitsForAMailThatIsOnItsWay(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	inbox := Maildev(mailsOf(t, func() (int, string) {
		if asked.Add(1) < 3 {
			return 200, `[]`
		}
		return 200, twoMails
	}))
	got, err := inbox.Wait(t.Context(), "eve@example.com", 1)
	require.NoError(t, err)
	assert.Equal(t, "Hers", got.Subject)
	assert.EqualValues(t, 3, asked.Load())
}

func TestMaildevWaitsNoLongerThanTheContext(t *testing.T) {
	t.Parallel()
	inbox := Maildev(mailsOf(t, func() (int, string) { return 200, twoMails }))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := inbox.Wait(ctx, "ada@example.com", 3)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "mail 3 to ada@example.com has not come")
}

func TestMaildevTellsWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	for want, answer := range map[string]func() (int, string){
		"maildev: 401 Unauthorized":        func() (int, string) { return 401, "" },
		"maildev: 307 Temporary Redirect":  func() (int, string) { return 307, "" },
		"maildev: its list of mails: ":     func() (int, string) { return 200, "<html>" },
		"maildev: its list of mails: json": func() (int, string) { return 200, `{"items":[]}` },
	} {
		_, err := Maildev(mailsOf(t, answer)).Wait(t.Context(), "ada@example.com", 1)
		assert.ErrorContains(t, err, want)
	}
	_, err := Maildev("http://ada:secret@127.0.0.1:1").Wait(t.Context(), "ada@example.com", 1)
	require.Error(t, err)
	assert.False(t, strings.Contains(err.Error(), "secret"), err)
	_, err = Maildev(":").Wait(t.Context(), "ada@example.com", 1)
	assert.ErrorContains(t, err, "maildev: ")
}
