// Command webapp is a web app whose users sign up, sign in and look after their accounts with
// Appwrite. It is made to be read, and to copy from: each file is one concern, each handler is
// a few lines.
//
//	go run .
//
// starts it on loopback with a server of package appwritetest in the same process, and a page
// that shows the mails which that server "sends". To run it on your own instance, name that:
//
//	APPWRITE_ENDPOINT=https://<host>/v1 APPWRITE_PROJECT_ID=<project> go run .
//
// See README.md for the rest.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second ctrl-C ends the program at once

	err := run(ctx, os.Stdout, os.Args[1:], os.Getenv)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "webapp:", err)
		os.Exit(1)
	}
}

// run serves the app until the context ends.
func run(ctx context.Context, out io.Writer, args []string, getenv func(string) string) error {
	flags := flag.NewFlagSet("webapp", flag.ContinueOnError)
	flags.SetOutput(out)
	listen := flags.String("listen", "127.0.0.1:8080", "`address` to serve the app on")
	public := flags.String("url", "", "the app's public `URL`, as browsers see it (default http://localhost:<port>)")
	providers := flags.String("oauth2", "", "the OAuth2 `providers` to offer, such as github,google (default both, with the embedded server)")
	if err := flags.Parse(args); err != nil {
		return err
	}

	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	address := listener.Addr().(*net.TCPAddr)
	url := cmp.Or(*public, fmt.Sprintf("http://localhost:%d", address.Port))

	client, embedded, err := connect(getenv)
	if err != nil {
		return err
	}
	if embedded != nil {
		defer embedded.Close()
		if !address.IP.IsLoopback() {
			return errors.New("the embedded server shows every mail to every visitor: it is for loopback only")
		}
		*providers = cmp.Or(*providers, "github,google")
	}

	a, err := newApp(client, url, embedded, splitProviders(*providers))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "The app is at %s, Appwrite at %s, project %s.\n", url, client.Endpoint(), client.ProjectID())
	if embedded != nil {
		fmt.Fprintf(out, "Mails and SMS are at %s/inbox. Everything is gone when this ends.\n", url)
	}
	return serve(ctx, listener, a.routes())
}

// connect returns a client for the instance that the environment names, or for an embedded
// server where it names none.
func connect(getenv func(string) string) (*appwrite.Client, *appwritetest.Server, error) {
	endpoint, projectID := getenv("APPWRITE_ENDPOINT"), getenv("APPWRITE_PROJECT_ID")
	switch {
	case endpoint == "" && projectID == "":
		server, err := appwritetest.Start()
		if err != nil {
			return nil, nil, err
		}
		return server.Client(), server, nil
	case endpoint == "" || projectID == "":
		return nil, nil, errors.New("set both APPWRITE_ENDPOINT and APPWRITE_PROJECT_ID, or none for the embedded server")
	}
	client, err := appwrite.NewClient(endpoint, projectID)
	if key := getenv("APPWRITE_API_KEY"); err == nil && key != "" {
		client = client.WithAPIKey(key)
	}
	return client, nil, err
}

func splitProviders(list string) (providers []models.OAuthProvider) {
	for name := range strings.FieldsFuncSeq(list, func(c rune) bool { return c == ',' || c == ' ' }) {
		providers = append(providers, models.OAuthProvider(name))
	}
	return providers
}

// serve answers requests until the context ends, and lets those that are under way finish.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return server.Shutdown(grace)
}
