package remote

import (
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
)

// hideConnection makes failures about the connection nameless. The engine prints the value of a property that it
// is given the name of, private key included (pulumi-command #773, pulumi #19465).
func hideConnection(failures []p.CheckFailure) []p.CheckFailure {
	for i, failure := range failures {
		if strings.HasPrefix(failure.Property, "connection") {
			failures[i] = p.CheckFailure{
				Reason: "connection has a missing, an unknown or a wrongly typed field; it takes host, port, user, password, " +
					"privateKey, privateKeyPassword, agentSocketPath, dialErrorLimit, perDialTimeout, hostKey and proxy",
			}
		}
	}
	return failures
}
