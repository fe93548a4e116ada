"""The addresses of Redis: one for each of its databases."""

from urllib.parse import quote, unquote, urlencode, urlsplit

DEFAULTS = {
    "host": "redis:6379", "password": "", "registry_db_index": 1, "jobservice_db_index": 2, "trivy_db_index": 5,
    "idle_timeout_seconds": 30,
}


def url(redis, database):
    scheme = "rediss" if (redis.get("tlsOptions") or {}).get("enable") else "redis"
    master = redis.get("sentinel_master_set")
    if master:
        scheme += "+sentinel"
    login = ""
    if redis.get("password"):
        login = "%s:%s@" % (redis.get("username") or "", quote(str(redis["password"]), safe=""))
    path = ("/%s" % master if master else "") + ("/%s" % database if database else "")
    query = urlencode({"idle_timeout_seconds": redis["idle_timeout_seconds"]})
    return "%s://%s%s%s?%s" % (scheme, login, redis["host"], path, query)


def values(own, external, with_trivy):
    """`redis` and `external_redis` of harbor.yml. Where both stand there the first one's keys count and the second one only
    says that no container is wanted: releases of this line are like that."""
    redis = dict(DEFAULTS)
    redis.update({key: value for key, value in (own or external or {}).items() if value})
    made = {
        "external_redis": bool(external),
        "redis_url_core": url(redis, 0),
        "redis_url_reg": url(redis, redis["registry_db_index"]),
        "redis_url_js": url(redis, redis["jobservice_db_index"]),
    }
    tls = redis.get("tlsOptions") or {}
    if tls.get("enable"):
        made["redis_custom_tls_ca_path"] = tls["rootCA"]
    for key, name in (("harbor_db_index", "redis_url_harbor"), ("cache_layer_db_index", "redis_url_cache_layer")):
        if redis.get(key):
            made[name] = url(redis, redis[key])
    if with_trivy:
        made["trivy_redis_url"] = url(redis, redis["trivy_db_index"])
    return made


def for_registry(address):
    """The registry wants the parts."""
    parts = urlsplit(address)
    path = parts.path.strip("/").split("/")
    made = {
        "redis_host": parts.netloc.rpartition("@")[2],
        "redis_password": unquote(parts.password or ""),
        "redis_username": unquote(parts.username or ""),
        "redis_db_index_reg": int(path[-1]) if path[-1].isdigit() else 0,
        "redis_enableTLS": "true" if parts.scheme.startswith("rediss") else "false",
    }
    if parts.scheme.endswith("+sentinel"):
        made["sentinel_master_set"] = path[0]
    return made
