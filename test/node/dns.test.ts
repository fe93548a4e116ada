import { dig, type Reply } from "./support/dig";
import { harborForEachTest } from "./support/harbor";
import { hostForEachTest, type Result } from "./support/host";
import { type Zone, zone } from "./support/zone";

const host = hostForEachTest();
const harbor = harborForEachTest(2);
const secret = "c2VjcmV0c2VjcmV0c2VjcmV0";
const addresses = ["192.0.2.2", "192.0.2.11"];
const target = {
    server: "192.0.2.53",
    port: 5353,
    zone: "example.com",
    key_name: "harbor",
    key_algorithm: "hmac-sha256",
    name: "hub.example.com",
    ttl: 20,
};
const right: Reply = { records: ["A 192.0.2.11", "A 192.0.2.2"] };

beforeEach(() => host().secret("dns_key", secret));

/** What the server answers before the update, after it, and to AAAA. */
function dns(before: Reply, after: Reply = right, aaaa: Reply = {}): Promise<Result> {
    host().answer("dig", { to: "* AAAA", run: dig(aaaa) }, { times: 1, run: dig(before) }, { run: dig(after) });
    return host().run("dns", { ...target, addresses });
}
const updates = (): string[] =>
    host()
        .calls("nsupdate")
        .map(({ input }) => input);

describe("the records", () => {
    test.each<[string, Reply]>([
        ["a new name", { status: "NXDOMAIN" }],
        ["a name without addresses", {}],
        ["a name with other ones", { records: ["A 192.0.2.99"] }],
        ["a name that has them already", right],
    ])("of %s become exactly those of the nodes, in one transaction", async (_, before) => {
        expect(await dns(before)).toEqual({
            status: 0,
            stdout: "dns: hub.example.com A 192.0.2.2 192.0.2.11\n",
            stderr: "",
        });
        expect(updates()).toEqual([
            "server 192.0.2.53 5353\nzone example.com\nupdate delete hub.example.com. A\n" +
                "update add hub.example.com. 20 A 192.0.2.2\nupdate add hub.example.com. 20 A 192.0.2.11\nsend\n",
        ]);
    });

    test.each<[string, number, string]>([
        ["whose Harbor answers", 200, ""],
        [
            "whose Harbor doesn't answer",
            502,
            "harbor-ha: 127.0.0.2 would join hub.example.com, but its Harbor doesn't answer to node1",
        ],
    ])("get an address %s beside those that they have", async (_, answers, problem) => {
        harbor().node(1).uiAnswers = answers;
        const records: Zone = zone(host());
        records.set("127.0.0.1");
        const { status, stderr } = await host().run("dns", {
            ...target,
            addresses: ["127.0.0.1", "127.0.0.2"],
            url: `http://hub.example.com:${harbor().port}`,
        });
        expect({ status, stderr: stderr.slice(0, problem.length) }).toEqual({
            status: problem ? 1 : 0,
            stderr: problem,
        });
        expect(records.addresses()).toEqual(problem ? ["127.0.0.1"] : ["127.0.0.1", "127.0.0.2"]);
    });

    test("are removed, and nothing else", async () => {
        expect(await host().run("dns-remove", target)).toEqual({
            status: 0,
            stdout: "dns: hub.example.com removed\n",
            stderr: "",
        });
        expect(updates()).toEqual([
            "server 192.0.2.53 5353\nzone example.com\nupdate delete hub.example.com. A\nsend\n",
        ]);
    });

    test("of IPv6 beside them are mentioned", async () => {
        const { status, stdout } = await dns({}, right, { records: ["AAAA 2001:db8::1"] });
        expect(status).toBe(0);
        expect(stdout).toContain("note: hub.example.com has AAAA records, too: clients with IPv6 go to 2001:db8::1\n");
    });
});

