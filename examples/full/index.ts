import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type ClusterNode, HarborCluster } from "harbor-ha";

const config = new pulumi.Config();

/** Harbor's files quote nothing, so passwords have no special characters. */
const password = (name: string) =>
    new random.RandomPassword(name, { length: 32, special: false }, { protect: true }).result;

const adminPassword = password("admin-password");

const cluster = new HarborCluster("harbor", {
    domain: "hub.example.com",
    protocol: "https",
    httpsCertificate: config.require("httpsCertificate"),
    httpsPrivateKey: config.requireSecret("httpsPrivateKey"),
    httpsCaCertificate: config.get("httpsCaCertificate"),
    adminPassword,

    // The path of the installer, or a pin of it that lies in this project's releases/pins.
    release: config.require("release"),
    releaseSource: config.get("releaseSource"),
    harborVersion: "v2.15.2",
    rollout: "serial",

    nodes: config.requireObject<ClusterNode[]>("nodes"),
    sshUser: "deploy",
    sshPrivateKey: config.requireSecret("sshPrivateKey"),
    sshKnownHosts: config.require("sshKnownHosts"),
    detectDrift: true,

    cephMonitors: ["192.0.2.101", "192.0.2.102", "192.0.2.103"],
    cephPath: "/apps/harbor",
    cephKey: config.requireSecret("cephKey"),
    blobStorage: "s3",
    s3Bucket: "registry-blobs",
    s3Region: "eu-central-1",
    s3AccessKey: config.requireSecret("s3AccessKey"),
    s3SecretKey: config.requireSecret("s3SecretKey"),

    postgresHost: "postgres.example.com",
    postgresSslMode: "require",
    postgresPassword: config.requireSecret("postgresPassword"),
    redisHost: "redis.example.com",
    redisPassword: config.requireSecret("redisPassword"),

    dnsServer: "192.0.2.53",
    dnsZone: "example.com",
    dnsKeyName: "harbor-ha",
    dnsKeySecret: config.requireSecret("dnsKeySecret"),
    dnsTtl: 60,
});

export const { url, nodes, release, verifiedRelease, tokenKeyFingerprint, verification } = cluster;
export { adminPassword };
