package appwrite

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed17809555/appwrite/internal/release"
)

// LatestServerVersion is the newest Appwrite release that this package knows and the one that a
// client speaks to unless WithServerVersion says otherwise.
const LatestServerVersion = "1.9.6"

// The releases that changed what a client has to send or to expect.
const (
	v0_2   = release.V0_2
	v0_6   = release.V0_6
	v0_7   = release.V0_7
	v0_8   = release.V0_8
	v0_12  = release.V0_12
	v0_13  = release.V0_13
	v1_0   = release.V1_0
	v1_4   = release.V1_4
	v1_5   = release.V1_5
	v1_6   = release.V1_6
	v1_8_1 = release.V1_8_1
	v1_9   = release.V1_9
)

// ServerVersion asks the server for its version, such as "1.9.6". It needs no credential and
// sends none.
func (c *Client) ServerVersion(ctx context.Context) (string, error) {
	var answer serverVersion
	_, err := c.AsGuest().Account.do(ctx, request{op: opHealthVersion}, &answer, nil)
	return answer.Version, err
}

// DetectServerVersion asks the server for its version and returns a copy that is set to it, as
// with WithServerVersion. If the server refuses to answer, the version in its error is taken.
// Servers before 0.7, and some behind a proxy, do not tell their version; the error says so.
func (c *Client) DetectServerVersion(ctx context.Context) (*Client, error) {
	told, err := c.ServerVersion(ctx)
	if e, ok := err.(*Error); ok && e.Type != "" {
		if _, unfit := release.Parse(e.Version); unfit == nil {
			told, err = e.Version, nil
		}
	}
	switch _, undecodable := err.(*DecodeError); {
	case undecodable, errors.Is(err, ErrUnauthorized), errors.Is(err, ErrForbidden), errors.Is(err, ErrNotFound):
		return nil, fmt.Errorf("%w: the server does not tell its version: set it with appwrite.WithServerVersion", err)
	case err != nil:
		return nil, err
	}
	if _, err := release.Parse(told); err != nil {
		return nil, fmt.Errorf("%s: the version that the server sent %w: set it with appwrite.WithServerVersion", opHealthVersion.name, err)
	}
	return c.With(WithServerVersion(told))
}

type serverVersion struct {
	Version string `json:"version"`
}
