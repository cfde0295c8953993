// Command logs shows what a user did last, page by page as far as it is needed.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/query"
)

// newest prints the newest entries, n at most. The iterator asks for the next page only if the
// loop gets there.
func newest(ctx context.Context, out io.Writer, account *appwrite.Account, n int) error {
	i := 0
	for entry, err := range account.Logs(ctx, appwrite.ListParams{Queries: []string{query.Limit(5)}}) {
		if err != nil {
			return err
		}
		if i++; i > n {
			break
		}
		fmt.Fprintf(out, "%2d %s from %s\n", i, entry.Event, entry.IP)
	}
	return nil
}

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	srv, err := appwritetest.Start() // your Appwrite, in your program
	if err != nil {
		return err
	}
	defer srv.Close()
	session, err := srv.Client().Account.CreateAnonymousSession(ctx)
	if err != nil {
		return err
	}
	account := srv.Client(appwrite.WithSession(session.Secret)).Account
	for i := range 12 {
		if _, err := account.UpdateName(ctx, fmt.Sprint("Ada ", i)); err != nil {
			return err
		}
	}
	if err := newest(ctx, out, account, 7); err != nil {
		return err
	}
	pages := 0
	for _, r := range srv.Requests() {
		if r.Operation == "account.listLogs" {
			pages++
		}
	}
	fmt.Fprintln(out, pages, "pages read")
	return nil
}
