import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { agentWarning } from "../../config/ssh-agent";
import { withFolder } from "../support/files";

const warning = (socket: string, reason: string): string =>
    `SSH_AUTH_SOCK names ${socket}, where no agent answers (${reason}). The provider connects to it whatever key is configured, so every step on a host will fail: run it as env -u SSH_AUTH_SOCK pulumi …, or start the agent again`;

test.each([undefined, ""])("no agent (%j) is no problem", async (socket) => {
    expect(await agentWarning(socket)).toBeUndefined();
});

test("an agent that listens is none either", async () => {
    await withFolder(async (folder) => {
        const socket = join(folder, "agent");
        const server = createServer();
        await new Promise<void>((resolve) => server.listen(socket, resolve));
        expect(await agentWarning(socket)).toBeUndefined();
        await new Promise((resolve) => server.close(resolve));
    });
});

test("one that is gone is, with or without its socket", async () => {
    await withFolder(async (folder) => {
        const gone = join(folder, "gone");
        expect(await agentWarning(gone)).toBe(warning(gone, `connect ENOENT ${gone}`));
        const stale = join(folder, "stale");
        writeFileSync(stale, "");
        expect(await agentWarning(stale)).toBe(warning(stale, `connect ECONNREFUSED ${stale}`));
    });
});
