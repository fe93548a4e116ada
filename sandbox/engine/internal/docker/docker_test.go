package docker_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

const present = `{"Id":"sha256:1","RepoDigests":["other@sha256:2","registry:5000/app@sha256:3"]}`

func TestImageThatIsThereIsNotPulled(t *testing.T) {
	server, fake := start(t, map[string]string{"GET /images/registry:5000%2Fapp:1/json": present})
	created, err := create(t, server, image, props{"name": property.New("registry:5000/app:1")})
	if err != nil {
		t.Fatal(err)
	}
	fake.asked(t, "GET /images/")
	if got := created.Properties.Get("repoDigest").AsString(); got != "registry:5000/app@sha256:3" {
		t.Errorf("repoDigest %q", got)
	}
	if created.ID != "sha256:1registry:5000/app:1" || created.Properties.Get("imageId").AsString() != "sha256:1" {
		t.Errorf("id %q", created.ID)
	}
}

func TestImageThatCannotBePulled(t *testing.T) {
	server, fake := start(t, map[string]string{
		"POST /images/create?fromImage=app&platform=&tag=latest": `{"status":"Pulling"}` + "\n" + `{"error":"no route"}`,
	})
	_, err := create(t, server, image, props{"name": property.New("app")})
	if err == nil || !strings.Contains(err.Error(), "not on this Docker host, and it cannot be pulled: no route") {
		t.Errorf("error %v", err)
	}
	fake.asked(t, "GET /images/app/json", "POST /images/create")
}

func TestImageDelete(t *testing.T) {
	for keep, want := range map[bool][]string{true: {}, false: {"DELETE /images/app?force=false"}} {
		server, fake := start(t, nil)
		state := property.NewMap(props{"name": property.New("app"), "keepLocally": property.New(keep)})
		if err := server.Delete(p.DeleteRequest{Urn: urn(image), ID: "x", Properties: state}); err != nil {
			t.Fatal(err)
		}
		fake.asked(t, want...)
	}
}

func TestContainerCreate(t *testing.T) {
	running := `{"State":{"Running":true,"Status":"running","Health":{"Status":"healthy"}},"Config":{"Hostname":"h"},` +
		`"NetworkSettings":{"Networks":{"net":{"IPAddress":"10.0.0.2","IPPrefixLen":24}}}}`
	server, fake := start(t, map[string]string{
		"POST /containers/create?name=web":  `{"Id":"c1"}`,
		"PUT /containers/c1/archive?path=/": ``,
		"POST /containers/c1/start":         ``,
		"GET /containers/c1/json":           running,
		"POST /networks/bridge/disconnect":  ``,
		"POST /networks/first/connect":      ``,
		"POST /networks/second/connect":     ``,
	})
	list := func(values ...property.Value) property.Value { return property.New(values) }
	created, err := create(t, server, container, props{
		"name": property.New("web"), "image": property.New("app"), "memory": property.New(64.0), "wait": property.New(true),
		"envs":  list(property.New("PASSWORD=p\nw").WithSecret(true)),
		"ports": list(property.New(props{"internal": property.New(80.0), "external": property.New(8080.0)})),
		"volumes": list(property.New(props{
			"volumeName": property.New("data"), "containerPath": property.New("/data"), "readOnly": property.New(true)})),
		"networksAdvanced": list(
			property.New(props{"name": property.New("first")}), property.New(props{"name": property.New("second")})),
		"uploads": list(property.New(props{"file": property.New("/etc/x"), "content": property.New("x")})),
	})
	if err != nil {
		t.Fatal(err)
	}
	fake.asked(t, "POST /containers/create", "POST /networks/bridge/disconnect", "POST /networks/first/connect",
		"POST /networks/second/connect", "PUT /containers/c1/archive",
		"POST /containers/c1/start", "GET /containers/c1/json")
	body := fake.bodies["POST /containers/create?name=web"]
	hostConfig := body["HostConfig"].(map[string]any)
	for what, pair := range map[string][2]any{
		"env":     {fmt.Sprint(body["Env"]), "[PASSWORD=p\nw]"},
		"binds":   {fmt.Sprint(hostConfig["Binds"]), "[data:/data:ro]"},
		"ports":   {fmt.Sprint(hostConfig["PortBindings"]), "map[80/tcp:[map[HostIp:0.0.0.0 HostPort:8080]]]"},
		"memory":  {hostConfig["Memory"], float64(64 << 20)},
		"network": {hostConfig["NetworkMode"], "bridge"},
		"restart": {fmt.Sprint(hostConfig["RestartPolicy"]), "map[MaximumRetryCount:0 Name:no]"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %v, want %v", what, pair[0], pair[1])
		}
	}
	networks := created.Properties.Get("networkDatas").AsArray()
	if created.ID != "c1" || networks.Len() != 1 || !created.Properties.Get("envs").HasSecrets() {
		t.Errorf("id %q, networks %v", created.ID, networks)
	}
}

