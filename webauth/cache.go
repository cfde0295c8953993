package webauth

import (
	"context"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/seed17809555/appwrite/models"
)

// lookupTimeout bounds a call that no single request's context bounds.
const lookupTimeout = 10 * time.Second

// Cache keeps users between requests. Keys are hashes of credentials. It decides how long and
// how many: choose seconds, see the package's comment. A cache that several processes share may
// take its time, within the context; one that fails to answer has no entry. It must be safe for
// concurrent use, and must not change the users that it holds.
type Cache interface {
	Get(ctx context.Context, key string) (*models.User, bool)
	Set(ctx context.Context, key string, user *models.User)
	Delete(ctx context.Context, key string)
}

// NewMemoryCache returns a cache in this process's memory: of at most size users, the least
// recently used of which make way, each for at most ttl, such as 10 seconds. A size or ttl that
// is not positive keeps nothing.
func NewMemoryCache(size int, ttl time.Duration) Cache {
	entries, err := lru.New[string, entry](size)
	if err != nil || ttl <= 0 {
		return nil
	}
	// The library's own expiry would keep a goroutine that nothing ends.
	return &memoryCache{entries: entries, ttl: ttl}
}

type memoryCache struct {
	entries *lru.Cache[string, entry]
	ttl     time.Duration
}

type entry struct {
	user    *models.User
	expires time.Time
}

func (c *memoryCache) Get(_ context.Context, key string) (*models.User, bool) {
	e, ok := c.entries.Get(key)
	if !ok || !time.Now().Before(e.expires) {
		return nil, false
	}
	return e.user, true
}

func (c *memoryCache) Set(_ context.Context, key string, user *models.User) {
	c.entries.Add(key, entry{user, time.Now().Add(c.ttl)})
}

func (c *memoryCache) Delete(_ context.Context, key string) { c.entries.Remove(key) }
