package main

import (
	"net/http"
	"slices"
)

// inboxPage shows the mails and SMS that the embedded server would have sent, newest first.
func (a *app) inboxPage() page {
	return page{name: "inbox", data: func(*http.Request) (any, error) {
		messages := a.embedded.Inbox().Messages()
		slices.Reverse(messages)
		return messages, nil
	}}
}

// denyNextLogin has the provider's double refuse the next OAuth2 login, to see what the app
// does about it.
func (a *app) denyNextLogin(w http.ResponseWriter, r *http.Request) {
	a.embedded.OAuth2().Deny()
	a.done(w, r, "/inbox", "deny-next")
}
