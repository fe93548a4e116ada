package command_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"

	"harbor-ha/engine/internal/command"
	"harbor-ha/engine/internal/enginetest"
)

// notServed are outputs that come from collecting files, which only the official plugin does.
var notServed = []string{
	"local:Command output archive Archive",
	"local:Command output assets map[string]Asset",
}

// TestSchemaIsTheOfficialOne: names, types, defaults, and what is secret or replaces.
func TestSchemaIsTheOfficialOne(t *testing.T) {
	served, err := p.GetSchema(t.Context(), "command", "1.2.1", command.New())
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Clone(notServed)
	for token, spec := range served.Types {
		name := lastPart(token)
		for _, value := range spec.Enum {
			lines = append(lines, fmt.Sprintf("%s value %v", name, value.Value))
		}
		lines = append(lines, properties(name+" field", spec.Properties, spec.Required)...)
	}
	for token, spec := range served.Resources {
		name := strings.TrimPrefix(token, "command:")
		lines = append(lines, properties(name+" input", spec.InputProperties, spec.RequiredInputs)...)
		lines = append(lines, properties(name+" output", spec.Properties, spec.Required)...)
	}
	enginetest.Golden(t, filepath.Join("testdata", "schema.txt"), lines)
}

func properties(prefix string, specs map[string]schema.PropertySpec, required []string) []string {
	var lines []string
	for name, spec := range specs {
		words := []string{prefix, name, typeName(spec.TypeSpec)}
		add := func(applies bool, word string) {
			if applies {
				words = append(words, word)
			}
		}
		add(slices.Contains(required, name), "required")
		add(spec.Secret, "secret")
		add(spec.ReplaceOnChanges, "replaces")
		add(spec.Default != nil, fmt.Sprintf("default=%v", spec.Default))
		lines = append(lines, strings.Join(words, " "))
	}
	return lines
}

func typeName(spec schema.TypeSpec) string {
	switch {
	case spec.Ref != "":
		return lastPart(spec.Ref)
	case spec.Items != nil:
		return "[]" + typeName(*spec.Items)
	case spec.AdditionalProperties != nil:
		return "map[string]" + typeName(*spec.AdditionalProperties)
	default:
		return spec.Type
	}
}

func lastPart(token string) string { return token[strings.LastIndexAny(token, ":/")+1:] }
