import { toolkitParts } from "../../plan/toolkit";
import { projectFile } from "../support/files";
import { dig } from "./support/dig";
import { hostForEachTest } from "./support/host";

const host = hostForEachTest();

test("the command runs on a host of its own: nothing of this machine is touched", async () => {
    const { status, stdout, stderr } = await host().call(["help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^usage: harbor-ha /);
});

test("a tool's calls are noted with what they read, and answers are given in their order", async () => {
    host().answer("nsupdate", { times: 1, out: "first\n", status: 3 }, { to: "-k *", err: "later\n" });
    const run = (): Promise<unknown> => host().run("dns", { key_name: "k", addresses: ["192.0.2.1"] });
    host().secret("dns_key", "c2VjcmV0");
    host().answer("dig", { run: dig({ records: ["A 192.0.2.1"] }) });
    expect(await run()).toMatchObject({ status: 1, stderr: expect.stringContaining("first\n") as string });
    expect(await run()).toMatchObject({ status: 0 });
    const [first, second] = host().calls("nsupdate");
    expect(first?.input).toContain("send\n");
    expect(second?.args[0]).toBe("-k");
});

test("a wait comes to its end", async () => {
    host().secret("dns_key", "c2VjcmV0");
    host().answer("dig", { run: dig({}) });
    expect(await host().run("dns")).toMatchObject({ status: 1 });
    expect(host().calls("dig").length).toBeGreaterThan(5);
});

test("a tool that a host lacks is lacking", async () => {
    host().lacks("nsupdate", "apt-get");
    const { status, stderr } = await host().run("host", { dns: "managed", install_packages: true });
    expect({ status, stderr }).toEqual({
        status: 1,
        stderr: "harbor-ha: missing on this host: nsupdate; neither apt-get nor dnf is here to install them\n",
    });
});

describe("every path of the host begins with $ROOT, or a test would touch this machine", () => {
    /** Inside a container, in a text for Ceph, or in a sentence. */
    const elsewhere = [
        ":/etc/harbor-ha.cnf:ro",
        "--defaults-extra-file=/etc/harbor-ha.cnf",
        'cat "${PARAM[image]}" /tmp/r.sql',
        '"/tmp/r.sql of image',
        '"$ROOT"/',
        "has no /tmp/r.sql",
        "secretfile=/etc/ceph/harbor-ha.secret",
        "ceph.conf=/etc/ceph/harbor-ha.conf",
        "keyring = /etc/ceph/harbor-ha.keyring",
    ];
    const host = /(^|[\s"'=<>(:])\/(etc|run|var|proc|sys|tmp|usr|snap|root)\b/;

    test.each([...new Set([...toolkitParts("v1"), ...toolkitParts("v2")])])("%s", (part) => {
        const lines = projectFile(`node/${part}`).split("\n");
        const own = (line: string): string => elsewhere.reduce((text, known) => text.replaceAll(known, ""), line);
        expect(lines.filter((line) => !/^\s*#/.test(line) && host.test(own(line)))).toEqual([]);
    });
});
