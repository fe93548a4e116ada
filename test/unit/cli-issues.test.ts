import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Environment, issuesOf, reportDrift } from "../../cli/issues";

// A stand-in for the parts of both APIs that the report uses.

interface Open {
    id: number;
    title: string;
    body: string;
    state: string;
    comments: string[];
    creator: string;
}

let server: Server;
let base: string;
let open: Open[];
let runs: string[];
let seen: string[];
let tokens: Set<string>;
let broken: boolean;

const both = ["GitHub", "GitLab"] as const;
type Forge = (typeof both)[number];
const bot = "github-actions[bot]";

const environmentOf = (forge: Forge): Environment =>
    forge === "GitHub"
        ? {
              GITHUB_ACTIONS: "true",
              GITHUB_API_URL: base,
              GITHUB_SERVER_URL: "https://github.test",
              GITHUB_REPOSITORY: "me/registry",
              GITHUB_RUN_ID: "7",
              GITHUB_TOKEN: "token-1",
          }
        : {
              GITLAB_CI: "true",
              CI_API_V4_URL: base,
              CI_PROJECT_ID: "42",
              CI_PIPELINE_URL: "https://gitlab.test/7",
              HARBOR_HA_ISSUE_TOKEN: "token-1",
          };

const issue = (id: number, title: string, more: Partial<Open> = {}): Open => ({
    id,
    title,
    body: "",
    state: "open",
    comments: [],
    creator: bot,
    ...more,
});

interface Sent {
    title?: string;
    body?: string;
    description?: string;
    state?: string;
    state_event?: string;
}

function answer(method: string, url: URL, sent: Sent): unknown {
    const path = url.pathname.replace(/^\/(repos\/me\/registry|projects\/42)/, "");
    if (path === "/actions/runs") return { workflow_runs: runs.map((file) => ({ path: file })) };
    const shown = ({ id, title }: Open): object => ({ number: id, iid: id, title });
    if (path === "/issues" && method === "GET") {
        const creator = url.searchParams.get("creator") ?? (url.searchParams.get("scope") && bot);
        return open.filter((one) => one.state === "open" && one.creator === creator).map(shown);
    }
    if (path === "/issues") {
        const made = issue(open.length + 1, sent.title ?? "", { body: sent.body ?? sent.description ?? "" });
        open.push(made);
        return shown(made);
    }
    const one = open.find(({ id }) => path.startsWith(`/issues/${id}`));
    if (!one) return undefined;
    if (/\/(comments|notes)$/.test(path)) one.comments.push(sent.body ?? "");
    else Object.assign(one, { body: sent.body ?? sent.description ?? one.body });
    if (sent.state === "closed" || sent.state_event === "close") one.state = "closed";
    return shown(one);
}

beforeEach(async () => {
    [open, runs, seen, tokens, broken] = [[], [], [], new Set(), false];
    server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
            const url = new URL(request.url ?? "", base);
            seen.push(`${request.method ?? ""} ${url.pathname}`);
            tokens.add(String(request.headers.authorization ?? request.headers["private-token"]));
            const text = Buffer.concat(chunks).toString();
            const result = broken
                ? undefined
                : answer(request.method ?? "", url, JSON.parse(text === "" ? "{}" : text) as Sent);
            response.statusCode = result === undefined ? 403 : 200;
            response.end(result === undefined ? "no such right" : JSON.stringify(result));
        });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((done) => server.close(done)));

const report = (forge: Forge, page?: string): Promise<string> =>
    reportDrift(issuesOf(environmentOf(forge)), "prod", page);

describe.each(both)("drift in %s", (forge) => {
    test("opens an issue with the page and the run, once", async () => {
        expect(await report(forge, "## first")).toBe("opened issue 1: prod differs from the source");
        expect(await report(forge, "## second")).toBe("updated issue 1: prod differs from the source");
        expect(open).toHaveLength(1);
        expect(open[0]).toMatchObject({ title: "Drift: prod", state: "open" });
        expect(open[0]?.body).toMatch(/\/7\)[^]*HARBOR_HA_DETECT_DRIFT=true[^]*\n\n## second$/);
        expect([...tokens]).toEqual([forge === "GitHub" ? "Bearer token-1" : "token-1"]);
    });

    test("that is gone closes the issue; without one nothing is written", async () => {
        expect(await report(forge)).toBe("prod is as the source says");
        expect(seen.filter((line) => !line.startsWith("GET"))).toEqual([]);
        await report(forge, "## page");
        expect(await report(forge)).toBe("closed issue 1: prod is as the source says again");
        expect(open).toMatchObject([{ state: "closed", comments: [expect.stringContaining("7")] }]);
        expect(await report(forge, "## again")).toBe("opened issue 2: prod differs from the source");
    });

    test("leaves issues of other stacks and of other people alone", async () => {
        open = [issue(1, "Drift: prod-2"), issue(2, "Drift: prod", { creator: "somebody" })];
        expect(await report(forge, "## page")).toBe("opened issue 3: prod differs from the source");
        expect(open.slice(0, 2)).toMatchObject([{ body: "" }, { body: "" }]);
    });

    test("names call, status and answer when the API refuses, and never the token", async () => {
        broken = true;
        const refused = report(forge, "## page");
        await expect(refused).rejects.toThrow(/^GET http:\/\/127\.0\.0\.1:\d+\/\S+\/issues\?\S+: 403 no such right$/);
        await expect(refused).rejects.not.toThrow("token-1");
    });

    test("names the variable that is missing", () => {
        const environment = environmentOf(forge);
        for (const name of Object.keys(environment).slice(1))
            expect(() => issuesOf({ ...environment, [name]: "" })).toThrow(`${name} isn't set`);
    });
});

test("a deployment of GitHub that runs is no drift", async () => {
    runs = [".github/workflows/test.yml", ".github/workflows/deploy.yml@refs/heads/main"];
    expect(await report("GitHub", "## page")).toBe("no issue: a deployment is under way, so prod may differ");
    expect(open).toEqual([]);
    runs = [".github/workflows/test.yml"];
    expect(await report("GitHub", "## page")).toBe("opened issue 1: prod differs from the source");
});

test("outside of a pipeline there are no issues", () => {
    expect(() => issuesOf({})).toThrow("neither GITHUB_ACTIONS nor GITLAB_CI is true");
});
