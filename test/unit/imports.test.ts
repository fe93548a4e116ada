import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { projectDir } from "../support/files";

/** What each room may import beside itself; docs/architecture.md says why. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
    base: [],
    config: ["base"],
    releases: ["base"],
    plan: ["base", "releases"],
    components: ["base", "releases", "plan"],
    live: ["base", "releases", "plan"],
    policy: ["base", "plan"],
    cli: ["base", "config", "releases", "plan", "live"],
    cluster: ["base", "config", "releases", "plan", "components", "live"],
    "index.ts": ["base", "config", "cluster"],
    bench: ["base", "releases", "plan", "cli"],
};

/** Within components/: what is below knows nothing of what is above. */
const remote = "components/remote/";

function sources(room: string): string[] {
    if (room.endsWith(".ts")) return [room];
    return readdirSync(join(projectDir, room), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".ts"))
        .map((path) => `${room}/${path}`);
}

function importsOf(file: string): string[] {
    const text = readFileSync(join(projectDir, file), "utf8");
    const found = [...text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)].map(([, path = ""]) => path);
    return found.map((path) => normalize(join(dirname(file), path)));
}

const roomOf = (path: string): string => path.split("/")[0] ?? "";

test("the rooms are those of the project", () => {
    const folders = readdirSync(projectDir, { withFileTypes: true })
        .filter(
            (entry) =>
                entry.isDirectory() &&
                !/^\.|^node_modules$|^(dist|docs|examples|plugin|sandbox|test|node)$/.test(entry.name),
        )
        .map(({ name }) => name);
    expect([...folders, "index.ts"].sort()).toEqual(Object.keys(mayImport).sort());
});

test.each(Object.keys(mayImport))("%s imports nothing from above", (room) => {
    const allowed = [room, ...(mayImport[room] ?? [])];
    const all = sources(room).flatMap((file) => importsOf(file).map((to) => ({ file, to })));
    if (room !== "base" && room !== "policy") expect(all.length).toBeGreaterThan(0);
    expect(all.filter(({ to }) => !allowed.includes(roomOf(to)))).toEqual([]);
});

test("the thin layer above the command provider knows no component", () => {
    const upward = sources("components")
        .filter((file) => file.startsWith(remote))
        .flatMap((file) => importsOf(file).map((to) => ({ file, to })))
        .filter(({ to }) => roomOf(to) === "components" && !to.startsWith(remote));
    expect(upward).toEqual([]);
});
