package models_test

import (
	stdjson "encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite/models"
)

// dateForms are all the forms in which servers have sent a date.
var dateForms = map[string]models.Timestamp{
	`0`:                               {},
	`""`:                              {},
	`null`:                            {},
	`"2026-11-21T00:12:51.872+00:00"`: at("2026-11-21T00:12:51.872Z"),
	`"2026-11-21T00:12:51+00:00"`:     at("2026-11-21T00:12:51Z"),
	`"2026-11-21T00:12:51.872Z"`:      at("2026-11-21T00:12:51.872Z"),
	`"2026-11-21T02:12:51.872+02:00"`: at("2026-11-21T00:12:51.872Z"),
	`"2026-11-21 00:12:51.872"`:       at("2026-11-21T00:12:51.872Z"),
	`"2026-11-21 00:12:51"`:           at("2026-11-21T00:12:51Z"),
	`1795219971`:                      at("2026-11-21T00:12:51Z"),
	`1795219971.0`:                    at("2026-11-21T00:12:51Z"),
	`-1`:                              at("1969-12-31T23:59:59Z"),
	`"1970-01-01T00:00:00.000+00:00"`: at("1970-01-01T00:00:00Z"),
	`"0000-01-01T00:00:00.000+00:00"`: at("0000-01-01T00:00:00Z"),
	`"9999-12-31T23:59:59.999+00:00"`: at("9999-12-31T23:59:59.999Z"),
	`253402300799`:                    at("9999-12-31T23:59:59Z"),
	`"2026-11-21T00:12:51.8729999Z"`:  at("2026-11-21T00:12:51.872Z"), // finer than servers are
	`"2026\u002d11-21T00:12:51Z"`:     at("2026-11-21T00:12:51Z"),
}

func TestEveryDateFormDecodesInEveryDateFieldOfEveryModel(t *testing.T) {
	t.Parallel()
	dates := 0
	for name, model := range newModel {
		for key, typ := range fields(model()) {
			if typ != reflect.TypeFor[models.Timestamp]() {
				continue
			}
			dates++
			for form, want := range dateForms {
				for _, lib := range libraries {
					v := model()
					require.NoError(t, lib.unmarshal([]byte(`{"`+key+`":`+form+`}`), v), "%s.%s %s", name, key, form)
					got := dateField(v, key)
					assert.Equal(t, want, got, "%s: %s.%s %s", lib.name, name, key, form)

					again := model()
					require.NoError(t, lib.unmarshal([]byte(encode(t, lib, v)), again))
					assert.Equal(t, want, dateField(again, key))
				}
			}
		}
	}
	assert.Equal(t, 26, dates, "date fields of all models")
}

func dateField(model any, key string) models.Timestamp {
	v := reflect.ValueOf(model).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("json") == key {
			return v.Field(i).Interface().(models.Timestamp)
		}
	}
	panic(key)
}

func TestTimestampEncodesAsTodaysServersDo(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("", 3600)
	for _, test := range []struct {
		time time.Time
		want string
	}{
		{time.Time{}, ""},
		{time.Date(2026, 11, 21, 0, 12, 51, 872e6, time.UTC), "2026-11-21T00:12:51.872+00:00"},
		{time.Date(2026, 11, 21, 0, 12, 51, 0, time.UTC), "2026-11-21T00:12:51.000+00:00"},
		{time.Date(2026, 11, 21, 1, 12, 51, 872_999_999, berlin), "2026-11-21T00:12:51.872+00:00"},
		{time.Unix(0, 0), "1970-01-01T00:00:00.000+00:00"},
		{time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), "0000-01-01T00:00:00.000+00:00"},
	} {
		stamp := models.Timestamp{Time: test.time}
		for _, lib := range libraries {
			assert.Equal(t, `"`+test.want+`"`, encode(t, lib, stamp))
			assert.JSONEq(t, `{"`+test.want+`":1}`, encode(t, lib, map[models.Timestamp]int{stamp: 1}))
		}
		text, err := stamp.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, test.want, string(text))
		assert.Equal(t, test.want, stamp.String())
		assert.Equal(t, test.want, fmt.Sprint(stamp))
	}
}

