import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { clusterPair, type Pair, secretkey, storageId, writePair } from "./deployed";
import type { Host } from "./host";

/** A node of Harbor 2.x, as far as it has come. */

export const prepareImage = "goharbor/prepare:v2.15.2";
export const coreImage = "goharbor/harbor-core:v2.15.2";
export const imagesV2 = [prepareImage, coreImage];

/** Containers of the compose file that prepare makes. */
export const containersV2 = [
    ...["harbor-log", "registry", "registryctl", "harbor-core", "harbor-portal", "harbor-jobservice", "nginx"],
];
const services = ["log", "registry", "registryctl", "core", "portal", "jobservice", "proxy"];

export const secretsV2 = {
    admin_password: "Admin_12345",
    postgres_password: "Postgres_12345",
    redis_password: "Redis_12345",
};

/** What the cluster has pinned, by the name in prepare's env files. */
export const pinned = {
    JOBSERVICE_SECRET: "jobsecretjobsecr",
    CSRF_KEY: "csrfkeycsrfkeycsrfkeycsrfkey1234",
    CORE_SECRET: "coresecretcoreS1",
    REGISTRY_CREDENTIAL_PASSWORD: "registrypasswordregistrypassword",
    ROBOT_SCANNER_NAME_PREFIX: "scanpref",
};
export const pinnedPasswd = "harbor_registry_user:$2y$05$cluster\n";
const salt = "0123456789abcdef0123456789abcdef\n";

export const composeFileV2 = `services:
${services.map((service, i) => `  ${service}:\n    image: ${coreImage}\n    container_name: ${containersV2[i] ?? ""}\n`).join("")}networks:
  harbor:
    external: false
`;

/** Owners are noted, not given: nobody but root could. */
export function owners(host: Host): void {
    host.answer("chown");
    host.answer("stat");
}

/** The shared storage, mounted and filled, with what the step `store` makes; the cluster's pair and pinned values if there are. */
export async function storageV2(host: Host, current: Pair | "none" = clusterPair): Promise<void> {
    host.mount();
    owners(host);
    const [data, shared] = [host.value("data_dir"), host.value("shared_dir")];
    for (const folder of [
        "registry",
        "ca_download",
        "job_logs",
        "secret/keys",
        "secret/core",
        "secret/registry",
        "secret/cert",
    ])
        mkdirSync(join(data, folder), { recursive: true });
    for (const folder of ["keys", "releases", "state"]) mkdirSync(join(shared, folder), { recursive: true });
    await give(host, host.write(`${data}/secret/keys/secretkey`, secretkey, 0o600));
    host.write(`${shared}/state/storage-id`, `${storageId}\n`);
    if (current === "none") return;
    writePair(host, `${shared}/keys/pair-1`, current);
    symlinkSync("pair-1", join(shared, "keys", "current"));
    await give(host, host.write(`${data}/secret/core/private_key.pem`, current.key, 0o600));
    await give(host, host.write(`${data}/secret/registry/root.crt`, current.certificate, 0o600));
    pin(host);
}

export function pin(host: Host): void {
    const folder = `${host.value("shared_dir")}/keys/pinned`;
    const lines = Object.entries(pinned).map(([name, value]) => `${name}=${value}\n`);
    host.write(`${folder}/secrets.env`, lines.join(""), 0o600);
    host.write(`${folder}/passwd`, pinnedPasswd, 0o600);
    host.write(`${folder}/salt`, salt, 0o600);
}

export async function give(host: Host, path: string): Promise<void> {
    await host.tool("chown", "10000:10000", path);
}

/** The release unpacked, its images in Docker, its secrets and rendered files on the node. */
export function stagedV2(host: Host): void {
    const dir = host.value("release_dir");
    host.write(`${dir}/.unpacked`, "");
    host.write(`${dir}/harbor.yml.tmpl`, "hostname: reg.mydomain.com\n");
    host.write("/.docker/images", `${imagesV2.join("\n")}\n`);
    for (const [name, value] of Object.entries(secretsV2)) host.secret(name, value);
    host.write(
        "/opt/harbor-ha/files/harbor.yml",
        "hostname: hub.example.com\nharbor_admin_password: __admin_password__\npassword: __postgres_password__\n",
    );
    host.write("/opt/harbor-ha/files/docker-compose.override.yml", "services: {}\n");
}

type Values = Readonly<Record<keyof typeof pinned, string>>;

