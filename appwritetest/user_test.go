package appwritetest

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

func TestAddUser(t *testing.T) {
	t.Parallel()
	s := NewServer(t)
	user := s.AddUser(User{
		ID: "ada", Email: "Ada@Example.com", Phone: "+14155550100", Password: password, Name: "Ada", Labels: []string{"vip"},
		Prefs: map[string]any{"theme": "dark"}, EmailVerified: true, PhoneVerified: true,
	})
	assert.Equal(t, "ada", user.ID)
	assert.Equal(t, "ada@example.com", user.Email)
	assert.Equal(t, []string{"vip"}, user.Labels)
	assert.True(t, user.EmailVerification)
	assert.True(t, user.PhoneVerification)
	require.Len(t, user.Targets, 2)

	made, err := s.Client().Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: email, Password: password})
	require.NoError(t, err)
	same, err := s.Client().WithSession(made.Secret).Account.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, user, same)

	s.AddUser(User{Email: "blocked@example.com", Password: password, Blocked: true})
	_, err = s.Client().Account.CreateEmailPasswordSession(t.Context(), appwrite.EmailPasswordParams{Email: "blocked@example.com", Password: password})
	require.ErrorIs(t, err, appwrite.ErrUserBlocked)
}

func TestAddUserRefusesWhatTheServerCouldNotHold(t *testing.T) {
	t.Parallel()
	s, err := Start()
	require.NoError(t, err)
	t.Cleanup(s.Close)
	s.AddUser(User{ID: "ada", Email: email})
	for _, u := range []User{
		{ID: "ada"}, {Email: "ADA@example.com"}, {ID: "a b"}, {Email: "x"}, {Phone: "123"}, {Prefs: []int{1}}, {Prefs: make(chan int)}, {TOTPSecret: "not base32!"},
	} {
		assert.Panics(t, func() { s.AddUser(u) }, "%+v", u)
	}
}

// The memory of many users, as MB for 100,000 of them.
func BenchmarkAddUser(b *testing.B) {
	s := NewServer(b)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n := 0
	for b.Loop() {
		s.AddUser(User{Email: fmt.Sprintf("user%d@example.com", n), Password: password, Name: "Some Body"})
		n++
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n)*100_000/(1<<20), "MB/100000")
	runtime.KeepAlive(s)
}
