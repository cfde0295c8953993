package appwrite

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// formatText prints text under any verb: quoted for %q, plain otherwise.
func formatText(s fmt.State, verb rune, text string) {
	if verb == 'q' {
		text = strconv.Quote(text)
	}
	_, _ = io.WriteString(s, text)
}

// oneLine replaces control characters, so that a server's text cannot start a line in a log.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// clip shortens text to at most n bytes, on a rune's border.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return text[:n] + "…"
}
