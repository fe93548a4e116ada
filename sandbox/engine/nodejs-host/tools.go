//go:build tools

// Package nodejshost pins the Node.js language host.
package nodejshost

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
