package websub

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // hubs of version 0.4 sign with it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"strings"
)

// signed reports whether an X-Hub-Signature proves that body comes from whoever
// knows the secret, and by which method.
func signed(header string, secret, body []byte) (method string, ok bool) {
	method, digest, _ := strings.Cut(strings.TrimSpace(header), "=")
	method = strings.ToLower(method)
	var sum func() hash.Hash
	switch method {
	case "sha1":
		sum = sha1.New
	case "sha256":
		sum = sha256.New
	case "sha384":
		sum = sha512.New384
	case "sha512":
		sum = sha512.New
	default:
		return method, false
	}
	got, err := hex.DecodeString(digest)
	if err != nil || len(secret) == 0 {
		return method, false
	}
	mac := hmac.New(sum, secret)
	mac.Write(body)
	return method, hmac.Equal(got, mac.Sum(nil))
}