func TestTimestampOutsideOfTheCalendarNeitherEncodesNorDecodes(t *testing.T) {
	t.Parallel()
	for _, date := range []time.Time{
		time.Date(-1, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Unix(1<<62, 0),
		time.Unix(-1<<62, 0),
	} {
		for _, lib := range libraries {
			_, err := lib.marshal(models.Timestamp{Time: date})
			assert.Error(t, err)
			_, err = lib.marshal(models.User{CreatedAt: models.Timestamp{Time: date}})
			assert.Error(t, err)
		}
		_, err := models.Timestamp{Time: date}.MarshalText()
		assert.Error(t, err)
		assert.NotPanics(t, func() { _ = models.Timestamp{Time: date}.String() })
	}
	for _, text := range []string{
		`253402300800`, `-62167219201`, `9223372036854775807`, `-9223372036854775808`,
		`"9999-12-31T23:59:59-01:00"`, `"0000-01-01T00:00:00+01:00"`,
	} {
		for _, lib := range libraries {
			assert.Error(t, lib.unmarshal([]byte(text), new(models.Timestamp)), text)
		}
	}
}

func TestTimestampErrorsDoNotQuoteTheValue(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		`"s3cr3t"`, `"2026-11-21T00:00:00.s3cr3t"`, `"\u0073s3cr3t"`, `{"s3cr3t":1}`, `["s3cr3t"]`, `777123777123777123`, `1.777123`,
	} {
		for _, lib := range libraries {
			for _, model := range []string{value, `{"$createdAt":` + value + `}`} {
				var target any = new(models.Timestamp)
				if model != value {
					target = new(models.Session)
				}
				err := lib.unmarshal([]byte(model), target)
				require.Error(t, err)
				assert.NotContains(t, err.Error(), "s3cr3t")
				assert.NotContains(t, err.Error(), "777123")
			}
		}
	}
	err := new(models.Timestamp).UnmarshalText([]byte("s3cr3t"))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "s3cr3t")
}

func TestTimestampFromTextTakesAlsoUnixSeconds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]models.Timestamp{
		"":                              {},
		"0":                             {},
		"1795219971":                    at("2026-11-21T00:12:51Z"),
		"2026-11-21T00:12:51.872+00:00": at("2026-11-21T00:12:51.872Z"),
		"2026-11-21 00:12:51.872":       at("2026-11-21T00:12:51.872Z"),
	} {
		var got models.Timestamp
		require.NoError(t, got.UnmarshalText([]byte(text)))
		assert.Equal(t, want, got)
	}
	assert.Error(t, new(models.Timestamp).UnmarshalJSON(nil))
	assert.Error(t, new(models.Timestamp).UnmarshalJSON([]byte(`"`)))
}

func FuzzTimestamp(f *testing.F) {
	for form := range dateForms {
		f.Add(form)
	}
	f.Add(`"2026-11-21T00:12:51,872Z"`)
	f.Add(`"2026-02-30 00:00:00"`)
	f.Fuzz(func(t *testing.T, text string) {
		var results []models.Timestamp
		for _, lib := range libraries {
			var stamp models.Timestamp
			if lib.unmarshal([]byte(text), &stamp) != nil {
				continue
			}
			results = append(results, stamp)
			encoded, err := lib.marshal(stamp)
			require.NoError(t, err, "what decodes encodes")
			assert.True(t, stdjson.Valid(encoded))
			var again models.Timestamp
			require.NoError(t, lib.unmarshal(encoded, &again))
			assert.Equal(t, stamp, again)
		}
		if len(results) == 2 {
			assert.Equal(t, results[0], results[1])
		}
		var stamp models.Timestamp
		_ = stamp.UnmarshalJSON([]byte(text)) // text that no decoder has checked
		_ = stamp.UnmarshalText([]byte(strings.Trim(text, `"`)))
	})
}
