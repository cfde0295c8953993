package appwrite

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/seed17809555/appwrite/models"
)

// ListLogs returns a page of the account's log, newest first: 25 entries unless a limit is
// given. The only queries allowed are Limit and Offset. Servers before 0.12 know neither and
// send the whole log: the page is cut out of it here. Servers from 0.5 to 1.9.6.
func (a *Account) ListLogs(ctx context.Context, p ListParams, opts ...RequestOption) (*models.LogList, error) {
	logs, err := send[models.LogList](ctx, a, request{op: opListLogs, query: p}, opts)
	if err == nil && a.getsWholeLog() {
		logs.Logs = a.pager(p).cut(logs.Logs)
	}
	return logs, err
}

// Logs iterates over the account's log, newest first, a request per page. A Limit in p is the
// size of a page, 100 without one; an Offset is where to start. It ends after the first error.
//
// Pages are found by offset. An entry that is logged during the iteration moves all others by
// one, so an entry can come twice.
func (a *Account) Logs(ctx context.Context, p ListParams, opts ...RequestOption) iter.Seq2[models.Log, error] {
	pages := a.pager(p)
	return allPages(func(seen int, before []models.Log) ([]models.Log, bool, error) {
		page, err := a.ListLogs(ctx, pages.params(pages.offset+seen, pages.after), opts...)
		if err != nil {
			return nil, false, err
		}
		if samePage(before, page.Logs) || pages.exceededBy(len(page.Logs)) {
			return nil, false, &DecodeError{Operation: opListLogs.name, StatusCode: 200, Err: errors.New("the server does not keep to limit and offset")}
		}
		return page.Logs, pages.last(len(page.Logs)), nil
	})
}

// samePage reports whether the server sent the same page again, because it ignores the offset.
// Entries of one second can be equal, so a page within a single second proves nothing.
func samePage(before, page []models.Log) bool {
	return len(page) > 0 && !page[0].Time.Equal(page[len(page)-1].Time.Time) && slices.Equal(before, page)
}
