import { afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { eventually } from "./support/run";
import { nodes, on } from "./support/sandbox";
import { dev2, failedRows, type FailedCheck } from "./support/stack";

jest.setTimeout(600_000);

// What has to be the same on all nodes, made different on one: the verification names that node and that value, and an
// update that looks at the hosts mends it.

const data = "/mnt/cephfs/harbor/data";

beforeAll(() => dev2.ensure({ detectDrift: true }));

/** Harbor's own health never shows it; the containers run as if nothing were wrong. */
const recreate = (...services: string[]): string =>
    `docker-compose -p harbor -f docker-compose.yml -f docker-compose.override.yml up -d --force-recreate --no-deps ${services.join(" ")} >/dev/null 2>&1; docker restart nginx >/dev/null`;
const inRelease = (script: string): Promise<string> => on("node2", `cd "$(cat /opt/harbor-ha/state/release-dir)" && ${script}`, { seconds: 180 });

async function failed(): Promise<FailedCheck[]> {
    // The node's watch tells within seconds what was changed there.
    let rows: FailedCheck[] = [];
    await eventually(90, async () => {
        const { code, output } = await dev2.verify();
        if (code === 0) throw new Error("nothing is wrong yet");
        rows = failedRows(output);
        expect(rows.map(({ from }) => from)).toContain("node2");
        expect(rows.map(({ check }) => check)).toContain("configuration");
    });
    return rows;
}

const configuration = (rows: readonly FailedCheck[]): FailedCheck[] => rows.filter(({ check }) => check === "configuration");

async function healed(): Promise<void> {
    await dev2.up({ detectDrift: true });
    const { code, output } = await dev2.verify();
    expect({ code, failed: code === 0 ? [] : failedRows(output) }).toEqual({ code: 0, failed: [] });
    expect(await dev2.preview({ detectDrift: true }, "--expect-no-changes")).toMatchObject({ code: 0 });
}

afterEach(() => dev2.up({ detectDrift: true }));

const set = (name: string, value: string, ...services: string[]): string =>
    services.map((service) => `sed -i 's/^${name}=.*/${name}=${value}/' common/config/${service}/env`).join("; ");

test("JOBSERVICE_SECRET, which no health check and no job of the node itself shows", async () => {
    await inRelease(`${set("JOBSERVICE_SECRET", "another123456789", "core", "jobservice", "registryctl")}; ${recreate("core", "jobservice", "registryctl")}`);
    const rows = configuration(await failed());
    expect(rows.map(({ from }) => from)).toEqual(["node2"]);
    expect(rows[0]?.detail).toContain("JOBSERVICE_SECRET");
    await healed();
});

test("CSRF_KEY: requests that change something fail between this node and the others", async () => {
    await inRelease(`${set("CSRF_KEY", "x".repeat(32), "core")}; ${recreate("core")}`);
    const rows = await failed();
    expect(configuration(rows)[0]?.detail).toContain("CSRF_KEY");
    const pairs = rows.filter(({ check }) => check === "csrf").map(({ from, to }) => `${from}->${to}`);
    expect(pairs.sort()).toEqual(["node1->node2", "node2->node1", "node2->node3", "node3->node2"]);
    await healed();
});

test("REGISTRY_CREDENTIAL_PASSWORD of core alone: this node's registry refuses it", async () => {
    await inRelease(`${set("REGISTRY_CREDENTIAL_PASSWORD", "y".repeat(32), "core")}; ${recreate("core")}`);
    const rows = await failed();
    expect(configuration(rows)[0]?.detail).toContain("REGISTRY_CREDENTIAL_PASSWORD");
    expect(rows.filter(({ check }) => check === "token").every(({ to }) => to === "node2")).toBe(true);
    await healed();
});

/** By a new file: what runs goes on with the old one, and a node that starts again has the new one. */
const replaceShared = (file: string, content: string, container: string): Promise<string> =>
    on("node2", `cd ${data}/secret && ${content} >${file}.other && chown 10000:10000 ${file}.other && chmod 600 ${file}.other && mv ${file}.other ${file} && docker restart ${container} nginx >/dev/null`, {
        seconds: 120,
    });

test("private_key.pem: the tokens of this node are refused by the others", async () => {
    await replaceShared("core/private_key.pem", "openssl genrsa -traditional 4096 2>/dev/null", "harbor-core");
    let rows: FailedCheck[] = [];
    await eventually(60, async () => {
        const { output } = await dev2.verify();
        rows = failedRows(output).filter(({ check }) => check === "token");
        expect(rows.map(({ from, to }) => `${from}->${to}`).sort()).toEqual(["node1->node2", "node2->node1", "node2->node3", "node3->node2"]);
    });
    expect(rows.find(({ from, to }) => from === "node2" && to === "node1")?.detail).toMatch(/node2 signs with another key than the cluster's/);
    await healed();
});

test("secretkey: stored passwords can't be read there", async () => {
    const before = await on("node1", `sha256sum <${data}/secret/keys/secretkey`);
    await replaceShared("keys/secretkey", "printf anothersecretkey | head -c 16", "harbor-core");
    await eventually(60, async () => {
        const { code, output } = await dev2.verify();
        expect(code).toBe(1);
        expect(failedRows(output).map(({ detail }) => detail).join("\n")).toMatch(/secretkey/);
    });
    await healed();
    expect(await on("node1", `sha256sum <${data}/secret/keys/secretkey`)).toBe(before);
    // What lay there is kept, for root alone.
    expect(await on("node1", `stat -c %a ${data}/secret/keys/secretkey.replaced-*`)).toMatch(/^600$/m);
    await on("node1", `rm ${data}/secret/keys/secretkey.replaced-*`);
});

test("all nodes run on", async () => {
    for (const node of nodes) expect(await on(node, "docker ps --filter status=running --format x | wc -l")).toBe("7");
});
