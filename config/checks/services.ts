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
    problems.push(...checkDatabaseOnNode(given));
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

export function checkDns(given: Given): Problem[] {
    const { dnsMode, domain, dnsZone } = given.values;
    if (dnsMode !== "rfc2136") return [];
    const problems = missing(required.rfc2136, given);
    if (domain !== undefined && dnsZone !== undefined && !`.${domain}`.endsWith(`.${dnsZone}`)) {
        problems.push({ key: "dnsZone", value: dnsZone, allowed: `a zone that holds ${domain}` });
    }
    return problems;
}
