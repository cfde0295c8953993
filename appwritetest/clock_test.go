package appwritetest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClockRunsOnFromWhereItWasSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		assert.Equal(t, time.Now().UTC().Round(0), c.Now())
		start := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		c.Set(start)
		assert.Equal(t, start, c.Now())
		time.Sleep(time.Minute)
		assert.Equal(t, start.Add(time.Minute), c.Now())
		c.Advance(time.Hour)
		assert.Equal(t, start.Add(time.Hour+time.Minute), c.Now())
		c.Set(start.Add(-time.Hour))
		assert.Equal(t, start.Add(-time.Hour), c.Now())
	})
}

func TestServerFollowsTheTimeOfABubble(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	s.AddUser(User{Email: email, Password: password})
	synctest.Test(t, func(t *testing.T) {
		base := headers{"X-Appwrite-Project": s.ProjectID(), "X-Appwrite-Key": s.APIKey(), "Content-Type": "application/json"}
		made := throughHandler(s, "POST", "http://localhost/v1/account/sessions/email", base, login)
		require.Equal(t, 201, made.status, made.body)
		get := func() int {
			return throughHandler(s, "GET", "http://localhost/v1/account",
				headers{"X-Appwrite-Project": s.ProjectID(), "X-Appwrite-Session": made.text(t, "secret")}, "").status
		}
		time.Sleep(sessionDuration - time.Second)
		assert.Equal(t, 200, get())
		time.Sleep(time.Second)
		assert.Equal(t, 401, get())
	})
}
