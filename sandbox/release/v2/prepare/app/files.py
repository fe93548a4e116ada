"""The files below /config, the folders below /data, and docker-compose.yml."""

import json
import os
import shutil

import bcrypt
import jinja2

import keys
import redis
from common import COMPOSE, CONFIG, DATA, OWNER, STORE_OWNER, TEMPLATES, folder, on_host, release

ENGINE = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True)
ENGINE.filters["to_json"] = json.dumps


def clear():
    """Files only: a container may have a folder mounted, and would go on with the one that was removed."""
    for root, _, names in os.walk(CONFIG):
        for name in names:
            os.remove(os.path.join(root, name))


def render(template, path, values, owner=0, mode=0o640):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ENGINE.get_template(template + ".jinja").render(values), encoding="utf-8")
    os.chmod(path, mode)
    os.chown(path, owner, owner)
    print("made %s" % path)


def make(values, with_trivy):
    level = values["log_level"]
    short = "warn" if level == "warning" else level
    for name in ("portal", "nginx/conf.d", "jobservice"):
        folder(CONFIG / name)
    for name in ("core/certificates", "registry", "registryctl", "log", "db"):
        folder(CONFIG / name, owner=0)

    render("portal/nginx.conf", CONFIG / "portal/nginx.conf", values, OWNER)
    for name in ("log/logrotate.conf", "log/rsyslog_docker.conf"):
        render(name, CONFIG / name, values, OWNER)
    make_front(values)

    folder(DATA / "ca_download")
    render("core/env", CONFIG / "core/env", {**values, "with_trivy": with_trivy})
    render("core/app.conf", CONFIG / "core/app.conf", values, OWNER)

    folder(DATA / "registry")
    make_passwd(values["registry_username"], values["registry_password"])
    render("registry/config.yml", CONFIG / "registry/config.yml",
           {**values, **redis.for_registry(values["redis_url_reg"]), "level": short}, OWNER)
    render("registryctl/env", CONFIG / "registryctl/env", values)
    render("registryctl/config.yml", CONFIG / "registryctl/config.yml", {**values, "level": short}, OWNER)

    # Made even when both are elsewhere.
    folder(DATA / "database", owner=STORE_OWNER, mode=0o700)
    folder(DATA / "redis", owner=STORE_OWNER)
    render("db/env", CONFIG / "db/env", values)

    folder(DATA / "job_logs")
    render("jobservice/env", CONFIG / "jobservice/env", values)
    render("jobservice/config.yml", CONFIG / "jobservice/config.yml",
           {**values, "redis_url": values["redis_url_js"], "level": level.upper()}, OWNER)

    make_trusted(values.get("redis_custom_tls_ca_path"))
    if values["metric"].enabled:
        render("exporter/env", CONFIG / "exporter/env", values)
    if with_trivy:
        folder(DATA / "trivy-adapter")
        folder(DATA / "trivy-adapter" / "trivy")
        folder(DATA / "trivy-adapter" / "reports")
        render("trivy-adapter/env", CONFIG / "trivy-adapter/env", values)


def make_front(values):
    if values["protocol"] == "https":
        keys.copy_server_pair(values["cert_path"], values["cert_key_path"])
        inside = {"ssl_cert": "/etc/cert/server.crt", "ssl_cert_key": "/etc/cert/server.key",
                  "https_redirect": "$host:%s" % values["https_port"]}
        render("nginx/nginx.https.conf", CONFIG / "nginx/nginx.conf", {**values, **inside}, OWNER)
    else:
        render("nginx/nginx.http.conf", CONFIG / "nginx/nginx.conf", values, OWNER)


def make_passwd(user, password):
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(5, prefix=b"2a")).decode().replace("$2a$", "$2y$", 1)
    path = CONFIG / "registry" / "passwd"
    path.write_text("%s:%s\n" % (user, hashed), encoding="utf-8")
    path.chmod(0o644)


def make_trusted(redis_ca):
    """The folder itself is made anew. An authority that isn't there is passed over, without an error."""
    path = CONFIG / "shared" / "trust-certificates"
    if path.exists():
        shutil.rmtree(path)
    path.mkdir(parents=True)
    own = DATA / "secret" / "tls" / "harbor_internal_ca.crt"
    for source, name in ((own, own.name), (redis_ca, "redis_tls_ca.crt")):
        if source and on_host(source).is_file():
            shutil.copyfile(on_host(source), path / name)
            os.chmod(path / name, 0o644)


def make_compose(values, with_trivy):
    tag = release()
    versions = {name: tag for name in ("version", "reg_version", "redis_version", "trivy_adapter_version")}
    render("docker_compose/docker-compose.yml", COMPOSE, {**values, **versions, "with_trivy": with_trivy}, mode=0o644)
