import type { Harbor } from "./harbor";
import type { HarborV2 } from "./harbor-v2";
import type { Listener } from "./listener";

/**
 * What `up` of a first node is given beside its containers and images: the database is behind the port of the log, Redis is away.
 */
export function startParameters(harbor: Harbor | HarborV2, log: Listener) {
    return {
        proxy_container: "nginx",
        log_address: `127.0.0.1:${log.port}`,
        port: harbor.port,
        service_address: harbor.address(0),
        database_host: "127.0.0.1",
        database_port: log.port,
        database_user: "harbor",
        redis_host: "127.0.0.1",
        redis_port: 1,
        timeout: 3,
        first: true,
    };
}
