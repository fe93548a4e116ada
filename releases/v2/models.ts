import { isTrue, type Mapping, or, section } from "./python";

/** The parts of the settings that are objects to prepare's templates (make/photon/prepare/models.py). */
export function modelsOf(settings: Mapping): Mapping {
    const metric = section(settings, "metric");
    const purging = section(settings, "upload_purging");
    const cache = section(settings, "cache");
    return {
        // harbor.yml with another value is refused
        internal_tls: { enabled: false, verify_client_cert: false },
        metric: isTrue(metric)
            ? { enabled: metric.enabled, port: metric.port, path: metric.path }
            : { enabled: false, port: 8080, path: "metrics" },
        trace: traceOf(section(settings, "trace")),
        purge_upload: {
            enabled: purging.enabled ?? null,
            age: or(purging.age, "168h"),
            interval: or(purging.interval, "24h"),
            dryrun: or(purging.dryrun, false),
        },
        cache: { enabled: cache.enabled ?? null, expire_hours: cache.expire_hours ?? null },
        core: { quota_update_provider: or(section(settings, "core").quota_update_provider, "db") },
    };
}

function traceOf(trace: Mapping): Mapping {
    const jaeger = section(trace, "jaeger");
    const otel = section(trace, "otel");
    return {
        enabled: or(trace.enabled, false),
        sample_rate: Object.hasOwn(trace, "sample_rate") ? trace.sample_rate : 1,
        namespace: or(trace.namespace, ""),
        attributes: or(trace.attributes, {}),
        jaeger: isTrue(jaeger)
            ? { enabled: true, ...withNull(jaeger, ["endpoint", "username", "password", "agent_host", "agent_port"]) }
            : { enabled: false },
        otel: isTrue(otel)
            ? {
                  enabled: true,
                  ...withNull(otel, ["endpoint", "url_path"]),
                  compression: or(otel.compression, false),
                  insecure: or(otel.insecure, false),
                  timeout: or(otel.timeout, "10"),
              }
            : { enabled: false },
    };
}

const withNull = (mapping: Mapping, keys: readonly string[]): Mapping =>
    Object.fromEntries(keys.map((key) => [key, mapping[key] ?? null]));
