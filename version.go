package appwrite

import "github.com/seed17809555/appwrite/internal/release"

// LatestServerVersion is the newest Appwrite release that this package knows and
// the one that a client speaks to unless WithServerVersion says otherwise.
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
