import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { HarborCluster, type HarborClusterArgs } from "harbor-ha";

const config = new pulumi.Config();

/** Stands for a database of a cloud: its password is made in the same `up`, and its address comes with it. */
const password = new random.RandomPassword("database-password", { length: 24, special: false });
const database = new random.RandomString("database", { length: 8, special: false, upper: false });
/** Stands for hosts of a cloud: their addresses are known once the host is made. */
const hosts = config.requireObject<{ name: string; address: string }[]>("nodes").map(({ name, address }) => {
    const host = new random.RandomString(`host-${name}`, { length: 8, special: false });
    return { name, address: host.result.apply(() => address) };
});

const args: HarborClusterArgs = {
    domain: "hub.example.com",
    port: config.requireNumber("port"),
    protocol: "http",
    release: config.require("release"),
    nodes: hosts,
    sshPort: config.requireNumber("sshPort"),
    sshPrivateKey: config.requireSecret("sshPrivateKey"),
    sshKnownHosts: config.require("sshKnownHosts"),
    cephMonitors: ["192.0.2.21"],
    cephKey: config.requireSecret("cephKey"),
    mysqlHost: pulumi.interpolate`${database.result}.db.example.com`,
    mysqlPassword: password.result,
    redisHost: "redis.example.com",
    redisPassword: config.requireSecret("redisPassword"),
    dnsMode: "none",
    protectSecrets: false,
};

const cluster = new HarborCluster("registry", args);

/** Stands for projects and robots, which need a registry that works. */
const after = new random.RandomString("project", { length: 8 }, { dependsOn: cluster });

export const { url, dnsRecords, verification, adminPassword } = cluster;
export const project = after.result;
