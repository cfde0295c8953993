package testkit

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestASecretIsFoundHoweverAPrinterSpellsIt(t *testing.T) {
	t.Parallel()
	secret := SecretText("x")
	for _, text := range []string{
		secret, "a" + secret[41:52] + "b", strings.ToUpper(secret), fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), fmt.Sprint([]byte(secret)),
		fmt.Sprintf("%#v", []byte(secret)), fmt.Sprintf("%d", []byte(secret)), base64.StdEncoding.EncodeToString([]byte("ab" + secret)), base64.StdEncoding.EncodeToString([]byte("a" + secret)), strconv.Quote(secret),
	} {
		assert.NotEmpty(t, Leak(text, secret), text)
	}
	assert.Empty(t, Leak("GET /account/password: "+SecretText("y"), secret))
	assert.Empty(t, Leak("/account/password", "param-password-1"))
	assert.NotEmpty(t, Leak("param-pass…", "param-password-1"))
}
