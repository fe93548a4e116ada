package docker_test

import (
	"path/filepath"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/docker"
	"harbor-ha/engine/internal/enginetest"
)

const (
	network = "docker:index/network:Network"
	volume  = "docker:index/volume:Volume"
)

var types = map[string]string{"RemoteImage": image, "Container": container, "Network": network, "Volume": volume}

// host is a Docker host with everything that the tests ask for.
var host = map[string]string{
	"GET /images/app:1/json":            present,
	"POST /volumes/create":              `{"Name":"data","Driver":"local","Mountpoint":"/volumes/data"}`,
	"GET /volumes/data":                 `{"Name":"data","Driver":"local","Mountpoint":"/volumes/data"}`,
	"POST /networks/create":             `{"Id":"n1"}`,
	"GET /networks/n1":                  `{"Scope":"local","Options":{},"IPAM":{"Config":[{"Subnet":"10.0.0.0/24","Gateway":"10.0.0.1"}]}}`,
	"POST /containers/create?name=web":  `{"Id":"c1"}`,
	"POST /containers/c1/start":         ``,
	"POST /containers/c1/update":        `{}`,
	"PUT /containers/c1/archive?path=/": ``,
	"GET /containers/c1/json": `{"State":{"Running":true,"Status":"running"},"Platform":"linux",
		"Config":{"Hostname":"h","Cmd":["serve"],"Entrypoint":["start"],"Env":["PATH=/bin"],"Labels":{"of":"image"}},
		"HostConfig":{"NetworkMode":"bridge","IpcMode":"private","Runtime":"runc","ShmSize":67108864,"LogConfig":{"Type":"json-file"}},
		"NetworkSettings":{"Networks":{"bridge":{"IPAddress":"172.17.0.2","IPPrefixLen":16,"Gateway":"172.17.0.1"}}}}`,
}

// written is what a program gives to each type.
var written = map[string]props{
	"RemoteImage": {"name": property.New("app:1"), "keepLocally": property.New(true)},
	"Volume":      {"name": property.New("data")},
	"Network":     {"name": property.New("net")},
	"Container": {
		"name": property.New("web"), "image": property.New("sha256:1"), "restart": property.New("unless-stopped"),
		"envs":        property.New([]property.Value{property.New("PASSWORD=pw")}).WithSecret(true),
		"networkMode": property.New("bridge"),
		"ports":       list(props{"internal": property.New(3306.0), "external": property.New(3307.0)}),
		"volumes":     list(props{"volumeName": property.New("data"), "containerPath": property.New("/data")}),
		"healthcheck": property.New(props{
			"tests": property.New([]property.Value{property.New("CMD"), property.New("true")}), "interval": property.New("5s"),
		}),
		"uploads": list(props{"file": property.New("/etc/x"), "content": property.New("x")}),
	},
}

func list(objects ...props) property.Value {
	var values []property.Value
	for _, object := range objects {
		values = append(values, property.New(object))
	}
	return property.New(values)
}

func engineFor(t *testing.T, kind string) *enginetest.Engine {
	t.Helper()
	_, address := listen(t, host)
	return enginetest.Start(t, "docker", docker.New(), property.NewMap(props{"host": property.New(address)}), types[kind])
}

// TestStateHasTheOfficialForm: what the official plugin misses in the state, it takes for changed.
func TestStateHasTheOfficialForm(t *testing.T) {
	var values, marks []string
	for kind, inputs := range written {
		engine := engineFor(t, kind)
		created := engine.Create(engine.Check(property.Map{}, property.NewMap(inputs)))
		values = append(values, enginetest.Values(kind, created.Output)...)
		for _, line := range enginetest.Marks(kind, created.Output) {
			if strings.HasSuffix(line, " secret") {
				marks = append(marks, line)
			}
		}
		if again := engine.Read(created); !property.New(again.Output).Equals(property.New(created.Output)) {
			t.Errorf("a refresh changes %s to\n%v", kind, enginetest.Values(kind, again.Output))
		}
	}
	enginetest.Golden(t, filepath.Join("testdata", "state.txt"), values)
	if len(marks) != 1 || marks[0] != "Container envs secret" {
		t.Errorf("secrets %q", marks)
	}
}

