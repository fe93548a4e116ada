import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { hub2, request } from "./support/registry";
import { eventually, must } from "./support/run";
import { hostOf, nodes, on, postgresSql, sandbox } from "./support/sandbox";
import { dev2, failedRows, startTimes } from "./support/stack";

jest.setTimeout(600_000);

const docker = (...args: string[]): Promise<string> => must("docker", args, { seconds: 180 });

/** Green again, with nobody's help. */
const verified = (seconds: number): Promise<void> =>
    eventually(seconds, async () => {
        for (const node of nodes) expect((await request(hub2, node, "/api/v2.0/ping")).status).toBe(200);
        const { code, output } = await dev2.verify();
        if (code !== 0) throw new Error(output);
    });

beforeAll(() => dev2.ensure());

/** Whatever happened in between, the services run again. */
afterAll(async () => {
    await docker("start", sandbox.postgres.container, sandbox.redis.container);
    await verified(180);
});

test("a node that is rebooted comes back by itself: log first, then the others", async () => {
    const before = await startTimes("node2");
    await docker("restart", hostOf("node2").container);
    await verified(150);
    const times = await startTimes("node2");
    expect(times.split("\n")).toHaveLength(7);
    expect(times).not.toBe(before);
});

describe("services away", () => {
    test("PostgreSQL: verify names it, where Harbor says that the password is wrong; all is well without an update afterwards", async () => {
        await docker("stop", "-t", "20", sandbox.postgres.container);
        const { code, output } = await dev2.verify();
        expect(code).toBe(1);
        expect(output).toContain(`PostgreSQL at ${sandbox.postgres.address}:5432 is down`);
        await docker("start", sandbox.postgres.container);
        await verified(90);
    });

    test("Redis: verify names it; all is well without an update afterwards", async () => {
        await docker("stop", sandbox.redis.container);
        const { code, output } = await dev2.verify();
        expect(code).toBe(1);
        expect(output).toContain(`Redis at ${sandbox.redis.address}:6379`);
        await docker("start", sandbox.redis.container);
        // Docker starts jobservice again and again, each time after a longer wait.
        await verified(240);
    });
});

describe("a schema that this release can't take", () => {
    const step = (): Promise<{ code: number; output: string }> => dev2.step("harbor-postgres-schema", "node2");

    test.each([
        ["dirty: it names the version and the way back", "dirty = true", "dirty = false", /180.*dirty|dirty.*180/s],
        ["newer: it names both versions", "version = 999", "version = 180", /999.*v2\.15\.2|v2\.15\.2.*999/s],
    ])("%s; nothing is touched", async (_, change, back, message) => {
        const times = await Promise.all(nodes.map(startTimes));
        await postgresSql(`UPDATE schema_migrations SET ${change}`);
        try {
            const { code, output } = await step();
            expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(message) });
            const update = await dev2.tryUp({ prepareGeneration: "3" });
            // What is checked by a step that has nothing new to do is checked by the verification.
            if (update.code === 0) expect(failedRows((await dev2.verify()).output)).toEqual([expect.objectContaining({ check: "schema" })]);
        } finally {
            await postgresSql(`UPDATE schema_migrations SET ${back}`);
        }
        await dev2.up();
        expect(await Promise.all(nodes.map(startTimes))).toEqual(times);
        expect(await step()).toMatchObject({ code: 0 });
    });
});

test("three cores start on an empty database at once: one migrates, and all serve", async () => {
    const compose = 'cd "$(cat /opt/harbor-ha/state/release-dir)" && docker-compose -p harbor -f docker-compose.yml -f docker-compose.override.yml';
    await Promise.all(nodes.map((node) => on(node, "systemctl stop harbor-ha.service; docker stop -t 5 harbor-core harbor-jobservice nginx >/dev/null")));
    await must("docker", ["exec", "-i", "-u", "postgres", sandbox.postgres.container, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"], {
        input: "DROP DATABASE registry WITH (FORCE);\nCREATE DATABASE registry OWNER harbor;\n",
    });
    await Promise.all(nodes.map((node) => on(node, `${compose} up -d >/dev/null 2>&1; systemctl start --no-block harbor-ha.service`, { seconds: 120 })));
    await verified(180);
    expect(await postgresSql("SELECT version, dirty FROM schema_migrations")).toBe("180|f");
});
