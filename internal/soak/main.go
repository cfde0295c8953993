// Soak drives many users through a client for a set time, while the server and the way to it
// keep failing, and compares what the client told them with what the server did.
//
//	go run ./internal/soak -for 10m
//
// All of it happens on loopback, against the in-memory server. It ends with exit status 1 where
// an effect was lost or doubled, a change was sent twice, a user saw another one's data, an
// error named no operation, or goroutines or heap were left.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
)

func main() {
	length := flag.Duration("for", 10*time.Minute, "how long")
	users := flag.Int("users", 200, "how many users at once")
	pause := flag.Duration("pause", 100*time.Millisecond, "mean time between two calls of a user")
	every := flag.Duration("fault-every", 10*time.Millisecond, "mean time between two faults, 0 for none")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *length)
	defer cancel()
	if err := soak(ctx, *users, *pause, *every); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// settled is what may be left of the heap: pools, tables of types, the timers of net/http.
const settled = 8 << 20

func soak(ctx context.Context, users int, pause, every time.Duration) error {
	atStart := measure()
	fmt.Printf("start: %v\n", atStart)
	t, err := drive(ctx, users, pause, every) // the server and its state are garbage when it returns
	if err != nil {
		return err
	}
	atEnd := measure()
	for deadline := time.Now().Add(30 * time.Second); (atEnd.goroutines > atStart.goroutines || atEnd.heap > atStart.heap+settled) && time.Now().Before(deadline); atEnd = measure() {
		<-time.After(50 * time.Millisecond)
	}
	fmt.Print(t)
	fmt.Printf("end: %v\n", atEnd)
	if atEnd.heap > atStart.heap+settled {
		t.wrong["bytes of heap left"] = int(atEnd.heap - atStart.heap)
	}
	if left := atEnd.goroutines - atStart.goroutines; left > 0 {
		t.wrong["goroutines left"] = left
	}
	if len(t.wrong) > 0 {
		return fmt.Errorf("not all went well: %v", t.wrong)
	}
	return nil
}

// drive runs the users until ctx ends and returns their common tally.
func drive(ctx context.Context, users int, pause, every time.Duration) (*tally, error) {
	server, err := appwritetest.Start(appwritetest.WithSettings(appwritetest.Settings{SessionLimit: 1000}))
	if err != nil {
		return nil, err
	}
	defer server.Close()
	counted := &arrivals{next: server.Handler(), seen: map[string]int{}}
	front := httptest.NewUnstartedServer(counted)
	front.Config.ErrorLog = log.New(io.Discard, "", 0) // broken connections are wanted
	front.Start()
	defer front.Close()
	client, err := appwrite.NewClient(front.URL+"/v1", server.ProjectID(),
		appwrite.WithTimeout(500*time.Millisecond),
		appwrite.WithMaxResponseBytes(1<<20),
		appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: 5 * time.Millisecond, MaxDelay: 2 * time.Second}),
	)
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()

	var people []*person
	for i := range users {
		p, err := newPerson(ctx, server, client, i)
		if err != nil {
			return nil, err
		}
		people = append(people, p)
	}

	started := time.Now()
	var running, weather sync.WaitGroup
	if every > 0 {
		weather.Go(func() { spoil(ctx, server, every) })
	}
	var peak reading
	weather.Go(func() { peak = watch(ctx) })
	for _, p := range people {
		running.Go(func() {
			for idle(ctx, pause) {
				p.act()
			}
		})
	}
	running.Wait()
	weather.Wait()

	all := newTally()
	for _, p := range people {
		all.add(p.tally)
	}
	all.took = time.Since(started)
	all.peak = peak
	for i, logs := range logged(server.Dump()) {
		all.reconcile(people[i], logs)
	}
	if counted.twice > 0 {
		all.wrong["changes sent twice"] = counted.twice
	}
	return all, nil
}

// idle waits for about d, and reports whether there is time left.
func idle(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(rand.N(2*d + 1)):
		return true
	}
}

// spoil has the server fail, once or a few times at once.
func spoil(ctx context.Context, server *appwritetest.Server, every time.Duration) {
	kinds := []appwritetest.Fault{
		{Status: 500}, {Status: 503}, {Status: 504},
		{Status: 502, Damage: appwritetest.BodyHTML},
		{Status: 429, Reset: time.Millisecond}, {Status: 429, Reset: time.Hour},
		{Status: 307, Location: "https://elsewhere.example/"},
		{Status: 204},
		{Damage: appwritetest.DropBefore}, {Damage: appwritetest.DropAfter},
		{Damage: appwritetest.BodyTruncated}, {Damage: appwritetest.BodyMalformed},
		{Damage: appwritetest.BodyPlain}, {Damage: appwritetest.BodyEndless},
		{Delay: 50 * time.Millisecond}, {Delay: time.Second},
	}
	for idle(ctx, every) {
		f := kinds[rand.IntN(len(kinds))]
		f.Times = 1 + rand.IntN(3)
		server.Fail(f)
	}
}

// reading is what the process takes up.
type reading struct {
	heap       uint64 // bytes
	goroutines int
}

func (r reading) String() string {
	return fmt.Sprintf("%.1f MiB of heap, %d goroutines", float64(r.heap)/(1<<20), r.goroutines)
}

// measure reads after the collector has run.
func measure() reading {
	runtime.GC()
	runtime.GC() // what had a finalizer or was in a pool
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return reading{m.HeapAlloc, runtime.NumGoroutine()}
}

// watch returns the most that was taken up at any time, with the server and its state.
func watch(ctx context.Context) (most reading) {
	for idle(ctx, time.Second) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most.heap, most.goroutines = max(most.heap, m.HeapAlloc), max(most.goroutines, runtime.NumGoroutine())
	}
	return most
}

// kindOf names an error by its type, and says whether the call may have been done all the same.
func kindOf(err error) (kind string, unsure bool) {
	var (
		answer   *appwrite.Error
		decoding *appwrite.DecodeError
		param    *appwrite.ParamError
	)
	switch {
	case err == nil:
		return "", false
	case errors.As(err, &answer):
		return fmt.Sprintf("Error %d", answer.StatusCode), false
	case errors.As(err, &decoding):
		return "DecodeError", true
	case errors.As(err, &param):
		return "ParamError", false
	case errors.Is(err, appwrite.ErrResponseTooLarge):
		return "ErrResponseTooLarge", true
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout", true
	default:
		return "broken connection", true
	}
}

// sorted returns a map's keys, those with the highest numbers first.
func sorted(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(m[b]-m[a], cmp.Compare(a, b)) })
	return keys
}
