package conformance

import (
	"context"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// mail waits for the n-th mail to the address.
func (p *probe) mail(address string, n int) Message {
	p.tb.Helper()
	return p.wait(p.target.Mail, address, n)
}

// sms waits for the n-th SMS to the number.
func (p *probe) sms(phone string, n int) Message {
	p.tb.Helper()
	return p.wait(p.target.SMS, phone, n)
}

func (p *probe) wait(inbox Inbox, to string, n int) Message {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.tb.Context(), patience)
	defer cancel()
	m, err := inbox.Wait(ctx, to, n)
	p.NoError(err, "message %d to %s", n, to)
	return m
}

var (
	linkForm = regexp.MustCompile(`https?://[^\s"'<>]+`)
	codeForm = regexp.MustCompile(`\b\d{6}\b`)
	unseen   = regexp.MustCompile(`(?s)<style.*?</style>|<[^>]*>`) // parts of HTML that are not text
)

// address returns the URL of the link that completes a step.
func (m Message) address(p *probe) *url.URL {
	p.tb.Helper()
	for _, body := range []string{m.Text, html.UnescapeString(m.HTML)} {
		for _, found := range linkForm.FindAllString(body, -1) {
			if u, err := url.Parse(found); err == nil && u.Query().Has("userId") && u.Query().Has("secret") {
				return u
			}
		}
	}
	p.Fail("no link with userId and secret in the mail " + m.Subject)
	return nil
}

// link returns the query of the link that completes a step.
func (m Message) link(p *probe) url.Values {
	p.tb.Helper()
	return m.address(p).Query()
}

// code returns the six digits that complete a step.
func (m Message) code(p *probe) string {
	p.tb.Helper()
	for _, body := range []string{m.Text, unseen.ReplaceAllString(m.HTML, " ")} {
		if code := codeForm.FindString(body); code != "" {
			return code
		}
	}
	p.Fail("no code in the message " + m.Subject)
	return ""
}

// mentions reports whether the message shows the words.
func (m Message) mentions(words string) bool {
	return strings.Contains(m.Text, words) || strings.Contains(html.UnescapeString(m.HTML), words)
}
