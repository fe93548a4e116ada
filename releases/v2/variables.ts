import { modelsOf } from "./models";
import { isTrue, type Mapping, or, printed, section, type Value } from "./python";
import { storageOf } from "./storage";

/** Words in the place of what prepare makes anew in each run and the cluster then pins (facts: utils/configs.py, core.py). */
export const pinnedWords = {
    jobservice_secret: "@@JOBSERVICE_SECRET@@",
    csrf_key: "@@CSRF_KEY@@",
    core_secret: "@@CORE_SECRET@@",
    registry_password: "@@REGISTRY_PASSWORD@@",
    scan_robot_prefix: "@@SCANNER_PREFIX@@",
} as const;

/** Names that no request of a container goes through a proxy for (g.py, INTERNAL_NO_PROXY_DN; alike in 2.12 to 2.15). */
const internalNames =
    "127.0.0.1 localhost .local .internal log db redis nginx core portal postgresql jobservice registry registryctl trivy-adapter exporter";

/** What prepare names but leaves without a value, as long as the setting isn't made: Jinja prints nothing then. */
const unset: Mapping = Object.fromEntries(
    [
        ...["reload_key", "https_port", "cert_path", "cert_key_path", "storage_redirect_disabled"],
        ...["log_ep_protocol", "log_ep_host", "log_ep_port", "external_log_endpoint", "gcs_keyfile", "uaa_ca_file"],
        ...["redis_url_harbor", "redis_url_cache_layer", "sentinel_master_set"],
        ...["core", "jobservice", "trivy"].flatMap((name) =>
            ["http_proxy", "https_proxy", "no_proxy"].map((key) => `${name}_${key}`),
        ),
    ].map((name) => [name, undefined]),
);

/**
 * All that prepare's templates may name, made of harbor.yml as prepare makes it (make/photon/prepare/utils/configs.py,
 * models.py, core.py and docker_compose.py of v2.12.0 to v2.15.2), for a file with an external database and Redis.
 * @param tag Of the prepare image: the one that it gives to all images.
 * @param withTrivy Whether it is called with `--with-trivy`.
 * @throws Error for what prepare would stumble over, too.
 */
export function variablesOf(settings: Mapping, tag: string, withTrivy: boolean): Mapping {
    return {
        ...unset,
        ...addresses,
        ...pinnedWords,
        ...addressOf(settings),
        ...databaseOf(section(settings, "external_database", "harbor")),
        ...proxiesOf(section(settings, "proxy")),
        ...jobsOf(settings),
        ...logsOf(section(settings, "log")),
        ...redisOf(section(settings, "external_redis"), withTrivy),
        ...trivyOf(section(settings, "trivy")),
        ...storageOf(section(settings, "storage_service")),
        ...modelsOf(settings),
        data_volume: settings.data_volume,
        harbor_admin_password: settings.harbor_admin_password,
        registry_username: "harbor_registry_user",
        uaa: section(settings, "uaa"),
        uaa_ca_file: or(section(settings, "uaa").ca_file, undefined),
        version: tag,
        reg_version: tag,
        redis_version: tag,
        trivy_adapter_version: tag,
        with_trivy: withTrivy,
        external_database: true,
        external_redis: true,
    };
}

const addresses: Mapping = {
    portal_url: "http://portal:8080",
    registry_url: "http://registry:5000",
    registry_controller_url: "http://registryctl:8080",
    core_url: "http://core:8080",
    core_local_url: "http://127.0.0.1:8080",
    token_service_url: "http://core:8080/service/token",
    jobservice_url: "http://jobservice:8080",
    trivy_adapter_url: "http://trivy-adapter:8080",
};

function addressOf(settings: Mapping): Mapping {
    const { hostname } = settings;
    const httpPort = section(settings, "http").port ?? 80;
    const https = section(settings, "https");
    const isHttps = isTrue(https);
    const httpsPort = https.port ?? 443;
    const port = isHttps ? httpsPort : httpPort;
    const name = `${printed(hostname)}${port === (isHttps ? 443 : 80) ? "" : `:${printed(port)}`}`;
    return {
        hostname,
        protocol: isHttps ? "https" : "http",
        http_port: httpPort,
        public_url: or(settings.external_url, `${isHttps ? "https" : "http"}://${name}`),
        strong_ssl_ciphers: isHttps ? (https.strong_ssl_ciphers ?? null) : false,
        ip_family: or(settings.ip_family, { ipv4: { enabled: true }, ipv6: { enabled: false } }),
        ssl_cert: "/etc/cert/server.crt",
        ssl_cert_key: "/etc/cert/server.key",
        ...(isHttps && {
            https_port: httpsPort,
            cert_path: https.certificate,
            cert_key_path: https.private_key,
            https_redirect: `$host:${printed(httpsPort)}`,
        }),
    };
}

