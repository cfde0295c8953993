package appwritetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed17809555/appwrite/appwritetest/internal/php"
)

// Dump returns the server's state in readable form, users in the order of their registration.
// It holds no secrets.
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
		for _, i := range p.identities {
			fmt.Fprintf(&b, "  identity %s of %s: %s uid=%q email=%q tokens expire %s\n", i.id, i.owner.id, i.provider, i.providerUID, i.email, date(i.tokens.expiry))
		}
	}
	account := s.store.oauth2.account
	fmt.Fprintf(&b, "oauth2: %d providers, next login uid=%q email=%q\n", len(s.project.settings.OAuth2Providers), account.ProviderUID, account.Email)
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
		{"mfa", u.mfa},
		{"impersonator", u.impersonator},
	} {
		if flag.set {
			b.WriteString(" " + flag.name)
		}
	}
	prefs, _ := php.ParseJSON(u.preferences()) // an object, as it is stored
	fmt.Fprintf(b, "\n    labels=%q prefs=%s logs=%d\n", u.labels, maskParams(prefs.(*php.Array)), len(u.logs))
	if u.totp != nil {
		fmt.Fprintf(b, "    authenticator totp verified=%t\n", u.totp.verified)
	}
	if len(u.recoveryCodes) > 0 {
		fmt.Fprintf(b, "    recovery codes: %d\n", len(u.recoveryCodes))
	}
	for _, s := range u.sessions {
		fmt.Fprintf(b, "    session %s %s factors=%q expires %s\n", s.id, s.provider, s.factors, date(s.expire))
	}
	for _, ch := range u.challenges {
		fmt.Fprintf(b, "    challenge %s %s expires %s\n", ch.id, ch.factor, date(ch.expire))
	}
	for _, t := range u.tokens {
		fmt.Fprintf(b, "    token %s %s expires %s\n", t.id, t.kind, date(t.expire))
	}
	for _, t := range u.allTargets() {
		identifier := t.identifier
		if t.kind == targetPush {
			identifier = mask // who has a device's token can send to it
		}
		fmt.Fprintf(b, "    target %s %s %s\n", t.id, t.kind, identifier)
	}
	for _, c := range u.consents {
		fmt.Fprintf(b, "    consent %s scopes=%q tokens=%d\n", c.model.ID, c.model.Scopes, len(c.tokens))
	}
}
