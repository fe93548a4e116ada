import * as rule from "../rules";
import { type ConfigKey, oneOf } from "./config-key";

/** What clients see, the release, and the keys that all nodes share. */
export const registryKeys = {
    domain: {
        group: "Registry",
        type: "string",
        schema: rule.domain,
        description: "DNS name of the registry; one A record per node",
    },
    port: {
        group: "Registry",
        type: "integer",
        schema: rule.port,
        absent: "443 with https, 80 with http",
        description: "Published port; part of every image name when it isn't the protocol's own",
    },
    protocol: {
        group: "Registry",
        type: "string",
        schema: oneOf(["https", "http"]),
        default: "https",
        description: "What clients speak. With http every client must list the registry as insecure",
    },
    httpsCertificate: {
        group: "Registry",
        type: "string",
        schema: rule.certificates,
        file: true,
        absent: "required with https",
        description: "Server certificate (PEM, with intermediates behind it), for the domain by its subjectAltName",
    },
    httpsPrivateKey: {
        group: "Registry",
        type: "string",
        schema: rule.privateKey,
        secret: true,
        absent: "required with https",
        description: "Private key of the server certificate (PEM, not encrypted)",
    },
    httpsCaCertificate: {
        group: "Registry",
        type: "string",
        schema: rule.certificates,
        file: true,
        absent: "the certificate is of a public authority",
        description: "CA that the nodes' Docker shall trust for the registry (PEM); httpsCertificate has to lead to it",
    },
    adminPassword: {
        group: "Registry",
        type: "string",
        schema: rule.ownPassword,
        secret: true,
        absent: "generated",
        description:
            "Password of the user admin. A new one takes effect with the next up; one that was changed in the UI must be set here, too",
    },
    release: {
        group: "Release",
        type: "string",
        schema: rule.release,
        description:
            "Harbor's offline installer: a path, or an https URL (then releaseSha256 is required), which may be presigned; or a release pinned in releases/pins, such as v1.1.2 or v1.1.2-1f2e3d4c",
    },
    releaseSource: {
        group: "Release",
        type: "string",
        schema: rule.releaseSource,
        absent: "the cluster's shared storage has it",
        description:
            "Archive of a pinned release: a path, or an https URL, which may be presigned. No preview needs it; up sends it when the cluster doesn't have it yet",
    },
    releaseSha256: {
        group: "Release",
        type: "string",
        schema: rule.sha256,
        absent: "not checked (paths only)",
        description: "SHA-256 of the archive",
    },
    harborVersion: {
        group: "Release",
        type: "string",
        schema: rule.version,
        absent: "the archive's",
        description: "Version that the archive must have",
    },
    installDir: {
        group: "Release",
        type: "string",
        schema: rule.ownFolder,
        default: "/opt/harbor-ha",
        description: "Folder on every node for the release, the rendered files and the node's own command",
    },
    installPackages: {
        group: "Release",
        type: "boolean",
        schema: rule.flag,
        default: true,
        description:
            "Install missing tools (Docker, Compose, Ceph client, jq …) with the host's package manager; off: stop and name them",
    },
    prepareGeneration: {
        group: "Release",
        type: "integer",
        schema: rule.wholeNumber(1, 1_000_000),
        default: 1,
        description: "Raise it to run prepare again on all nodes, followed by cert sync and compose up",
    },
    prepareImage: {
        group: "Release",
        type: "string",
        schema: rule.image,
        absent: "the host's own Python",
        description:
            "Image with Python 2 (python2) and openssl, already in the nodes' Docker, for hosts without Python 2",
    },
    promoteFrom: {
        group: "Release",
        type: "string",
        schema: rule.stackName,
        absent: "anything may be deployed",
        description:
            "Stack that must have verified the same version, archive and rendered files before: name, or organization/project/name",
    },
    rollout: {
        group: "Release",
        type: "string",
        schema: oneOf(["serial", "parallel"]),
        default: "serial",
        description:
            "Start of the nodes after the first one: one by one, each out of DNS and its requests finished before; or all at once, which cuts requests",
    },
    secretkey: {
        group: "Keys",
        type: "string",
        schema: rule.secretkey,
        secret: true,
        absent: "generated",
        description:
            "Harbor's 16-character encryption key. An existing one on the shared storage is kept, and must be equal when given",
    },
    tokenPrivateKey: {
        group: "Keys",
        type: "string",
        schema: rule.privateKey,
        secret: true,
        absent: "generated on the shared storage",
        description: "Own token signing key (RSA, PEM)",
    },
    tokenCertificate: {
        group: "Keys",
        type: "string",
        schema: rule.certificates,
        file: true,
        absent: "generated on the shared storage",
        description: "Certificate of the token signing key (PEM)",
    },
    protectSecrets: {
        group: "Keys",
        type: "boolean",
        schema: rule.flag,
        default: true,
        description: "Protect generated passwords and keys against deletion by pulumi destroy or a changed program",
    },
} as const satisfies Record<string, ConfigKey>;
