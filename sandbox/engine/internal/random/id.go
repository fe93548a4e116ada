package random

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"math/big"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func validateID(inputs property.Map) []p.CheckFailure {
	if integer(inputs, "byteLength") < 1 {
		return []p.CheckFailure{{Property: "byteLength", Reason: "byteLength must be at least 1"}}
	}
	return nil
}

// createID has the bytes in unpadded URL-safe base64 as its id, without the prefix that the outputs carry.
func createID(_ context.Context, inputs property.Map) (string, map[string]property.Value, error) {
	raw := make([]byte, integer(inputs, "byteLength"))
	if _, err := rand.Read(raw); err != nil {
		return "", nil, err
	}
	prefix := ""
	if value := inputs.Get("prefix"); value.IsString() {
		prefix = value.AsString()
	}
	id := base64.RawURLEncoding.EncodeToString(raw)
	return id, map[string]property.Value{
		"b64Url": property.New(prefix + id),
		"b64Std": property.New(prefix + base64.StdEncoding.EncodeToString(raw)),
		"dec":    property.New(prefix + new(big.Int).SetBytes(raw).String()),
		"hex":    property.New(prefix + hex.EncodeToString(raw)),
	}, nil
}
