package main

import (
	"flag"
	"io"
	"log"
)

// quiet is for the certificate that browsers complain about.
var quiet = log.New(io.Discard, "", 0)

// keepsArtifacts reports whether go test -artifacts was asked for.
func keepsArtifacts() bool {
	f := flag.Lookup("test.artifacts")
	return f != nil && f.Value.String() == "true"
}
