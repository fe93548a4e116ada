import * as pulumi from "@pulumi/pulumi";
import type { HarborClusterArgs } from "../../cluster";
import { GivenArguments } from "../../cluster/given";
import { namedAs, stackNaming } from "../../base/naming";
import { notKnownYet } from "../../base/settings";
import { later, plainKeys, settingsOf } from "../../config/arguments";
import { parseSettings, parseValues } from "../../config/parse";
import { hasFileForm, type KeyName, keyNames } from "../../config/keys";
import {
    changed,
    configSource,
    hostKey,
    minimalArguments,
    minimalHttp,
    minimalHttps,
    now,
    withPostgres,
} from "../support/settings";

/** Each key is an argument and each argument a key: an error of types here names those that aren't. */
type Same<A, B> = [Exclude<A, B>, Exclude<B, A>] extends [never, never] ? true : [Exclude<A, B>, Exclude<B, A>];
const same: Same<keyof HarborClusterArgs, KeyName> = true;

const plain: HarborClusterArgs = {
    ...minimalArguments,
    cephMonitors: [...minimalArguments.cephMonitors],
    nodes: [{ name: "node1", address: "192.0.2.11", hostKey }],
    dnsMode: "none",
};

/** What a caller is told of these arguments. */
function problemsOf(args: object): { message: string; errors: readonly { propertyPath: string; reason: string }[] } {
    try {
        new GivenArguments(args);
    } catch (error) {
        if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
        return { message: error.message, errors: error.errors };
    }
    return { message: "", errors: [] };
}

test("every key of the configuration is an argument", () => {
    expect(same).toBe(true);
    expect(plainKeys.filter((key) => !keyNames.includes(key))).toEqual([]);
});

test.each([minimalHttp, minimalHttps, withPostgres(minimalHttp)])(
    "a stack's checked values are arguments with the same settings",
    (raw) => {
        const source = configSource(changed(raw, { port: "8070", prepareGeneration: "3", sshPort: "2222" }));
        expect(settingsOf({ ...parseValues(source) }, now)).toEqual(parseSettings(source));
    },
);

test("all problems at once, by their paths, and never in the words of a stack", () => {
    const { message, errors } = problemsOf({
        ...plain,
        domain: "192.0.2.1",
        port: 70_000,
        nodes: [
            { name: "node1", address: "192.0.2.11", hostKey },
            { name: "Node2", address: "192.0.2.12" },
        ],
        mysqlPassword: undefined,
        sshPrivateKey: undefined,
        redisHots: "x",
    });
    expect(errors.map(({ propertyPath }) => propertyPath).sort()).toEqual(
        ["domain", "mysqlPassword", "nodes[1].name", "port", "redisHots", "sshPrivateKey"].sort(),
    );
    expect(errors.find(({ propertyPath }) => propertyPath === "mysqlPassword")?.reason).toBe(
        "is missing: its password, since mysqlMode is existing",
    );
    for (const { propertyPath, reason } of errors)
        expect(message).toContain(propertyPath + (reason.startsWith("is ") ? " " : ": ") + reason);
    const files = keyNames.filter(hasFileForm).map((name) => `${name}File`);
    expect([...files, "harbor-ha:", "pulumi config"].filter((word) => message.includes(word))).toEqual([]);
});

test("a stack's own naming travels with its values", () => {
    const { message } = problemsOf(namedAs({ ...plain, mysqlPassword: undefined }, stackNaming));
    expect(message).toContain(
        "harbor-ha:mysqlPassword is missing: its password, since mysqlMode is existing (or mysqlPasswordFile)",
    );
});

test("secrets aren't shown", () => {
    const { message } = problemsOf({ ...plain, mysqlPassword: "short", redisPassword: "pass word with blanks" });
    expect(message).toContain("mysqlPassword: (secret) is not allowed");
    expect(message).not.toMatch(/short|with blanks/);
});

describe("what comes later", () => {
    const coming = pulumi.output("x");

    test.each([...plainKeys])("%s can't", (key) => {
        const { errors } = problemsOf({ ...plain, [key]: coming });
        expect(errors.filter(({ propertyPath }) => propertyPath === key)).toEqual([
            {
                propertyPath: key,
                reason: "an output is not allowed: a plain value: it decides which resources there are, and how they are called",
            },
        ]);
    });

    test.each(["name", "user"])("a node's %s can't", (field) => {
        const { errors } = problemsOf({
            ...plain,
            nodes: [{ name: "node1", address: "192.0.2.11", hostKey, [field]: coming }],
        });
        expect(errors.map(({ propertyPath }) => propertyPath)).toContain(`nodes[0].${field}`);
    });

    test.each(keyNames.filter((key) => key !== "nodes" && !(plainKeys as readonly string[]).includes(key)))(
        "%s can",
        (key) => {
            const of = (name: string): HarborClusterArgs => {
                const base = { ...plain, [name]: coming };
                if (/^postgres/.test(name))
                    return {
                        ...base,
                        mysqlHost: undefined,
                        mysqlPassword: undefined,
                        postgresHost: "db",
                        postgresPassword: "postgres-Secret",
                        [name]: coming,
                    };
                if (/^https/.test(name))
                    return { ...base, protocol: "https", httpsCertificate: coming, httpsPrivateKey: coming };
                if (/^s3/.test(name))
                    return {
                        ...base,
                        blobStorage: "s3",
                        s3Bucket: "harbor-blobs",
                        s3Region: "r",
                        s3AccessKey: coming,
                        s3SecretKey: coming,
                        [name]: coming,
                    };
                if (/^token/.test(name)) return { ...base, tokenPrivateKey: coming, tokenCertificate: coming };
                return base;
            };
            const ignored = {
                mysqlDockerHost: "mysqlMode",
                postgresDockerHost: "postgresMode",
                redisDockerHost: "redisMode",
            }[key as string];
            const args = { ...of(key), ...(ignored ? { [ignored]: "container" } : {}) };
            expect(problemsOf(args).errors).toEqual([]);
        },
    );

    test("of a node: addresses and host keys, and the others are still judged", () => {
        const nodes = [
            { name: "node1", address: coming, hostKey: Promise.resolve(hostKey) },
            { name: "node2", address: "192.0.2.12" },
            { name: "node3", address: coming },
        ];
        expect(problemsOf({ ...plain, nodes }).errors.map(({ propertyPath }) => propertyPath)).toEqual([
            "nodes[1].hostKey",
        ]);
    });

    test("a secret stands in the settings as one that isn't known, and is never taken for the real one", () => {
        const { settings } = new GivenArguments({ ...plain, mysqlPassword: coming });
        expect(settings.database.password).toEqual({ secret: notKnownYet });
    });

    test("it is judged when it is known", () => {
        const known = { ...plain, mysqlPassword: "short" };
        expect(() => settingsOf({ ...known, mysqlPassword: later }, now)).not.toThrow();
        expect(() => settingsOf(known, now)).toThrow("8 to 64 characters");
    });
});

test("nothing of the arguments can be listed: a component's inputs stand in its state", () => {
    expect(Object.keys(new GivenArguments(plain))).toEqual([]);
    expect(JSON.stringify(new GivenArguments(plain))).toBe("{}");
});
