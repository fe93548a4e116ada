import * as hcloud from "@pulumi/hcloud";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import * as harbor from "@pulumiverse/harbor";
import { HarborCluster } from "harbor-ha";
import { cloudInit } from "./cloud-init";

const config = new pulumi.Config();

// Before the registry: a login, and hosts whose own keys are made here, so that no first connection has to be trusted.
const login = new tls.PrivateKey("login", { algorithm: "ED25519" });
const loginKey = new hcloud.SshKey("login", { publicKey: login.publicKeyOpenssh });
const nodes = ["node1", "node2", "node3"].map((name) => {
    const own = new tls.PrivateKey(`${name}-host-key`, { algorithm: "ED25519" });
    const server = new hcloud.Server(name, {
        serverType: "cpx31",
        image: "debian-12",
        sshKeys: [loginKey.id],
        userData: cloudInit(own, config.require("nfsExport")),
    });
    return { name, address: server.ipv4Address, hostKey: own.publicKeyOpenssh.apply((key) => key.trim()) };
});

// The registry itself. Of the nodes only names are plain; of passwords nothing is.
const cluster = new HarborCluster("harbor", {
    domain: "hub.example.com",
    httpsCertificate: config.require("httpsCertificate"),
    httpsPrivateKey: config.requireSecret("httpsPrivateKey"),
    release: config.require("release"),
    nodes,
    sshPrivateKey: login.privateKeyOpenssh,
    storageMode: "mounted",
    storageMountPoint: "/mnt/harbor",
    postgresHost: config.require("postgresHost"),
    postgresPassword: config.requireSecret("postgresPassword"),
    redisHost: config.require("redisHost"),
    redisPassword: config.requireSecret("redisPassword"),
    dnsMode: "none",
});

// After it: what teams need. The URL is known before, so dependsOn says that the verification has to have passed.
const afterVerification = { dependsOn: cluster };
const registry = new harbor.Provider(
    "registry",
    { url: cluster.url, username: "admin", password: cluster.adminPassword },
    afterVerification,
);
const opts = { provider: registry, ...afterVerification };
const secret = new random.RandomPassword("ci-robot", { length: 24, special: false });

export const robots = ["shop", "billing"].map((team) => {
    const project = new harbor.Project(team, { name: team, vulnerabilityScanning: true }, opts);
    const robot = new harbor.RobotAccount(
        `${team}-ci`,
        {
            name: "ci",
            level: "project",
            secret: secret.result,
            permissions: [
                {
                    kind: "project",
                    namespace: project.name,
                    accesses: [
                        { action: "pull", resource: "repository" },
                        { action: "push", resource: "repository" },
                    ],
                },
            ],
        },
        opts,
    );
    return robot.fullName;
});
export const { url, verification, dnsRecords } = cluster;
