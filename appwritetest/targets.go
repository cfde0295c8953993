package appwritetest

import (
	"iter"
	"slices"
)

type targetWire struct {
	ID           string  `json:"$id"`
	CreatedAt    string  `json:"$createdAt"`
	UpdatedAt    string  `json:"$updatedAt"`
	Name         string  `json:"name"`
	UserID       string  `json:"userId"`
	ProviderID   *string `json:"providerId"`
	ProviderType string  `json:"providerType"`
	Identifier   string  `json:"identifier"`
	Expired      bool    `json:"expired"`
}

func (t *target) wire() targetWire {
	w := targetWire{
		ID: t.id, CreatedAt: date(t.created), UpdatedAt: date(t.updated), Name: t.name,
		UserID: t.userID, ProviderType: t.kind, Identifier: t.identifier,
	}
	if id := t.providerID; id != "" {
		w.ProviderID = &id
	}
	return w
}

const targetPush = "push"

// name is what the server calls the device of a push target; without brand and model a space is
// left.
func (d deviceWire) name() string { return d.DeviceBrand + " " + d.DeviceModel }

// eachTarget yields the targets of the user and of their sessions.
func (u *user) eachTarget() iter.Seq[*target] {
	return func(yield func(*target) bool) {
		for _, t := range u.targets {
			if !yield(t) {
				return
			}
		}
		for _, s := range u.sessions {
			for _, t := range s.targets {
				if !yield(t) {
					return
				}
			}
		}
	}
}

// allTargets are the same, oldest first.
func (u *user) allTargets() []*target {
	return slices.SortedStableFunc(u.eachTarget(), func(a, b *target) int { return a.created.Compare(b.created) })
}

// target returns the user's target of the ID, or nil.
func (u *user) target(id string) *target {
	for t := range u.eachTarget() {
		if t.id == id {
			return t
		}
	}
	return nil
}

// removeTarget removes a target of the user or of their sessions.
func (u *user) removeTarget(gone *target) {
	is := func(t *target) bool { return t == gone }
	u.targets = slices.DeleteFunc(u.targets, is)
	for _, s := range u.sessions {
		s.targets = slices.DeleteFunc(s.targets, is)
	}
}

// targetTaken reports whether a target other than t has the ID or identifier.
func (p *project) targetTaken(id, identifier string, t *target) bool {
	for _, u := range p.users {
		for other := range u.eachTarget() {
			if other != t && (other.id == id || other.identifier == identifier) {
				return true
			}
		}
	}
	return false
}

// createPushTarget adds a device to the session. A JWT has no session, so that the target
// outlives it. Nobody checks that the provider exists.
func createPushTarget(c *call) (any, error) {
	id := c.params.customID("targetId")
	identifier := c.params.text("identifier", 255)
	providerID := c.params.optionalUID("providerId")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	if c.project.targetTaken(id, identifier, nil) {
		return nil, errTargetExists
	}
	if id == uniqueID {
		id = c.store.random.id(c.now)
	}
	u := c.caller.user
	made := &target{
		id: id, userID: u.id, created: c.now, updated: c.now, kind: targetPush,
		identifier: identifier, name: deviceOf(c.userAgent()).name(), providerID: providerID,
	}
	if s := c.caller.session; s != nil {
		s.targets = append(s.targets, made)
	} else {
		u.targets = append(u.targets, made)
	}
	return made.wire(), nil
}

// targetOfPath returns the caller's target that the path names. The server does not ask whether
// it is one for push messages.
func (c *call) targetOfPath(id string) (*target, error) {
	t := c.caller.user.target(id)
	if t == nil {
		return nil, errTargetNotFound
	}
	return t, nil
}

func updatePushTarget(c *call) (any, error) {
	id := c.params.uid("targetId")
	identifier := c.params.text("identifier", 255)
	if err := c.params.done(); err != nil {
		return nil, err
	}
	t, err := c.targetOfPath(id)
	if err != nil {
		return nil, err
	}
	if c.project.targetTaken(t.id, identifier, t) {
		return nil, errServer // only the database refuses it
	}
	t.identifier, t.name, t.updated = identifier, deviceOf(c.userAgent()).name(), c.now
	return t.wire(), nil
}

func deletePushTarget(c *call) (any, error) {
	id := c.params.uid("targetId")
	if err := c.params.done(); err != nil {
		return nil, err
	}
	t, err := c.targetOfPath(id)
	if err != nil {
		return nil, err
	}
	c.caller.user.removeTarget(t)
	c.log(c.caller.user, "target.delete")
	return nil, nil
}
