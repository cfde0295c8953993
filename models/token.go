package models

import (
	"fmt"
	"log/slog"
)

// Token is what a login by mail, magic URL or phone, a verification or a recovery starts with:
// its secret travels to the user by mail or SMS and comes back with the call that completes it.
type Token struct {
	ID        string    `json:"$id"`
	CreatedAt Timestamp `json:"$createdAt"` // since 0.15
	UserID    string    `json:"userId"`     // since 0.7; pass it on to the completing call

	// Secret is what the message to the user holds. It is empty unless the request was made
	// with an API key, so that only the owner of the mailbox or the phone has it. What releases
	// up to 1.5 return when a verification or a recovery is completed is a hash and of no use.
	Secret string    `json:"secret"`
	Expire Timestamp `json:"expire"`

	// Phrase is two words that the mail shows as well, for the user to compare before following
	// its link. Empty unless asked for. Since 1.5.
	Phrase string `json:"phrase"`
}

type tokenFields Token

func (t Token) redacted() tokenFields {
	t.Secret = redact(t.Secret)
	return tokenFields(t)
}

// Format implements [fmt.Formatter]: every verb prints the token without its secret.
func (t Token) Format(f fmt.State, _ rune) { format(f, "Token", t.redacted()) }

// LogValue implements [slog.LogValuer]: the token without its secret.
func (t Token) LogValue() slog.Value { return slog.AnyValue(t.redacted()) }
