import { clusterPair, containers, images, prepared, storage } from "./support/deployed";
import { adminPassword, harborForEachTest } from "./support/harbor";
import { hostForEachTest, type Result } from "./support/host";
import { listenerForEachTest } from "./support/listener";
import { startParameters } from "./support/start";
import { type Zone, zone } from "./support/zone";

/** Nodes 0 and 1 serve; this host is node 0. */
const host = hostForEachTest();
const harbor = harborForEachTest(2);
const log = listenerForEachTest();
const withdrawn = "/opt/harbor-ha/state/withdrawn";
/** For `health`: this node's address stays here meanwhile. */
const starting = "/run/harbor-ha/starting";
let records: Zone;

const up = (given: Readonly<Record<string, string | number>> = {}): Promise<Result> =>
    host().run("up", {
        containers,
        images,
        upstream_containers: ["harbor-ui", "registry"],
        ...startParameters(harbor(), log()),
        take_out: "dns",
        dns_server: "192.0.2.53",
        dns_port: 53,
        dns_zone: "example.com",
        dns_key_name: "harbor",
        dns_key_algorithm: "hmac-sha256",
        ...given,
    });
const both = (): string[] => [harbor().address(0), harbor().address(1)];
/** What is done to Docker and to the name, in its order. */
const done = (): string[] =>
    host()
        .calls()
        .flatMap(({ tool, line, input }) => {
            if (tool === "nsupdate") return [/update (.*)/.exec(input)?.[1] ?? input];
            return tool === "docker" && /^kill| up -d/.test(line) ? [line.replace(/^compose .* up -d.*/, "up")] : [];
        });
const change = (): void =>
    void host().write(`${host().value("release_dir")}/common/config/ui/env`, `UI_SECRET=${Math.random()}\n`);
/** The other node was started with what this one has. */
const otherAgrees = (): void => {
    const serving = (index: number): string => `${host().value("shared_dir")}/state/serving/${harbor().address(index)}`;
    host().write(serving(1), host().read(serving(0)));
};

beforeEach(async () => {
    storage(host());
    prepared(host());
    host().secret("admin_password", adminPassword);
    host().secret("redis_password", "Redis_12345");
    host().secret("dns_key", "c2VjcmV0");
    host().write("/etc/systemd/system/harbor-ha.service", "[Unit]\n");
    records = zone(host());
    for (const index of [0, 1]) harbor().node(index).signs = harbor().node(index).trusts = clusterPair.kid;
    expect(await up()).toMatchObject({ status: 0 });
    otherAgrees();
    records.set(...both());
    host().forget();
});

describe("a node that starts anew", () => {
    test("leaves the name, waits for resolvers, finishes its requests, and comes back", async () => {
        host().answer("docker", {
            to: "kill *",
            run: `[[ -e $root${starting} ]] && cp "$root${withdrawn}" "$root/kept"; rm "$root/.docker/running/nginx"`,
        });
        change();
        const result = await up();
        expect(result).toMatchObject({ status: 0 });
        const [own] = both();
        expect(result.stdout.split("\n")).toEqual(
            expect.arrayContaining([
                `out: ${own} left hub.example.com`,
                `back: ${own} serves hub.example.com again`,
            ]) as unknown,
        );
        expect(done()).toEqual([
            `delete hub.example.com. A ${own}`,
            "kill -s QUIT nginx",
            "up",
            "up",
            `add hub.example.com. 60 A ${own}`,
        ]);
        expect(records.addresses()).toEqual(both());
        expect(host().has(withdrawn)).toBe(false);
        expect(host().has(starting)).toBe(false);
        // The 60 s for which resolvers keep it, and a margin.
        expect(parseInt(host().read("/kept")) - Date.now() / 1000).toBeGreaterThan(55);
    });

    test("stays where it is when it has nothing to do", async () => {
        host().answer("docker", {
            to: "ps *",
            run: `[[ ! -e $root${starting} ]] || touch "$root/held"; ls "$root/.docker/running"`,
        });
        // Of an earlier one that was killed.
        host().write(starting, "");
        expect(await up()).toMatchObject({ status: 0 });
        expect(done()).toEqual([]);
        expect(host().has("/held")).toBe(false);
    });

    test("is not taken out of a name that it isn't in", async () => {
        records.set(harbor().address(1));
        change();
        expect(await up()).toMatchObject({ status: 0 });
        expect(done()).toEqual(["kill -s QUIT nginx", "up", "up"]);
        expect(records.addresses()).toEqual([harbor().address(1)]);
    });

    test("isn't taken out when it is the only one there", async () => {
        records.set(harbor().address(0));
        change();
        expect(await up()).toMatchObject({
            status: 0,
            stdout: expect.stringContaining("is the only address of hub.example.com") as unknown,
        });
        expect(records.addresses()).toEqual([harbor().address(0)]);
    });

    test.each<[string, string[]]>([
        ["drain", ["kill -s QUIT nginx", "up", "up"]],
        ["none", ["up", "up"]],
    ])("touches no record with take_out %s", async (take_out, expected) => {
        change();
        expect(await up({ take_out })).toMatchObject({ status: 0 });
        expect(done()).toEqual(expected);
        expect(records.addresses()).toEqual(both());
    });

    test("is left alone by a name server that doesn't answer", async () => {
        host().answer("dig", { run: "echo ';; connection timed out'; exit 9" });
        change();
        expect(await up()).toMatchObject({
            status: 1,
            stderr: expect.stringMatching(
                /must answer for hub\.example\.com before this node can be taken out/,
            ) as unknown,
        });
        expect(done()).toEqual([]);
    });

    test("is left alone by a name server that takes the update, and goes on to answer with it", async () => {
        host().answer("nsupdate");
        change();
        expect(await up()).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("Harbor goes on here") as unknown,
        });
        expect(done().filter((each) => each.startsWith("kill") || each === "up")).toEqual([]);
    });
});

