package appwritetest

import (
	"fmt"
	"slices"

	"github.com/seed17809555/appwrite/models"
)

// consent is a user's permission for an OAuth2 client, with the tokens issued under it.
type consent struct {
	model  models.OAuth2Consent
	tokens []models.OAuth2ConsentToken
}

// AddConsent puts a consent of the user UserID on the server, with the tokens that were issued
// under it, and returns it as clients get it. Unset IDs and dates are made by the server; the
// tokens take user and client from the consent. A user who is not there, or an ID that is taken
// or not valid, ends the test, or panics outside of one.
//
// Consents belong to Appwrite Cloud: before the first call of AddConsent the server answers 404
// on their routes, as an open-source one does.
func (s *Server) AddConsent(c models.OAuth2Consent, tokens ...models.OAuth2ConsentToken) *models.OAuth2Consent {
	if s.tb != nil {
		s.tb.Helper()
	}
	added, err := s.addConsent(c, tokens)
	if err != nil {
		s.fail(fmt.Errorf("adding a consent: %w", err))
		return nil
	}
	return &added
}

func (s *Server) addConsent(c models.OAuth2Consent, tokens []models.OAuth2ConsentToken) (models.OAuth2Consent, error) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	u := s.project.users[c.UserID]
	if u == nil {
		return c, fmt.Errorf("no user %q", c.UserID)
	}
	s.fillIn(&c.ID, &c.CreatedAt, &c.UpdatedAt)
	if !idPattern.MatchString(c.ID) || u.consent(c.ID) != nil {
		return c, fmt.Errorf("%q is no ID, or taken", c.ID)
	}
	c.Scopes, c.Resources = slices.Clone(c.Scopes), slices.Clone(c.Resources)
	added := &consent{model: c}
	for _, t := range tokens {
		s.fillIn(&t.ID, &t.CreatedAt, &t.UpdatedAt)
		if !idPattern.MatchString(t.ID) || added.token(t.ID) >= 0 {
			return c, fmt.Errorf("token: %q is no ID, or taken", t.ID)
		}
		t.ConsentID, t.UserID, t.AppID, t.CIMDURL = c.ID, c.UserID, c.AppID, c.CIMDURL
		t.Scopes, t.Resources = slices.Clone(t.Scopes), slices.Clone(t.Resources)
		added.tokens = append(added.tokens, t)
	}
	u.consents = append(u.consents, added)
	s.store.cloud = true
	c.Scopes, c.Resources = slices.Clone(c.Scopes), slices.Clone(c.Resources)
	return c, nil
}

// fillIn sets what the test left unset.
func (s *Server) fillIn(id *string, created, updated *models.Timestamp) {
	now := s.now()
	if *id == "" {
		*id = s.store.random.id(now)
	}
	if created.IsZero() {
		created.Time = now
	}
	if updated.IsZero() {
		*updated = *created
	}
}

// consent returns the user's consent of the ID, or nil.
func (u *user) consent(id string) *consent {
	for _, c := range u.consents {
		if c.model.ID == id {
			return c
		}
	}
	return nil
}

// token returns the index of the token of the ID, or -1.
func (c *consent) token(id string) int {
	return slices.IndexFunc(c.tokens, func(t models.OAuth2ConsentToken) bool { return t.ID == id })
}

// consentOfPath returns the caller's consent that the path names.
func (c *call) consentOfPath() (*consent, error) {
	id := c.params.uid("consentId")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	if found := c.caller.user.consent(id); found != nil {
		return found, nil
	}
	return nil, errConsentNotFound
}

// consentTokenOfPath returns the consent and the index of its token.
func (c *call) consentTokenOfPath() (*consent, int, error) {
	found, err := c.consentOfPath()
	id := c.params.uid("tokenId")
	if err == nil {
		err = c.params.done()
	}
	if err != nil {
		return nil, 0, err
	}
	i := found.token(id)
	if i < 0 {
		return nil, 0, errConsentNotFound
	}
	return found, i, nil
}

func listConsents(c *call) (any, error) {
	queries := c.params.queries(c.queryDialect(), nil)
	counted := c.params.looseBool("total", true)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	all := c.caller.user.consents
	list := models.OAuth2ConsentList{}
	from, to := queries.Bounds(len(all))
	for _, found := range all[from:to] {
		list.Consents = append(list.Consents, found.model)
	}
	if counted {
		list.Total = len(all)
	}
	return list, nil
}

func listConsentTokens(c *call) (any, error) {
	queries := c.params.queries(c.queryDialect(), nil)
	counted := c.params.looseBool("total", true)
	found, err := c.consentOfPath()
	if err != nil {
		return nil, err
	}
	from, to := queries.Bounds(len(found.tokens))
	list := models.OAuth2ConsentTokenList{Tokens: slices.Clone(found.tokens[from:to])}
	if counted {
		list.Total = len(found.tokens)
	}
	return list, nil
}

func getConsent(c *call) (any, error) {
	found, err := c.consentOfPath()
	if err != nil {
		return nil, err
	}
	return found.model, nil
}

// deleteConsent revokes the consent's tokens too.
func deleteConsent(c *call) (any, error) {
	found, err := c.consentOfPath()
	if err != nil {
		return nil, err
	}
	u := c.caller.user
	u.consents = slices.DeleteFunc(u.consents, func(other *consent) bool { return other == found })
	return nil, nil
}

func getConsentToken(c *call) (any, error) {
	found, i, err := c.consentTokenOfPath()
	if err != nil {
		return nil, err
	}
	return found.tokens[i], nil
}

func deleteConsentToken(c *call) (any, error) {
	found, i, err := c.consentTokenOfPath()
	if err != nil {
		return nil, err
	}
	found.tokens = slices.Delete(found.tokens, i, i+1)
	return nil, nil
}
