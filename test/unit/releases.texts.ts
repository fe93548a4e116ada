/** Small texts in the shape of Harbor 1.1's, for tests that change them: one block for each service. */
import { parse } from "yaml";
import { printYaml, type Fail } from "../../releases/yaml";
import { transformCompose } from "../../releases/compose";
import { compose11 } from "../../releases/tables-1-1";
import type { HarborRelease, RenderedFile, RenderInput } from "../../releases/release";
import { slot, type SlotName } from "../../releases/slots";
import { release, releaseWith, renderInput } from "../support/release";

export const fail: Fail = (problem) => new Error(problem);

const services = {
    log: `
    image: example/log:1
    container_name: box-log
    restart: always
    volumes:
      - /var/log/box/:/var/log/docker/:z
    ports:
      - 127.0.0.1:1514:514
`,
    registry: `
    image: example/registry:2
    container_name: box-registry
    restart: always
    volumes:
      - /data/registry:/storage:z
      - ./common/config/registry/:/etc/registry/:z
    # all but the log wait for it
    depends_on:
      - log
    logging:
      driver: syslog
      options:
        syslog-address: "tcp://127.0.0.1:1514"
        tag: registry
`,
    mysql: `
    image: example/db:1
    container_name: box-db
    restart: always
    volumes:
      - /data/database:/var/lib/mysql:z
    env_file:
      - ./common/config/db/env
    depends_on:
      - log
`,
    adminserver: `
    image: example/adminserver:1
    container_name: box-adminserver
    env_file:
      - ./common/config/adminserver/env
    restart: always
    volumes:
      - /data/config/:/etc/adminserver/config/:z
      - /data/secretkey:/etc/adminserver/key:z
      - /data/:/data/:z
`,
    ui: `
    image: example/ui:1
    container_name: box-ui
    env_file:
      - ./common/config/ui/env
    restart: always
    volumes:
      - ./common/config/ui/app.conf:/etc/ui/app.conf:z
      - ./common/config/ui/private_key.pem:/etc/ui/private_key.pem:z
      - /data/secretkey:/etc/ui/key:z
      - /data/ca_download/:/etc/ui/ca/:z
    depends_on:
      - log
      - adminserver
`,
    jobservice: `
    image: example/jobservice:1
    container_name: box-jobservice
    env_file:
      - ./common/config/jobservice/env
    restart: always
    volumes:
      - /data/job_logs:/var/log/jobs:z # shared by all
      - /data/secretkey:/etc/jobservice/key:z
    depends_on:
      - ui
`,
    proxy: `
    image: example/nginx:1
    container_name: box-nginx
    restart: always
    volumes:
      - ./common/config/nginx:/etc/nginx:z
    ports:
      - 80:80
      - 443:443
      - 4443:4443
    depends_on:
      - mysql
      - registry
      - ui
`,
};

export type ServiceName = keyof typeof services;

/** A compose file with some services' blocks replaced. A change may also be two texts: what stands there, and the new. */
export function composeText(
    changes: Partial<Record<ServiceName, string | readonly [from: string, to: string]>> = {},
    head = "",
    foot = "networks: {}\n",
): string {
    const blocks = Object.entries(services).map(([name, block]) => {
        const change = changes[name as ServiceName];
        if (change === undefined || typeof change === "string") return `  ${name}:${change ?? block}`;
        // An edit that finds nothing would test nothing.
        if (!block.includes(change[0])) throw new Error(`${name} doesn't have ${change[0]}`);
        return `  ${name}:${block.replace(change[0], () => change[1])}`;
    });
    return `${head}# one host's services\nservices:\n${blocks.join("")}${foot}`;
}

export function transformed(text = composeText(), input: Partial<RenderInput> = {}, envFile = false): string {
    return printYaml(transformCompose(text, { ...renderInput, ...input }, compose11, envFile, fail));
}

export interface ServiceValues {
    readonly [key: string]: unknown;
    readonly image?: unknown;
    readonly volumes?: unknown[];
    readonly ports?: unknown[];
    readonly depends_on?: unknown;
    readonly restart?: unknown;
}

export const servicesIn = (text: string): Record<string, ServiceValues> =>
    (parse(text) as { services: Record<string, ServiceValues> }).services;

export const paths = {
    cfg: "harbor.cfg",
    compose: "docker-compose.yml",
    adminserver: "common/templates/adminserver/env",
    ui: "common/templates/ui/env",
    jobservice: "common/templates/jobservice/env",
    registry: "common/templates/registry/config.yml",
};

const cfgText = `# settings of the registry
hostname = reg.example.org
ui_url_protocol = http
db_password = first-1
customize_crt = on
ssl_cert = /data/cert/server.crt
ssl_cert_key = /data/cert/server.key
secretkey_path = /data
harbor_admin_password = First12345
token_expiration = 30
`;

const adminserverText = `LOG_LEVEL=debug
EXT_ENDPOINT=$ui_url
DATABASE_TYPE=mysql
MYSQL_HOST=mysql
MYSQL_PORT=3306
MYSQL_USR=root
MYSQL_PWD=$db_password
MYSQL_DATABASE=registry
LDAP_SEARCH_PWD=$ldap_search_pwd
REGISTRY_URL=http://registry:5000
TOKEN_SERVICE_URL=http://ui/service/token
HARBOR_ADMIN_PASSWORD=$harbor_admin_password
UI_SECRET=$ui_secret
JOBSERVICE_SECRET=$jobservice_secret
RESET=false
`;

const registryText = `version: 0.1
storage:
  # asked several times by every pull
  cache:
    layerinfo: inmemory
  filesystem:
    rootdirectory: /storage
http:
  addr: :5000
  secret: placeholder
auth:
  token:
    issuer: harbor-token-issuer
    realm: $ui_url/service/token
    rootcertbundle: /etc/registry/root.crt
    service: harbor-registry
`;

export const smallTexts: Readonly<Record<string, string>> = {
    [paths.cfg]: cfgText,
    [paths.compose]: composeText(),
    [paths.adminserver]: adminserverText,
    [paths.ui]: "LOG_LEVEL=debug\nUI_SECRET=$ui_secret\nJOBSERVICE_SECRET=$jobservice_secret\n",
    [paths.registry]: registryText,
};

/** A release of these texts, some of them changed. */
export function smallRelease(changes: Readonly<Record<string, string | undefined>> = {}): HarborRelease {
    return releaseWith({ ...smallTexts, ...changes }, { ...release, files: new Map(release.files) });
}

/** What a node does: each slot is replaced literally. */
export function filled({ content, secrets = {} }: Pick<RenderedFile, "content" | "secrets">): string {
    return Object.entries(secrets).reduce(
        (text, [name, value]) => text.replaceAll(slot(name as SlotName), () => value),
        content,
    );
}

/** One of the texts with a part replaced. */
export function editedText(path: string, from: string, to: string): Record<string, string> {
    const text = smallTexts[path] ?? "";
    if (!text.includes(from)) throw new Error(`${path} doesn't have ${from}`);
    return { [path]: text.replace(from, () => to) };
}
