package mask

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Masking the shorter one first would leave the rest of the longer one behind.
func TestASecretThatBeginsAnotherOneHidesNothingOfIt(t *testing.T) {
	t.Parallel()
	const text = "changed hunter22-0815-4711 and hunter22 and 0815-4711"
	for _, tc := range []struct {
		secrets []string
		want    string
	}{
		{[]string{"hunter22", "hunter22-0815-4711"}, "changed [redacted] and [redacted] and 0815-4711"},
		{[]string{"hunter22-0815-4711", "hunter22"}, "changed [redacted] and [redacted] and 0815-4711"},
		{[]string{"0815-4711", "hunter22-0815-4711"}, "changed [redacted] and hunter22 and [redacted]"},
	} {
		assert.Equal(t, tc.want, New(tc.secrets)(text))
	}
}

func TestAVeryShortSecretIsNotMasked(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "abc of abc", New([]string{"", "abc"})("abc of abc"))
}
