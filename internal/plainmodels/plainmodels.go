// Package plainmodels makes models as one would write them for encoding/json: no methods, dates as
// text. Benchmarks compare with them.
package plainmodels

import (
	"encoding/json"
	"reflect"

	"github.com/seed17809555/appwrite/models"
)

// Of returns the plain type of a model.
func Of(t reflect.Type) reflect.Type {
	switch {
	case t == reflect.TypeFor[models.Timestamp]():
		return reflect.TypeFor[string]()
	case t == reflect.TypeFor[models.Preferences]():
		return reflect.TypeFor[json.RawMessage]()
	case t.Kind() == reflect.Slice:
		return reflect.SliceOf(Of(t.Elem()))
	case t.Kind() != reflect.Struct:
		return t
	}
	var fields []reflect.StructField
	for i := range t.NumField() {
		f := t.Field(i)
		fields = append(fields, reflect.StructField{Name: f.Name, Type: Of(f.Type), Tag: f.Tag})
	}
	return reflect.StructOf(fields)
}

// New returns a function that makes a pointer to a plain model.
func New[Model any]() func() any {
	t := Of(reflect.TypeFor[Model]())
	return func() any { return reflect.New(t).Interface() }
}
