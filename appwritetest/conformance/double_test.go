package conformance

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/seed17809555/appwrite/appwritetest"
	"github.com/seed17809555/appwrite/models"
)

// double returns a server of package appwritetest as a target.
func double(tb testing.TB) Target { return doubleWith(tb, appwritetest.Settings{}) }

func doubleWith(tb testing.TB, settings appwritetest.Settings, options ...appwritetest.Option) Target {
	// With one provider enabled, the others are not.
	settings.OAuth2Providers = []models.OAuthProvider{models.OAuthProviderGitHub}
	srv := appwritetest.NewServer(tb, append(options, appwritetest.WithSettings(settings))...)
	return Target{
		Endpoint:  srv.Endpoint(),
		ProjectID: srv.ProjectID(),
		APIKey:    srv.APIKey(),
		Mail:      inbox{srv.Inbox()},
		SMS:       inbox{srv.Inbox()},
		Clock:     srv.Clock(),
		OAuth2:    provider(srv),
		Direct:    true,
		New:       newDouble,
	}
}

// provider signs in at the double's provider, one sign-in at a time: the identity is set for
// the whole server.
func provider(srv *appwritetest.Server) *OAuth2 {
	var one sync.Mutex
	client := newClient()
	client.Transport.(*http.Transport).DisableKeepAlives = true
	visit := func(ctx context.Context, page string, prepare func()) (string, error) {
		one.Lock()
		defer one.Unlock()
		prepare()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
		if err != nil {
			return "", err
		}
		res, err := client.Do(req)
		if err != nil {
			return "", err
		}
		return res.Header.Get("Location"), res.Body.Close()
	}
	return &OAuth2{
		Provider: "github",
		SignIn: func(ctx context.Context, page string, who Identity) (string, error) {
			return visit(ctx, page, func() {
				srv.OAuth2().SetIdentity(appwritetest.OAuth2Identity{ProviderUID: who.ID, Email: who.Email, Name: who.Name, EmailVerified: true})
			})
		},
		Deny: func(ctx context.Context, page string) (string, error) { return visit(ctx, page, srv.OAuth2().Deny) },
	}
}

// newDouble returns a double with the settings.
func newDouble(tb testing.TB, s Settings) Target {
	settings := appwritetest.Settings{
		SessionLimit: s.SessionLimit, UserLimit: s.UserLimit, AccountDisabled: s.AccountOff,
		Password: appwritetest.PasswordRules{History: s.PasswordHistory, Dictionary: s.PasswordDictionary, PersonalData: s.PasswordPersonalData},
	}
	for _, method := range s.Off {
		settings.DisabledMethods = append(settings.DisabledMethods, appwritetest.AuthMethod(method))
	}
	if s.RateLimits {
		return doubleWith(tb, settings, appwritetest.WithRateLimits())
	}
	return doubleWith(tb, settings)
}

// inbox does not wait: the double sends messages before it answers.
type inbox struct{ *appwritetest.Inbox }

func (in inbox) Wait(_ context.Context, to string, n int) (Message, error) {
	for _, m := range in.Messages() {
		if m.To != to {
			continue
		}
		if n--; n == 0 {
			return Message{Subject: m.Subject, Text: m.Body}, nil
		}
	}
	return Message{}, fmt.Errorf("no message to %s", to)
}

func TestAppwritetest(t *testing.T) {
	t.Parallel()
	Run(t, double(t))
}
