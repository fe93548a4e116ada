// Package random serves RandomPassword, RandomString and RandomId of the official random provider 4.21.2.
package random

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/bridged"
)

// New makes the provider. Every changed input replaces: a random value is never changed in place.
func New() p.Provider {
	return bridged.Provider(map[tokens.Type]bridged.Resource{
		"random:index/randomPassword:RandomPassword": text(3, createPassword, "result", "bcryptHash"),
		"random:index/randomString:RandomString":     text(2, createString),
		"random:index/randomId:RandomId": {
			Required:  []string{"byteLength"},
			Optional:  []string{"keepers", "prefix"},
			Computed:  []string{"b64Std", "b64Url", "dec", "hex"},
			Framework: true,
			Validate:  validateID,
			Create:    createID,
		},
	}, bridged.Config{})
}

// text describes the two resources that share the rules for a random text.
func text(
	schemaVersion int, create func(context.Context, property.Map) (string, map[string]property.Value, error), secret ...string,
) bridged.Resource {
	computed := secret
	if len(computed) == 0 {
		computed = []string{"result"}
	}
	return bridged.Resource{
		Required: []string{"length"},
		Optional: []string{
			"keepers", "lower", "upper", "number", "numeric", "special", "overrideSpecial",
			"minLower", "minUpper", "minNumeric", "minSpecial",
		},
		Defaults: map[string]property.Value{
			"lower":      property.New(true),
			"upper":      property.New(true),
			"special":    property.New(true),
			"minLower":   property.New(0.0),
			"minUpper":   property.New(0.0),
			"minNumeric": property.New(0.0),
			"minSpecial": property.New(0.0),
		},
		Complete:      digits,
		Computed:      computed,
		Secret:        secret,
		SchemaVersion: schemaVersion,
		Framework:     true,
		Validate:      validateText,
		Create:        create,
	}
}
