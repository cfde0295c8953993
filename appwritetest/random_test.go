package appwritetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestASeedMakesEveryRunTheSame(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) []string {
		s := NewServer(t, WithSeed(seed))
		id, secret := signUp(t, s)
		send(t, s, "POST", "/account/tokens/email", nil, `{"userId":"unique()","email":"new@example.com","phrase":true}`)
		mail := lastMessage(t, s, "new@example.com")
		return []string{s.APIKey(), id, secret, mail.UserID, mail.Secret, mail.Phrase}
	}
	assert.Equal(t, run(1), run(1))
	assert.NotEqual(t, run(1), run(2))
}

func TestIDsSortByTime(t *testing.T) {
	t.Parallel()
	seed := uint64(1)
	for _, r := range []*random{newRandom(nil), newRandom(&seed)} {
		now := time.Date(2026, 11, 21, 0, 12, 51, 871_000_000, time.UTC)
		last := ""
		for range 100 {
			id := r.id(now)
			now = now.Add(time.Millisecond)
			assert.Regexp(t, `^[0-9a-f]{20}$`, id)
			assert.Greater(t, id, last)
			last = id
		}
	}
	assert.Equal(t, "6b00e203d4a58", newRandom(nil).id(time.Date(2026, 11, 21, 0, 12, 51, 871_000_000, time.UTC))[:13])
}