/** What prepare makes, with values of its own, as text by path; in the order in which Harbor's templates have them. */
export const preparedFiles = (values: Values, noProxy = "127.0.0.1,core,db,localhost"): Record<string, string> => ({
    "docker-compose.yml": composeFileV2,
    "common/config/core/env": [
        `CORE_SECRET=${values.CORE_SECRET}`,
        `JOBSERVICE_SECRET=${values.JOBSERVICE_SECRET}`,
        `POSTGRESQL_HOST=127.0.0.1\nPOSTGRESQL_PORT=5432\nPOSTGRESQL_DATABASE=registry\nPOSTGRESQL_USERNAME=harbor`,
        `POSTGRESQL_PASSWORD=${secretsV2.postgres_password}\nPOSTGRESQL_SSLMODE=disable`,
        `REGISTRY_CREDENTIAL_PASSWORD=${values.REGISTRY_CREDENTIAL_PASSWORD}`,
        `CSRF_KEY=${values.CSRF_KEY}\nROBOT_SCANNER_NAME_PREFIX=${values.ROBOT_SCANNER_NAME_PREFIX}`,
        `HARBOR_ADMIN_PASSWORD=${secretsV2.admin_password}\n_REDIS_URL_CORE=redis://:${secretsV2.redis_password}@redis:6379`,
        `NO_PROXY=${noProxy}\n`,
    ].join("\n"),
    "common/config/jobservice/env": `CORE_SECRET=${values.CORE_SECRET}\nJOBSERVICE_SECRET=${values.JOBSERVICE_SECRET}\nREGISTRY_CREDENTIAL_PASSWORD=${values.REGISTRY_CREDENTIAL_PASSWORD}\nNO_PROXY=${noProxy}\n`,
    "common/config/registryctl/env": `CORE_SECRET=${values.CORE_SECRET}\nJOBSERVICE_SECRET=${values.JOBSERVICE_SECRET}\n`,
    "common/config/registry/config.yml": `version: 0.1\nredis:\n  addr: redis:6379\n  password: ${secretsV2.redis_password}\n`,
    "common/config/registry/passwd": "harbor_registry_user:$2y$05$own\n",
    "common/config/nginx/nginx.conf": "events {}\n",
});

/** A prepared node, with the cluster's values or others. */
export function preparedV2(host: Host, changed: Partial<Values> = {}): void {
    stagedV2(host);
    const dir = host.value("release_dir");
    for (const [path, text] of Object.entries(preparedFiles({ ...pinned, ...changed })))
        host.write(`${dir}/${path}`, text, path.endsWith("/env") ? 0o600 : 0o640);
    host.write(`${dir}/common/config/registry/passwd`, pinnedPasswd);
    host.write(`${dir}/docker-compose.override.yml`, "services: {}\n", 0o600);
    host.write(`${dir}/.prepared`, "");
}

/**
 * A Bash program that answers as Harbor's prepare container does: with values of its own in each run, NO_PROXY in an order
 * that only PYTHONHASHSEED fixes. It refuses a data folder that isn't empty, and harbor.yml that others can read.
 */
export function harborsPrepare(): string {
    const files = preparedFiles(
        {
            JOBSERVICE_SECRET: "$job",
            CSRF_KEY: "$csrf",
            CORE_SECRET: "$core",
            REGISTRY_CREDENTIAL_PASSWORD: "$registry",
            ROBOT_SCANNER_NAME_PREFIX: "$scanner",
        },
        "$no_proxy",
    );
    return `declare -A at=()
args=("$@")
for ((i = 0; i < \${#args[@]}; i++)); do
  if [[ \${args[i]} == -v ]]; then pair=\${args[i + 1]} && pair=\${pair%:ro} && at[\${pair##*:}]=\${pair%:*}; fi
done
random() { tr -dc A-Za-z0-9 </dev/urandom | head -c "$1"; }
[[ -z $(ls -A "\${at[/data]}") ]] || { echo 'data is not empty' && exit 3; }
[[ $(stat -c %a "\${at[/input]}/harbor.yml") == 600 ]] || { echo 'harbor.yml can be read by others' && exit 3; }
grep -q Admin_12345 "\${at[/input]}/harbor.yml" || { echo 'no password' && exit 3; }
mkdir -p "\${at[/data]}/registry"
no_proxy=db,core,localhost,127.0.0.1
[[ $all != *'PYTHONHASHSEED=0'* ]] || no_proxy=localhost,127.0.0.1,db,core
job=$(random 16) csrf=$(random 32) core=$(random 16) registry=$(random 32) scanner=$(random 8)
rm -rf "\${at[/config]:?}"/*
mkdir -p "\${at[/config]}"/{core,jobservice,registryctl,registry,nginx}
${Object.entries(files)
    .map(([path, text]) => {
        const target = path.startsWith("common/config/")
            ? `\${at[/config]}/${path.slice("common/config/".length)}`
            : `\${at[/compose_location]}/${path}`;
        return `IFS= read -r -d '' text <<END\n${text.replace("$2y$05$own", "\\$2y\\$05\\$$registry")}END\nprintf %s "$text" >"${target}"\n`;
    })
    .join("")}
chmod -R a+r "\${at[/config]}"`;
}
