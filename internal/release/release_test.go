package release

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReleasesCompareByTheirNumbers(t *testing.T) {
	t.Parallel()
	sorted := []string{"0.2.0", "0.5.3", "0.12.0", "0.15.3", "1.0.0", "1.4.13", "1.5.0", "1.9.6", "1.10.0", "2.0.0", "2.4.0"}
	for i, s := range sorted {
		v, err := Parse(s)
		require.NoError(t, err)
		assert.Equal(t, s, v.String())
		if i > 0 {
			assert.Greater(t, v, Must(sorted[i-1]))
		}
	}
}

func TestTheLastNumberMayBeMissingAndASuffixIsIgnored(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"1.4": "1.4.0", "1.8.0-RC1": "1.8.0", "2.0-beta": "2.0.0"} {
		v, err := Parse(s)
		require.NoError(t, err, s)
		assert.Equal(t, want, v.String())
	}
	for _, bad := range []string{"", "1", "1.", "1.4.", "v1.4", "1.4.13.2", "1.-4", "1.1024", "1.4.x", " 1.4"} {
		_, err := Parse(bad)
		assert.EqualError(t, err, "must look like 1.4 or 1.4.13", bad)
		assert.Panics(t, func() { Must(bad) }, bad)
	}
}

func TestTheNamedReleasesAreWhatTheyAreCalled(t *testing.T) {
	t.Parallel()
	for s, v := range map[string]Version{
		"0.2": V0_2, "0.5": V0_5, "0.6": V0_6, "0.7": V0_7, "0.8": V0_8, "0.9": V0_9, "0.12": V0_12, "0.13": V0_13, "0.14": V0_14, "0.15": V0_15,
		"1.0": V1_0, "1.1": V1_1, "1.2": V1_2, "1.3": V1_3, "1.4": V1_4, "1.5": V1_5, "1.5.8": V1_5_8, "1.6": V1_6, "1.7": V1_7, "1.8": V1_8,
		"1.8.1": V1_8_1, "0.11.2": V0_11_2, "0.12.4": V0_12_4, "0.13.4": V0_13_4, "0.15.3": V0_15_3, "1.5.11": V1_5_11, "1.9.5": V1_9_5, "1.9.6": V1_9_6, "1.9": V1_9, "2.0": V2_0,
	} {
		assert.Equal(t, Must(s), v, s)
	}
}

func TestARangeEndsBeforeItsUpperBound(t *testing.T) {
	t.Parallel()
	old, middle, last := V1_4, V1_5, V1_6
	for _, tc := range []struct {
		r    Range
		want [3]bool
	}{
		{Range{}, [3]bool{}},
		{Since(V1_5), [3]bool{false, true, true}},
		{Before(V1_5), [3]bool{true, false, false}},
		{Between(V1_5, V1_6), [3]bool{false, true, false}},
		{Between(V1_4, V1_6), [3]bool{true, true, false}},
	} {
		assert.Equal(t, tc.want, [3]bool{tc.r.Has(old), tc.r.Has(middle), tc.r.Has(last)}, tc.r)
	}
}
