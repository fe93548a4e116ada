package random_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/enginetest"
	"harbor-ha/engine/internal/random"
)

func engineFor(t *testing.T, token string) *enginetest.Engine {
	t.Helper()
	return enginetest.Start(t, "random", random.New(), property.Map{}, token)
}

func TestStateHasTheOfficialForm(t *testing.T) {
	var marks []string
	for kind, resource := range map[string]struct {
		token, version string
		inputs         props
	}{
		"RandomPassword": {password, `{"schema_version":"3"}`, props{"length": property.New(20.0)}},
		"RandomString":   {str, `{"schema_version":"2"}`, props{"length": property.New(20.0)}},
		"RandomId": {
			id, "", props{"byteLength": property.New(4.0), "keepers": property.New(props{"a": property.New("b")})},
		},
	} {
		engine := engineFor(t, resource.token)
		inputs := property.NewMap(resource.inputs)
		checked := engine.Check(property.Map{}, inputs)
		if !property.New(checked).Equals(property.New(inputs)) {
			t.Errorf("%s: the inputs are recorded as %v", kind, enginetest.Marks("", checked))
		}
		created := engine.Create(checked)
		marks = append(marks, enginetest.Marks(kind, created.Output)...)
		if got := created.Output.Get("id"); !got.Equals(property.New(created.ID)) {
			t.Errorf("%s: the id is recorded as %v", kind, got.GoString())
		}
		if version := created.Output.Get("__meta"); resource.version != "" && !version.Equals(property.New(resource.version)) {
			t.Errorf("%s: __meta is %v", kind, version.GoString())
		}
		if read := engine.Read(created); !property.New(read.Output).Equals(property.New(created.Output)) {
			t.Errorf("%s: a refresh changes the state", kind)
		}
	}
	enginetest.Golden(t, filepath.Join("testdata", "state.txt"), marks)
}

// TestNumberAndNumericAgree: to the official plugin a state in which they differ is one to replace.
func TestNumberAndNumericAgree(t *testing.T) {
	off, on := property.New(false), property.New(true)
	for name, test := range map[string]struct {
		inputs props
		want   property.Value
	}{
		"neither":        {props{}, on},
		"number":         {props{"number": off}, off},
		"numeric":        {props{"numeric": off}, off},
		"both":           {props{"number": off, "numeric": off}, off},
		"secret numeric": {props{"numeric": off.WithSecret(true)}, off.WithSecret(true)},
	} {
		t.Run(name, func(t *testing.T) {
			engine := engineFor(t, str)
			inputs := property.NewMap(test.inputs).Set("length", property.New(12.0))
			created := engine.Create(engine.Check(property.Map{}, inputs))
			earlier := created
			earlier.Output = created.Output.Set("number", on).Set("numeric", on).Delete("__meta")
			for when, state := range map[string]property.Map{"created": created.Output, "refreshed": engine.Read(earlier).Output} {
				for _, key := range []string{"number", "numeric"} {
					if got := state.Get(key); !got.Equals(test.want) {
						t.Errorf("%s, %s: %s is %v", name, when, key, got.GoString())
					}
				}
			}
		})
	}
}