function databaseOf(harbor: Mapping): Mapping {
    return {
        harbor_db_host: harbor.host,
        harbor_db_port: harbor.port,
        harbor_db_name: harbor.db_name,
        harbor_db_username: harbor.username,
        harbor_db_password: harbor.password,
        harbor_db_sslmode: harbor.ssl_mode,
        harbor_db_max_idle_conns: or(harbor.max_idle_conns, 2),
        harbor_db_max_open_conns: or(harbor.max_open_conns, 0),
        harbor_db_conn_max_lifetime: or(harbor.conn_max_lifetime, "5m"),
        harbor_db_conn_max_idle_time: or(harbor.conn_max_idle_time, "0"),
    };
}

/** `no_proxy` is a set to prepare, in any order; the node compares it sorted. */
function proxiesOf(proxy: Mapping): Mapping {
    const own = isTrue(proxy.no_proxy) ? printed(proxy.no_proxy).split(",") : [];
    const noProxy = [...new Set([...internalNames.split(" "), ...own])].sort().join(",");
    const components = Array.isArray(proxy.components) ? (proxy.components as readonly Value[]) : [];
    return Object.fromEntries(
        components.flatMap((component) => [
            [`${printed(component)}_http_proxy`, or(proxy.http_proxy, "")],
            [`${printed(component)}_https_proxy`, or(proxy.https_proxy, "")],
            [`${printed(component)}_no_proxy`, noProxy],
        ]),
    );
}

function jobsOf(settings: Mapping): Mapping {
    const jobs = section(settings, "jobservice");
    const notification = section(settings, "notification");
    const wanted = or(jobs.max_job_duration_hours, 24);
    const hours = typeof wanted === "number" && Number.isInteger(wanted) && wanted >= 24 ? wanted : 24;
    return {
        max_job_workers: jobs.max_job_workers,
        max_job_duration_hours: hours,
        max_job_duration_seconds: hours * 3600, // 2.13 only
        job_loggers: jobs.job_loggers,
        logger_sweeper_duration: jobs.logger_sweeper_duration,
        notification_webhook_job_max_retry: notification.webhook_job_max_retry,
        notification_webhook_job_http_client_timeout: notification.webhook_job_http_client_timeout,
    };
}

function logsOf(log: Mapping): Mapping {
    const local = section(log, "local");
    const endpoint = section(log, "external_endpoint");
    const { protocol, host, port } = endpoint;
    return {
        log_level: log.level,
        log_location: or(local.location, "/var/log/harbor"),
        log_rotate_count: or(local.rotate_count, 50),
        log_rotate_size: or(local.rotate_size, "200M"),
        log_external: isTrue(endpoint),
        ...(isTrue(endpoint) && {
            ...{ log_ep_protocol: protocol, log_ep_host: host, log_ep_port: port },
            external_log_endpoint: true,
        }),
    };
}

/** Of the scanner; those of the last two are in the templates from 2.15 on. */
function trivyOf(trivy: Mapping): Mapping {
    const names = ["skip_update", "skip_java_db_update", "offline_scan", "ignore_unfixed", "insecure"];
    return {
        ...Object.fromEntries(names.map((name) => [`trivy_${name}`, or(trivy[name], false)])),
        trivy_github_token: or(trivy.github_token, ""),
        trivy_security_check: or(trivy.security_check, "vuln"),
        trivy_timeout: or(trivy.timeout, "5m0s"),
        trivy_db_repository: or(trivy.db_repository, "ghcr.io/aquasecurity/trivy-db"),
        trivy_java_db_repository: or(trivy.java_db_repository, "ghcr.io/aquasecurity/trivy-java-db"),
    };
}

/**
 * Whatever is empty or zero counts as not set (get_redis_configs); what the registry gets is taken from its URL. In 2.12 no
 * template has a word for TLS.
 */
function redisOf(external: Mapping, withTrivy: boolean): Mapping {
    const host = printed(external.host);
    const password = printed(external.password);
    const masterSet = external.sentinel_master_set;
    const tls = isTrue(section(external, "tlsOptions").enable);
    const scheme = `redis${tls ? "s" : ""}${isTrue(masterSet) ? "+sentinel" : ""}`;
    const path = isTrue(masterSet) ? `/${printed(masterSet)}` : "";
    const options = `?idle_timeout_seconds=${printed(or(external.idle_timeout_seconds, 30))}`;
    const url = (index: Value): string =>
        `${scheme}://:${encodeURIComponent(password)}@${host}${path}${isTrue(index) ? `/${printed(index)}` : ""}${options}`;
    const registryIndex = or(external.registry_db_index, 1);
    return {
        redis_url_core: url(0),
        redis_url_js: url(or(external.jobservice_db_index, 2)),
        redis_url_reg: url(registryIndex),
        ...(withTrivy && { trivy_redis_url: url(or(external.trivy_db_index, 5)) }),
        redis_host: host,
        redis_password: password,
        redis_username: "",
        redis_db_index_reg: registryIndex,
        redis_enableTLS: tls ? "true" : "false",
        ...(isTrue(masterSet) && { sentinel_master_set: printed(masterSet) }),
    };
}
