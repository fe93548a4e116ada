"""harbor.yml as what the templates want. A setting without a default that is missing ends the run with its name."""

import re
import types

import yaml

import redis
from common import Refused, random_text

LEVELS = ("debug", "info", "warning", "error", "fatal")
REGISTRY_USER = "harbor_registry_user"
URLS = {
    "core_url": "http://core:8080", "core_local_url": "http://127.0.0.1:8080", "portal_url": "http://portal:8080",
    "registry_url": "http://registry:5000", "registry_controller_url": "http://registryctl:8080",
    "jobservice_url": "http://jobservice:8080", "token_service_url": "http://core:8080/service/token",
    "trivy_adapter_url": "http://trivy-adapter:8080",
}
# A set on purpose: in which order it comes out depends on PYTHONHASHSEED, as in releases of this line.
NO_PROXY = {
    "127.0.0.1", "localhost", ".local", ".internal", "log", "db", "redis", "nginx", "core", "portal", "postgresql",
    "jobservice", "registry", "registryctl", "trivy-adapter", "exporter",
}


def need(tree, *path):
    """The value at a path, which has to be there."""
    value = tree
    for key in path:
        if not isinstance(value, dict) or key not in value:
            raise Refused("harbor.yml: %s is missing" % ".".join(path))
        value = value[key]
    return value


def part(tree, key):
    value = tree.get(key) or {}
    if not isinstance(value, dict):
        raise Refused("harbor.yml: %s must hold further keys, it is %r" % (key, value))
    return value


def load(path, with_trivy):
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise Refused("%s can't be read: %s" % (path, problem.strerror))
    except yaml.YAMLError as problem:
        raise Refused("%s is no YAML: %s" % (path, str(problem).replace("\n", " ")))
    if not isinstance(tree, dict):
        raise Refused("%s holds no settings" % path)
    values = dict(URLS)
    for step in (address, storage, proxy, jobs, logs, database, extras):
        values.update(step(tree))
    values.update(redis.values(part(tree, "redis"), part(tree, "external_redis"), with_trivy))
    values.update(trivy(tree))
    values.update(secrets())
    return values


def secrets():
    """The five that differ from run to run."""
    return {
        "core_secret": random_text(16), "jobservice_secret": random_text(16), "csrf_key": random_text(32),
        "registry_password": random_text(32), "scan_robot_prefix": random_text(8), "registry_username": REGISTRY_USER,
    }


def address(tree):
    name = need(tree, "hostname")
    if name in ("reg.mydomain.com", "127.0.0.1"):
        raise Refused("hostname is %s: it must be the name or address that clients use" % name)
    values = {"hostname": name, "protocol": "http", "http_port": part(tree, "http").get("port", 80)}
    port, usual = values["http_port"], 80
    https = part(tree, "https")
    if https:
        port, usual = https.get("port", 443), 443
        values.update(protocol="https", https_port=port, cert_path=need(tree, "https", "certificate"),
                      cert_key_path=need(tree, "https", "private_key"))
        for key in ("cert_path", "cert_key_path"):
            if not values[key] or values[key] in ("/your/certificate/path", "/your/private/key/path"):
                raise Refused("https needs its certificate and private_key, and one is still the template's: %r" % values[key])
    values["strong_ssl_ciphers"] = https.get("strong_ssl_ciphers") or False
    plain = "%s://%s" % (values["protocol"], name)
    values["public_url"] = tree.get("external_url") or (plain if port == usual else "%s:%s" % (plain, port))
    values["ip_family"] = tree.get("ip_family") or {"ipv4": {"enabled": True}, "ipv6": {"enabled": False}}
    values["harbor_admin_password"] = need(tree, "harbor_admin_password")
    values["data_volume"] = need(tree, "data_volume")
    return values


def written(value):
    """No value has quotes in the registry's file, so one that looks like a number is a number there."""
    if value is None:
        return ""
    return "true" if value is True else value


def storage(tree):
    service = part(tree, "storage_service")
    for other in ("azure", "gcs", "swift", "oss"):
        if service.get(other):
            raise Refused("storage_service.%s: this release keeps images in files or in S3" % other)
    driver = "s3" if service.get("s3") else "filesystem"
    lines = dict(service.get(driver) or {})
    if driver == "filesystem":
        lines.setdefault("rootdirectory", "/storage")
    return {
        "storage_provider_name": driver,
        "storage_provider_info": "\n".join(["%s:" % driver] + ["    %s: %s" % (key, written(value)) for key, value in lines.items()]),
        "storage_redirect_disabled": bool((service.get("redirect") or {}).get("disable")),
    }


