//go:build !race

package id_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/id"
)

// The race detector adds an allocation of its own.
func TestUniqueAllocations(t *testing.T) {
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { _ = id.Unique() }), 1.0)
}

var sink string

func BenchmarkUnique(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		sink = id.Unique()
	}
}

func BenchmarkUniqueParallel(b *testing.B) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_ = id.Unique()
		}
	})
}
