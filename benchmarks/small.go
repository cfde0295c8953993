package main

import (
	"errors"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/id"
	"github.com/seed17809555/appwrite/query"
)

// What the compiler must not throw away.
var (
	keptClient *appwrite.Client
	keptText   string
)

// small is what needs no call. A variant repeats it, since one is shorter than a look at the
// clock.
const repeats = 1000

func small() []variant {
	base := inMemory().client("user")
	one := func(name string, f func()) variant {
		return variant{name, func() error {
			for range repeats {
				f()
			}
			if keptClient == nil && keptText == "" {
				return errors.New("nothing was made")
			}
			return nil
		}}
	}
	return []variant{
		one("NewClient", func() { keptClient, _ = appwrite.NewClient("https://cloud.appwrite.io/v1", "my-project") }),
		one("Client.WithJWT", func() { keptClient = base.WithJWT(secret) }),
		one("Client.WithSession", func() { keptClient = base.WithSession(secret) }),
		one("id.Unique", func() { keptText = id.Unique() }),
		one("query.Equal with a string", func() { keptText = query.Equal("provider", "github") }),
	}
}
