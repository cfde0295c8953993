package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/plainmodels"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
)

// call is a case: one call by this client and the same by hand.
type call struct {
	name   string
	answer string // which it gets
	ours   func(ctx context.Context, c *appwrite.Client) error

	method, path string
	body         any // by hand; what is not decoded is not encoded either
	out          func() any
}

var ctx = context.Background()

func get(name, answer, path string, out func() any, ours func(context.Context, *appwrite.Client) error) call {
	return call{name: name, answer: answer, ours: ours, method: http.MethodGet, path: path, out: out}
}

func newOf[T any]() any { return new(T) }

// listLogs asks for a page as the iterator over logs does.
func listLogs(size int) call {
	params := appwrite.ListParams{Queries: []string{query.Limit(size)}}
	return get(fmt.Sprintf("ListLogs (%d)", size), fmt.Sprintf("logs-%d", size), fmt.Sprintf(`/account/logs?queries[0]=%%7B%%22method%%22%%3A%%22limit%%22%%2C%%22values%%22%%3A%%5B%d%%5D%%7D`, size),
		plainmodels.New[models.LogList](), func(ctx context.Context, c *appwrite.Client) error {
			list, err := c.Account.ListLogs(ctx, params)
			if err == nil && len(list.Logs) != size {
				err = errors.New("not all logs")
			}
			return err
		})
}

func updatePrefs(name string, ours any, byHand any) call {
	return call{
		name: name, answer: "user-prefs", method: http.MethodPatch, path: "/account/prefs", out: plainmodels.New[models.User](),
		body: map[string]any{"prefs": byHand},
		ours: func(ctx context.Context, c *appwrite.Client) error {
			_, err := c.Account.UpdatePrefs(ctx, ours)
			return err
		},
	}
}

func calls() []call {
	var asModel models.Preferences
	must(json.Unmarshal(encode(prefs), &asModel))
	return []call{
		get("Get", "user", "/account", plainmodels.New[models.User](), func(ctx context.Context, c *appwrite.Client) error {
			_, err := c.Account.Get(ctx)
			return err
		}),
		get("Get, a copy per call", "user", "/account", plainmodels.New[models.User](), func(ctx context.Context, c *appwrite.Client) error {
			_, err := c.WithSession(secret).Account.Get(ctx)
			return err
		}),
		get("ListSessions (10)", "sessions-10", "/account/sessions", plainmodels.New[models.SessionList](), func(ctx context.Context, c *appwrite.Client) error {
			_, err := c.Account.ListSessions(ctx)
			return err
		}),
		listLogs(25),
		listLogs(100),
		get("GetPrefs 60 kB, raw", "prefs", "/account/prefs", newOf[json.RawMessage], func(ctx context.Context, c *appwrite.Client) error {
			_, err := c.Account.GetPrefs(ctx)
			return err
		}),
		get("GetPrefs 60 kB, into a struct", "prefs", "/account/prefs", newOf[settings], func(ctx context.Context, c *appwrite.Client) error {
			_, err := appwrite.GetPrefs[settings](ctx, c.Account)
			return err
		}),
		updatePrefs("UpdatePrefs 60 kB, raw", asModel, json.RawMessage(encode(prefs))),
		updatePrefs("UpdatePrefs 60 kB, from a map", prefsMap, prefsMap),
		{
			name: "CreateEmailPasswordSession", answer: "session", method: http.MethodPost, path: "/account/sessions/email",
			body: struct {
				Email    string `json:"email"`
				Password string `json:"password"`
			}{"walter.obrien@example.com", "correct horse battery staple"},
			out: plainmodels.New[models.Session](),
			ours: func(ctx context.Context, c *appwrite.Client) error {
				s, err := c.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: "walter.obrien@example.com", Password: "correct horse battery staple"})
				if err == nil && s.Secret != secret {
					err = errors.New("no secret")
				}
				return err
			},
		},
		get("a 401 with JSON", "401", "/account", newOf[failure], func(ctx context.Context, c *appwrite.Client) error {
			_, err := c.Account.Get(ctx)
			return expect(err, appwrite.ErrGeneralUnauthorizedScope)
		}),
		get("a 502 with 1 MiB of HTML", "502", "/account", nil, func(ctx context.Context, c *appwrite.Client) error {
			return getError(c)
		}),
	}
}

// getError is a call that a 502 answers.
func getError(c *appwrite.Client) error {
	_, err := c.Account.Get(ctx, appwrite.NoRetry())
	return expect(err, appwrite.ErrServer)
}

func expect(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return fmt.Errorf("%v, not %v", err, expected)
}

const (
	ours    = "this client"
	decoded = "by hand, encoding/json"
	floor   = "by hand, not decoded"
)

// variants are the ways to make a call over a network. Those that decode have a timeout, as the
// client has; the floor has none.
func (c call) variants(n network) []variant {
	client := n.client(c.answer)
	full := n.hand(c.answer, 1, handTimeout)
	bare := n.hand(c.answer, 1, 0)
	status := answers[c.answer].status
	var sent any
	if c.body != nil {
		sent = encode(c.body)
	}
	return []variant{
		{ours, func() error { return c.ours(ctx, client) }},
		{decoded, func() error {
			if c.out == nil {
				return full.do(ctx, c.method, c.path, c.body, status, nil)
			}
			return full.do(ctx, c.method, c.path, c.body, status, c.out())
		}},
		{floor, func() error { return bare.do(ctx, c.method, c.path, sent, status, nil) }},
	}
}
