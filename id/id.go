// Package id makes and checks the IDs of Appwrite's users, targets and other resources.
//
// [Unique] is an ID for something new. [Custom] takes one of your own, such as the key of the
// user in another database. Calls that may create a user take an empty ID for Unique.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"sync/atomic"
	"time"
)

// MaxLength is the longest ID that every server takes. Servers that store in MongoDB take up to
// 255 characters, but a client cannot tell which those are, and longer IDs could not move to
// another server.
const MaxLength = 36

// serverMade asks the server for an ID of its own making.
const serverMade = "unique()"

// last is the time in the newest ID, in microseconds.
var last atomic.Int64

// Unique returns a new ID of 20 lower-case hexadecimal digits, in the layout of the server's
// own: 13 digits of Unix time in microseconds, 7 random ones. IDs sort by time. Those of one
// process are strictly ascending, also where the clock stands still or steps back; between
// processes 28 random bits keep apart those of the same microsecond. An ID is not a secret: do
// not use it as one.
//
// Making it here rather than sending "unique()" means that a repeated call cannot create a
// second resource. It may be called from any number of goroutines.
func Unique() string {
	var raw [10]byte
	_, _ = rand.Read(raw[:]) // never fails
	random := binary.BigEndian.Uint64(raw[:]) & 0xfff
	binary.BigEndian.PutUint64(raw[:], uint64(tick())<<12|random)

	var digits [20]byte
	hex.Encode(digits[:], raw[:])
	return string(digits[:])
}

// tick returns the time in microseconds, later with every call.
func tick() int64 {
	for {
		previous := last.Load()
		now := max(time.Now().UnixMicro(), previous+1)
		if last.CompareAndSwap(previous, now) {
			return now
		}
	}
}

// Custom returns s if [Validate] accepts it, otherwise "" and the reason.
func Custom(s string) (string, error) {
	if err := Validate(s); err != nil {
		return "", err
	}
	return s, nil
}

// Validate returns nil where servers take s as the ID of something new: 1 to [MaxLength] of the
// characters a-z, A-Z, 0-9, period, hyphen and underscore, starting with a letter or digit; or
// the literal "unique()", with which the server makes an ID itself. The error gives the reason
// and does not repeat s.
func Validate(s string) error {
	switch {
	case s == serverMade:
		return nil
	case s == "":
		return errors.New("empty")
	case len(s) > MaxLength:
		return errors.New("longer than 36 characters")
	case !isAlphanumeric(s[0]):
		return errors.New("must start with a letter or digit (a-z, A-Z, 0-9)")
	}
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '.' && c != '-' && c != '_' {
			return errors.New("may hold only a-z, A-Z, 0-9, period, hyphen and underscore")
		}
	}
	return nil
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
