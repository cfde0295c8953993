package main

import (
	"net/http"
	"strconv"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
	"github.com/seed17809555/appwrite/query"
	"github.com/seed17809555/appwrite/webauth"
)

const logPageSize = 15

// logEntries is one page of the security log.
type logEntries struct {
	Logs         []models.Log
	Newer, Older int // pages; 0 for none
}

var logPage = page{name: "log", data: func(r *http.Request) (any, error) {
	number, err := strconv.Atoi(r.FormValue("page"))
	if err != nil || number < 1 || number > 1000 {
		number = 1
	}
	list, err := webauth.AccountFrom(r.Context()).ListLogs(r.Context(), appwrite.ListParams{
		Queries: []string{query.Limit(logPageSize), query.Offset((number - 1) * logPageSize)},
	})
	if err != nil {
		return nil, err
	}
	entries := logEntries{Logs: list.Logs, Newer: number - 1}
	if number*logPageSize < list.Total {
		entries.Older = number + 1
	}
	return entries, nil
}}

// Event says in words what a log entry is about.
func (view) Event(event string) string {
	words := map[string]string{
		"user.create":         "Account created",
		"user.update":         "Account changed",
		"session.create":      "Signed in",
		"session.update":      "Session extended",
		"session.delete":      "Signed out",
		"verification.create": "Verification requested",
		"verification.update": "Verified",
		"recovery.create":     "New password requested",
		"recovery.update":     "New password set by mail",
		"challenge.create":    "Second factor asked for",
		"challenges.update":   "Second factor given",
		"identity.delete":     "Provider disconnected",
		"target.delete":       "Notifications switched off",
	}
	if text, ok := words[event]; ok {
		return text
	}
	return event
}
