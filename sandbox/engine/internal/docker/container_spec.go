package docker

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	mebibyte       = 1 << 20
	defaultNetwork = "bridge"
)

// containerInputs are the supported inputs of a container.
type containerInputs struct {
	Name                string            `json:"name"`
	Image               string            `json:"image"`
	Envs                []string          `json:"envs"`
	Ports               []port            `json:"ports"`
	Volumes             []volumeMount     `json:"volumes"`
	Mounts              []mount           `json:"mounts"`
	NetworksAdvanced    []attachment      `json:"networksAdvanced"`
	NetworkMode         string            `json:"networkMode"`
	Restart             string            `json:"restart"`
	MaxRetryCount       int               `json:"maxRetryCount"`
	Command             []string          `json:"command"`
	Entrypoints         []string          `json:"entrypoints"`
	Labels              []label           `json:"labels"`
	Healthcheck         *healthcheck      `json:"healthcheck"`
	Wait                bool              `json:"wait"`
	WaitTimeout         int               `json:"waitTimeout"`
	MustRun             bool              `json:"mustRun"`
	Start               bool              `json:"start"`
	Hostname            string            `json:"hostname"`
	Memory              int64             `json:"memory"`
	MemorySwap          int64             `json:"memorySwap"`
	Uploads             []upload          `json:"uploads"`
	User                string            `json:"user"`
	WorkingDir          string            `json:"workingDir"`
	Capabilities        capabilities      `json:"capabilities"`
	Privileged          bool              `json:"privileged"`
	ReadOnly            bool              `json:"readOnly"`
	Tmpfs               map[string]string `json:"tmpfs"`
	DNS                 []string          `json:"dns"`
	Hosts               []hostAlias       `json:"hosts"`
	LogDriver           string            `json:"logDriver"`
	LogOpts             map[string]string `json:"logOpts"`
	SecurityOpts        []string          `json:"securityOpts"`
	StopSignal          string            `json:"stopSignal"`
	StopTimeout         *int              `json:"stopTimeout"`
	Init                *bool             `json:"init"`
	ShmSize             int64             `json:"shmSize"`
	DestroyGraceSeconds int               `json:"destroyGraceSeconds"`
	RemoveVolumes       *bool             `json:"removeVolumes"`
}

type port struct {
	Internal int    `json:"internal"`
	External int    `json:"external"`
	IP       string `json:"ip"`
	Protocol string `json:"protocol"`
}

type volumeMount struct {
	ContainerPath string `json:"containerPath"`
	FromContainer string `json:"fromContainer"`
	HostPath      string `json:"hostPath"`
	VolumeName    string `json:"volumeName"`
	ReadOnly      bool   `json:"readOnly"`
}

type mount struct {
	Type     string `json:"type"`
	Source   string `json:"source"`
	Target   string `json:"target"`
	ReadOnly bool   `json:"readOnly"`
}

type attachment struct {
	Name        string   `json:"name"`
	Aliases     []string `json:"aliases"`
	IPv4Address string   `json:"ipv4Address"`
	IPv6Address string   `json:"ipv6Address"`
}

type healthcheck struct {
	Tests       []string `json:"tests"`
	Interval    string   `json:"interval"`
	Timeout     string   `json:"timeout"`
	StartPeriod string   `json:"startPeriod"`
	Retries     int      `json:"retries"`
}

type capabilities struct {
	Adds  []string `json:"adds"`
	Drops []string `json:"drops"`
}

type hostAlias struct {
	Host string `json:"host"`
	IP   string `json:"ip"`
}

