import type { HarborRelease, RenderInput } from "../../releases/release";
import { releaseWith } from "./release";

/** Texts in the shape of Harbor 2.14's and 2.15's, made for these tests: the same keys and constructs, none of their text. */

/** @param more What 2.15 has beyond 2.14, among the settings of Trivy. */
const settings = (version: string, more: string): string => `# Settings of the registry
hostname: reg.mydomain.com

# without encryption
http:
    port:   80   # redirects when there is https

# with encryption
https:
  # where clients go
  port: 443
  certificate: /your/certificate/path
  private_key: /your/private/key/path
  # strong_ssl_ciphers: false

# external_url: https://reg.example.org:8433

# password: older-One-1
# first login of admin
harbor_admin_password: Harbor12345

database:
  password: root123
  max_open_conns: 900


data_volume: /data

trivy:
  ignore_unfixed: false
${more}  # github_token: an-old-token
  timeout: 5m0s

jobservice:
  max_job_workers: 10
  max_job_duration_hours: 24
  job_loggers:
    - STD_OUTPUT
    - FILE
    # - DB
  # of the files
  logger_sweeper_duration: 1 #days

notification:
  webhook_job_max_retry: 3
  webhook_job_http_client_timeout: 3 #seconds

log:
  level: info
  local:
    rotate_count: 50
    rotate_size: 200M
    location: /var/log/harbor

#for the migration, not to be changed
_version: ${version}

# external_database:
#   harbor:
#     password: harbor_db_password

# redis:
#   registry_db_index: 1

proxy:
  http_proxy:
  https_proxy:
  no_proxy:
  components:
    - core
    - jobservice

upload_purging:
  enabled: true
  age: 168h
  interval: 24h
  dryrun: false
cache:
  enabled: false
  expire_hours: 24
`;

export const tmpl214 = settings("2.14.0", "");
export const tmpl215 = settings("2.15.0", "  db_repository: ghcr.example.org/trivy-db\n");

const service = (name: string, image: string, container: string, more: string): string => `  ${name}:
    image: example/${image}:{{version}}
    container_name: ${container}
    restart: always
${more}`;

const mounted = (source: string, target: string): string => `      - type: bind
        source: ${source}
        target: ${target}
`;

const logging = (tag: string): string => `    logging:
      driver: "syslog"
      options:
        syslog-address: "tcp://localhost:1514"
        tag: "${tag}"
`;

const compose = `services:
${service("log", "harbor-log", "harbor-log", "    volumes:\n      - {{log_location}}/:/var/log/docker/:z\n    ports:\n      - 127.0.0.1:1514:10514\n")}${service(
    "registry",
    "registry-photon",
    "registry",
    `    volumes:
      - {{data_volume}}/registry:/storage:z
      - ./common/config/registry/:/etc/registry/:z
${mounted("{{data_volume}}/secret/registry/root.crt", "/etc/registry/root.crt")}{% if gcs_keyfile %}
${mounted("{{gcs_keyfile}}", "/etc/registry/gcs.key")}{% endif %}
    depends_on:
      - log
${logging("registry")}`,
)}${service(
    "registryctl",
    "harbor-registryctl",
    "registryctl",
    `    volumes:
      - {{data_volume}}/registry:/storage:z
${logging("registryctl")}`,
)}{% if external_database == False %}
${service("postgresql", "harbor-db", "harbor-db", "    depends_on:\n      - log\n")}{% endif %}
${service(
    "core",
    "harbor-core",
    "harbor-core",
    `    env_file:
      - ./common/config/core/env
    volumes:
      - {{data_volume}}/ca_download/:/etc/core/ca/:z
      - {{data_volume}}/:/data/:z
${mounted("{{data_volume}}/secret/core/private_key.pem", "/etc/core/private_key.pem")}${mounted(
        "{{data_volume}}/secret/keys/secretkey",
        "/etc/core/key",
    )}    depends_on:
      - log
      - registry
{% if external_redis == False %}
      - redis
{% endif %}
${logging("core")}`,
)}${service("portal", "harbor-portal", "harbor-portal", "")}${service(
    "jobservice",
    "harbor-jobservice",
    "harbor-jobservice",
    "    volumes:\n      - {{data_volume}}/job_logs:/var/log/jobs:z\n",
)}${service(
    "proxy",
    "nginx-photon",
    "nginx",
    `    volumes:
      - ./common/config/nginx:/etc/nginx:z
{% if protocol == 'https' %}
      - {{data_volume}}/secret/cert:/etc/cert:z
{% endif %}
    ports:
      - {{http_port}}:8080
{% if protocol == 'https' %}
      - {{https_port}}:8443
{% endif %}
{% if metric.enabled %}
      - {{metric.port}}:9090
{% endif %}
${logging("proxy")}`,
)}{% if with_trivy %}
${service(
    "trivy-adapter",
    "trivy-adapter-photon",
    "trivy-adapter",
    `    env_file:
      - ./common/config/trivy-adapter/env
    volumes:
