import * as pulumi from "@pulumi/pulumi";

interface HostKey {
    readonly privateKeyOpenssh: pulumi.Output<string>;
    readonly publicKeyOpenssh: pulumi.Output<string>;
}

/** What a new host starts with: its own SSH key, and the shared storage where the registry looks for it. */
export function cloudInit({ privateKeyOpenssh, publicKeyOpenssh }: HostKey, nfsExport: string): pulumi.Output<string> {
    return pulumi.all([privateKeyOpenssh, publicKeyOpenssh]).apply(([privateKey, publicKey]) =>
        [
            "#cloud-config",
            JSON.stringify({
                ssh_deletekeys: true,
                ssh_keys: { ed25519_private: privateKey, ed25519_public: publicKey.trim() },
                packages: ["nfs-common"],
                mounts: [[nfsExport, "/mnt/harbor", "nfs", "vers=4.2,hard,_netdev", "0", "0"]],
            }),
        ].join("\n"),
    );
}
