package appwritetest

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	crand "crypto/rand"
)

// random makes what the server makes up: IDs, secrets, codes, phrases. With a seed all of it is
// the same on each run. It is guarded by the store's lock.
type random struct {
	source io.Reader
	seeded bool
	serial uint64 // of the next ID, when seeded
}

func newRandom(seed *uint64) *random {
	if seed == nil {
		return &random{source: crand.Reader}
	}
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], *seed)
	return &random{source: rand.NewChaCha8(key), seeded: true}
}

func (r *random) bytes(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(r.source, b); err != nil {
		panic(fmt.Sprintf("appwritetest: no randomness: %v", err)) // neither source ever fails
	}
	return b
}

// hex returns n hexadecimal characters; n is even.
func (r *random) hex(n int) string {
	return hex.EncodeToString(r.bytes(n / 2))
}

// below returns a number from 0 to n-1.
func (r *random) below(n int) int {
	// 64 bits make the bias of the remainder smaller than any test could see.
	return int(binary.LittleEndian.Uint64(r.bytes(8)) % uint64(n))
}

// seededEpoch is where the IDs of a seeded server start, as they cannot hold the real time and
// be the same on each run.
const seededEpoch = 1_700_000_000

// id returns 20 hexadecimal characters as the server makes them: seconds, microseconds,
// randomness.
func (r *random) id(now time.Time) string {
	if r.seeded {
		now = time.Unix(seededEpoch, 0).Add(time.Duration(r.serial) * time.Microsecond)
		r.serial++
	}
	return fmt.Sprintf("%08x%05x%s", now.Unix(), now.Nanosecond()/1000, r.hex(8)[:7])
}

// code returns the six digits of a mail or SMS.
func (r *random) code() string {
	return fmt.Sprintf("%06d", r.below(1_000_000))
}

var (
	adjectives = []string{"Brave", "Calm", "Clever", "Eager", "Fancy", "Generous", "Gentle", "Happy", "Jolly", "Kind", "Lively", "Peaceful", "Polite", "Proud", "Quiet", "Witty"}
	nouns      = []string{"anchor", "bridge", "cactus", "dolphin", "ember", "forest", "garden", "harbor", "island", "lemon", "meadow", "puzzle", "river", "saddle", "tiger", "violin"}
)

// phrase returns the two words by which a user knows a mail to be the one that was asked for.
func (r *random) phrase() string {
	return adjectives[r.below(len(adjectives))] + " " + nouns[r.below(len(nouns))]
}