// TestInputs: which inputs there are, and whether a change of them replaces.
func TestInputs(t *testing.T) {
	engines := map[string]*enginetest.Engine{}
	for kind := range types {
		engines[kind] = engineFor(t, kind)
	}
	server := configured(t, nil)
	for _, line := range enginetest.Lines(t, filepath.Join("testdata", "inputs.txt")) {
		words := strings.Fields(line)
		kind, input, want := words[0], words[1], words[2]
		inputs := property.NewMap(props{"name": property.New("x"), "image": property.New("x")})
		if kind != "Container" {
			inputs = inputs.Delete("image")
		}
		checked, err := server.Check(p.CheckRequest{Urn: urn(types[kind]), Inputs: inputs.Set(input, property.New("y"))})
		if err != nil || (len(checked.Failures) > 0) != (want == "refused") {
			t.Errorf("%s: %v %v", line, err, checked.Failures)
		}
		if want == "refused" {
			continue
		}
		expected := map[string]string{"replaces": "ADD_REPLACE", "updates": "ADD"}[want]
		if _, there := inputs.GetOk(input); there {
			expected = strings.Replace(expected, "ADD", "UPDATE", 1)
		}
		changes := engines[kind].Diff(enginetest.Resource{ID: "x", Inputs: inputs}, inputs.Set(input, property.New("y")))
		if len(changes) != 1 || changes[input] != expected {
			t.Errorf("%s: %v", line, changes)
		}
	}
}

// official is the inputs as the official plugin records them: with defaults, and with lists of those.
func official(inputs props) property.Map {
	names := func(keys ...string) property.Value {
		values := []property.Value{}
		for _, key := range keys {
			values = append(values, property.New(key))
		}
		return property.New(values)
	}
	recorded := property.NewMap(inputs)
	for key, value := range map[string]property.Value{
		"__defaults": names("containerReadRefreshTimeoutMilliseconds", "mustRun", "removeVolumes", "start", "waitTimeout"),
		"containerReadRefreshTimeoutMilliseconds": property.New(15000.0), "mustRun": property.New(true),
		"removeVolumes": property.New(true), "start": property.New(true), "waitTimeout": property.New(60.0),
		"ports": list(props{
			"__defaults": names("ip", "protocol"), "internal": property.New(3306.0), "external": property.New(3307.0),
			"ip": property.New("0.0.0.0"), "protocol": property.New("tcp"),
		}),
		"volumes": list(props{
			"__defaults": names(), "volumeName": property.New("data"), "containerPath": property.New("/data"),
		}),
		"healthcheck": property.New(props{
			"__defaults": names("startInterval", "startPeriod", "timeout"), "interval": property.New("5s"),
			"tests":         property.New([]property.Value{property.New("CMD"), property.New("true")}),
			"startInterval": property.New("0s"), "startPeriod": property.New("0s"), "timeout": property.New("0s"),
		}),
	} {
		recorded = recorded.Set(key, value)
	}
	return recorded
}

