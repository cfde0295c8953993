package appwritetest

// Option sets up a [Server].
type Option func(*config)

type config struct {
	seed       *uint64
	hosts      []string
	projects   []projectConfig // the first is the server's own
	rateLimits bool
	noListener bool
	version    string // "" is the newest
}

type projectConfig struct {
	id, name string
	settings Settings
}

const defaultProjectID = "test-project"

// WithSeed makes everything that the server makes up the same on each run: IDs, secrets, codes,
// phrases, the API key. Without it they are random. IDs that the client makes up, where a
// parameter's UserID is empty, are the client's.
func WithSeed(n uint64) Option {
	return func(c *config) { c.seed = &n }
}

// WithProjectID sets the ID of the server's project, "test-project" by default.
func WithProjectID(id string) Option {
	return func(c *config) { c.projects[0].id = id }
}

// WithSettings sets up the server's project otherwise than a new one.
func WithSettings(settings Settings) Option {
	return func(c *config) { c.projects[0].settings = settings }
}

// WithProject adds a project to the server's own, see [Server.Project].
func WithProject(id string, settings Settings) Option {
	return func(c *config) { c.projects = append(c.projects, projectConfig{id, "Test", settings}) }
}

// WithRateLimits puts the server's rate limits in force: so many calls of an operation in an
// hour, or a minute, by address, e-mail, user and so on. Each one that is too many gets a 429
// with general_rate_limit_exceeded. API keys and dev keys are free of them. Without this option
// the limits are announced in headers and never used up.
func WithRateLimits() Option {
	return func(c *config) { c.rateLimits = true }
}

// WithoutListener leaves the network out: what [Server.Client] returns calls the server through
// [Server.Transport], and nothing else reaches it. So all of it can happen inside of a
// testing/synctest bubble, in the bubble's time.
func WithoutListener() Option {
	return func(c *config) { c.noListener = true }
}

// WithPlatforms adds hosts to which links and redirects may lead and on whose pages browsers
// may call the server, besides localhost and 127.0.0.1. "*.example.com" stands for all hosts
// that end so, "myapp://" for all of that scheme, and a package name such as "com.example.app"
// for an app's origin.
func WithPlatforms(hosts ...string) Option {
	return func(c *config) { c.hosts = append(c.hosts, hosts...) }
}

// WithServerVersion makes the server answer as an Appwrite of that release, such as "0.9" or
// "1.4.13", from 0.5 to [appwrite.LatestServerVersion]: it has the routes, parameters, errors,
// dates and oddities of its time. [Server.Client] makes clients that are set to it. A release of
// which nothing is known is like the next older one that was recorded. The default is 1.9.6.
func WithServerVersion(version string) Option {
	return func(c *config) { c.version = version }
}
