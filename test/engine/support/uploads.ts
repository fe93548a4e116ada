import type { Attributes, SFTPWrapper } from "ssh2";
import { utils } from "ssh2";

/** A file that was written over SFTP. */
export interface Upload {
    readonly node: string;
    readonly path: string;
    content: Buffer;
}

const { STATUS_CODE } = utils.sftp;
const folders = new Set(["/", "/var", "/var/tmp"]);

/** The part of SFTP that an upload needs, over a file system that has a /var/tmp and forgets nothing. */
export function serveUploads(sftp: SFTPWrapper, node: string, uploads: Upload[]): void {
    const opened: Upload[] = [];
    const ok = (id: number): void => sftp.status(id, STATUS_CODE.OK);
    const stat = (id: number, path: string): void => {
        const upload = uploads.find((known) => known.node === node && known.path === path);
        if (folders.has(path)) sftp.attrs(id, attributes(0o40_755, 0));
        else if (upload) sftp.attrs(id, attributes(0o100_644, upload.content.length));
        else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    };
    const byHandle = (handle: Buffer): Upload => {
        const upload = opened[handle.readUInt32BE()];
        if (!upload) throw new Error("no such handle");
        return upload;
    };
    sftp.on("STAT", stat);
    sftp.on("LSTAT", stat);
    sftp.on("FSTAT", (id, handle) => stat(id, byHandle(handle).path));
    sftp.on("REALPATH", (id, path) => sftp.name(id, [{ filename: path, longname: path, attrs: attributes(0, 0) }]));
    sftp.on("MKDIR", ok);
    sftp.on("SETSTAT", ok);
    sftp.on("FSETSTAT", ok);
    sftp.on("OPEN", (id, path) => {
        const upload = { node, path, content: Buffer.alloc(0) };
        uploads.push(upload);
        const handle = Buffer.alloc(4);
        handle.writeUInt32BE(opened.push(upload) - 1);
        sftp.handle(id, handle);
    });
    sftp.on("WRITE", (id, handle, offset, data) => {
        const upload = byHandle(handle);
        const content = Buffer.alloc(Math.max(upload.content.length, offset + data.length));
        upload.content.copy(content);
        data.copy(content, offset);
        upload.content = content;
        ok(id);
    });
    sftp.on("CLOSE", ok);
    // The client waits for it.
    sftp.on("end", () => sftp.end());
}

function attributes(mode: number, size: number): Attributes {
    return { mode, size, uid: 0, gid: 0, atime: 0, mtime: 0 };
}
