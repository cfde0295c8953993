// Command quickstart shows the Account API at work: it signs a user up and in, acts with a
// session and with a JWT, is refused, recovers a password, signs out and deletes the user. It
// prints a line for each step.
//
//	go run ./examples/quickstart
//
// runs against a server in this process. To run it against yours, name it:
//
//	APPWRITE_ENDPOINT=https://<host>/v1 APPWRITE_PROJECT_ID=<project> go run ./examples/quickstart
//
// The steps that take a mail are then left out, and no mail is sent. The code to copy is in
// steps.go.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/id"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second ctrl-C ends the program at once

	err := run(ctx, os.Stdout, os.Getenv)
	if err != nil {
		if ctx.Err() != nil {
			err = errors.New("stopped by ctrl-C")
		}
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// run chooses the server and goes through all steps.
func run(ctx context.Context, out io.Writer, getenv func(string) string) error {
	endpoint, projectID := getenv("APPWRITE_ENDPOINT"), getenv("APPWRITE_PROJECT_ID")
	var inbox *appwritetest.Inbox
	switch {
	case endpoint == "" && projectID == "":
		server, err := appwritetest.Start()
		if err != nil {
			return err
		}
		defer server.Close()
		endpoint, projectID, inbox = server.Endpoint(), server.ProjectID(), server.Inbox()
	case endpoint == "":
		return errors.New("APPWRITE_PROJECT_ID is set, APPWRITE_ENDPOINT is not: set both, or none for the embedded server")
	case projectID == "":
		return errors.New("APPWRITE_ENDPOINT is set, APPWRITE_PROJECT_ID is not: set both, or none for the embedded server")
	}

	client, err := appwrite.NewClient(endpoint, projectID)
	if err != nil {
		return err
	}
	return walk(ctx, out, client, inbox)
}

// walk goes through all steps as a new user, and deletes that user at the end.
func walk(ctx context.Context, out io.Writer, guest *appwrite.Client, inbox *appwritetest.Inbox) error {
	name := id.Unique()
	t := &tour{
		guest: guest,
		inbox: inbox,
		// Nobody gets mail there: .example is reserved.
		email:    "ada-" + name + "@quickstart.example",
		password: rand.Text(),
	}
	err := t.steps(ctx, out)
	if !t.signedUp {
		return err
	}

	// Also after ctrl-C or a failed step, no user shall be left behind.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	happened, deleteErr := t.deleteAccount(ctx)
	if deleteErr != nil {
		happened = fmt.Sprintf("failed, the user %s may be left, see the console: %v", t.email, deleteErr)
	}
	say(out, "delete account", happened)
	if err == nil && deleteErr != nil {
		return fmt.Errorf("delete account: %w", deleteErr)
	}
	return err
}

// steps goes through the steps until one fails.
func (t *tour) steps(ctx context.Context, out io.Writer) error {
	for _, step := range []struct {
		name      string
		do        func(context.Context) (happened string, err error)
		needsMail bool
	}{
		{name: "connect", do: t.connect},
		{name: "sign up", do: t.signUp},
		{name: "sign in", do: t.signIn},
		{name: "verify e-mail", do: t.verifyEmail, needsMail: true},
		{name: "use session", do: t.useSession},
		{name: "change prefs", do: t.changePrefs},
		{name: "mint JWT", do: t.mintJWT},
		{name: "act as backend", do: t.actAsBackend},
		{name: "list sessions", do: t.listSessions},
		{name: "list logs", do: t.listLogs},
		{name: "refused action", do: t.refusedAction},
		{name: "recover password", do: t.recoverPassword, needsMail: true},
		{name: "sign out", do: t.signOut},
	} {
		if step.needsMail && t.inbox == nil {
			say(out, step.name, "skipped: it takes a secret from a mail")
			continue
		}
		happened, err := step.do(ctx)
		if _, ok := errors.AsType[*appwrite.UnsupportedError](err); ok {
			happened, err = "skipped: Appwrite "+t.version+" cannot do it", nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		say(out, step.name, happened)
	}
	return nil
}

// say prints a step's line.
func say(out io.Writer, step, happened string) {
	_, _ = fmt.Fprintf(out, "%-17s %s\n", step, happened)
}
