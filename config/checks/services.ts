import { isLoopback } from "../../base/address";
import { isOfficialMariaDb } from "../image";
import type { Problem } from "../problems";
import { type Given, missing, required } from "./required";

export function checkServices(given: Given): Problem[] {
    const { values } = given;
    const problems: Problem[] = [];
    for (const service of ["mysql", "redis"] as const) {
        const mode = values[`${service}Mode`];
        if (mode === undefined) continue;
        problems.push(...missing(required[service][mode], given));
        const key = `${service}DockerHost` as const;
        if (mode === "existing" && values[key] !== undefined) {
            problems.push({ key, value: "this key", allowed: `only with ${service}Mode container` });
        }
    }
    problems.push(...checkDatabaseOnNode(given), ...checkDatabaseContainer(given), ...checkLoopback(given));
    const { redisDatabase, redisCacheDatabase } = values;
    if (redisCacheDatabase !== undefined && redisCacheDatabase === redisDatabase) {
        const value = String(redisCacheDatabase);
        problems.push({ key: "redisCacheDatabase", value, allowed: "another index than redisDatabase" });
    }
    return problems;
}

/** A single copy of the database on one of the nodes would be lost with it. */
function checkDatabaseOnNode({ values }: Given): Problem[] {
    const { mysqlMode, mysqlHost, nodes = [] } = values;
    if (mysqlMode !== "container" || mysqlHost === undefined) return [];
    return nodes
        .filter(({ address, serviceAddress }) => [address, serviceAddress].includes(mysqlHost))
        .slice(0, 1)
        .map(({ name }) => {
            const allowed = `a Docker host outside of the nodes (${name} has this address)`;
            return { key: "mysqlHost", value: mysqlHost, allowed };
        });
}

/** Users that the image makes itself; the server doesn't start when it shall make one of them again. */
const ownUsers = ["root", "mysql", "mariadb.sys", "healthcheck"];

/** What the container of components/external-mysql.ts can be. */
function checkDatabaseContainer({ values }: Given): Problem[] {
    const { mysqlMode, mysqlImage, mysqlUser } = values;
    const problems: Problem[] = [];
    if (mysqlMode !== "container") return problems;
    if (mysqlImage !== undefined && !isOfficialMariaDb(mysqlImage)) {
        const allowed = "the official image of MariaDB, 10.5 or newer (mariadb:TAG), or a mirror of it";
        problems.push({
            key: "mysqlImage",
            value: mysqlImage,
            allowed: `${allowed}; for others use mysqlMode existing`,
        });
    }
    if (mysqlUser !== undefined && ownUsers.includes(mysqlUser)) {
        problems.push({ key: "mysqlUser", value: mysqlUser, allowed: "a user of Harbor's own, such as harbor" });
    }
    return problems;
}

/** Between several hosts such an address means another machine on each; monitors and the name server are on one. */
function checkLoopback({ values }: Given): Problem[] {
    const { nodes = [], cephMonitors = [], dnsServer = "" } = values;
    if (nodes.length < 2) return [];
    const allowed = "the address under which all nodes reach it";
    const monitors = cephMonitors.flatMap((value, i) =>
        isLoopback(value.split(":")[0] ?? "") ? [{ key: `cephMonitors[${i}]`, value, allowed }] : [],
    );
    return isLoopback(dnsServer) ? [...monitors, { key: "dnsServer", value: dnsServer, allowed }] : monitors;
}

export function checkDns(given: Given): Problem[] {
    const { dnsMode, domain, dnsZone } = given.values;
    if (dnsMode !== "rfc2136") return [];
    const problems = missing(required.rfc2136, given);
    if (domain !== undefined && dnsZone !== undefined && !`.${domain}`.endsWith(`.${dnsZone}`)) {
        problems.push({ key: "dnsZone", value: dnsZone, allowed: `a zone that holds ${domain}` });
    }
    return problems;
}
