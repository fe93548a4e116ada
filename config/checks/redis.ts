import type { GivenValues, KeyName } from "../keys";
import type { Problem } from "../problems";
import { readCertificates } from "../x509/certificate";
import { dateFault } from "../x509/chain";
import { type Given, missing, required } from "./required";

/** Whether the server is found by Sentinels; said by either of their keys. */
export function hasSentinels({ redisSentinels, redisSentinelMasterSet }: GivenValues): boolean {
    return redisSentinels !== undefined || redisSentinelMasterSet !== undefined;
}

/** With the port, which is Redis's own where none is given. */
export function sentinelAddress(given: string): string {
    return given.includes(":") ? given : `${given}:26379`;
}

/** Redis of the stack: one server or Sentinels, with TLS or without, or a container, which has neither. */
export function checkRedis(given: Given): Problem[] {
    const { values } = given;
    const { redisMode: mode } = values;
    const problems = [...checkRequired(given), ...checkTls(given), ...checkDatabases(values)];
    const not = (key: KeyName, allowed: string): void => {
        if (values[key] !== undefined && values[key] !== false) problems.push({ key, value: "this key", allowed });
    };
    if (mode === "existing") not("redisDockerHost", "only with redisMode container");
    if (mode === "container") {
        const keys = ["redisSentinels", "redisSentinelMasterSet", "redisTls", "redisCaCertificate"] as const;
        for (const key of keys) not(key, "only with redisMode existing");
    } else if (hasSentinels(values)) {
        not("redisHost", "only without redisSentinels, which know the address");
    }
    return problems;
}

function checkRequired(given: Given): Problem[] {
    const { redisMode: mode, redisSentinels = [] } = given.values;
    if (mode === undefined) return [];
    const sentinels = mode === "existing" && hasSentinels(given.values);
    const problems = missing(sentinels ? required.sentinels : required.redis[mode], given);
    const addresses = redisSentinels.map(sentinelAddress);
    addresses.forEach((value, i) => {
        const first = addresses.indexOf(value);
        const allowed = `an address of its own (redisSentinels[${first}] is the same)`;
        if (first !== i) problems.push({ key: `redisSentinels[${i}]`, value, allowed });
    });
    return problems;
}

function checkTls({ values, now }: Given): Problem[] {
    const { redisTls, redisCaCertificate: certificate } = values;
    const key = "redisCaCertificate";
    if (certificate === undefined || values.redisMode === "container") return [];
    if (redisTls === false) return [{ key, value: "this key", allowed: "only with redisTls true" }];
    const read = readCertificates(certificate);
    const authorities = read.filter((one) => one !== undefined);
    if (authorities.length === 0 || authorities.length < read.length) {
        return [{ key, value: "(text)", allowed: "certificates that can be read" }];
    }
    const [value] = authorities.flatMap((one) => dateFault(one, now) ?? []);
    return value === undefined ? [] : [{ key, value, allowed: "a certificate that is valid now" }];
}

function checkDatabases({ redisDatabase, redisCacheDatabase }: GivenValues): Problem[] {
    if (redisCacheDatabase === undefined || redisCacheDatabase !== redisDatabase) return [];
    const value = String(redisCacheDatabase);
    return [{ key: "redisCacheDatabase", value, allowed: "another index than redisDatabase" }];
}
