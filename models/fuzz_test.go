package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzDecodeModels(f *testing.F) {
	for _, r := range recordedBodies(f) {
		f.Add([]byte(r.Body))
	}
	for _, text := range []string{
		oldSession, oldLog, `[` + oldSession + `]`, `{"total":11.0,"logs":[` + oldLog + `,null]}`, `{"labels":[null],"targets":[null]}`,
		`{"status":2,"prefs":[],"$createdAt":"2026-11-21 00:12:51.872"}`, `{"consents":[{"scopes":null}],"sum":1}`, "{\"name\":\"\xff\"}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for name, model := range newModel {
			for _, lib := range libraries {
				v := model()
				if lib.unmarshal(text, v) != nil {
					continue
				}
				encoded, err := lib.marshal(v)
				require.NoError(t, err, name)
				again := model()
				require.NoError(t, lib.unmarshal(encoded, again), name)
				require.Equal(t, v, again, "%s with %s", name, lib.name)
				// Once encoded, both libraries agree on what it is.
				for _, other := range libraries {
					third := model()
					require.NoError(t, other.unmarshal(encoded, third), name)
					require.Equal(t, v, third, name)
				}
			}
		}
	})
}
