import { reasonOf } from "../../base/reason";
import { type HarborRelease, ReleaseError, type RenderedFile } from "../release";
import { slot, slotsIn } from "../slots";
import { renderTemplate } from "./jinja";
import { isTrue, isMapping, type Mapping, printed, safeLoad, section, type Value } from "./python";
import { variablesOf } from "./variables";

export const composeFile = "docker-compose.yml";
const composeTemplate = "docker_compose/docker-compose.yml.jinja";

/** What prepare makes of the templates, with the secrets as slots and the values that the cluster pins as words. */
export interface Prepared {
    readonly compose: RenderedFile;
    readonly others: readonly RenderedFile[];
    /** Files of prepare that can't be shown, with the reason. */
    readonly notShown: Readonly<Record<string, string>>;
}

/** The registry and registryctl have a word of their own for one level. */
const registryLevel = (level: string): string => (level === "warning" ? "warn" : level);

interface Target {
    readonly template: string;
    /** Path below the release's own folder. */
    readonly path: string;
    /** What the template may name, where that isn't all; else a name would be taken for known that prepare leaves out. */
    readonly only?: readonly string[];
    readonly more?: Mapping;
}

const config = (path: string): string => `common/config/${path}`;

/** What prepare renders, and with what (make/photon/prepare/utils/*.py, v2.12.0 to v2.15.2). */
function targetsOf(variables: Mapping): Target[] {
    const level = printed(variables.log_level);
    const same = (path: string, more: Mapping = {}): Target => ({
        template: `${path}.jinja`,
        path: config(path),
        more,
    });
    const nginx = ["internal_tls", "metric"];
    const https = ["https_redirect", "ssl_cert", "ssl_cert_key", "strong_ssl_ciphers", "ip_family"];
    const { protocol } = variables;
    return [
        { ...same("portal/nginx.conf"), only: ["internal_tls", "ip_family", "strong_ssl_ciphers"] },
        same("log/logrotate.conf"),
        same("log/rsyslog_docker.conf"),
        {
            template: `nginx/nginx.${printed(protocol)}.conf.jinja`,
            path: config("nginx/nginx.conf"),
            only: protocol === "https" ? [...nginx, ...https] : nginx,
        },
        same("core/env"),
        same("core/app.conf"),
        same("registry/config.yml", { level: registryLevel(level) }),
        same("registryctl/env"),
        same("registryctl/config.yml", { level: registryLevel(level) }),
        { ...same("db/env"), only: ["harbor_db_password"] },
        same("jobservice/env"),
        {
            ...same("jobservice/config.yml"),
            only: [
                ...["internal_tls", "max_job_workers", "max_job_duration_hours", "max_job_duration_seconds"],
                ...["job_loggers", "logger_sweeper_duration", "metric"],
            ],
            more: { redis_url: variables.redis_url_js, level: level.toUpperCase() },
        },
        ...(isTrue(section(variables, "metric").enabled) ? [same("exporter/env")] : []),
        ...(isTrue(variables.with_trivy) ? [same("trivy-adapter/env")] : []),
    ];
}

/** Templates that prepare takes for other settings than the stack's. */
const unused = /^(?:nginx\/nginx\.https?\.conf|exporter\/env|trivy-adapter\/env)\.jinja$/;

const composeNames = [
    ...["version", "reg_version", "redis_version", "trivy_adapter_version", "data_volume", "log_location", "protocol"],
    ...["http_port", "external_redis", "external_database", "with_trivy", "gcs_keyfile", "cert_key_path", "cert_path"],
    ...["https_port", "internal_tls", "uaa_ca_file", "external_log_endpoint", "metric"],
];

/**
 * Renders the templates of the prepare image for a harbor.yml.
 * @param withTrivy Whether prepare is called with `--with-trivy`.
 * @throws ReleaseError when there are no templates, or for the compose file, from which the program knows the containers.
 */
export function prepared(release: HarborRelease, harborYml: RenderedFile, withTrivy: boolean): Prepared {
    const image = release.prepareImage;
    if (image === undefined) {
        const way = "the offline installer is needed, which has the image of prepare";
        throw new ReleaseError(release, composeFile, `it can't be known without prepare's templates: ${way}`);
    }
    const settings = safeLoad(harborYml.content);
    const variables = variablesOf(isMapping(settings) ? settings : {}, tagOf(image.name), withTrivy);
    const render = (target: Target): RenderedFile => ({
        path: target.path,
        content: checked(renderTemplate(image.templates.get(target.template) ?? "", namesFor(target, variables))),
        made: "prepare",
    });
    const targets = targetsOf(variables);
    const notShown: Record<string, string> = {};
    const others = targets.flatMap((target) => {
        // A release without the template has no such file.
        if (!image.templates.has(target.template)) return [];
        try {
            return [render(target)];
        } catch (error) {
            notShown[target.path] = `${target.template}: ${reasonOf(error)}`;
            return [];
        }
    });
    const known = new Set([composeTemplate, ...targets.map(({ template }) => template)]);
    for (const name of image.templates.keys()) {
        if (name.endsWith(".jinja") && !known.has(name) && !unused.test(name)) {
            notShown[config(name.replace(/\.jinja$/, ""))] = `${name}: a template that this program doesn't know`;
        }
    }
    return { compose: { ...composeOf(release, render), notShown }, others, notShown };
}

function composeOf(release: HarborRelease, render: (target: Target) => RenderedFile): RenderedFile {
    if (!release.prepareImage?.templates.has(composeTemplate)) {
        throw new ReleaseError(release, composeFile, `no template ${composeTemplate} in the image of prepare`);
    }
    try {
        return render({ template: composeTemplate, path: composeFile, only: composeNames });
    } catch (error) {
        throw new ReleaseError(release, composeTemplate, reasonOf(error));
    }
}

function namesFor({ only, more = {} }: Target, variables: Mapping): Mapping {
    const names = only ?? Object.keys(variables).filter((name) => !name.endsWith("version"));
    return { ...Object.fromEntries(names.map((name): [string, Value] => [name, variables[name]])), ...more };
}

/** The node doesn't know what stands for a secret of the release's own, so it couldn't compare the file. */
function checked(text: string): string {
    const own = slotsIn(text).find((name) => name.startsWith("release_"));
    if (own !== undefined) throw new Error(`${slot(own)}, a secret of the release's own, stands in it`);
    return text;
}

function tagOf(image: string): string {
    return /:([^:/]+)$/.exec(image)?.[1] ?? "latest";
}
