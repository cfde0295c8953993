package appwritetest

import (
	"fmt"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/models"
)

// Project is one of a server's projects: its users are its own. What a [Server] does without
// naming a project, it does for the one of [WithProjectID].
type Project struct {
	server  *Server
	project *project
}

// Project returns the project with the ID: the server's own, one of [WithProject], or
// "console", which answers the requests that name no project. An unknown ID ends the test, or
// panics outside of one.
func (s *Server) Project(id string) *Project {
	if s.tb != nil {
		s.tb.Helper()
	}
	p := s.store.projects[id]
	if p == nil {
		s.fail(fmt.Errorf("the server has no project %q", id))
	}
	return &Project{s, p}
}

// ID returns the project's ID.
func (p *Project) ID() string { return p.project.id }

// APIKey returns a key of the project that has every scope.
func (p *Project) APIKey() string { return p.project.apiKey }

// DevKey returns a dev key of the project: with it there are no rate limits, and origins and
// redirects may be of any host.
func (p *Project) DevKey() string { return p.project.devKey }

// Client is [Server.Client] for the project.
func (p *Project) Client(opts ...appwrite.Option) *appwrite.Client {
	if p.server.tb != nil {
		p.server.tb.Helper()
	}
	return p.server.client(p.project, opts)
}

// AddUser is [Server.AddUser] for the project.
func (p *Project) AddUser(u User) *models.User {
	if p.server.tb != nil {
		p.server.tb.Helper()
	}
	return p.server.addUser(p.project, u)
}
