package appwritetest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInbox(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	_, ok := s.Inbox().Last("a@example.com")
	assert.False(t, ok)
	for _, to := range []string{"a@example.com", "b@example.com", "a@example.com"} {
		send(t, s, "POST", "/account/tokens/email", nil, `{"userId":"unique()","email":"`+to+`"}`)
	}
	all := s.Inbox().Messages()
	if assert.Len(t, all, 3) {
		last, ok := s.Inbox().Last("a@example.com")
		assert.True(t, ok)
		assert.Equal(t, all[2], last)
		assert.Equal(t, "OTP for Test Login", last.Subject)
		assert.WithinDuration(t, s.Clock().Now(), last.SentAt, 1e10)
	}
	s.Inbox().Clear()
	assert.Empty(t, s.Inbox().Messages())
	assert.Len(t, all, 3, "what was handed out stays")
}

func TestMessagesAreInTheLanguageThatWasAskedFor(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	for _, tt := range []struct{ header, param, want string }{
		{"", "", "en"}, {"de", "", "de"}, {"", "fr", "fr"}, {"de", "fr", "fr"}, {"xx", "", "en"}, {"DE", "", "en"},
	} {
		send(t, s, "POST", "/account/tokens/email", headers{"X-Appwrite-Locale": tt.header}, `{"userId":"unique()","email":"`+email+`","locale":"`+tt.param+`"}`)
		mail, ok := s.Inbox().Last(email)
		require.True(t, ok)
		assert.Equal(t, tt.want, mail.Locale, "%+v", tt)
	}
}
