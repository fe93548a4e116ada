import { posix } from "node:path";

/** What an archive holds, as the nodes will see it after `tar -xzf … --strip-components=1`. */
export class Contents {
    readonly files = new Map<string, string>();
    /** Everything that is a file, also what is too large to be a text. */
    private readonly names = new Set<string>();
    private readonly folders = new Set<string>();
    private isFlat = true;

    /**
     * Takes an entry of the archive; `text` is undefined for what is no small file. Of several entries of one name the
     * last one counts, a hard link is what it links to.
     * @throws Error on a name with which tar fails.
     */
    add(name: string, kind: "file" | "link" | "other", text: string | undefined, linked?: string | null): void {
        if (name.split("/").includes("..")) throw new Error(`tar refuses its entry ${name}`);
        const path = stripped(name);
        if (path === undefined) return;
        this.isFlat = false;
        this.folders.add(/^\/*([^/]+)/.exec(name)?.[1] ?? "");
        const content = kind === "link" ? this.files.get(stripped(linked ?? "") ?? "") : text;
        if (content === undefined) this.files.delete(path);
        else this.files.set(path, content);
        if (kind === "other") this.names.delete(path);
        else this.names.add(path);
    }

    /**
     * Version of Harbor's offline installer.
     * @throws Error that says what is there instead.
     */
    version(): string {
        if (this.isFlat) throw new Error("its files lie in no folder; pack the folder itself: tar czf FILE harbor");
        if (this.folders.size > 1) {
            throw new Error(
                `its files lie in several folders (${[...this.folders].join(", ")}) instead of in one, harbor`,
            );
        }
        const [version, ...others] = this.versionsIn("");
        const deeper = [...this.names]
            .map((name) => posix.dirname(name))
            .find((folder) => folder !== "." && this.isInstaller(folder));
        if (version === undefined && deeper !== undefined) {
            const top = [...this.folders].join("");
            throw new Error(
                `its files lie in ${top}/${deeper}, and the nodes take away one folder only; pack it as: tar czf FILE harbor`,
            );
        }
        if (version === undefined) throw new Error(`it has no images (harbor.v<version>.tar.gz)${this.hint()}`);
        if (others.length > 0) {
            throw new Error(`it has the images of several versions (${[version, ...others].join(", ")})`);
        }
        if (!this.files.has("prepare")) throw new Error("it has no prepare");
        return version;
    }

    /** The nodes look for exactly these names. */
    private versionsIn(folder: string): string[] {
        const images = /^harbor\.(v\d+\.\d+\.\d+(?:-[\w.]+)?)\.tar\.gz$/;
        return this.namesIn(folder).flatMap((name) => images.exec(name)?.[1] ?? []);
    }

    private namesIn(folder: string): string[] {
        return [...this.names]
            .filter((name) => posix.dirname(name) === (folder || "."))
            .map((name) => posix.basename(name));
    }

    private isInstaller(folder: string): boolean {
        return this.versionsIn(folder).length > 0 && this.namesIn(folder).includes("prepare");
    }

    private hint(): string {
        const other = this.namesIn("").find((name) => /^harbor\..+\.(tar\.gz|tgz)$/.test(name));
        return other === undefined ? "" : `; ${other} is of no released version in this form`;
    }
}

/**
 * What GNU tar makes of a name with --strip-components=1, or undefined where it unpacks nothing: of `./harbor/prepare`
 * it takes away the `./` only, of `harbor//prepare` it leaves an absolute name, which it passes over.
 */
function stripped(name: string): string | undefined {
    const [, rest] = /^\/*[^/]+\/([^/].*)$/s.exec(name) ?? [];
    const path = rest === undefined ? "." : posix.normalize(rest).replace(/\/$/, "");
    return path === "." ? undefined : path;
}
