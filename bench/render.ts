/** Writes what the program would put on each node, secrets filled in, for the plain script of bench/first-up.sh. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { clusterPlan } from "../plan/cluster-plan";
import { databasePassword } from "../plan/secrets";
import { toolkit } from "../plan/toolkit";
import { locateRelease } from "../releases/locate";
import { slot, type SlotName } from "../releases/slots";
import { stackSettings } from "../cli/stack";

async function main(folder: string): Promise<void> {
    const settings = stackSettings("dev");
    const release = await locateRelease(settings.release, true);
    const { nodes, facts } = clusterPlan(settings, release);
    const secrets = {
        admin_password: "BenchPassword12345678",
        [databasePassword(settings)]: settings.database.password?.secret ?? "",
        redis_password: settings.redis.password?.secret ?? "",
    };
    nodes.forEach(({ node, rendered, files }) => {
        const write = (path: string, content: string): void => {
            const file = join(folder, node.name, path);
            mkdirSync(dirname(file), { recursive: true });
            writeFileSync(file, content);
        };
        for (const { path, content } of rendered) {
            const filled = Object.entries(secrets).reduce(
                (text, [name, value]) => text.replaceAll(slot(name as SlotName), value),
                content,
            );
            write(`release/${path}`, filled);
        }
        for (const { step, suffix, content } of files) if (step === "units") write(suffix, content);
        write("harbor-ha", `${toolkit(facts.line)}\n`);
        for (const [name, value] of Object.entries(secrets)) write(`secrets/${name}`, value);
    });
}

main(process.argv[2] ?? "").catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