describe("a node that has been taken out", () => {
    test("stays out while it isn't healthy, and the next up brings it back", async () => {
        change();
        harbor().node(0).uiAnswers = 502;
        expect(await up()).toMatchObject({ status: 1, stderr: expect.stringContaining("isn't healthy") as unknown });
        expect(records.addresses()).toEqual([harbor().address(1)]);
        harbor().node(0).uiAnswers = 200;
        host().forget();
        expect(await up()).toMatchObject({ status: 0 });
        expect(done()).toEqual([`add hub.example.com. 60 A ${harbor().address(0)}`]);
        expect(records.addresses()).toEqual(both());
    });

    test.each<[string, () => void, RegExp]>([
        [
            "the others refuse its tokens",
            () => (harbor().node(0).signs = harbor().node(0).trusts = "other"),
            /127\.0\.0\.2 answers 401 to a token of this node/,
        ],
        [
            "its sessions are its own",
            () => (harbor().node(0).sharesSessions = false),
            /127\.0\.0\.2 answers 401 to a session of this node/,
        ],
    ])("stays out while %s", async (_, damage, expected) => {
        change();
        damage();
        const result = await up();
        expect(result).toMatchObject({ status: 1, stderr: expect.stringMatching(expected) as unknown });
        expect(result.stderr).toContain("it stays out of hub.example.com, and the others go on");
        expect(records.addresses()).toEqual([harbor().address(1)]);
    });

    test.each<[string, () => void]>([
        ["doesn't accept its own tokens", () => (harbor().node(1).trusts = "another")],
        [
            "was started with other keys, and is yet to follow",
            () => {
                harbor().node(1).signs = harbor().node(1).trusts = "earlier";
                host().write(`${host().value("shared_dir")}/state/serving/${harbor().address(1)}`, "0000\n");
            },
        ],
        ["doesn't answer", () => (harbor().node(1).uiAnswers = 502)],
        // Somebody ran prepare there by hand (the talk, problem 2), and the roll is to heal it.
        ["has a key pair of its own", () => (harbor().node(1).signs = harbor().node(1).trusts = "by-hand")],
    ])("comes back although another %s", async (_, damage) => {
        change();
        damage();
        expect(await up()).toMatchObject({ status: 0 });
        expect(records.addresses()).toEqual(both());
    });

    test.each<[string, Record<string, string | number>]>([
        ["Redis is another server", { redis_host: "127.0.0.2" }],
        ["other Sentinels say where Redis is", { redis_sentinels: "192.0.2.61:26379", redis_master_set: "other" }],
    ])("isn't compared with one that is yet to follow when %s", async (_, given) => {
        change();
        harbor().node(0).sharesSessions = false;
        expect(await up(given)).toMatchObject({ status: 0 });
        expect(records.addresses()).toEqual(both());
    });

    test("waits no second time after an interruption", async () => {
        records.set(harbor().address(1));
        host().write(withdrawn, `${Math.floor(Date.now() / 1000) - 5} 60\n`);
        change();
        expect(await up()).toMatchObject({ status: 0 });
        expect(done()).toEqual(["kill -s QUIT nginx", "up", "up", `add hub.example.com. 60 A ${harbor().address(0)}`]);
    });
});

test("down finishes the requests first, and leaves no mark", async () => {
    host().write(withdrawn, "1 60\n");
    const release_dir = host().value("release_dir");
    expect(await host().run("down", { release_dir, take_out: "dns", proxy_container: "nginx" })).toMatchObject({
        status: 0,
    });
    expect(done()).toEqual(["kill -s QUIT nginx"]);
    expect(host().has(withdrawn)).toBe(false);
});
