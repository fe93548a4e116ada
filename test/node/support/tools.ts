import {
    accessSync,
    constants,
    lstatSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    realpathSync,
    rmSync,
    symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeStandIn } from "./stand-in";

/** Tools that the command uses as they are on this machine. */
const realTools = (
    "awk base32 base64 basename bash cat chmod chown cmp comm cp cut date diff dirname echo env expr false find flock grep gzip head ln ls mkdir " +
    "mkfifo mktemp mv od openssl jq printf readlink rm rmdir sed seq sh sha256sum sort stat tail tar tee test timeout touch " +
    "tr true uniq wc xargs"
).split(" ");

/** Tools that a host of these tests has besides; none of them touches this machine. */
const standIns = (
    "apt-cache apt-get ceph-fuse chattr dig df docker dockerd findmnt getent hostname id journalctl modprobe mount mount.ceph nsupdate psql python3 " +
    "sync systemctl systemd-escape umount uname"
).split(" ");

let shared: string | undefined;

/**
 * Folders of a host (below its root) by what they lead to: its tools, and the stand-ins that do what they usually do. They are
 * the same for all hosts of a test file; what a host has of its own lies in /usr/local/bin, which comes first.
 */
export function sharedTools(): Record<"usr/bin" | "usr/sbin", string> {
    const made = shared !== undefined;
    shared ??= mkdtempSync(join(tmpdir(), "harbor-ha-tools-"));
    const folders = { "usr/bin": join(shared, "bin"), "usr/sbin": join(shared, "sbin") };
    if (!made) {
        for (const folder of Object.values(folders)) mkdirSync(folder);
        for (const tool of realTools) symlinkSync(realPath(tool), join(folders["usr/bin"], tool));
        for (const tool of standIns) writeStandIn(folders["usr/sbin"], tool, []);
        writeStandIn(folders["usr/sbin"], "curl", [], realPath("curl"));
    }
    return folders;
}

/** Makes a link to a folder of shared tools a folder of links to them, from which some may be taken. */
export function ownTools(folder: string): void {
    if (!lstatSync(folder).isSymbolicLink()) return;
    const tools = readdirSync(folder);
    const from = realpathSync(folder);
    rmSync(folder);
    mkdirSync(folder);
    for (const tool of tools) symlinkSync(join(from, tool), join(folder, tool));
}

export function removeTools(): void {
    if (shared !== undefined) rmSync(shared, { recursive: true, force: true });
    shared = undefined;
}

const found = new Map<string, string>();

function realPath(tool: string): string {
    const known = found.get(tool);
    if (known !== undefined) return known;
    const path = (process.env.PATH ?? "")
        .split(":")
        .map((folder) => join(folder, tool))
        .find(isExecutable);
    if (path === undefined) throw new Error(`these tests need ${tool} on this machine`);
    found.set(tool, path);
    return path;
}

function isExecutable(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}
