package models

import "fmt"

const redacted = "[redacted]"

// redact keeps an empty secret empty: whether the server sent one at all is what people look
// for in a log.
func redact(secret string) string {
	if secret == "" {
		return ""
	}
	return redacted
}

// format prints a model as Name{Field:value ...} whatever the verb, because %s, %x and %#v
// would each spell a secret in their own way. The fields are the model's redacted copy, of a
// type without methods.
func format(f fmt.State, name string, fields any) {
	fmt.Fprintf(f, "%s%+v", name, fields)
}
