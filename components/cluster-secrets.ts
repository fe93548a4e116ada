import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Secret } from "../base/settings";
import type { ClusterPlan } from "../plan/cluster-plan";
import type { SecretName } from "../plan/secrets";

/** All secrets of a cluster: those of the config, and generated ones for what the config leaves open. */
export class ClusterSecrets extends pulumi.ComponentResource {
    readonly adminPassword: pulumi.Output<string>;
    readonly databasePassword: pulumi.Output<string>;
    readonly redisPassword: pulumi.Output<string>;
    private readonly values: Readonly<Partial<Record<SecretName, pulumi.Output<string>>>>;
    private readonly salt: pulumi.Output<string>;

    constructor(name: string, { settings, releaseSecrets }: ClusterPlan, opts?: pulumi.ComponentResourceOptions) {
        super("harborha:index:ClusterSecrets", name, {}, opts);
        const generate = (suffix: string, length: number): pulumi.Output<string> => {
            // No special characters: none of Harbor's files can quote them.
            const args = { length, special: false };
            return new random.RandomPassword(`${name}-${suffix}`, args, {
                parent: this,
                protect: settings.protectSecrets,
            }).result;
        };
        const orGenerate = (given: Secret | undefined, suffix: string, length = 24): pulumi.Output<string> =>
            given ? pulumi.secret(given.secret) : generate(suffix, length);

        this.salt = generate("fingerprint-salt", 32);
        this.adminPassword = orGenerate(settings.adminPassword, "admin-password");
        const { kind, password } = settings.database;
        this.databasePassword = orGenerate(password, `${kind}-password`);
        this.redisPassword = orGenerate(settings.redis.password, "redis-password");
        this.values = {
            admin_password: this.adminPassword,
            [`${kind}_password`]: this.databasePassword,
            redis_password: this.redisPassword,
            secretkey: orGenerate(settings.secretkey, "secretkey", 16),
            ...(settings.storage.mode === "cephfs" ? { ceph_key: pulumi.secret(settings.storage.key.secret) } : {}),
            ...(settings.blobs.kind === "s3"
                ? {
                      s3_access_key: pulumi.secret(settings.blobs.accessKey.secret),
                      s3_secret_key: pulumi.secret(settings.blobs.secretKey.secret),
                  }
                : {}),
            ...(settings.dns.update ? { dns_key: pulumi.secret(settings.dns.update.keySecret.secret) } : {}),
            ...(settings.https ? { https_key: pulumi.secret(settings.https.privateKey.secret) } : {}),
            ...(settings.tokenKey
                ? {
                      token_key: pulumi.secret(settings.tokenKey.privateKey.secret),
                      token_certificate: pulumi.secret(settings.tokenKey.certificate),
                  }
                : {}),
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
