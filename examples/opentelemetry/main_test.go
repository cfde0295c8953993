package main

import (
	"bytes"
	"testing"
)

func TestEveryAttemptIsASpan(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	want := "POST /v1/account/sessions/anonymous, Unset\nGET /v1/account, Error\nGET /v1/account, Unset\nGET /profile, Unset\n"
	if out.String() != want {
		t.Errorf("got:\n%swant:\n%s", out.String(), want)
	}
}