// TestDefaultsThatTheOfficialPluginFilledIn are no wishes of the program, until it says something else.
func TestDefaultsThatTheOfficialPluginFilledIn(t *testing.T) {
	inputs := written["Container"]
	with := func(key string, value property.Value) property.Map { return property.NewMap(inputs).Set(key, value) }
	engine := engineFor(t, "Container")
	for name, test := range map[string]struct {
		program property.Map
		want    map[string]string
	}{
		"nothing":           {property.NewMap(inputs), map[string]string{}},
		"default said":      {with("waitTimeout", property.New(60.0)), map[string]string{}},
		"other value":       {with("waitTimeout", property.New(90.0)), map[string]string{"waitTimeout": "UPDATE"}},
		"said, then not":    {property.NewMap(inputs).Delete("restart"), map[string]string{"restart": "DELETE"}},
		"replaced, not now": {property.NewMap(inputs).Delete("networkMode"), map[string]string{"networkMode": "DELETE_REPLACE"}},
		"inside of a list": {
			with("ports", list(props{
				"internal": property.New(3306.0), "external": property.New(3307.0), "ip": property.New("127.0.0.1"),
			})),
			map[string]string{"ports[0].ip": "UPDATE_REPLACE"},
		},
		"longer list": {
			with("volumes", list(
				props{"volumeName": property.New("data"), "containerPath": property.New("/data")},
				props{"volumeName": property.New("more"), "containerPath": property.New("/more")},
			)),
			map[string]string{"volumes[1]": "ADD_REPLACE"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			old := enginetest.Resource{ID: "c1", Inputs: official(inputs)}
			changes := engine.Diff(old, engine.Check(old.Inputs, test.program))
			if len(changes) != len(test.want) {
				t.Fatalf("changes %v, want %v", changes, test.want)
			}
			for path, kind := range test.want {
				if changes[path] != kind {
					t.Errorf("changes %v, want %v", changes, test.want)
				}
			}
		})
	}
}

// TestStoppedContainerIsSeen, whoever recorded the state, although mustRun is only a default.
func TestStoppedContainerIsSeen(t *testing.T) {
	stopped := map[string]string{"GET /containers/c1/json": `{"State":{"Running":false,"Status":"exited"}}`}
	_, address := listen(t, stopped)
	config := property.NewMap(props{"host": property.New(address)})
	engine := enginetest.Start(t, "docker", docker.New(), config, container)
	inputs := property.NewMap(written["Container"])
	for form, recorded := range map[string]property.Map{"offline": inputs, "official": official(written["Container"])} {
		read := engine.Read(enginetest.Resource{
			ID: "c1", Inputs: recorded, Output: inputs.Set("mustRun", property.New(true)),
		})
		if changes := engine.Diff(read, engine.Check(read.Inputs, inputs)); len(changes) != 1 || changes["mustRun"] != "DELETE" {
			t.Errorf("%s state: %v", form, changes)
		}
	}
}

// TestRefreshCompletesTheState that an earlier build recorded, and lets no note about Terraform's state go stale.
func TestRefreshCompletesTheState(t *testing.T) {
	engine := engineFor(t, "Container")
	inputs := property.NewMap(written["Container"])
	whole := engine.Create(engine.Check(property.Map{}, inputs))
	note := property.New(props{"obj": property.New(props{})})
	for name, test := range map[string]struct {
		recorded property.Map
		keeps    bool
	}{
		"earlier build":       {inputs.Set("mustRun", property.New(true)), false},
		"official, as it was": {whole.Output.Set("__meta", property.New(`{"timeouts":1}`)).Set("__pulumi_raw_state_delta", note), true},
		"official, changed":   {whole.Output.Set("hostname", property.New("other")).Set("__pulumi_raw_state_delta", note), false},
	} {
		t.Run(name, func(t *testing.T) {
			read := engine.Read(enginetest.Resource{ID: "c1", Inputs: inputs, Output: test.recorded})
			if _, kept := read.Output.GetOk("__pulumi_raw_state_delta"); kept != test.keeps {
				t.Errorf("the note is kept: %v", kept)
			}
			if meta, ok := test.recorded.GetOk("__meta"); ok && !read.Output.Get("__meta").Equals(meta) {
				t.Errorf("__meta is %v", read.Output.Get("__meta").GoString())
			}
			got := read.Output.Delete("__pulumi_raw_state_delta", "__meta")
			if want := whole.Output.Delete("__meta"); !property.New(got).Equals(property.New(want)) {
				t.Errorf("recorded %v", enginetest.Values("", got))
			}
		})
	}
}
