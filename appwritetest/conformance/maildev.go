package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Maildev returns the inbox of a maildev, the mail catcher of Appwrite's development set-up, at
// the URL of its HTTP API: "http://localhost:1080", or "http://localhost:1080/api" for its
// releases from 3.0 on.
func Maildev(url string) Inbox {
	client := newClient()
	client.Transport.(*http.Transport).DisableKeepAlives = true // an Inbox is never closed
	return maildev{strings.TrimSuffix(url, "/") + "/email", client}
}

type maildev struct {
	url    string
	client *http.Client
}

type maildevMail struct {
	To []struct {
		Address string `json:"address"`
	} `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`
}

// Wait polls, since a server sends its mails after it has answered.
func (m maildev) Wait(ctx context.Context, to string, n int) (Message, error) {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		found, err := m.mails(ctx, to)
		switch {
		case ctx.Err() != nil:
			return Message{}, fmt.Errorf("mail %d to %s has not come: %w", n, to, ctx.Err())
		case err != nil:
			return Message{}, err
		case len(found) >= n:
			return found[n-1], nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

// mails returns the mails to the address, oldest first.
func (m maildev) mails(ctx context.Context, to string) ([]Message, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url, nil)
	if err != nil {
		return nil, fmt.Errorf("maildev: %w", err)
	}
	res, err := m.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("maildev: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("maildev: %s", res.Status)
	}
	var all []maildevMail
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil {
		return nil, fmt.Errorf("maildev: its list of mails: %w", err)
	}
	var found []Message
	for _, mail := range all {
		for _, recipient := range mail.To {
			if strings.EqualFold(recipient.Address, to) {
				found = append(found, Message{mail.Subject, mail.Text, mail.HTML})
				break
			}
		}
	}
	return found, nil
}
