import type { ClusterSettings } from "../base/settings";
import type { RenderedFile } from "../releases/release";
import { dockerDropIn, harborUnit } from "./systemd";
import { toolkitPath } from "./toolkit";

/** A file that a node gets as a resource of its own. */
export interface NodeFile {
    /** End of the resource's name. */
    readonly suffix: string;
    readonly path: string;
    readonly content: string;
    /** Whether it goes with the node; rendered files stay for whoever wants to look. */
    readonly removeOnDelete: boolean;
}

/** The release's files with their slots unfilled, from which prepare makes those of the release. */
export function renderedFiles(settings: ClusterSettings, files: readonly RenderedFile[]): NodeFile[] {
    const { https } = settings;
    const all = https ? [...files, { path: "server.crt", content: https.certificate }] : files;
    return all.map(({ path, content }) => ({
        suffix: path.replaceAll("/", "-"),
        path: `${settings.installDir}/files/${path}`,
        content,
        removeOnDelete: false,
    }));
}

/** What systemd needs to bring Harbor back after a boot. */
export function systemdFiles(settings: ClusterSettings): NodeFile[] {
    const toolkit = toolkitPath(settings.installDir);
    const units = "/etc/systemd/system";
    return [
        {
            suffix: "unit",
            path: `${units}/harbor-ha.service`,
            content: harborUnit(toolkit),
            removeOnDelete: true,
        },
        {
            suffix: "docker-drop-in",
            path: `${units}/docker.service.d/harbor-ha.conf`,
            content: dockerDropIn(toolkit, settings.ceph.mountPoint),
            removeOnDelete: true,
        },
    ];
}
