package random_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"golang.org/x/crypto/bcrypt"

	"harbor-ha/engine/internal/random"
)

type props = map[string]property.Value

const (
	password = "random:index/randomPassword:RandomPassword"
	str      = "random:index/randomString:RandomString"
	id       = "random:index/randomId:RandomId"
)

func urn(token string) resource.URN {
	return resource.NewURN("stack", "project", "", tokens.Type(token), "subject")
}

func newServer(t *testing.T) integration.Server {
	t.Helper()
	server, err := integration.NewServer(t.Context(), "random", semver.MustParse("4.21.2"),
		integration.WithProvider(random.New()))
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func create(t *testing.T, token string, inputs props, preview bool) p.CreateResponse {
	t.Helper()
	server := newServer(t)
	checked, err := server.Check(p.CheckRequest{Urn: urn(token), Inputs: property.NewMap(inputs)})
	if err != nil || len(checked.Failures) > 0 {
		t.Fatal(err, checked.Failures)
	}
	created, err := server.Create(p.CreateRequest{Urn: urn(token), Properties: checked.Inputs, DryRun: preview})
	if err != nil {
		t.Fatal(err)
	}
	return created
}

func TestPassword(t *testing.T) {
	created := create(t, password, props{"length": property.New(40.0), "special": property.New(false)}, false)
	result, hash := created.Properties.Get("result"), created.Properties.Get("bcryptHash")
	if created.ID != "none" || !result.Secret() || !hash.Secret() {
		t.Fatalf("id %q, result secret %v, hash secret %v", created.ID, result.Secret(), hash.Secret())
	}
	if len(result.AsString()) != 40 || strings.ContainsAny(result.AsString(), "!@#$%&*()-_=+[]{}<>:?") {
		t.Error("the password has the wrong length or special characters")
	}
	if err := bcrypt.CompareHashAndPassword([]byte(hash.AsString()), []byte(result.AsString())); err != nil {
		t.Error(err)
	}
	if !created.Properties.Get("numeric").AsBool() || created.Properties.Get("minLower").AsNumber() != 0 {
		t.Error("the defaults are not in the state")
	}
}

func TestStringClasses(t *testing.T) {
	off := property.New(false)
	for name, test := range map[string]struct {
		inputs  props
		allowed string
	}{
		"digits":             {props{"special": off, "upper": off, "lower": off}, "0123456789"},
		"override":           {props{"upper": off, "lower": off, "numeric": off, "overrideSpecial": property.New("_-")}, "_-"},
		"number is an alias": {props{"special": off, "upper": off, "number": off}, "abcdefghijklmnopqrstuvwxyz"},
	} {
		t.Run(name, func(t *testing.T) {
			test.inputs["length"] = property.New(64.0)
			created := create(t, str, test.inputs, false)
			if created.ID != created.Properties.Get("result").AsString() {
				t.Error("the id is not the text")
			}
			if strings.Trim(created.ID, test.allowed) != "" || len(created.ID) != 64 {
				t.Errorf("%q has other characters than %q", created.ID, test.allowed)
			}
		})
	}
	least := create(t, str, props{"length": property.New(4.0), "minNumeric": property.New(4.0)}, false)
	if strings.Trim(least.ID, "0123456789") != "" {
		t.Errorf("%q has not the four digits that were asked for", least.ID)
	}
}

func TestID(t *testing.T) {
	created := create(t, id, props{"byteLength": property.New(6.0), "prefix": property.New("p-")}, false)
	raw, err := base64.RawURLEncoding.DecodeString(created.ID)
	if err != nil || len(raw) != 6 {
		t.Fatalf("id %q: %v", created.ID, err)
	}
	if got := created.Properties.Get("hex").AsString(); got != "p-"+hex.EncodeToString(raw) {
		t.Errorf("hex is %q", got)
	}
	if got := created.Properties.Get("b64Std").AsString(); got != "p-"+base64.StdEncoding.EncodeToString(raw) {
		t.Errorf("b64Std is %q", got)
	}
}

func TestPreviewIsUnknown(t *testing.T) {
	created := create(t, password, props{"length": property.New(property.Computed)}, true)
	if !created.Properties.Get("result").HasComputed() || created.ID != "" {
		t.Errorf("result is known in a preview, id %q", created.ID)
	}
}

func TestEveryChangeReplaces(t *testing.T) {
	old := property.NewMap(props{"length": property.New(8.0), "__defaults": property.New([]property.Value{})})
	for name, test := range map[string]struct {
		inputs property.Map
		want   map[string]p.DiffKind
	}{
		"nothing":            {old, map[string]p.DiffKind{}},
		"bridge bookkeeping": {old.Delete("__defaults"), map[string]p.DiffKind{}},
		"length":             {old.Set("length", property.New(9.0)), map[string]p.DiffKind{"length": p.UpdateReplace}},
		"keepers": {
			old.Set("keepers", property.New(props{"a": property.New("b")})), map[string]p.DiffKind{"keepers": p.AddReplace},
		},
	} {
		t.Run(name, func(t *testing.T) {
			diff, err := newServer(t).Diff(p.DiffRequest{Urn: urn(password), ID: "none", OldInputs: old, Inputs: test.inputs})
			if err != nil || diff.HasChanges != (len(test.want) > 0) || len(diff.DetailedDiff) != len(test.want) {
				t.Fatalf("%v: %+v", err, diff)
			}
			for key, kind := range test.want {
				if diff.DetailedDiff[key].Kind != kind {
					t.Errorf("%s: %q, want %q", key, diff.DetailedDiff[key].Kind, kind)
				}
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for name, inputs := range map[string]props{
		"no length":    {},
		"zero length":  {"length": property.New(0.0)},
		"minimum":      {"length": property.New(3.0), "minLower": property.New(4.0)},
		"two wishes":   {"length": property.New(3.0), "number": property.New(true), "numeric": property.New(false)},
		"unknown name": {"length": property.New(3.0), "colour": property.New("red")},
	} {
		t.Run(name, func(t *testing.T) {
			checked, err := newServer(t).Check(p.CheckRequest{Urn: urn(str), Inputs: property.NewMap(inputs)})
			if err != nil || len(checked.Failures) != 1 {
				t.Errorf("%v: %v", err, checked.Failures)
			}
		})
	}
}
