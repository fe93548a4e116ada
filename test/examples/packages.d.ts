/** What the examples use of packages that aren't installed here, by their own documentation. */

declare module "@pulumiverse/harbor" {
    import * as pulumi from "@pulumi/pulumi";

    export interface ProviderArgs {
        readonly url: pulumi.Input<string>;
        readonly username?: pulumi.Input<string>;
        readonly password?: pulumi.Input<string>;
    }
    export class Provider extends pulumi.ProviderResource {
        constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions);
    }
    export interface ProjectArgs {
        readonly name?: pulumi.Input<string>;
        readonly vulnerabilityScanning?: pulumi.Input<boolean>;
    }
    export class Project extends pulumi.CustomResource {
        readonly name: pulumi.Output<string>;
        constructor(name: string, args?: ProjectArgs, opts?: pulumi.CustomResourceOptions);
    }
    export interface RobotAccountPermission {
        readonly kind: pulumi.Input<string>;
        readonly namespace: pulumi.Input<string>;
        readonly accesses: pulumi.Input<
            pulumi.Input<{ readonly action: pulumi.Input<string>; readonly resource: pulumi.Input<string> }>[]
        >;
    }
    export interface RobotAccountArgs {
        readonly name?: pulumi.Input<string>;
        readonly level: pulumi.Input<string>;
        readonly secret?: pulumi.Input<string>;
        readonly permissions: pulumi.Input<pulumi.Input<RobotAccountPermission>[]>;
    }
    export class RobotAccount extends pulumi.CustomResource {
        readonly fullName: pulumi.Output<string>;
        constructor(name: string, args: RobotAccountArgs, opts?: pulumi.CustomResourceOptions);
    }
}

declare module "@pulumi/hcloud" {
    import * as pulumi from "@pulumi/pulumi";

    export class SshKey extends pulumi.CustomResource {
        constructor(
            name: string,
            args: { readonly publicKey: pulumi.Input<string> },
            opts?: pulumi.CustomResourceOptions,
        );
    }
    export interface ServerArgs {
        readonly serverType: pulumi.Input<string>;
        readonly image?: pulumi.Input<string>;
        readonly sshKeys?: pulumi.Input<pulumi.Input<string>[]>;
        readonly userData?: pulumi.Input<string>;
    }
    export class Server extends pulumi.CustomResource {
        readonly ipv4Address: pulumi.Output<string>;
        constructor(name: string, args: ServerArgs, opts?: pulumi.CustomResourceOptions);
    }
}

declare module "@pulumi/tls" {
    import * as pulumi from "@pulumi/pulumi";

    export class PrivateKey extends pulumi.CustomResource {
        readonly privateKeyOpenssh: pulumi.Output<string>;
        readonly publicKeyOpenssh: pulumi.Output<string>;
        constructor(
            name: string,
            args: { readonly algorithm: pulumi.Input<string> },
            opts?: pulumi.CustomResourceOptions,
        );
    }
}
