// Package models holds what Appwrite's Account API answers: one struct per answer, with the
// server's keys in the json tags and in the server's order.
//
// A field with "since 1.5" comes from servers of that release on. For older ones it is zero.
//
// # Decoding
//
// Every model decodes, with encoding/json and with encoding/json/v2 (or
// github.com/go-json-experiment/json), what servers from 0.5 up to today's have ever sent:
// dates as seconds, as text with and without a zone, or empty; status as a number; lists as
// bare arrays or counted by "sum"; the nested device description of 0.5 and 0.6. A key that is
// missing or null leaves the zero value, an unknown key is ignored, and a value of the wrong
// JSON type is an error. Empty lists decode to nil slices.
//
// # Encoding
//
// Encoding gives every field under today's keys: dates in one form and in UTC, nil slices as
// [], nothing redacted, so that a stored session can be used again. A model that is encoded and
// decoded is equal to what it was, as long as its times have no more than milliseconds and its
// empty slices are nil.
//
// # Printing and logging
//
// [Session], [Token], [JWT], [Identity], [MFAType], [MFARecoveryCodes] and the lists of them
// show "[redacted]" in place of their secrets, with package fmt and in both handlers of
// log/slog. [User] and [Preferences] show the number of preferences instead of the preferences.
//
// Three limits follow from how Go prints. fmt does not call the methods of values in unexported
// fields, so keep a model with secrets in an exported field or do not print the struct around
// it. It also does not call them for %p of a struct and for %w of a value that is not an error;
// go vet reports both. slog's JSON handler encodes what it does not know with encoding/json,
// and encoding keeps secrets: log the model itself (slog.Any("session", session)), not a slice,
// a map or a struct of your own that holds it.
package models
