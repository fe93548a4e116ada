import { isLoopback } from "../../base/address";
import type { GivenValues } from "../keys";
import { isOfficialMariaDb, isOfficialPostgres } from "../image";
import type { Problem } from "../problems";
import { checkRedis } from "./redis";
import { type Given, missing, required } from "./required";

export function checkServices(given: Given): Problem[] {
    const { values, failed } = given;
    const problems: Problem[] = [];
    const kind = databaseKind(values, failed);
    const mode = values[`${kind}Mode`];
    if (mode !== undefined) problems.push(...missing(required[kind][mode], given));
    const key = `${kind}DockerHost` as const;
    if (mode === "existing" && values[key] !== undefined) {
        problems.push({ key, value: "this key", allowed: `only with ${kind}Mode container` });
    }
    problems.push(...checkRedis(given));
    problems.push(...checkOneDatabase(given), ...checkPasswords(given));
    problems.push(...checkDatabaseOnNode(given), ...checkDatabaseContainer(given), ...checkLoopback(given));
    return problems;
}

/**
 * Which database is meant: Harbor 2.x has PostgreSQL. Told by the keys that have no default, so before a release is opened;
 * that it is the one which the release needs, plan/cluster-plan.ts sees.
 */
export function databaseKind(values: GivenValues, failed: ReadonlySet<string> = new Set()): "mysql" | "postgres" {
    return postgresKeys.some((key) => values[key] !== undefined || failed.has(key)) ? "postgres" : "mysql";
}

const postgresKeys = ["postgresHost", "postgresPassword", "postgresDockerHost"] as const;
const mysqlKeys = ["mysqlHost", "mysqlPassword", "mysqlDockerHost"] as const;

function checkOneDatabase({ values, failed }: Given): Problem[] {
    if (databaseKind(values, failed) === "mysql") return [];
    const allowed = "only without postgresHost: Harbor 1.x needs MySQL, 2.x PostgreSQL";
    return mysqlKeys.filter((key) => values[key] !== undefined).map((key) => ({ key, value: "this key", allowed }));
}

/**
 * Harbor 2.x puts both into `password=…` of a connection, into a URL, and without quotes into the registry's YAML
 * (make/photon/prepare of v2.12.0 to v2.15.2), so fewer signs pass than with 1.x.
 */
function checkPasswords({ values, failed }: Given): Problem[] {
    if (databaseKind(values, failed) === "mysql") return [];
    return (["postgresPassword", "redisPassword"] as const)
        .filter((key) => !/^[A-Za-z0-9_-]*$/.test(values[key] ?? ""))
        .map((key) => ({ key, value: "(secret)", allowed: "letters, digits, _ and - with Harbor 2.x" }));
}

/** A single copy of the database on one of the nodes would be lost with it. */
function checkDatabaseOnNode({ values, failed }: Given): Problem[] {
    const { nodes = [] } = values;
    const kind = databaseKind(values, failed);
    const host = values[`${kind}Host`];
    if (values[`${kind}Mode`] !== "container" || host === undefined) return [];
    return nodes
        .filter(({ address, serviceAddress }) => [address, serviceAddress].includes(host))
        .slice(0, 1)
        .map(({ name }) => {
            const allowed = `a Docker host outside of the nodes (${name} has this address)`;
            return { key: `${kind}Host`, value: host, allowed };
        });
}

/** Users that the image makes itself; the server doesn't start when it shall make one of them again. */
const ownUsers = ["root", "mysql", "mariadb.sys", "healthcheck"];

/** What the container of components/external-mysql.ts can be. */
function checkDatabaseContainer({ values, failed }: Given): Problem[] {
    const { mysqlMode, mysqlImage, mysqlUser } = values;
    const problems: Problem[] = [];
    if (databaseKind(values, failed) === "postgres") return checkPostgresContainer(values);
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

/** What the container of components/external-postgres.ts can be. */
function checkPostgresContainer({ postgresMode, postgresImage, postgresUser }: GivenValues): Problem[] {
    const problems: Problem[] = [];
    if (postgresMode !== "container") return problems;
    if (postgresImage !== undefined && !isOfficialPostgres(postgresImage)) {
        const allowed = "the official image of PostgreSQL, 12 to 17 (postgres:TAG), or a mirror of it";
        problems.push({
            key: "postgresImage",
            value: postgresImage,
            allowed: `${allowed}; for others use postgresMode existing`,
        });
    }
    if (postgresUser === "postgres") {
        problems.push({ key: "postgresUser", value: postgresUser, allowed: "a user of Harbor's own, such as harbor" });
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
