package appwrite

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/seed17809555/appwrite/models"
)

// ListLogs returns a page of the account's log, newest first: 25 entries unless a limit is
// given. Of the queries only Limit and Offset are allowed. Servers before 0.12 know neither
// and send all that they keep: the page is cut out of it here. Servers from 0.5 to 1.9.6.
func (a *Account) ListLogs(ctx context.Context, p ListParams, opts ...RequestOption) (*models.LogList, error) {
	logs, err := send[models.LogList](ctx, a, request{op: opListLogs, query: p}, opts)
	if err == nil && a.getsWholeLog() {
		logs.Logs = a.pager(p).cut(logs.Logs)
	}
	return logs, err
}

// Logs iterates over the account's log, newest first, a request per page. A Limit in p is
// the size of a page, 100 without one; an Offset is where to start. It ends after the first
// error.
//
// Pages are cut by offset: what is logged meanwhile moves the rest, so that an entry may
// come twice.
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

// samePage reports whether a server that ignores the offset gave the page before once more.
// Pages of a single second prove nothing: entries of one second may well be alike.
func samePage(before, page []models.Log) bool {
	return len(page) > 0 && !page[0].Time.Equal(page[len(page)-1].Time.Time) && slices.Equal(before, page)
}
