import { digest } from "../base/digest";
import type { ClusterSettings } from "../base/settings";
import { clusterLayout, type Layout } from "./layout";

/** What there is to say of a Redis that is more than one server without TLS; nothing of that one. */
export function whereRedisIs<P extends "" | "redis_">(settings: ClusterSettings, prefix: P): WhereRedisIs<P> {
    const { sentinel, tls } = settings.redis;
    return {
        ...(tls && { [`${prefix}tls`]: true }),
        ...(tls?.caCertificate !== undefined && { [`${prefix}ca_file`]: clusterLayout(settings).redisCaFile }),
        ...(sentinel && { [`${prefix}sentinels`]: sentinel.addresses, [`${prefix}master_set`]: sentinel.masterSet }),
    } as WhereRedisIs<P>;
}

type WhereRedisIs<P extends string> = { readonly [K in `${P}tls`]?: boolean } & {
    readonly [K in `${P}ca_file` | `${P}master_set`]?: string;
} & { readonly [K in `${P}sentinels`]?: readonly string[] };

/** What prepare is shown of the node besides, and what changes it. */
export function authorityOfRedis({ redis }: ClusterSettings, { redisCaFile }: Layout) {
    const certificate = redis.tls?.caCertificate;
    return certificate === undefined ? {} : { redis_ca_file: redisCaFile, "digest/redis-ca.crt": digest(certificate) };
}
