package id_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/id"
)

func TestUniqueForm(t *testing.T) {
	t.Parallel()
	before := time.Now().UnixMicro()
	got := id.Unique()
	assert.Regexp(t, `^[0-9a-f]{20}$`, got)
	require.NoError(t, id.Validate(got))

	micros, err := strconv.ParseInt(got[:13], 16, 64)
	require.NoError(t, err)
	// The tests beside this one make IDs faster than the clock ticks.
	assert.GreaterOrEqual(t, micros, before)
	assert.Less(t, micros, before+time.Minute.Microseconds())
}

func TestUniqueTailVaries(t *testing.T) {
	t.Parallel()
	for digit := 13; digit < 20; digit++ {
		seen := map[byte]bool{}
		for range 1000 {
			seen[id.Unique()[digit]] = true
		}
		assert.Len(t, seen, 16, "digit %d", digit)
	}
}

func TestUniqueAscends(t *testing.T) {
	t.Parallel()
	previous := ""
	for range 10_000 {
		next := id.Unique()
		require.Greater(t, next, previous)
		previous = next
	}
}

func TestUniqueUnderConcurrency(t *testing.T) {
	t.Parallel()
	const goroutines, each = 64, 1000
	made := make([][]string, goroutines)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			for range each {
				made[i] = append(made[i], id.Unique())
			}
		})
	}
	wg.Wait()

	for _, ids := range made {
		assert.True(t, slices.IsSorted(ids), "a goroutine sees its IDs ascend")
	}
	all := slices.Concat(made...)
	slices.Sort(all)
	assert.Len(t, slices.Compact(all), goroutines*each)
}

func TestValidate(t *testing.T) {
	t.Parallel()
	const (
		start = "must start with a letter or digit (a-z, A-Z, 0-9)"
		chars = "may hold only a-z, A-Z, 0-9, period, hyphen and underscore"
	)
	tests := map[string]struct{ s, reason string }{
		"one character":       {"a", ""},
		"every kind":          {"0aZ9._-", ""},
		"36 characters":       {strings.Repeat("x", id.MaxLength), ""},
		"UUID":                {"123e4567-e89b-12d3-a456-426614174000", ""},
		"made by the server":  {"unique()", ""},
		"two dots at the end": {"a..", ""},
		"empty":               {"", "empty"},
		"37 characters":       {strings.Repeat("x", id.MaxLength+1), "longer than 36 characters"},
		"dot first":           {".a", start},
		"dot dot":             {"..", start},
		"hyphen first":        {"-a", start},
		"underscore first":    {"_a", start},
		"space first":         {" a", start},
		"accent first":        {"é", start},
		"space":               {"a b", chars},
		"slash":               {"a/b", chars},
		"newline at the end":  {"a\n", chars},
		"zero byte":           {"a\x00", chars},
		"accent":              {"Zoé", chars},
		"not UTF-8":           {"a\xff", chars},
		"e-mail":              {"a@example.com", chars},
		"unique, other case":  {"Unique()", chars},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := id.Custom(test.s)
			if test.reason == "" {
				assert.NoError(t, id.Validate(test.s))
				assert.NoError(t, err)
				assert.Equal(t, test.s, got)
				return
			}
			assert.EqualError(t, id.Validate(test.s), test.reason)
			assert.EqualError(t, err, test.reason)
			assert.Empty(t, got)
		})
	}
}

// The rule as the server writes it.
var serverRule = regexp.MustCompile(`\A(?:[A-Za-z0-9][A-Za-z0-9._-]{0,35}|unique\(\))\z`)

func FuzzValidate(f *testing.F) {
	for _, s := range []string{"", "a", "unique()", ".a", "a\n", "é", "a\xff", strings.Repeat("x", 37), id.Unique()} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		assert.Equal(t, serverRule.MatchString(s), id.Validate(s) == nil)
	})
}
