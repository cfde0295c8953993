package appwritetest

import "github.com/seed17809555/appwrite/models"

// Option sets up a [Server].
type Option func(*config)

type config struct {
	seed      *uint64
	projectID string
	hosts     []string
	providers []models.OAuthProvider
}

const defaultProjectID = "test-project"

// WithSeed makes everything that the server makes up the same on each run: IDs,
// secrets, codes, phrases, the API key. Without it they are random.
func WithSeed(n uint64) Option {
	return func(c *config) { c.seed = &n }
}

// WithProjectID sets the ID of the server's project, "test-project" by default.
func WithProjectID(id string) Option {
	return func(c *config) { c.projectID = id }
}

// WithPlatforms adds hosts to which links and redirects may lead and on whose
// pages browsers may call the server, besides localhost and 127.0.0.1.
// "*.example.com" stands for all hosts that end so.
func WithPlatforms(hosts ...string) Option {
	return func(c *config) { c.hosts = append(c.hosts, hosts...) }
}

// WithOAuth2Providers enables these OAuth2 providers of the project only; logins at
// others then fail with project_provider_disabled. Without it all that the release
// knows are enabled.
func WithOAuth2Providers(providers ...models.OAuthProvider) Option {
	return func(c *config) { c.providers = append([]models.OAuthProvider{}, providers...) }
}
