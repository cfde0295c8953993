package appwrite

import (
	"context"
	"slices"
	"strconv"

	"github.com/seed17809555/appwrite/query"
)

// ListParams are the parameters of the methods that list.
type ListParams struct {
	Queries   []string // of package query
	SkipTotal bool     // have the server not count; the list's Total is then 0. Servers since 1.8.1
}

type listQuery struct {
	Queries []string `url:"queries,brackets,omitempty"`
	Total   string   `url:"total,omitempty"`
}

// list makes a call that answers with a list.
func list[T any](ctx context.Context, a *Account, r request, p ListParams, opts []RequestOption) (*T, error) {
	for i, text := range p.Queries {
		if err := query.Validate(text); err != nil {
			return nil, &ParamError{Operation: r.op.name, Param: "queries[" + strconv.Itoa(i) + "]", Reason: "cannot be used: " + err.Error()}
		}
	}
	q := listQuery{Queries: p.Queries}
	if p.SkipTotal {
		q.Total = "0" // "false" would count as true
	}
	r.query = q
	return send[T](ctx, a, r, opts)
}

// pager cuts a list into pages. It never touches the caller's params.
type pager struct {
	rest      []string // the caller's queries but for those that the pager writes itself
	size      int      // of a page
	offset    int      // where the caller wants to start
	after     string   // likewise, by cursor
	backwards bool     // the caller gave a cursorBefore
	skipTotal bool
}

// defaultPage is the size of a page where the caller names none.
const defaultPage = 100

// newPager reads size and start out of the caller's queries. Where one comes twice, the
// first counts, as it does for servers.
func newPager(p ListParams) *pager {
	pages := &pager{size: -1, offset: -1, skipTotal: p.SkipTotal}
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
	if pages.size < 0 {
		pages.size = defaultPage
	}
	pages.offset = max(pages.offset, 0)
	return pages
}

// params returns the params of the page at an offset, after a cursor.
func (p *pager) params(offset int, after string) ListParams {
	queries := append(slices.Clone(p.rest), query.Limit(p.size))
	if offset > 0 {
		queries = append(queries, query.Offset(offset))
	}
	if after != "" {
		queries = append(queries, query.CursorAfter(after))
	}
	return ListParams{Queries: queries, SkipTotal: p.skipTotal}
}

// last reports whether a page of n entries ends the list.
func (p *pager) last(n int) bool { return n == 0 || n < p.size }
