import type { ClusterSettings } from "../base/settings";
import type { RenderedFile } from "../releases/release";
import type { Layout } from "./layout";
import { dockerDropIn, harborUnit } from "./systemd";

/** A file that a node gets as a resource of its own. */
export interface PlannedFile {
    readonly step: "ca" | "files" | "units";
    /** End of the resource's name. */
    readonly suffix: string;
    /** Absolute path on the node. */
    readonly path: string;
    /** Not secret: it is shown in previews. Secrets stand in it as slots. */
    readonly content: string;
    /** Whether it goes with the node; rendered files stay for whoever wants to look. */
    readonly removeOnDelete: boolean;
}

/** All files of a node. */
export function filesOf(settings: ClusterSettings, layout: Layout, rendered: readonly RenderedFile[]): PlannedFile[] {
    const authorities = [...trustedAuthority(settings, layout), ...authorityOfRedis(settings, layout)];
    return [...authorities, ...renderedFiles(settings, layout, rendered), ...units(layout)];
}

function trustedAuthority({ https }: ClusterSettings, { caFile }: Layout): PlannedFile[] {
    const content = https?.caCertificate;
    return content === undefined ? [] : [{ step: "ca", suffix: "ca", path: caFile, content, removeOnDelete: false }];
}

/** It is there before Redis is looked at, and prepare takes it from there for Harbor's containers. */
function authorityOfRedis({ redis }: ClusterSettings, { redisCaFile: path }: Layout): PlannedFile[] {
    const content = redis.tls?.caCertificate;
    return content === undefined ? [] : [{ step: "ca", suffix: "redis-ca", path, content, removeOnDelete: false }];
}

/** The release's files with their slots unfilled, from which prepare makes those of the release. */
function renderedFiles(
    { https }: ClusterSettings,
    { filesDir }: Layout,
    rendered: readonly RenderedFile[],
): PlannedFile[] {
    const made = rendered.filter(({ made }) => made === "prepare");
    const all = [
        ...rendered.filter(({ made }) => made === undefined),
        ...(https ? [{ path: "server.crt", content: https.certificate }] : []),
        ...(made.length > 0 ? [{ path: "rendered", content: whatPrepareMakes(made) }] : []),
    ];
    return all.map(({ path, content }) => ({
        step: "files",
        suffix: path.replaceAll("/", "-"),
        path: `${filesDir}/${path}`,
        content,
        removeOnDelete: false,
    }));
}

/** One file for all: previews show what changes in it, and a first update needn't send each of them. */
function whatPrepareMakes(files: readonly RenderedFile[]): string {
    const head = "# What prepare is to make on this node; values that only nodes know stand as @@NAMES@@.\n";
    const notShown = files.flatMap((file) => Object.entries(file.notShown ?? {}));
    return [
        head,
        ...files.map(({ path, content }) => `==> ${path} <==\n${content.trimEnd()}\n`),
        ...notShown.map(([path, reason]) => `==> ${path} <==\n# not shown, and not compared: ${reason}\n`),
    ].join("\n");
}

/** What systemd needs to bring Harbor back after a boot. */
function units({ toolkit, mountPoint }: Layout): PlannedFile[] {
    const folder = "/etc/systemd/system";
    return [
        {
            step: "units",
            suffix: "unit",
            path: `${folder}/harbor-ha.service`,
            content: harborUnit(toolkit),
            removeOnDelete: true,
        },
        {
            step: "units",
            suffix: "docker-drop-in",
            path: `${folder}/docker.service.d/harbor-ha.conf`,
            content: dockerDropIn(toolkit, mountPoint),
            removeOnDelete: true,
        },
    ];
}

/** Words of the node's command that writes a file. */
export function putWords(path: string, mode: string): string[] {
    return ["put", path, mode];
}

/** The path that a command line with `putWords` writes; undefined for another command. */
export function pathOfPut(line: string): string | undefined {
    return / put (\S+) \d+$/.exec(line)?.[1];
}
