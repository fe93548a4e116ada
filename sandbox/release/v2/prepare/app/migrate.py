"""Brings the harbor.yml of an older release to the keys of this one: what is new gets its default."""

import re

import yaml

from common import Refused, on_host, release

OLDEST = (1, 9)


def numbers(text):
    found = re.match(r"v?(\d+)\.(\d+)", str(text))
    if not found:
        raise Refused("_version is %r; it must be a version such as 2.14.0" % text)
    return tuple(map(int, found.groups()))


def target_of(release_tag):
    return "%d.%d.0" % numbers(release_tag)


def run(source, target, wanted):
    own = target_of(release())
    if wanted and wanted != own:
        raise Refused("the target is %s, and this release knows only %s" % (wanted, own))
    try:
        tree = yaml.safe_load(on_host(source).read_text(encoding="utf-8"))
    except OSError as problem:
        raise Refused("%s can't be read: %s" % (source, problem.strerror))
    have = tree.get("_version") if isinstance(tree, dict) else None
    if numbers(have) < OLDEST:
        raise Refused("%s is of version %s; the oldest that can be taken is %d.%d" % ((source, have) + OLDEST))
    if numbers(have) > numbers(own):
        raise Refused("%s is of version %s, which is newer than %s" % (source, have, own))
    if str(have) == own:
        print("%s is of version %s already" % (source, own))
        return
    upgrade(tree)
    tree["_version"] = own
    on_host(target).write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")
    print("%s: from version %s to %s" % (target, have, own))


def upgrade(tree):
    jobs = tree.setdefault("jobservice", {})
    jobs.setdefault("max_job_workers", 10)
    jobs.setdefault("max_job_duration_hours", 24)
    jobs.setdefault("job_loggers", ["STD_OUTPUT", "FILE"])
    jobs.setdefault("logger_sweeper_duration", 1)
    hooks = tree.setdefault("notification", {})
    hooks.setdefault("webhook_job_max_retry", 3)
    hooks.setdefault("webhook_job_http_client_timeout", 3)
    tree.setdefault("log", {}).setdefault("local", {}).setdefault("location", "/var/log/harbor")
    for gone in ("clair", "chart", "notary"):
        tree.pop(gone, None)
    redis = tree.get("external_redis")
    # Before 2.1 the port was a key of its own.
    if isinstance(redis, dict) and "port" in redis:
        redis["host"] = "%s:%s" % (redis.get("host"), redis.pop("port"))
