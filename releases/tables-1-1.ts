import type { ComposeRules } from "./compose";
import type { TemplateRule } from "./templates";

/**
 * What the nodes' agreement rests on in Harbor 1.1 and 1.2, and must not be otherwise in a release that somebody has
 * changed. Facts: goharbor/harbor tags v1.1.0 to v1.2.2, make/docker-compose.tpl, make/common/templates and src.
 */
export const compose11: ComposeRules = {
    mounts: [
        { service: "registry", target: "/storage", from: "shared", source: "registry", place: "anywhere" },
        // The node reads config.json there when the database moves, and compares the secretkeys before any start.
        {
            service: "adminserver",
            target: "/etc/adminserver/config",
            from: "shared",
            source: "config",
            place: "exactly",
        },
        {
            service: "adminserver",
            target: "/etc/adminserver/key",
            from: "shared",
            source: "secretkey",
            place: "exactly",
        },
        { service: "ui", target: "/etc/ui/key", from: "shared", source: "secretkey", place: "exactly" },
        { service: "jobservice", target: "/etc/jobservice/key", from: "shared", source: "secretkey", place: "exactly" },
        { service: "jobservice", target: "/var/log/jobs", from: "shared", source: "job_logs", place: "anywhere" },
        // The size of the storage as the UI shows it, the certificate that it offers, Admiral's token (from 1.2 on).
        { service: "adminserver", target: "/data", from: "shared", source: "", place: "anywhere", optional: true },
        {
            service: "ui",
            target: "/etc/ui/ca",
            from: "shared",
            source: "ca_download",
            place: "anywhere",
            optional: true,
        },
        { service: "ui", target: "/etc/ui/token", from: "shared", source: "psc", place: "anywhere", optional: true },
        // Where the cluster's key pair and the checked templates come into effect.
        prepared("ui", "/etc/ui/private_key.pem", "ui/private_key.pem"),
        prepared("registry", "/etc/registry/root.crt", "registry/root.crt"),
        prepared("registry", "/etc/registry/config.yml", "registry/config.yml"),
        prepared("proxy", "/etc/nginx/nginx.conf", "nginx/nginx.conf"),
    ],
    environments: [
        {
            service: "adminserver",
            file: "common/config/adminserver/env",
            reserved:
                /^(MYSQL_\w+|RESET|EXT_ENDPOINT|DATABASE_TYPE|REGISTRY_URL|TOKEN_SERVICE_URL|HARBOR_ADMIN_PASSWORD|\w+_SECRET|KEY_PATH|JSON_CFG_STORE_PATH)$/,
        },
        {
            service: "ui",
            file: "common/config/ui/env",
            reserved: /^(_REDIS_URL|\w+_SECRET|KEY_PATH|CONFIG_PATH|ADMIN_SERVER_URL)$/,
        },
        {
            service: "jobservice",
            file: "common/config/jobservice/env",
            reserved: /^(\w+_SECRET|KEY_PATH|CONFIG_PATH|LOG_DIR|ADMIN_SERVER_URL)$/,
        },
        // distribution takes any part of its configuration from the environment.
        { service: "registry", file: undefined, reserved: /^REGISTRY_(AUTH|STORAGE|REDIS)/ },
    ],
};

function prepared(service: string, target: string, file: string): ComposeRules["mounts"][number] {
    return { service, target, from: "release", source: `common/config/${file}`, place: "exactly" };
}

/** One for each run of prepare, and alike in the three files. */
const secrets = { UI_SECRET: "$ui_secret", JOBSERVICE_SECRET: "$jobservice_secret" };

export const adminserverEnv: TemplateRule = {
    path: "common/templates/adminserver/env",
    style: "env",
    needs: {
        EXT_ENDPOINT: "$ui_url",
        DATABASE_TYPE: "mysql",
        MYSQL_DATABASE: "registry",
        REGISTRY_URL: "http://registry:5000",
        TOKEN_SERVICE_URL: "http://ui/service/token",
        ...secrets,
        // The node sets it to true for a single start when the database moves; on all the time it would undo every
        // setting made in the UI at each start of any node.
        RESET: "false",
    },
    unless: { JSON_CFG_STORE_PATH: "/etc/adminserver/config/config.json", KEY_PATH: "/etc/adminserver/key" },
};

export const uiEnv: TemplateRule = {
    path: "common/templates/ui/env",
    style: "env",
    needs: secrets,
    unless: {
        CONFIG_PATH: "/etc/ui/app.conf",
        KEY_PATH: "/etc/ui/key",
        ADMIN_SERVER_URL: "http://adminserver",
    },
};

/** Templates that aren't changed, so the release's own are what prepare takes. */
export const otherTemplates: readonly TemplateRule[] = [
    {
        path: "common/templates/jobservice/env",
        style: "env",
        needs: secrets,
        unless: {
            CONFIG_PATH: "/etc/jobservice/app.conf",
            KEY_PATH: "/etc/jobservice/key",
            LOG_DIR: "/var/log/jobs",
            ADMIN_SERVER_URL: "http://adminserver",
        },
    },
    // The proxy and the other services go to port 80 of both.
    { path: "common/templates/ui/app.conf", style: "cfg", needs: {}, unless: { httpport: "80" } },
    { path: "common/templates/jobservice/app.conf", style: "cfg", needs: {}, unless: { httpport: "80" } },
];

/** What the ui signs (src/ui/service/token) and the registry compares; values of `auth.token`. */
export const tokenAuth11: Readonly<Record<string, string>> = {
    realm: "$ui_url/service/token",
    service: "harbor-registry",
    issuer: "harbor-token-issuer",
    rootcertbundle: "/etc/registry/root.crt",
};
