package conformance

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"
)

// Target is a server and what the rules may use of it. The first three fields are
// required.
type Target struct {
	Endpoint  string // with its path, such as "http://localhost/v1"
	ProjectID string
	APIKey    string // with the scopes sessions.write and users.write

	Mail   Inbox   // where the server's mails arrive; nil: rules that send mail are skipped
	SMS    Inbox   // where its SMS arrive; nil: likewise
	Clock  Clock   // the server's time; nil where nobody can move it
	OAuth2 *OAuth2 // a provider whose users the rules may sign in; nil where there is none

	// Direct says that no proxy stands before the server, which would write the
	// X-Forwarded headers anew and know the server's hosts.
	Direct bool

	// New returns another target of the same kind, for one rule alone: with the
	// settings, the defaults of a new project otherwise, and where possible a Clock.
	// It skips the test if it cannot have the settings. Nil: rules that need a
	// setting, or move the clock, are skipped.
	New func(tb testing.TB, s Settings) Target

	// Except names rules that the target is known not to keep, each with the
	// reason; they are skipped.
	Except map[string]string
}

// Settings are what a rule wants of a project, or of its server. The zero value is
// a project that nobody has changed, on a server that does not limit rates.
type Settings struct {
	RateLimits      bool         // calls beyond a limit are refused
	Off             []AuthMethod // ways to sign in that are switched off
	SessionLimit    int          // sessions that a user may have; 0: the default, 10
	PasswordHistory int          // last passwords that may not come back; 0: none
}

// AuthMethod is a way to sign in that a project can switch off.
type AuthMethod string

// The methods that rules switch off.
const (
	EmailPassword AuthMethod = "email-password"
	Anonymous     AuthMethod = "anonymous"
	MagicURL      AuthMethod = "magic-url"
)

// Clock moves a server's time.
type Clock interface {
	// Advance moves the time by d, which may be more than a year.
	Advance(d time.Duration)
}

// Inbox is where what a server sends arrives.
type Inbox interface {
	// Wait returns the n-th message, counted from 1, to the address or phone
	// number, waiting for it until the context ends.
	Wait(ctx context.Context, to string, n int) (Message, error)
}

// Message is a mail or an SMS. Either of Text and HTML may be empty.
type Message struct{ Subject, Text, HTML string }

// OAuth2 is a provider whose users the rules may sign in.
type OAuth2 struct {
	Provider string // its name in paths; enabled in the project

	// SignIn is the user at the provider's page: they sign in as who, and agree. It
	// returns where the provider then sends the browser.
	SignIn func(ctx context.Context, page string, who Identity) (callback string, err error)

	// Deny is the user who does not agree. It may be nil.
	Deny func(ctx context.Context, page string) (callback string, err error)
}

// Identity is a user as the provider knows him; the address is verified.
type Identity struct{ ID, Email, Name string }

// Run holds the target to every rule, as subtests named resource/rule that run in
// parallel. It returns before they end; like all parallel tests they do so with t.
func Run(t *testing.T, target Target) {
	t.Helper()
	client := newClient()
	t.Cleanup(client.CloseIdleConnections)
	for _, name := range unknown(target.Except) {
		t.Errorf("conformance: Except names %q, which is no rule", name)
	}
	for _, resource := range resources {
		for _, r := range resource.rules {
			t.Run(resource.name+"/"+r.name, func(t *testing.T) {
				t.Parallel()
				r.run(t, target, client)
			})
		}
	}
}

// unknown returns the exceptions from rules that do not exist.
func unknown(except map[string]string) (names []string) {
	for name := range except {
		names = append(names, name)
	}
	for _, resource := range resources {
		names = slices.DeleteFunc(names, func(name string) bool {
			return slices.ContainsFunc(resource.rules, func(r rule) bool { return r.name == name })
		})
	}
	return names
}

// resources are all rules, in groups.
var resources = []struct {
	name  string
	rules []rule
}{
	{"accounts", accountRules},
	{"sessions", sessionRules},
	{"tokens", tokenRules},
	{"jwt", jwtRules},
	{"recovery", recoveryRules},
	{"verification", verificationRules},
	{"mfa", mfaRules},
	{"oauth2", oauth2Rules},
	{"identities", identityRules},
	{"logs", logRules},
	{"targets", targetRules},
	{"prefs", prefsRules},
	{"credentials", credentialRules},
	{"transport", transportRules},
	{"limits", limitRules},
}

// rule is something that the server does.
type rule struct {
	name   string // in plain words; unique
	source string // where it was seen or read
	needs  need
	check  func(*probe)
}

// need is what of a target a rule cannot do without.
type need int

const (
	mail need = 1 << iota
	sms
	oauth2
	direct
	fresh // a target of its own, from Target.New
	clock // and one whose clock moves
)

// lacking tells what the target lacks, "" if nothing.
func (n need) lacking(target Target) string {
	switch {
	case n&mail != 0 && target.Mail == nil:
		return "sends a mail, and the target has no inbox for mails"
	case n&sms != 0 && target.SMS == nil:
		return "sends an SMS, and the target has no inbox for SMS"
	case n&oauth2 != 0 && target.OAuth2 == nil:
		return "needs an OAuth2 provider that signs test users in"
	case n&direct != 0 && !target.Direct:
		return "needs a server that no proxy stands before"
	case n&fresh != 0 && target.New == nil:
		return "needs a project with settings of its own"
	case n&clock != 0 && target.New == nil:
		return "needs a server whose clock can be moved"
	}
	return ""
}

func (r rule) run(tb testing.TB, target Target, client *http.Client) {
	if reason := target.Except[r.name]; reason != "" {
		tb.Skip("excepted: " + reason)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("the rule: %s (%s)", r.name, r.source)
		}
	})
	r.check(newProbe(tb, target, r.needs, client))
}
