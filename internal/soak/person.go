package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/query"
)

// person is a user who makes one call after the other and knows what must have come of them.
// Each change that the server does is one entry in the user's log.
type person struct {
	*tally
	serial              int // of the last change
	id, email, password string
	guest, account      *appwrite.Account
	logs                int // entries that there must be
	n                   int // changes asked for
}

// late is how long after its caller has left the server may still do what a request asks for:
// the request may be in a buffer, and the machine busy.
const late = 2 * time.Second

// longest is how long a call may take with all its attempts: three timeouts and two waits.
const longest = 10 * time.Second

func newPerson(ctx context.Context, server *appwritetest.Server, client *appwrite.Client, i int) (*person, error) {
	p := &person{tally: newTally(), id: fmt.Sprintf("user%04d", i), password: "Correct-Horse-1", guest: client.Account}
	p.email = p.id + "@example.com"
	server.AddUser(appwritetest.User{ID: p.id, Email: p.email, Password: p.password, Name: p.id})
	// The clock gives users an order.
	server.Clock().Advance(time.Millisecond)
	session, err := client.Account.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: p.email, Password: p.password})
	if err != nil {
		return nil, err
	}
	p.account = client.WithSession(session.Secret).Account
	p.logs = 1
	return p, nil
}

// act makes one call, or the few that belong together.
func (p *person) act() {
	p.n++
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	switch rand.IntN(14) {
	case 0, 1, 2:
		user, err := p.account.Get(ctx)
		if p.read("Get", err) {
			p.mine(user.ID)
		}
	case 3:
		prefs, err := p.account.GetPrefs(ctx)
		if p.read("GetPrefs", err) && prefs.Len() > 0 {
			var owner string
			_, _ = prefs.Get("owner", &owner)
			p.mine(owner)
		}
	case 4:
		p.tidy(ctx)
	case 5:
		session, err := p.account.GetSession(ctx, appwrite.CurrentSession)
		if p.read("GetSession", err) {
			p.mine(session.UserID)
		}
	case 6:
		list, err := p.account.ListLogs(ctx, appwrite.ListParams{Queries: []string{query.Limit(3)}})
		if p.read("ListLogs", err) {
			for _, entry := range list.Logs {
				p.mine(entry.UserID)
			}
		}
	case 7:
		_, err := p.account.CreateJWT(ctx, appwrite.JWTParams{})
		p.read("CreateJWT", err) // it leaves nothing behind
	case 8:
		user, err := p.account.UpdateName(ctx, fmt.Sprintf("%s %d", p.id, p.n), p.named())
		if p.changed("UpdateName", err) && err == nil {
			p.mine(user.ID)
		}
	case 9:
		_, err := p.account.UpdatePrefs(ctx, map[string]any{"owner": p.id, "n": p.n}, p.named())
		p.changed("UpdatePrefs", err)
	case 10:
		next := fmt.Sprintf("Correct-Horse-%d", p.n)
		_, err := p.account.UpdatePassword(ctx, appwrite.UpdatePasswordParams{Password: next, OldPassword: p.password}, p.named())
		if p.changed("UpdatePassword", err) {
			p.password = next
		}
	case 11:
		session, err := p.guest.CreateEmailPasswordSession(ctx, appwrite.EmailPasswordParams{Email: p.email, Password: p.password}, p.named())
		if p.changed("CreateEmailPasswordSession", err) && err == nil {
			p.mine(session.UserID)
			p.changed("DeleteSession", p.account.DeleteSession(ctx, session.ID, p.named()))
		}
	case 12:
		_, err := p.account.CreateEmailVerification(ctx, "http://localhost/verify", p.named())
		p.changed("CreateEmailVerification", err)
	case 13:
		_, err := p.guest.CreateRecovery(ctx, appwrite.RecoveryParams{Email: p.email, URL: "http://localhost/recover"}, p.named())
		p.changed("CreateRecovery", err)
	}
}

// named gives the next change a name of its own.
func (p *person) named() appwrite.RequestOption {
	p.serial++
	return appwrite.RequestHeader(callHeader, fmt.Sprintf("%s-%d", p.id, p.serial))
}

// tidy ends a session that the user was not told of, or that did not end when it was asked to.
func (p *person) tidy(ctx context.Context) {
	list, err := p.account.ListSessions(ctx)
	if !p.read("ListSessions", err) {
		return
	}
	for _, s := range list.Sessions {
		p.mine(s.UserID)
		if s.Current {
			continue
		}
		p.changed("DeleteSession", p.account.DeleteSession(ctx, s.ID, p.named()))
		return
	}
}

// read notes a call that changes nothing, and reports whether it succeeded.
func (p *person) read(method string, err error) bool {
	p.note(method, err)
	return err == nil
}

func (p *person) note(method string, err error) (unsure bool) {
	p.calls[method]++
	kind, unsure := kindOf(err)
	if kind != "" {
		p.errors[kind]++
		if !strings.Contains(err.Error(), "account.") {
			p.wrong["errors that name no operation"]++
		}
	}
	if kind == "ParamError" || errors.Is(err, context.Canceled) {
		p.wrong["errors of no cause: "+err.Error()]++
	}
	return unsure
}

// changed notes a call that changes something, and reports whether it was done: as the client
// says, or where no answer told, as the server's log does.
func (p *person) changed(method string, err error) bool {
	unsure := p.note(method, err)
	// A proxy that answers 204 in the server's place tells a lie that no client sees through.
	lie := method == "DeleteSession"
	switch {
	case unsure || lie && err == nil:
		p.unsure++
		if errors.Is(err, context.DeadlineExceeded) {
			<-time.After(late)
		}
		done := p.entries() - p.logs
		if done < 0 || done > 1 {
			p.wrong[method+": done times "+fmt.Sprint(done)]++
		}
		p.logs += done
		p.found += done
		p.effects += done
		return done > 0
	case err == nil:
		p.logs++
		p.effects++
		return true
	}
	return false
}

// entries asks the server how long the user's log is, until it tells.
func (p *person) entries() int {
	for range 100 {
		ctx, cancel := context.WithTimeout(context.Background(), longest)
		list, err := p.account.ListLogs(ctx, appwrite.ListParams{Queries: []string{query.Limit(1)}})
		cancel()
		if err == nil {
			return list.Total
		}
	}
	p.wrong["users who cannot read their log"]++
	return p.logs
}

// mine checks that an answer is about this user.
func (p *person) mine(id string) {
	if id != p.id {
		p.wrong["another user's data"]++
	}
}