// spec is the body of the request that creates the container.
func (in containerInputs) spec() (map[string]any, error) {
	exposed, bindings := in.portMaps()
	binds, volumesFrom, err := in.bindings()
	if err != nil {
		return nil, err
	}
	check, err := in.Healthcheck.spec()
	if err != nil {
		return nil, err
	}
	hostConfig := map[string]any{
		"Binds": binds, "VolumesFrom": volumesFrom, "PortBindings": bindings, "RestartPolicy": in.restartPolicy(),
		"Mounts": in.mountSpecs(), "Privileged": in.Privileged, "ReadonlyRootfs": in.ReadOnly, "Tmpfs": in.Tmpfs,
		"CapAdd": in.Capabilities.Adds, "CapDrop": in.Capabilities.Drops, "Dns": in.DNS, "ExtraHosts": in.extraHosts(),
		"SecurityOpt": in.SecurityOpts, "Init": in.Init, "ShmSize": in.ShmSize * mebibyte,
		"Memory": in.Memory * mebibyte, "MemorySwap": in.swapLimit(), "NetworkMode": in.NetworkMode,
		"LogConfig": map[string]any{"Type": in.LogDriver, "Config": in.LogOpts},
	}
	return map[string]any{
		"Image": in.Image, "Env": in.Envs, "Cmd": in.Command, "Entrypoint": in.Entrypoints, "Hostname": in.Hostname,
		"User": in.User, "WorkingDir": in.WorkingDir, "Labels": labelMap(in.Labels), "ExposedPorts": exposed,
		"StopSignal": in.StopSignal, "StopTimeout": in.StopTimeout, "Healthcheck": check, "HostConfig": hostConfig,
	}, nil
}

// leavesDefaultNetwork reports whether named networks replace the default bridge. The container is created there
// nevertheless, as officially: its network mode would tell another one.
func (in containerInputs) leavesDefaultNetwork() bool {
	return in.NetworkMode == defaultNetwork && len(in.NetworksAdvanced) > 0
}

func (a attachment) endpoint() map[string]any {
	return map[string]any{
		"Aliases":    a.Aliases,
		"IPAMConfig": map[string]any{"IPv4Address": a.IPv4Address, "IPv6Address": a.IPv6Address},
	}
}

func (in containerInputs) restartPolicy() map[string]any {
	return map[string]any{"Name": in.Restart, "MaximumRetryCount": in.MaxRetryCount}
}

// swapLimit is in bytes; -1 means no limit and 0 leaves it to the engine.
func (in containerInputs) swapLimit() int64 {
	if in.MemorySwap > 0 {
		return in.MemorySwap * mebibyte
	}
	return in.MemorySwap
}

func (in containerInputs) portMaps() (exposed map[string]any, bindings map[string][]map[string]string) {
	exposed, bindings = map[string]any{}, map[string][]map[string]string{}
	for _, p := range in.Ports {
		protocol := p.Protocol
		if protocol == "" {
			protocol = "tcp"
		}
		key := fmt.Sprintf("%d/%s", p.Internal, protocol)
		exposed[key] = struct{}{}
		binding := map[string]string{"HostIp": p.IP}
		if p.External > 0 {
			binding["HostPort"] = fmt.Sprint(p.External)
		}
		bindings[key] = append(bindings[key], binding)
	}
	return exposed, bindings
}

// bindings turns the volumes into the engine's source:target:mode.
func (in containerInputs) bindings() (binds, volumesFrom []string, err error) {
	for _, v := range in.Volumes {
		mode := "rw"
		if v.ReadOnly {
			mode = "ro"
		}
		source := v.VolumeName + v.HostPath
		switch {
		case v.FromContainer != "":
			volumesFrom = append(volumesFrom, v.FromContainer)
		case v.ContainerPath == "" || source == "" || v.VolumeName != "" && v.HostPath != "":
			return nil, nil, errors.New("a volume needs a containerPath and either a volumeName or a hostPath")
		default:
			binds = append(binds, strings.Join([]string{source, v.ContainerPath, mode}, ":"))
		}
	}
	return binds, volumesFrom, nil
}

func (in containerInputs) mountSpecs() []map[string]any {
	specs := []map[string]any{}
	for _, m := range in.Mounts {
		specs = append(specs, map[string]any{
			"Type": m.Type, "Source": m.Source, "Target": m.Target, "ReadOnly": m.ReadOnly,
		})
	}
	return specs
}

func (in containerInputs) extraHosts() []string {
	var entries []string
	for _, alias := range in.Hosts {
		entries = append(entries, alias.Host+":"+alias.IP)
	}
	return entries
}

func (check *healthcheck) spec() (map[string]any, error) {
	if check == nil {
		return nil, nil
	}
	spec := map[string]any{"Test": check.Tests, "Retries": check.Retries}
	for key, text := range map[string]string{
		"Interval": check.Interval, "Timeout": check.Timeout, "StartPeriod": check.StartPeriod,
	} {
		if text == "" {
			continue
		}
		duration, err := time.ParseDuration(text)
		if err != nil {
			return nil, fmt.Errorf("healthcheck: %w", err)
		}
		spec[key] = duration.Nanoseconds()
	}
	return spec, nil
}
