package appwrite

import (
	"cmp"
	"errors"
	"iter"
	"math"
	"slices"
	"strconv"

	"github.com/seed17809555/appwrite/internal/oldquery"
	"github.com/seed17809555/appwrite/internal/release"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// ListParams are the parameters of the methods that list.
type ListParams struct {
	// Queries come from package query, whatever the server's release: for servers before 1.5
	// they are rewritten, and a query that such a server does not have is refused.
	Queries   []string
	SkipTotal bool // the server does not count: Total is 0. Servers since 1.8.1
}

type listQuery struct {
	Queries []string `url:"queries,brackets,omitempty"`
	Limit   *int     `url:"limit,omitempty"`
	Offset  *int     `url:"offset,omitempty"`
	Total   string   `url:"total,omitempty"`
}

// How servers take queries. Those from 0.12 to 0.15 take limit and offset, as parameters of
// their own.
var (
	inJSON      = release.Since(v1_5)
	inOldSyntax = release.Between(v1_0, v1_5)
	notAtAll    = release.Before(v0_12) // they send all that they have
)

func (p ListParams) forServer(v release.Version) (any, *ParamError) {
	var q listQuery
	for i, text := range p.Queries {
		if err := q.add(text, v); err != nil {
			return nil, &ParamError{Param: "queries[" + strconv.Itoa(i) + "]", Reason: "cannot be used: " + err.Error()}
		}
	}
	if p.SkipTotal && release.Since(v1_8_1).Has(v) {
		q.Total = "0" // "false" would count as true
	}
	return q, nil
}

// add adds a query in the form that servers of the release read.
func (q *listQuery) add(text string, v release.Version) error {
	parsed, err := query.Parse(text)
	if err != nil {
		return err
	}
	switch {
	case inJSON.Has(v):
		q.Queries = append(q.Queries, text)
	case inOldSyntax.Has(v):
		text, err = oldquery.Write(parsed)
		q.Queries = append(q.Queries, text)
	default:
		n, isInt := parsed.Int()
		switch {
		case parsed.Method != "limit" && parsed.Method != "offset":
			return errors.New("servers before 1.0.0 know limit and offset alone")
		case !isInt:
			return errors.New("not an integer")
		case notAtAll.Has(v): // the page is cut out of the answer
		case parsed.Method == "limit":
			q.Limit = cmp.Or(q.Limit, &n) // where one comes twice, servers take the first
		default:
			q.Offset = cmp.Or(q.Offset, &n)
		}
	}
	return err
}

// allPages iterates over the entries of all pages. fetch returns the page after the one before,
// when so many entries have been seen, and whether it is the last.
func allPages[T any](fetch func(seen int, before []T) (page []T, last bool, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var page []T
		seen := 0
		for last := false; !last; seen += len(page) {
			var err error
			page, last, err = fetch(seen, page)
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for _, entry := range page {
				if !yield(entry, nil) {
					return
				}
			}
		}
	}
}

// pager cuts a list into pages. It never touches the caller's params.
type pager struct {
	rest      []string // the caller's queries but for those that the pager writes itself
	size      int      // of a page
	offset    int      // where the caller wants to start
	after     string   // where to start, by cursor
	backwards bool     // the caller gave a cursorBefore
	skipTotal bool
	whole     bool // the server sends all there is, whatever it is asked for
}

// defaultPage is the size of a page where the caller names none.
const defaultPage = 100

func (a *Account) getsWholeLog() bool { return notAtAll.Has(a.core().version) }

// pager reads size and start out of the caller's queries. Where one comes twice, the first
// counts, as it does for servers.
func (a *Account) pager(p ListParams) *pager {
	pages := &pager{size: -1, offset: -1, skipTotal: p.SkipTotal, whole: a.getsWholeLog()}
	for _, text := range p.Queries {
		q, err := query.Parse(text)
		n, isInt := q.Int()
		switch {
		case err == nil && q.Method == "limit" && isInt:
			if pages.size < 0 {
				pages.size = n
			}
		case err == nil && q.Method == "offset" && isInt:
			if pages.offset < 0 {
				pages.offset = n
			}
		case err == nil && q.Method == "cursorAfter" && len(q.Values) > 0:
			if id, ok := q.Values[0].(string); ok && pages.after == "" {
				pages.after = id
			}
		default:
			pages.backwards = pages.backwards || err == nil && q.Method == "cursorBefore"
			pages.rest = append(pages.rest, text)
		}
	}
	switch {
	case pages.size >= 0:
	case pages.whole:
		pages.size = math.MaxInt
	default:
		pages.size = defaultPage
	}
	pages.offset = max(pages.offset, 0)
	return pages
}

// params returns the params of the page at an offset, after a cursor.
func (p *pager) params(offset int, after string) ListParams {
	queries := slices.Clone(p.rest)
	if !p.whole {
		queries = append(queries, query.Limit(p.size))
	}
	if offset > 0 {
		queries = append(queries, query.Offset(offset))
	}
	if after != "" {
		queries = append(queries, query.CursorAfter(after))
	}
	return ListParams{Queries: queries, SkipTotal: p.skipTotal}
}

// cut returns the page that the caller asked for out of a whole log.
func (p *pager) cut(sent []models.Log) []models.Log {
	sent = sent[min(p.offset, len(sent)):]
	if page := sent[:min(p.size, len(sent))]; len(page) > 0 {
		return page
	}
	return nil // as an empty list decodes
}

// exceededBy reports whether a page of n entries is longer than was asked for, as from a server
// that does not page: asked for the next one, it might send the same for ever.
func (p *pager) exceededBy(n int) bool { return !p.whole && p.size > 0 && n > p.size }

// last reports whether a page of n entries ends the list.
func (p *pager) last(n int) bool { return p.whole || n == 0 || n < p.size }
