// Command opentelemetry traces the calls to Appwrite: a Transport of otelhttp goes into
// WithHTTPClient, and each attempt of a call becomes a span within the caller's. It is a module
// of its own, so that nobody else gets its dependencies.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
)

// traced returns the option for appwrite.NewClient. Spans tell method, host and path, never a
// credential.
func traced(provider *trace.TracerProvider) appwrite.Option {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.MaxIdleConnsPerHost = 64 // net/http keeps 2, too few for a backend
	return appwrite.WithHTTPClient(&http.Client{Transport: otelhttp.NewTransport(
		base,
		otelhttp.WithTracerProvider(provider),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.URL.Path }),
	)})
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
	spans := tracetest.NewInMemoryExporter() // your exporter
	provider := trace.NewTracerProvider(trace.WithSyncer(spans))
	defer func() { _ = provider.Shutdown(context.Background()) }()
	client := srv.Client(traced(provider))

	ctx, request := provider.Tracer("app").Start(ctx, "GET /profile") // of the handler
	session, err := client.Account.CreateAnonymousSession(ctx)
	if err != nil {
		return err
	}
	srv.Fail(appwritetest.Fault{Operation: "account.get", Times: 1, Status: 503})
	if _, err = client.WithSession(session.Secret).Account.Get(ctx); err != nil { // the second attempt succeeds
		return err
	}
	request.End()

	for _, span := range spans.GetSpans() {
		fmt.Fprintf(out, "%s, %s\n", span.Name, span.Status.Code)
	}
	return nil
}
