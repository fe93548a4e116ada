import { containersV2, coreImage, imagesV2, preparedV2, storageV2 } from "./deployed-v2";
import { adminPassword } from "./harbor";
import { type HarborV2, harborV2ForEachTest } from "./harbor-v2";
import { type Host, hostForEachTest, type Result } from "./host";
import { type Listener, listenerForEachTest } from "./listener";
import type { Answer } from "./stand-in";
import { startParameters } from "./start";

/** A prepared node of Harbor 2.x that is to be started, and what it is started with. */
export interface StartOfV2 {
    readonly host: () => Host;
    readonly harbor: () => HarborV2;
    /** Where the log container listens; PostgreSQL is behind the same port, Redis is away. */
    readonly log: () => Listener;
    readonly up: (more?: Readonly<Record<string, string | number | boolean>>) => Promise<Result>;
    /** Calls of Docker, of Compose among them, and of core for a migration. */
    readonly lines: (part: string) => string[];
    readonly composed: (part: string) => string[];
    readonly migrations: () => string[];
    /** How the migration's container goes on: how often it is seen to run, and how it ends. */
    readonly migration: (course?: Course) => void;
}

interface Course {
    readonly runs?: number;
    readonly code?: number;
    readonly says?: string;
    /** An earlier run has left it going. */
    readonly before?: boolean;
}

export function startOfV2ForEachTest(): StartOfV2 {
    const host = hostForEachTest("v2");
    const harbor = harborV2ForEachTest(1);
    const log = listenerForEachTest();
    const given = (): Record<string, string | number | boolean | string[]> => ({
        containers: containersV2,
        images: imagesV2,
        core_image: coreImage,
        upstream_containers: ["harbor-core", "registry"],
        ...startParameters(harbor(), log()),
    });
    const up = (more: Readonly<Record<string, string | number | boolean>> = {}): Promise<Result> =>
        host().run("up", { ...given(), ...more });
    const lines = (part: string): string[] =>
        host()
            .calls("docker", part)
            .map(({ line }) => line);
    const composed = (part: string): string[] => lines(part).filter((line) => line.startsWith("compose -p harbor "));
    const migrations = (): string[] => lines("-mode=migrate");

    function migration({ runs = 1, code = 0, says = "", before = false }: Course = {}): void {
        const answers: Answer[] = [
            { to: "run -d *-mode=migrate", run: `: >"$root/.migrating"` },
            {
                to: "inspect -f {{.State.Running}} harbor-ha-migrate",
                run: `[[ -e $root/.migrating ]] || exit 1
n=0; if [[ -e $root/.migrated ]]; then n=$(<"$root/.migrated"); fi; echo $((n + 1)) >"$root/.migrated"
if ((n < ${runs})); then echo true; else echo false; fi`,
            },
            { to: "inspect -f {{.State.ExitCode}} harbor-ha-migrate", out: `${code}\n` },
            { to: "logs *", out: says },
        ];
        host().answer("docker", ...answers);
        if (before) host().write("/.migrating", "");
    }

    beforeEach(async () => {
        await storageV2(host());
        preparedV2(host());
        host().secret("admin_password", adminPassword);
        host().write("/etc/systemd/system/harbor-ha.service", "[Unit]\n");
        migration();
    });
    return { host, harbor, log, up, lines, composed, migrations, migration };
}
