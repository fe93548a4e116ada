/** The issues of the project that a pipeline belongs to, in GitHub or GitLab, as far as a report needs them. */
export interface Issues {
    /** The open issue with exactly this title. */
    find(title: string): Promise<number | undefined>;
    create(title: string, body: string): Promise<number>;
    update(issue: number, body: string): Promise<void>;
    /** Closes it with a last comment. */
    close(issue: number, comment: string): Promise<void>;
    /** A deployment runs now, so hosts that differ are no news. */
    deploying(): Promise<boolean>;
    /** Address of the pipeline's own page. */
    readonly run: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface Issue {
    readonly number?: number;
    readonly iid?: number;
    readonly title: string;
}

type Call = (method: string, path: string, body?: object) => Promise<unknown>;

const timeoutSeconds = 30;

/**
 * Calls of an API that answer with its JSON. The token travels in a header only.
 * @throws Error with method, address, status and the beginning of the answer.
 */
function api(base: string, headers: Readonly<Record<string, string>>): Call {
    return async (method, path, body) => {
        const answer = await fetch(`${base}${path}`, {
            method,
            headers: { ...headers, "content-type": "application/json" },
            signal: AbortSignal.timeout(timeoutSeconds * 1000),
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${base}${path}: ${answer.status} ${text.slice(0, 300)}`);
        return text === "" ? undefined : (JSON.parse(text) as unknown);
    };
}

/** @throws Error that names the variable that is missing. */
function needed(environment: Environment, name: string): string {
    const value = environment[name];
    if (!value) throw new Error(`${name} isn't set`);
    return value;
}

/** GITHUB_TOKEN needs `issues: write` and `actions: read`. Without a deploy.yml there, nothing deploys. */
function github(environment: Environment): Issues {
    const repository = needed(environment, "GITHUB_REPOSITORY");
    const call = api(`${needed(environment, "GITHUB_API_URL")}/repos/${repository}`, {
        authorization: `Bearer ${needed(environment, "GITHUB_TOKEN")}`,
        accept: "application/vnd.github+json",
    });
    return {
        run: `${needed(environment, "GITHUB_SERVER_URL")}/${repository}/actions/runs/${needed(environment, "GITHUB_RUN_ID")}`,
        find: async (title) => {
            // Its own issues only: whoever may write an issue must not be able to catch the report.
            const own = "creator=github-actions%5Bbot%5D&state=open&per_page=100";
            const open = (await call("GET", `/issues?${own}`)) as Issue[];
            return open.find((issue) => issue.title === title)?.number;
        },
        create: async (title, body) => ((await call("POST", "/issues", { title, body })) as { number: number }).number,
        update: async (issue, body) => {
            await call("PATCH", `/issues/${issue}`, { body });
        },
        close: async (issue, comment) => {
            await call("POST", `/issues/${issue}/comments`, { body: comment });
            await call("PATCH", `/issues/${issue}`, { state: "closed" });
        },
        deploying: async () => {
            const runs = (await call("GET", "/actions/runs?status=in_progress&per_page=100")) as {
                workflow_runs: { path: string }[];
            };
            return runs.workflow_runs.some(({ path }) => path.startsWith(".github/workflows/deploy.yml"));
        },
    };
}

/** HARBOR_HA_ISSUE_TOKEN is a project access token with the role Reporter and the scope `api`. */
function gitlab(environment: Environment): Issues {
    const project = needed(environment, "CI_PROJECT_ID");
    const call = api(`${needed(environment, "CI_API_V4_URL")}/projects/${project}`, {
        "private-token": needed(environment, "HARBOR_HA_ISSUE_TOKEN"),
    });
    return {
        run: needed(environment, "CI_PIPELINE_URL"),
        find: async (title) => {
            const query = new URLSearchParams({ state: "opened", scope: "created_by_me", search: title, in: "title" });
            const open = (await call("GET", `/issues?${query.toString()}&per_page=100`)) as Issue[];
            return open.find((issue) => issue.title === title)?.iid;
        },
        create: async (title, description) =>
            ((await call("POST", "/issues", { title, description })) as { iid: number }).iid,
        update: async (issue, description) => {
            await call("PUT", `/issues/${issue}`, { description });
        },
        close: async (issue, comment) => {
            await call("POST", `/issues/${issue}/notes`, { body: comment });
            await call("PUT", `/issues/${issue}`, { state_event: "close" });
        },
        // The stack's resource group lets no deployment run beside.
        deploying: () => Promise.resolve(false),
    };
}

/**
 * The issues of the project whose pipeline this is.
 * @throws Error outside of one, and for a variable that is missing.
 */
export function issuesOf(environment: Environment): Issues {
    if (environment.GITHUB_ACTIONS === "true") return github(environment);
    if (environment.GITLAB_CI === "true") return gitlab(environment);
    throw new Error("this isn't a pipeline of GitHub or GitLab: neither GITHUB_ACTIONS nor GITLAB_CI is true");
}

/**
 * Opens or updates the issue about a stack whose hosts aren't as the source says; without a page, closes it.
 * @param page what differs, the Markdown of `npm run preview:report`; undefined when nothing does.
 * @returns what was done, as a sentence.
 */
export async function reportDrift(issues: Issues, stack: string, page: string | undefined): Promise<string> {
    const title = `Drift: ${stack}`;
    const open = await issues.find(title);
    if (page === undefined) {
        if (open === undefined) return `${stack} is as the source says`;
        await issues.close(open, `The hosts are as the source says again: ${issues.run}`);
        return `closed issue ${open}: ${stack} is as the source says again`;
    }
    if (await issues.deploying()) return `no issue: a deployment is under way, so ${stack} may differ`;
    const body = [
        `The hosts of \`${stack}\` aren't as the source says, as [this run](${issues.run}) has seen. Where the page says`,
        "`found`, somebody changed a host; the rest of it is in the source but hasn't been deployed.",
        `\`HARBOR_HA_DETECT_DRIFT=true pulumi up --stack ${stack}\` mends both; docs/operations.md says more.`,
        "",
        page,
    ].join("\n");
    if (open !== undefined) {
        await issues.update(open, body);
        return `updated issue ${open}: ${stack} differs from the source`;
    }
    return `opened issue ${await issues.create(title, body)}: ${stack} differs from the source`;
}