def proxy(tree):
    settings = part(tree, "proxy")
    without = set(NO_PROXY)
    if settings.get("no_proxy"):
        without |= set(str(settings["no_proxy"]).split(","))
    values = {}
    for component in settings.get("components") or []:
        values[component + "_http_proxy"] = settings.get("http_proxy") or ""
        values[component + "_https_proxy"] = settings.get("https_proxy") or ""
        values[component + "_no_proxy"] = ",".join(without)
    return values


def jobs(tree):
    hours = part(tree, "jobservice").get("max_job_duration_hours")
    return {
        "max_job_workers": need(tree, "jobservice", "max_job_workers"),
        "job_loggers": need(tree, "jobservice", "job_loggers"),
        "logger_sweeper_duration": need(tree, "jobservice", "logger_sweeper_duration"),
        "max_job_duration_hours": hours if isinstance(hours, int) and hours >= 24 else 24,
        "notification_webhook_job_max_retry": need(tree, "notification", "webhook_job_max_retry"),
        "notification_webhook_job_http_client_timeout": need(tree, "notification", "webhook_job_http_client_timeout"),
    }


def logs(tree):
    level = need(tree, "log", "level")
    if level not in LEVELS:
        raise Refused("log.level is %r; it must be one of %s" % (level, ", ".join(LEVELS)))
    local = need(tree, "log", "local") or {}
    values = {
        "log_level": level, "log_external": False,
        "log_location": local.get("location") or "/var/log/harbor",
        "log_rotate_count": local.get("rotate_count") or 50,
        "log_rotate_size": local.get("rotate_size") or "200M",
    }
    if part(tree, "log").get("external_endpoint"):
        values["log_external"] = True
        for key in ("protocol", "host", "port"):
            values["log_ep_" + key] = need(tree, "log", "external_endpoint", key)
        if values["log_ep_protocol"] not in ("tcp", "udp"):
            raise Refused("log.external_endpoint.protocol is %r; it must be tcp or udp" % values["log_ep_protocol"])
    return values


def database(tree):
    external, own = part(tree, "external_database"), part(tree, "database")
    if external:
        keys = ("host", "port", "db_name", "username", "password", "ssl_mode")
        host, port, name, user, password, mode = (need(tree, "external_database", "harbor", key) for key in keys)
        limits = external["harbor"]
    else:
        host, port, name, user, password, mode = "postgresql", 5432, "registry", "postgres", own.get("password") or "", "disable"
        limits = own
    return {
        "external_database": bool(external), "harbor_db_host": host, "harbor_db_port": port, "harbor_db_name": name,
        "harbor_db_username": user, "harbor_db_password": password, "harbor_db_sslmode": mode,
        "harbor_db_max_idle_conns": limits.get("max_idle_conns") or 2,
        "harbor_db_max_open_conns": limits.get("max_open_conns") or 0,
        "harbor_db_conn_max_lifetime": limits.get("conn_max_lifetime") or "5m",
        "harbor_db_conn_max_idle_time": limits.get("conn_max_idle_time") or "0",
    }


def extras(tree):
    if part(tree, "internal_tls").get("enabled"):
        raise Refused("internal_tls: this release's services speak http among themselves")
    metric, purging, cache = part(tree, "metric"), part(tree, "upload_purging"), part(tree, "cache")
    for key in ("age", "interval"):
        if purging.get("enabled") and not re.fullmatch(r"\d+h", str(purging.get(key, "24h"))):
            raise Refused("upload_purging.%s is %r; it must be a number of hours such as 24h" % (key, purging[key]))
    group = types.SimpleNamespace
    return {
        "internal_tls": group(enabled=False),
        "metric": group(enabled=bool(metric.get("enabled")), port=metric.get("port", 9090), path=metric.get("path", "/metrics")),
        "trace": group(**{"enabled": False, "sample_rate": 1, "namespace": "", "attributes": {}, **part(tree, "trace")}),
        "purge_upload": group(enabled=bool(purging.get("enabled")), age=purging.get("age", "168h"),
                              interval=purging.get("interval", "24h"), dryrun=bool(purging.get("dryrun"))),
        "cache": group(enabled=bool(cache.get("enabled")), expire_hours=cache.get("expire_hours", 24)),
        "core": group(quota_update_provider=part(tree, "core").get("quota_update_provider") or "db"),
    }


def trivy(tree):
    settings = part(tree, "trivy")
    defaults = {
        "github_token": "", "skip_update": False, "skip_java_db_update": False, "offline_scan": False, "security_check": "vuln",
        "ignore_unfixed": False, "insecure": False, "timeout": "5m0s", "db_repository": "ghcr.io/aquasecurity/trivy-db",
        "java_db_repository": "ghcr.io/aquasecurity/trivy-java-db",
    }
    return {"trivy_" + key: settings.get(key) or default for key, default in defaults.items()}
