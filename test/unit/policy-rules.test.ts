import { describe, expect, test } from "@jest/globals";
import { type DeployedResource, rules } from "../../policy/rules";
import { type ClusterOptions, recordCluster } from "../support/cluster";

interface Props {
    readonly create?: string;
    readonly stdin?: string;
    readonly connection?: Readonly<Record<string, unknown>>;
}

/** Changes the properties of those resources that run a command. */
type Change = (props: Props) => Props;

const good: ClusterOptions = { protocol: "https", config: { releaseSha256: "0".repeat(64) } };

/** The resources of a whole cluster, as the engine hands them to a pack. */
async function deployed(stack: string, options = good, change: Change = (props) => props): Promise<DeployedResource[]> {
    const { resources } = await recordCluster(options);
    const inStack = (urn: string): string => urn.replace(/^urn:pulumi:[^:]*/, `urn:pulumi:${stack}`);
    return resources.map(({ urn, name, parent, inputs }) => ({
        urn: inStack(urn),
        name,
        parent: { urn: inStack(parent) },
        props: { ...change(inputs as Props) },
    }));
}

/** Messages by rule, in a fixed order; rules without any are left out. */
function found(resources: readonly DeployedResource[]): Record<string, string[]> {
    const all = rules.map(({ name, check }): [string, string[]] => [name, check(resources).sort()]);
    return Object.fromEntries(all.filter(([, messages]) => messages.length > 0));
}

const inStdin =
    (step: RegExp, from: string | RegExp, to: string): Change =>
    (props) => {
        if (!step.test(String(props.create))) return props;
        const stdin = String(props.stdin).replace(from, to);
        if (stdin === props.stdin) throw new Error(`${String(from)} isn't in ${String(props.create)}`);
        return { ...props, stdin };
    };

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("the rules", () => {
    test("a cluster as it should be passes all of them", async () => {
        expect(found(await deployed("prod"))).toEqual({});
        expect(rules).toHaveLength(7);
    });

    test("http stops in production, and only there", async () => {
        const http = { ...good, protocol: "http" } as const;
        expect(found(await deployed("prod-eu", http))).toEqual({
            "https-in-production": ["production is served with http; set harbor-ha:protocol to https"],
        });
        expect(found(await deployed("staging", http))).toEqual({});
    });

    test("one node isn't highly available", async () => {
        expect(found(await deployed("dev", { ...good, nodes: 1 }))).toMatchObject({
            "two-nodes": ["1 node in harbor-ha:nodes"],
        });
    });

    test("a release without checksum", async () => {
        expect(found(await deployed("dev", { protocol: "https" }))).toEqual({
            "release-checksum": ["the release isn't pinned; set harbor-ha:releaseSha256"],
        });
    });

    test("a connection without host key", async () => {
        const change: Change = (props) =>
            / prepare$/.test(String(props.create))
                ? { ...props, connection: { ...props.connection, hostKey: undefined } }
                : props;
        expect(found(await deployed("dev", good, change))["host-keys-pinned"]).toEqual([
            "harbor-node1-prepare logs in without checking the host key",
            "harbor-node2-prepare logs in without checking the host key",
            "harbor-node3-prepare logs in without checking the host key",
        ]);
    });

    test.each(["Harbor12345", "short-one11"])("the password %s, which no message shows", async (password) => {
        const change = inStdin(/ secrets$/, /^mysql_password: .*$/m, `mysql_password: ${base64(password)}`);
        const messages = found(await deployed("dev", good, change))["own-passwords"] ?? [];
        expect(messages).toHaveLength(3);
        expect(messages[0]).toBe(
            "harbor-node1-host-secrets: mysql_password is a known default or shorter than 12 characters",
        );
        expect(messages.join()).not.toContain(password);
    });

    test("customize_crt off on all nodes, not on some", async () => {
        const change = inStdin(/put \S+harbor\.cfg/, /customize_crt = \w+/, "customize_crt = off");
        const all = (props: Props) => (String(props.stdin).includes("customize_crt = on") ? change(props) : props);
        expect(found(await deployed("dev", good, all))).toEqual({
            "own-token-key": ["customize_crt is off on all nodes"],
        });
    });

    test.each([
        [
            /put \S+harbor\.cfg/,
            /secretkey_path = .*/,
            "secretkey_path = /data",
            "harbor-node1-harbor.cfg: secretkey_path is /data, a node's own disk",
        ],
        [
            /put \S+docker-compose\.yml/,
            /- \/mnt\/\S+\/registry:/,
            "- /data/registry:",
            "harbor-node1-docker-compose.yml: a volume is still in /data, a node's own disk",
        ],
        [
            /put \S+docker-compose\.yml/,
            /^services:/m,
            "services:\n  mysql:\n    image: x",
            "harbor-node1-docker-compose.yml: the node would run a database of its own",
        ],
    ])("data on a node's own disk: %s %s", async (step, from, to, message) => {
        const messages = found(await deployed("dev", good, inStdin(step, from, to)))["shared-storage"] ?? [];
        expect(messages).toHaveLength(3);
        expect(messages[0]).toBe(message);
    });

    test("a database on one of the nodes", async () => {
        const change = inStdin(/ mysql$/, /^host: .*$/m, "host: 192.0.2.12");
        expect(found(await deployed("dev", good, change))).toEqual({
            "shared-storage": ["the database is on 192.0.2.12, which is a node"],
        });
    });
});
