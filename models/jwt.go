package models

import (
	"fmt"
	"log/slog"
)

// JWT is a JSON Web Token that acts as the user of the session it was made from, for at most an
// hour. Since 0.7.
type JWT struct {
	JWT string `json:"jwt"`
}

type jwtFields JWT

func (j JWT) redacted() jwtFields {
	j.JWT = redact(j.JWT)
	return jwtFields(j)
}

// Format implements [fmt.Formatter]: no verb prints the token.
func (j JWT) Format(f fmt.State, _ rune) { format(f, "JWT", j.redacted()) }

// LogValue implements [slog.LogValuer] without the token.
func (j JWT) LogValue() slog.Value { return slog.AnyValue(j.redacted()) }
