import * as z from "zod";
import * as rule from "../rules";
import { type ConfigKey, oneOf } from "./config-key";

/** Sessions, jobs and the registry's cache. */
export const redisKeys = {
    redisMode: {
        group: "Redis",
        type: "string",
        schema: oneOf(["existing", "container"]),
        default: "existing",
        description: "An existing server, or a container that this stack runs",
    },
    redisHost: {
        group: "Redis",
        type: "string",
        schema: rule.serviceHost,
        absent: "required without redisSentinels",
        description: "Address of the server as the nodes and their containers reach it, so no localhost",
    },
    redisPort: { group: "Redis", type: "integer", schema: rule.port, default: 6379, description: "Port of the server" },
    redisPassword: {
        group: "Redis",
        type: "string",
        schema: rule.ownPassword,
        secret: true,
        absent: "required for an existing server, else generated",
        description: "Password (requirepass), with Harbor 2.x of letters, digits, _ and -",
    },
    redisDatabase: {
        group: "Redis",
        type: "integer",
        schema: rule.wholeNumber(0, 1023),
        default: 0,
        description: "Database index of the login sessions",
    },
    redisCacheDatabase: {
        group: "Redis",
        type: "integer",
        schema: rule.wholeNumber(0, 1023),
        absent: "redisDatabase + 1",
        description: "Database index of the registry's blob cache",
    },
    redisSentinels: {
        group: "Redis",
        type: "array",
        schema: z.array(rule.sentinel, "a list of addresses").min(1, "at least one Sentinel"),
        absent: "redisHost is the only server",
        description:
            "Sentinels that know the master, host or host:port (26379), in the place of redisHost (Harbor 2.x). They may have no password of their own: Harbor gives them none",
    },
    redisSentinelMasterSet: {
        group: "Redis",
        type: "string",
        schema: rule.word,
        absent: "required with redisSentinels",
        description: "Name of the master in the Sentinels' configuration, such as mymaster",
    },
    redisTls: {
        group: "Redis",
        type: "boolean",
        schema: rule.flag,
        default: false,
        description:
            "Reach the server, and the Sentinels, with TLS (Harbor 2.13 and newer). It may ask for no certificate of the client (tls-auth-clients no)",
    },
    redisCaCertificate: {
        group: "Redis",
        type: "string",
        schema: rule.certificates,
        file: true,
        absent: "an authority that Harbor's images know",
        description: "Authority of the server's certificate (PEM), which every node and Harbor's containers then trust",
    },
    redisDockerHost: {
        group: "Redis",
        type: "string",
        schema: rule.dockerHost,
        absent: "required with redisMode container",
        description: "Docker host of the container",
    },
    redisImage: {
        group: "Redis",
        type: "string",
        schema: rule.image,
        default: "redis:7",
        description: "Image of the container",
    },
} as const satisfies Record<string, ConfigKey>;
