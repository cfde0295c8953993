package id_test

import (
	"fmt"

	"github.com/seed17809555/appwrite/id"
)

func ExampleUnique() {
	first, second := id.Unique(), id.Unique()
	fmt.Println(len(first), first < second)
	// Output: 20 true
}

func ExampleCustom() {
	userID, err := id.Custom("customer-4711")
	fmt.Println(userID, err)

	_, err = id.Custom("jane@example.com")
	fmt.Println(err)
	// Output:
	// customer-4711 <nil>
	// may hold only a-z, A-Z, 0-9, period, hyphen and underscore
}
