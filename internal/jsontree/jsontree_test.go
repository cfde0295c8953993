package jsontree_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/internal/jsontree"
)

func TestNumbersStayAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	v, err := jsontree.Of([]byte(`{"n":9007199254740993,"l":[1.0]}`))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"n": json.Number("9007199254740993"), "l": []any{json.Number("1.0")}}, v)
	_, err = jsontree.Of([]byte(`{`))
	assert.Error(t, err)
}

func TestWhatIsEmptyIsZero(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{`null`: true, `0`: true, `""`: true, `false`: true, `[]`: true, `{}`: true, `1`: false, `"0"`: false, `true`: false, `[0]`: false, `{"a":0}`: false} {
		v, err := jsontree.Of([]byte(text))
		require.NoError(t, err)
		assert.Equal(t, want, jsontree.IsZero(v), text)
	}
}
