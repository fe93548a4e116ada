import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ClusterSettings, Secret } from "../base/settings";
import type { SecretName } from "../plan/secrets";
import type { PlanValues } from "./remote/values";

type Select = (settings: ClusterSettings) => Secret | undefined;

/** Secrets that nobody generates: a cluster has them or it doesn't. */
const givenOnly = {
    ceph_key: ({ storage }) => (storage.mode === "cephfs" ? storage.key : undefined),
    s3_access_key: ({ blobs }) => (blobs.kind === "s3" ? blobs.accessKey : undefined),
    s3_secret_key: ({ blobs }) => (blobs.kind === "s3" ? blobs.secretKey : undefined),
    dns_key: ({ dns }) => dns.update?.keySecret,
    https_key: ({ https }) => https?.privateKey,
    token_key: ({ tokenKey }) => tokenKey?.privateKey,
    token_certificate: ({ tokenKey }) => tokenKey && { secret: tokenKey.certificate },
} as const satisfies Partial<Record<SecretName, Select>>;

export interface ClusterSecretsArgs {
    readonly values: PlanValues;
}

/** All secrets of a cluster: those of the config, and generated ones for what the config leaves open. */
export class ClusterSecrets extends pulumi.ComponentResource {
    readonly adminPassword: pulumi.Output<string>;
    readonly databasePassword: pulumi.Output<string>;
    readonly redisPassword: pulumi.Output<string>;
    private readonly values: Readonly<Partial<Record<SecretName, pulumi.Output<string>>>>;
    private readonly salt: pulumi.Output<string>;

    constructor(name: string, { values }: ClusterSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:ClusterSecrets", name, {}, opts);
        const { settings, releaseSecrets } = values.plan;
        const generate = (suffix: string, length: number): pulumi.Output<string> => {
            // No special characters: none of Harbor's files can quote them.
            const args = { length, special: false };
            return new random.RandomPassword(`${name}-${suffix}`, args, {
                parent: this,
                protect: settings.protectSecrets,
            }).result;
        };
        const orGenerate = (select: Select, suffix: string, length = 24): pulumi.Output<string> =>
            select(settings) ? values.secret(select) : generate(suffix, length);

        this.salt = generate("fingerprint-salt", 32);
        this.adminPassword = orGenerate(({ adminPassword }) => adminPassword, "admin-password");
        const { kind } = settings.database;
        this.databasePassword = orGenerate(({ database }) => database.password, `${kind}-password`);
        this.redisPassword = orGenerate(({ redis }) => redis.password, "redis-password");
        this.values = {
            admin_password: this.adminPassword,
            [`${kind}_password`]: this.databasePassword,
            redis_password: this.redisPassword,
            secretkey: orGenerate(({ secretkey }) => secretkey, "secretkey", 16),
            ...Object.fromEntries(
                Object.entries(givenOnly)
                    .filter(([, select]) => select(settings) !== undefined)
                    .map(([secret, select]) => [secret, values.secret(select)]),
            ),
            ...Object.fromEntries([...releaseSecrets].map(([slot, value]) => [slot, pulumi.secret(value)])),
        };
        this.registerOutputs({});
    }

    /** A secret's value in base64, for a node's secret store. */
    encoded(name: SecretName): pulumi.Output<string> {
        const value = this.values[name];
        if (!value) throw new Error(`this cluster has no secret ${name}`);
        return value.apply((text) => Buffer.from(text).toString("base64"));
    }

    /**
     * A short fingerprint that changes with any of the secrets. It is keyed with a generated salt, so it may be shown
     * without helping anyone to guess a weak password.
     */
    fingerprint(names: readonly SecretName[]): pulumi.Output<string> {
        const values = names.flatMap((name) => this.values[name] ?? []);
        const hash = pulumi
            .all([this.salt, ...values])
            .apply(
                ([salt = "", ...texts]) =>
                    `hmac:${createHmac("sha256", salt).update(texts.join("\0")).digest("hex").slice(0, 12)}`,
            );
        return pulumi.unsecret(hash);
    }
}
