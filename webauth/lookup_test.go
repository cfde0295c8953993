package webauth

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed17809555/appwrite/models"
)

// A field that points to something and is not copied would be shared by all requests of a user.
func TestEveryPointerOfACachedUserIsCopied(t *testing.T) {
	t.Parallel()
	var user models.User
	v, pointers := reflect.ValueOf(&user).Elem(), 0
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
			pointers++
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			pointers++
		case reflect.Map, reflect.Interface, reflect.Func, reflect.Chan:
			assert.Fail(t, "a field that ownCopy does not know", v.Type().Field(i).Name)
		}
	}
	own := reflect.ValueOf(ownCopy(&user)).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Pointer || f.Kind() == reflect.Slice {
			assert.NotEqual(t, f.Pointer(), own.Field(i).Pointer(), v.Type().Field(i).Name)
			assert.Equal(t, f.Interface(), own.Field(i).Interface())
		}
	}
	assert.Positive(t, pointers)
}