${mounted("{{data_volume}}/trivy-adapter/trivy", "/home/scanner/.cache/trivy")}${mounted(
        "{{data_volume}}/trivy-adapter/reports",
        "/home/scanner/.cache/reports",
    )}`,
)}{% endif %}
{% if metric.enabled %}
${service("exporter", "harbor-exporter", "harbor-exporter", "")}{% endif %}
networks:
  harbor:
    external: false
`;

export const templates: Readonly<Record<string, string>> = {
    "docker_compose/docker-compose.yml.jinja": compose,
    "core/env.jinja": `_REDIS_URL_CORE={{redis_url_core}}
{% if redis_url_harbor %}
_REDIS_URL_HARBOR={{redis_url_harbor}}
{% endif %}
EXT_ENDPOINT={{public_url}}
POSTGRESQL_HOST={{harbor_db_host}}
POSTGRESQL_PASSWORD={{harbor_db_password}}
HARBOR_ADMIN_PASSWORD={{harbor_admin_password}}
CORE_SECRET={{core_secret}}
JOBSERVICE_SECRET={{jobservice_secret}}
REGISTRY_CREDENTIAL_PASSWORD={{registry_password}}
CSRF_KEY={{csrf_key}}
ROBOT_SCANNER_NAME_PREFIX={{scan_robot_prefix}}
WITH_TRIVY={{with_trivy}}
RELOAD_KEY={{reload_key}}
NO_PROXY={{core_no_proxy}}
HTTP_PROXY={{core_http_proxy}}
{%if internal_tls.enabled %}
INTERNAL_TLS_ENABLED=true
{% else %}
PORT=8080
{% endif %}
{% if trace.enabled %}
TRACE_ATTRIBUTES={{ trace.attributes | to_json | safe }}
TRACE_SAMPLE_RATE={{ trace.sample_rate }}
{%if trace.otel.enabled %}
TRACE_OTEL_URL_PATH={{ trace.otel.url_path if trace.otel.url_path else '' }}
{% endif %}
{% endif %}
{% if core.quota_update_provider %}
QUOTA_UPDATE_PROVIDER={{ core.quota_update_provider }}
{% endif %}`,
    "core/app.conf.jinja": "httpport = {{8080}}\n",
    "jobservice/env.jinja": "CORE_SECRET={{core_secret}}\nJOBSERVICE_SECRET={{jobservice_secret}}\n",
    "jobservice/config.yml.jinja": `worker_pool:
  workers: {{max_job_workers}}
  redis_pool:
    redis_url: {{redis_url}}
job_loggers:
  {% for component in job_loggers %}
    {% if component == 'STD_OUTPUT' %}
  - name: "STD_OUTPUT"
    level: "{{level}}" # of the container
    {% endif %}
    {% if component == 'FILE' %}
  - name: "FILE"
    sweeper:
      duration: {{logger_sweeper_duration}} #days
    {% endif %}
  {% endfor %}
reaper:
  max_update_hours: {{ max_job_duration_hours }}
`,
    "registry/config.yml.jinja": `log:
  level: {{level}}
storage:
  {{storage_provider_info}}
{% if purge_upload.enabled %}
  age: {{ purge_upload.age }}
{% endif %}
{% if storage_redirect_disabled %}
  redirect:
    disable: true
{% endif %}
redis:
  addr: {{redis_host}}
{% if sentinel_master_set %}
  sentinelMasterSet: {{sentinel_master_set}}
{% endif %}
  password: {{redis_password}}
  username: {{redis_username}}
  db: {{redis_db_index_reg}}
  enableTLS: {{redis_enableTLS}}
http:
  secret: placeholder
`,
    "registryctl/env.jinja": "CORE_SECRET={{core_secret}}\n",
    "registryctl/config.yml.jinja": "log_level: {{level}}\n",
    "db/env.jinja": "POSTGRES_PASSWORD={{harbor_db_password}}\n",
    "log/logrotate.conf.jinja": "rotate {{log_rotate_count}}\nsize {{log_rotate_size}}\n",
    "nginx/nginx.http.conf.jinja": "events {}\nhttp {\n  # plain\n}\n",
    "nginx/nginx.https.conf.jinja":
        "ssl_certificate {{ssl_cert}};\n  {% if ip_family.ipv6.enabled %}\nlisten [::]:8443;\n  {% endif %}\nreturn 308 https://{{https_redirect}}$request_uri;\n",
    "portal/nginx.conf.jinja": "{% if strong_ssl_ciphers %}\nstrong\n{% else %}\nusual\n{% endif %}\n",
    "trivy-adapter/env.jinja": `SCANNER_REDIS_URL={{trivy_redis_url}}
SCANNER_TRIVY_DB_REPOSITORY={{trivy_db_repository}}
SCANNER_TRIVY_JAVA_DB_REPOSITORY={{trivy_java_db_repository}}
SCANNER_TRIVY_IGNORE_UNFIXED={{trivy_ignore_unfixed}}
SCANNER_TRIVY_SECURITY_CHECKS={{trivy_security_check}}
SCANNER_TRIVY_TIMEOUT={{trivy_timeout}}
SCANNER_TRIVY_GITHUB_TOKEN={{trivy_github_token}}
HTTP_PROXY={{trivy_http_proxy}}
NO_PROXY={{trivy_no_proxy}}
`,
    "exporter/env.jinja": "HARBOR_DATABASE_PASSWORD={{harbor_db_password}}\n",
};

