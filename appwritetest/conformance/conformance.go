package conformance

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"
)

// Target is a server, with what the rules may use besides. The first three fields are required.
type Target struct {
	Endpoint  string // with its path, such as "http://localhost/v1"
	ProjectID string
	APIKey    string // with the scopes sessions.write and users.write

	// Where the server's mails and SMS arrive. If one is nil, the rules that send such messages
	// are skipped.
	Mail, SMS Inbox

	Clock  Clock   // moves the server's time; nil if nothing can
	OAuth2 *OAuth2 // a provider whose users the rules may sign in; nil if there is no such provider

	// Direct says that requests reach the server without a proxy. A proxy would replace the
	// X-Forwarded headers, and answer for certain hosts only.
	Direct bool

	// New returns another target of the same kind, for one rule alone. It has the given
	// settings, the defaults of a new project for all others, and a Clock where possible. It
	// skips the test if the settings cannot be had. If New is nil, the rules that need a
	// setting, or move the clock, are skipped.
	New func(tb testing.TB, s Settings) Target

	// Except are rules to skip since the target is known to break them: name and reason.
	Except map[string]string
}

// Settings are those of a project and its server that a rule asks for. The zero value is a new
// project on a server that does not enforce rate limits.
type Settings struct {
	RateLimits   bool         // calls beyond a limit are refused
	Off          []AuthMethod // ways to sign in that are switched off
	AccountOff   bool         // the Account service is switched off
	SessionLimit int          // sessions that a user may have; 0: the default of the server
	UserLimit    int          // users that may sign up; 0: no limit

	PasswordHistory      int  // number of last passwords that may not be used again; 0: all may
	PasswordDictionary   bool // common passwords are refused
	PasswordPersonalData bool // passwords that contain data of the user are refused
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

// Inbox receives the messages that a server sends.
type Inbox interface {
	// Wait returns the n-th message, counted from 1, to an address or phone number. It waits
	// for the message until the context ends.
	Wait(ctx context.Context, to string, n int) (Message, error)
}

// Message is a mail or an SMS. Either of Text and HTML may be empty.
type Message struct{ Subject, Text, HTML string }

// OAuth2 is a provider whose users the rules may sign in.
type OAuth2 struct {
	Provider string // its name in paths; enabled in the project

	// SignIn acts as a user at the provider's page, who signs in as the given identity and
	// agrees. It returns the address to which the provider then sends the browser.
	SignIn func(ctx context.Context, page string, who Identity) (callback string, err error)

	// Deny acts as a user who does not agree. It may be nil.
	Deny func(ctx context.Context, page string) (callback string, err error)
}

// Identity is a user as the provider knows them; the address is verified.
type Identity struct{ ID, Email, Name string }

// Run tests the target against every rule, in parallel subtests named group/rule. Like all
// parallel subtests they go on after Run has returned.
func Run(t *testing.T, target Target) {
	t.Helper()
	client := newClient()
	t.Cleanup(client.CloseIdleConnections)
	for _, name := range unknown(target.Except) {
		t.Errorf("conformance: Except names %q, but there is no such rule", name)
	}
	for _, g := range groups {
		for _, r := range g.rules {
			t.Run(g.name+"/"+r.name, func(t *testing.T) {
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
	for _, g := range groups {
		names = slices.DeleteFunc(names, func(name string) bool {
			return slices.ContainsFunc(g.rules, func(r rule) bool { return r.name == name })
		})
	}
	return names
}

// groups hold all rules. Each file of rules adds its group, so that a new group is a new file
// and nothing else.
var groups []group

type group struct {
	name  string
	rules []rule
}

// add is called by the init function of each file of rules.
func add(name string, rules []rule) { groups = append(groups, group{name, rules}) }

// rule is something that the server does.
type rule struct {
	name   string // a plain sentence, without its full stop; unique
	source string // recordings and pages, with ", " between them: see the package comment
	needs  need
	check  func(*probe)
}

// need says which optional fields of a target a rule needs.
type need int

const (
	mail need = 1 << iota
	sms
	oauth2
	direct
	fresh // a target of its own, from Target.New
	clock // and one whose clock moves
)

// lacking says what the target lacks, "" if it has all.
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
