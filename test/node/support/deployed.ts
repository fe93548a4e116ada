import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { projectFile } from "../../support/files";
import type { Host } from "./host";

/** A token key pair as Harbor takes it (PKCS#1), from the fixtures. */
export interface Pair {
    readonly key: string;
    readonly certificate: string;
    /** As the node's command tells it, without `SHA256:`. */
    readonly fingerprint: string;
    /** As a token's header names the key (docker/libtrust). */
    readonly kid: string;
}

function pair(name: string): Pair {
    const key = createPrivateKey(projectFile(`test/fixtures/pki/${name}.key`));
    const certificate = projectFile(`test/fixtures/pki/${name}.crt`);
    return {
        key: key.export({ type: key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1", format: "pem" }).toString(),
        certificate,
        fingerprint: digestOf(certificate).toString("base64").replace(/=+$/, ""),
        kid: kidOf(digestOf(certificate)),
    };
}

function digestOf(certificate: string): Buffer {
    const der = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
    return createHash("sha256").update(der).digest();
}

/** The first 240 bits in base32, by fours. */
function kidOf(digest: Buffer): string {
    const bits = [...digest.subarray(0, 30)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
    const letters = (bits.match(/.{5}/g) ?? []).map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(five, 2)]);
    return (letters.join("").match(/.{4}/g) ?? []).join(":");
}

/** The cluster's, and another one, of a kind that no Harbor makes. */
export const clusterPair = pair("token");
export const otherPair = pair("server");

/** What tells one storage from another. */
export const storageId = "5d0c".repeat(8);

export const secretkey = "0123456789abcdef";

/** Services and containers of the compose file below, as Harbor 1.1 calls them. */
export const containers = ["harbor-log", "registry", "harbor-adminserver", "harbor-ui", "harbor-jobservice", "nginx"];
export const images = [
    "vmware/harbor-log:v1.1.2",
    "vmware/registry:2.6.1-photon",
    "vmware/harbor-ui:v1.1.2",
    "vmware/nginx:1.11.5-patched",
];

export const composeFile = `version: "2"
services:
${[
    ["log", "harbor-log", images[0]],
    ["registry", "registry", images[1]],
    ["adminserver", "harbor-adminserver", images[2]],
    ["ui", "harbor-ui", images[2]],
    ["jobservice", "harbor-jobservice", images[2]],
    ["proxy", "nginx", images[3]],
]
    .map(([service, container, image]) => `  ${service}:\n    image: ${image}\n    container_name: ${container}\n`)
    .join("")}`;

/** The shared storage, mounted and filled: data folders, secretkey, the cluster's pair. */
export function storage(host: Host, current: Pair | "none" = clusterPair): void {
    host.mount();
    const [data, shared] = [host.value("data_dir"), host.value("shared_dir")];
    for (const folder of ["registry", "config", "ca_download", "job_logs"])
        mkdirSync(join(data, folder), { recursive: true });
    for (const folder of ["keys", "releases", "state"]) mkdirSync(join(shared, folder), { recursive: true });
    host.write(`${data}/secretkey`, secretkey, 0o600);
    host.write(`${shared}/state/storage-id`, `${storageId}\n`);
    if (current === "none") return;
    writePair(host, `${shared}/keys/pair-1`, current);
    symlinkSync("pair-1", join(shared, "keys", "current"));
}

export function writePair(host: Host, folder: string, { key, certificate }: Pair): void {
    host.write(`${folder}/private_key.pem`, key, 0o600);
    host.write(`${folder}/root.crt`, certificate, 0o600);
}

/** The release unpacked, its images in Docker. */
export function staged(host: Host): void {
    const dir = host.value("release_dir");
    host.write(`${dir}/.unpacked`, "");
    host.write(`${dir}/docker-compose.yml`, composeFile);
    host.write(`${dir}/harbor.cfg`, "hostname = hub.example.com:8070\n");
    host.write(`${dir}/prepare`, "print('prepare')\n", 0o755);
    host.write("/.docker/images", `${images.join("\n")}\n`);
}

/** What prepare makes, with a pair of its own; cert-sync is still to come. */
export function prepared(host: Host, own: Pair = clusterPair): void {
    const config = `${host.value("release_dir")}/common/config`;
    staged(host);
    host.write(`${config}/ui/private_key.pem`, own.key, 0o600);
    host.write(`${config}/ui/env`, "UI_SECRET=u1\n", 0o600);
    host.write(`${config}/adminserver/env`, "RESET=false\nMYSQL_HOST=db\n", 0o600);
    host.write(`${config}/jobservice/env`, "JOBSERVICE_SECRET=j1\n", 0o600);
    host.write(`${config}/registry/root.crt`, own.certificate);
    host.write(`${config}/registry/config.yml`, "version: 0.1\n");
}