const services =
    "harbor-log registry-photon harbor-registryctl harbor-core harbor-portal harbor-jobservice nginx-photon harbor-exporter trivy-adapter-photon";

/** Names of the images, with the image of prepare among them. */
export const imagesOf = (version: string): string[] =>
    [...services.split(" "), "prepare"].map((name) => `example/${name}:${version}`).sort();

function made(version: string, tmpl: string): HarborRelease {
    return {
        version,
        sha256: "3f".repeat(32),
        archive: `/releases/harbor-offline-installer-${version}.tgz`,
        files: new Map([
            ["harbor.yml.tmpl", tmpl],
            ["prepare", "#!/bin/bash\n"],
        ]),
        prepareImage: {
            name: `example/prepare:${version}`,
            images: imagesOf(version),
            templates: new Map(Object.entries(templates)),
        },
    };
}

export const release214 = made("v2.14.4", tmpl214);
export const release215 = made("v2.15.2", tmpl215);

/** A part of the settings' template replaced. An edit that finds nothing would test nothing. */
export function settingsWith(from: string | RegExp, to: string, base = release215): HarborRelease {
    const text = base.files.get("harbor.yml.tmpl") ?? "";
    const edited = text.replace(from, () => to);
    if (edited === text) throw new Error(`harbor.yml.tmpl doesn't have ${String(from)}`);
    return releaseWith({ "harbor.yml.tmpl": edited }, base);
}

/** Settings at the end of the template. */
export function settingsAnd(more: string, base = release215): HarborRelease {
    return releaseWith({ "harbor.yml.tmpl": `${base.files.get("harbor.yml.tmpl") ?? ""}${more}` }, base);
}

/** Some templates different, or, with undefined, missing. */
export function templatesWith(changes: Readonly<Record<string, string | undefined>>, base = release215): HarborRelease {
    const image = base.prepareImage;
    if (image === undefined) throw new Error("no image of prepare");
    const all = new Map(image.templates);
    for (const [path, text] of Object.entries(changes)) {
        if (text === undefined) all.delete(path);
        else all.set(path, text);
    }
    return { ...base, prepareImage: { ...image, templates: all } };
}

/** As it is known without the archive of images. */
export function withoutImage({ version, sha256, archive, files }: HarborRelease = release215): HarborRelease {
    return { version, sha256, archive, files };
}

export const inputV2: RenderInput = {
    registryName: "hub.example.com:8070",
    hostname: "hub.example.com",
    protocol: "http",
    port: 8070,
    dataDir: "/mnt/cephfs/harbor/data",
    certDir: "/opt/harbor-ha/cert",
    localDir: "/opt/harbor-ha",
    database: {
        ...{ kind: "postgres", host: "db.example.com", port: 5432, user: "harbor", name: "registry" },
        sslMode: "disable",
    },
    redis: { host: "redis.example.com", port: 6379, database: 0, cacheDatabase: 1 },
    customizeCrt: true,
};

export const httpsInput: RenderInput = {
    ...inputV2,
    registryName: "hub.example.com",
    protocol: "https",
    port: 443,
};
