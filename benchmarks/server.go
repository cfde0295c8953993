package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"time"
)

// loopback is where the servers listen.
type loopback struct {
	HTTP, TLS1, TLS2 string // URLs: without TLS, with HTTP/1.1 alone, with HTTP/2
	CA               []byte // PEM
}

func (l loopback) networks() []network {
	certs := x509.NewCertPool()
	certs.AppendCertsFromPEM(l.CA)
	return []network{
		{name: "http", endpoint: l.HTTP + "/v1"},
		{name: "TLS, HTTP/1.1", endpoint: l.TLS1 + "/v1", certs: certs},
		{name: "TLS, HTTP/2", endpoint: l.TLS2 + "/v1", certs: certs},
	}
}

// startServers runs them in this process.
func startServers() (loopback, func()) {
	plain, tls1, tls2 := newServer(), newServer(), newServer()
	plain.Start()
	tls1.StartTLS()
	tls2.EnableHTTP2 = true
	tls2.StartTLS()
	where := loopback{
		HTTP: plain.URL, TLS1: tls1.URL, TLS2: tls2.URL,
		CA: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: tls2.Certificate().Raw}),
	}
	return where, func() {
		plain.Close()
		tls1.Close()
		tls2.Close()
	}
}

// startProcess runs the servers in a process of their own, so that what is measured here is the
// client's.
func startProcess(ctx context.Context) (where loopback, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return where, nil, err
	}
	process := exec.CommandContext(ctx, self, "-serve")
	process.Stderr = os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		return where, nil, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return where, nil, err
	}
	if err := process.Start(); err != nil {
		return where, nil, err
	}
	stop = func() {
		_ = in.Close()
		_ = process.Wait()
	}
	if err := json.NewDecoder(out).Decode(&where); err != nil {
		stop()
		return where, nil, fmt.Errorf("the servers did not start: %w", err)
	}
	return where, stop, nil
}

// serve is that process: it tells where it listens and ends when in does.
func serve(in io.Reader, out io.Writer) error {
	where, stop := startServers()
	defer stop()
	if err := json.NewEncoder(out).Encode(where); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, in)
	return err
}

func newServer() *httptest.Server {
	var connections atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/connections", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strconv.FormatInt(connections.Load(), 10))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		answers[r.Header.Get("X-Appwrite-Project")].send(w)
	})
	server := httptest.NewUnstartedServer(mux)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	return server
}

func (a answer) head() http.Header {
	h := http.Header{"Content-Type": {a.kind}, "Server": {"Appwrite"}, "X-Content-Type-Options": {"nosniff"}}
	maps.Copy(h, a.header)
	return h
}

func (a answer) send(w http.ResponseWriter) {
	time.Sleep(a.delay)
	maps.Copy(w.Header(), a.head())
	times := max(a.repeat, 1)
	w.Header().Set("Content-Length", strconv.Itoa(times*len(a.body)))
	w.WriteHeader(a.status)
	for range times {
		if _, err := w.Write(a.body); err != nil {
			return
		}
	}
}