describe("before the update: nothing is sent when", () => {
    test.each<[string, Reply, string]>([
        [
            "the name is an alias",
            { records: ["CNAME web.example.com.", "A 192.0.2.9"] },
            "hub.example.com is a CNAME web.example.com. 192.0.2.9 at 192.0.2.53:5353: remove that record",
        ],
        [
            "it is one to nowhere",
            { records: ["CNAME gone.example.org."] },
            "is a CNAME gone.example.org. at 192.0.2.53:5353",
        ],
        [
            "the server refuses to answer",
            { status: "REFUSED" },
            "must answer for hub.example.com before it is changed: (REFUSED)",
        ],
        ["it fails", { status: "SERVFAIL" }, "(SERVFAIL)"],
        ["it is silent", { failure: "connection timed out" }, "(no answer: connection timed out)"],
        [
            "nothing listens there",
            { failure: "communications error to 192.0.2.53#5353: connection refused" },
            "(no answer: communications error to 192.0.2.53#5353: connection refused)",
        ],
    ])("%s", async (_, before, message) => {
        const { status, stdout, stderr } = await dns(before);
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toContain(message);
        expect(stderr).toContain("Nothing was changed");
        expect(updates()).toEqual([]);
    });
});

describe("after the update: what the server answers is said", () => {
    test.each<[string, Reply, string]>([
        [
            "other addresses",
            { records: ["A 192.0.2.2", "A 192.0.2.99"] },
            "with 192.0.2.2 192.0.2.99 instead of 192.0.2.11 192.0.2.2",
        ],
        ["none", {}, "with no A record instead of"],
        ["no name", { status: "NXDOMAIN" }, "with no such name (NXDOMAIN) instead of"],
        ["an alias", { records: ["CNAME web.example.com."] }, "with CNAME web.example.com. instead of"],
        ["a refusal", { status: "REFUSED" }, "with (REFUSED) instead of"],
        ["nothing", { failure: "connection timed out" }, "with (no answer: connection timed out) instead of"],
    ])("%s", async (_, after, message) => {
        const { status, stdout, stderr } = await dns({}, after);
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toContain(`192.0.2.53:5353 took the update, but answers for hub.example.com ${message}`);
    });
});

describe("an update that the server doesn't take", () => {
    test.each([
        ["update failed: REFUSED", "refuses the update of zone example.com with key harbor"],
        [
            "; TSIG error with server: tsig indicates error\nupdate failed: NOTAUTH(BADKEY)",
            "doesn't know key harbor with this secret and algorithm (hmac-sha256)",
        ],
        ["; TSIG error with server: tsig verify failure\nupdate failed: NOTAUTH(BADSIG)", "doesn't know key harbor"],
        [
            "; TSIG error with server: clock skew\nupdate failed: NOTAUTH(BADTIME)",
            "refuses the update of zone example.com: its clock and that of node1 differ",
        ],
        ["update failed: NOTAUTH", "isn't the primary server of zone example.com"],
        ["; Communication with 192.0.2.53#5353 failed: timed out", "doesn't answer to the update of zone example.com"],
    ])("%j is told with its cause", async (said, cause) => {
        host().answer("nsupdate", { err: `${said}\n`, status: 2 });
        const { status, stdout, stderr } = await dns({});
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toContain(said);
        expect(stderr).toContain(`harbor-ha: 192.0.2.53:5353 ${cause}`);
    });
});

test.each(["dns", "dns-remove"])(
    "%s: the key is in a file of root's that is gone afterwards, and on no command line",
    async (command) => {
        host().answer("dig", { run: dig(right) });
        host().answer("nsupdate", { run: 'stat -c "%a" "$2" >"$root/mode"; cat "$2" >"$root/key"' });
        expect(await host().run(command, command === "dns" ? { ...target, addresses } : target)).toMatchObject({
            status: 0,
        });
        expect(host().read("/mode")).toBe("600\n");
        expect(host().read("/key")).toContain(`algorithm hmac-sha256;\n\tsecret "${secret}";`);
        const [, file = ""] = host().calls("nsupdate")[0]?.args ?? [];
        expect(host().has(file)).toBe(false);
        expect(
            host()
                .calls()
                .filter(({ line, input }) => `${line}${input}`.includes(secret)),
        ).toEqual([]);
    },
);