func TestContainerThatDoesNotRunIsRemovedAgain(t *testing.T) {
	server, fake := start(t, map[string]string{
		"POST /containers/create?name=web":  `{"Id":"c1"}`,
		"POST /containers/c1/start":         ``,
		"GET /containers/c1/json":           `{"State":{"Running":false,"Status":"exited","ExitCode":3}}`,
		"DELETE /containers/c1?force=1&v=1": ``,
	})
	_, err := create(t, server, container, props{"name": property.New("web"), "image": property.New("app")})
	if err == nil || err.Error() != "container web: it does not run: exited with exit code 3" {
		t.Errorf("error %v", err)
	}
	fake.asked(t, "POST /containers/create", "POST /containers/c1/start", "GET /containers/c1/json", "DELETE /containers/c1")
}

func TestContainerDiff(t *testing.T) {
	server := configured(t, nil)
	old := property.NewMap(props{"image": property.New("a"), "__defaults": property.New([]property.Value{})})
	for key, want := range map[string]p.DiffKind{
		"image": p.UpdateReplace, "command": p.AddReplace, "envs": p.AddReplace,
		"restart": p.Add, "memory": p.Add, "mustRun": p.Add, "wait": p.Add,
	} {
		diff, err := server.Diff(p.DiffRequest{Urn: urn(container), OldInputs: old, Inputs: old.Set(key, property.New("x"))})
		if err != nil || diff.DetailedDiff[key].Kind != want {
			t.Errorf("%s: %v %v, want %q", key, err, diff.DetailedDiff, want)
		}
		if replaces := want != p.Add; diff.DeleteBeforeReplace != replaces {
			t.Errorf("%s: delete before replace is %v", key, diff.DeleteBeforeReplace)
		}
	}
}

func TestGeneratedNameIsKept(t *testing.T) {
	server := configured(t, nil)
	check := func(old property.Map) property.Map {
		checked, err := server.Check(p.CheckRequest{
			Urn: urn(container), State: old, Inputs: property.NewMap(props{"image": property.New("a")})})
		if err != nil {
			t.Fatal(err)
		}
		return checked.Inputs
	}
	first := check(property.Map{})
	if name := first.Get("name").AsString(); !strings.HasPrefix(name, "subject-") || len(name) != len("subject-")+7 {
		t.Errorf("name %q", name)
	}
	if again := check(first); !again.Get("name").Equals(first.Get("name")) {
		t.Error("the second check made another name")
	}
}

func TestPreviewNeedsNoHost(t *testing.T) {
	server := configured(t, props{"host": property.New("tcp://192.0.2.1:1")})
	inputs := property.NewMap(props{"image": property.New(property.Computed), "name": property.New("web")})
	created, err := server.Create(p.CreateRequest{Urn: urn(container), Properties: inputs, DryRun: true})
	if err != nil || !created.Properties.Get("networkDatas").IsComputed() {
		t.Errorf("%v: %v", err, created.Properties.Get("networkDatas").GoString())
	}
}

func TestSSHHostRunsTheLocalSSHProgram(t *testing.T) {
	folder := t.TempDir()
	arguments := filepath.Join(folder, "arguments")
	script := "#!/bin/sh\nread -r request\necho \"$@\" >" + arguments +
		"\nprintf 'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s' " + fmt.Sprint(len(present)) + " '" + present + "'\n"
	if err := os.WriteFile(filepath.Join(folder, "ssh"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	server := configured(t, props{"host": property.New("ssh://me@node:2222"), "sshOpts": property.New(`["-i","key"]`)})
	if _, err := create(t, server, image, props{"name": property.New("app")}); err != nil {
		t.Fatal(err)
	}
	written, _ := os.ReadFile(arguments)
	want := "-o ConnectTimeout=30 -T -i key -l me -p 2222 -- node docker system dial-stdio\n"
	if string(written) != want {
		t.Errorf("ssh got %q, want %q", written, want)
	}
}
