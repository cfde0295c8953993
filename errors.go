package appwrite

import "fmt"

// UnsupportedError says that the client's server version lacks the operation.
type UnsupportedError struct {
	Operation     string // "account.createEmailToken"
	Since         string // first release with it
	Until         string // last release with it, "" where the newest known has it
	ServerVersion string // the client's, see WithServerVersion
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s: not on servers %s", e.Operation, e.ServerVersion)
}
