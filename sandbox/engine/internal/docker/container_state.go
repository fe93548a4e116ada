package docker

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// What the official plugin's state holds where the inputs say nothing: the defaults of its schema. A state without them
// has other values in its eyes, and most of them replace the container.
var (
	containerDefaults = map[string]property.Value{
		"attach":            property.New(false),
		"logs":              property.New(false),
		"memoryReservation": property.New(0.0),
		"mustRun":           property.New(true),
		"networkMode":       property.New(defaultNetwork),
		"readOnly":          property.New(false),
		"removeVolumes":     property.New(true),
		"restart":           property.New("no"),
		"rm":                property.New(false),
		"start":             property.New(true),
		"stdinOpen":         property.New(false),
		"tty":               property.New(false),
		"wait":              property.New(false),
		"waitTimeout":       property.New(60.0),

		"containerReadRefreshTimeoutMilliseconds": property.New(15000.0),
	}
	containerElementDefaults = map[string]map[string]property.Value{
		"ports": {"ip": property.New("0.0.0.0"), "protocol": property.New("tcp")},
		"healthcheck": {
			"interval": property.New("0s"), "timeout": property.New("0s"), "startPeriod": property.New("0s"),
			"startInterval": property.New("0s"), "retries": property.New(0.0),
		},
		"uploads": {"executable": property.New(false)},
	}
	containerComputed = []string{
		"command", "entrypoints", "envs", "hostname", "init", "ipcMode", "labels", "logDriver", "networkDatas", "platform",
		"runtime", "securityOpts", "shmSize", "stopSignal", "stopTimeout",
	}
)

// containerInfo is what an inspection tells.
type containerInfo struct {
	State struct {
		Running  bool
		Status   string
		ExitCode int
		Health   *struct{ Status string }
	}
	Config struct {
		Hostname, StopSignal string
		Cmd, Entrypoint      []string
		StopTimeout          float64
	}
	HostConfig struct {
		Init             bool
		IpcMode, Runtime string
		SecurityOpt      []string
		ShmSize          float64
		LogConfig        struct{ Type string }
	}
	Platform        string
	NetworkSettings struct{ Networks map[string]networkAddress }
}

type networkAddress struct {
	IPAddress, Gateway, MacAddress, GlobalIPv6Address, IPv6Gateway string
	IPPrefixLen, GlobalIPv6PrefixLen                               float64
}

// outputs is what the engine decided. Variables and labels that only the image sets are not the container's.
func (info containerInfo) outputs() map[string]property.Value {
	networks := []property.Value{}
	for _, name := range slices.Sorted(maps.Keys(info.NetworkSettings.Networks)) {
		address := info.NetworkSettings.Networks[name]
		networks = append(networks, property.New(map[string]property.Value{
			"networkName":            property.New(name),
			"ipAddress":              property.New(address.IPAddress),
			"ipPrefixLength":         property.New(address.IPPrefixLen),
			"gateway":                property.New(address.Gateway),
			"macAddress":             property.New(address.MacAddress),
			"globalIpv6Address":      property.New(address.GlobalIPv6Address),
			"globalIpv6PrefixLength": property.New(address.GlobalIPv6PrefixLen),
			"ipv6Gateway":            property.New(address.IPv6Gateway),
		}))
	}
	return map[string]property.Value{
		"command":      texts(info.Config.Cmd),
		"entrypoints":  texts(info.Config.Entrypoint),
		"envs":         texts(nil),
		"hostname":     property.New(info.Config.Hostname),
		"init":         property.New(info.HostConfig.Init),
		"ipcMode":      property.New(info.HostConfig.IpcMode),
		"labels":       texts(nil),
		"logDriver":    property.New(info.HostConfig.LogConfig.Type),
		"networkDatas": property.New(property.NewArray(networks)),
		"platform":     property.New(info.Platform),
		"runtime":      property.New(info.HostConfig.Runtime),
		"securityOpts": texts(info.HostConfig.SecurityOpt),
		"shmSize":      property.New(info.HostConfig.ShmSize / mebibyte),
		"stopSignal":   property.New(info.Config.StopSignal),
		"stopTimeout":  property.New(info.Config.StopTimeout),
	}
}

// texts is a list of texts, empty rather than nothing.
func texts(values []string) property.Value {
	list := []property.Value{}
	for _, value := range values {
		list = append(list, property.New(value))
	}
	return property.New(list)
}
