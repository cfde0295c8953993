package appwritetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Dump returns the server's state in readable form, users in the order of their
// registration. It holds no secrets.
func (s *Server) Dump() string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "time %s\n", date(s.clock.Now()))
	for _, id := range slices.Sorted(maps.Keys(s.store.projects)) {
		p := s.store.projects[id]
		if p != s.project && len(p.users) == 0 {
			continue // the console, which most tests never call
		}
		fmt.Fprintf(&b, "project %s: %d users\n", id, len(p.users))
		users := slices.SortedFunc(maps.Values(p.users), func(a, b *user) int {
			return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.id, b.id))
		})
		for _, u := range users {
			u.dump(&b)
		}
	}
	fmt.Fprintf(&b, "inbox: %d messages\n", len(s.store.inbox))
	for _, m := range s.store.inbox {
		fmt.Fprintf(&b, "  %s to %s at %s\n", m.Kind, m.To, date(m.SentAt))
	}
	return b.String()
}

func (u *user) dump(b *strings.Builder) {
	fmt.Fprintf(b, "  user %s name=%q email=%q phone=%q", u.id, u.name, u.email, u.phone)
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"password", !u.passwordUpdated.IsZero()},
		{"blocked", u.blocked},
		{"emailVerified", u.emailVerified},
		{"phoneVerified", u.phoneVerified},
		{"impersonator", u.impersonator},
	} {
		if flag.set {
			b.WriteString(" " + flag.name)
		}
	}
	fmt.Fprintf(b, "\n    labels=%q prefs=%s logs=%d\n", u.labels, u.preferences(), len(u.logs))
	for _, s := range u.sessions {
		fmt.Fprintf(b, "    session %s %s factors=%q expires %s\n", s.id, s.provider, s.factors, date(s.expire))
	}
	for _, t := range u.tokens {
		fmt.Fprintf(b, "    token %s %s expires %s\n", t.id, t.kind, date(t.expire))
	}
	for _, t := range u.targets {
		fmt.Fprintf(b, "    target %s %s %s\n", t.id, t.kind, t.identifier)
	}
}
