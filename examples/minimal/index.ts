import * as pulumi from "@pulumi/pulumi";
import { type ClusterNode, HarborCluster } from "harbor-ha";

const config = new pulumi.Config();

const cluster = new HarborCluster("harbor", {
    domain: config.require("domain"),
    protocol: "http",
    release: config.require("release"),
    nodes: config.requireObject<ClusterNode[]>("nodes"),
    sshPrivateKey: config.requireSecret("sshPrivateKey"),
    sshKnownHosts: config.require("sshKnownHosts"),
    cephMonitors: config.requireObject<string[]>("cephMonitors"),
    cephKey: config.requireSecret("cephKey"),
    mysqlHost: config.require("mysqlHost"),
    mysqlPassword: config.requireSecret("mysqlPassword"),
    redisHost: config.require("redisHost"),
    redisPassword: config.requireSecret("redisPassword"),
    dnsMode: "none",
});

export const { url, adminPassword, verification } = cluster;
/** What to enter into the zone. */
export const { dnsRecords } = cluster;
