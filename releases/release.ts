import { UserError } from "../base/errors";
import type { DatabaseSettings, OptionalServices, S3Settings, SentinelSettings, SslMode } from "../base/settings";
import type { ComposeFacts } from "./compose-facts";
import type { ReleaseSlotName, StackSlotName } from "./slots";

/** A release line by the name of its part of the node's command: node/lines/<id>*.sh. */
export type LineId = "v1" | "v2";

/** An opened Harbor installer archive: its texts, and what is needed to find it again on a host. */
export interface HarborRelease {
    /** `v1.1.2`, from the name of the image archive inside. */
    readonly version: string;
    /** SHA-256 of the installer archive, hexadecimal. */
    readonly sha256: string;
    /** The archive on the machine that runs the program; of a pinned release its name only. */
    readonly archive: string;
    /** Text files by path below `harbor/`, for example `common/templates/ui/env`. */
    readonly files: ReadonlyMap<string, string>;
    /** The image that prepare is, and what else the archive of images holds. @default prepare is a script (1.x) */
    readonly prepareImage?: PrepareImage;
    /** What a release from releases/pins has in place of the whole archive. @default the archive was opened */
    readonly pinned?: PinnedParts;
}

export interface PrepareImage {
    /** `goharbor/prepare:v2.15.2`. */
    readonly name: string;
    /** All images of the archive, with their tags. */
    readonly images: readonly string[];
    /** Templates that prepare fills in, by path below its folder `templates`: `core/env.jinja`. */
    readonly templates: ReadonlyMap<string, string>;
    /** Number of the newest migration in the image of core. @default not known */
    readonly schemaVersion?: string;
}

export interface PinnedParts {
    /** Fingerprint of the public token key: the pin has no private key from which to make it. */
    readonly publicTokenKey: string;
    /** Path of the archive, which has been compared with the pin, or in a preview its name; undefined: it isn't at hand. */
    readonly archive: string | undefined;
    /** Why the archive isn't at hand though the settings name one. */
    readonly missing: UserError | undefined;
}

/** A text of the release after its transform; secrets stand in it as slots. */
export interface RenderedFile {
    /** Path below the release's own folder. */
    readonly path: string;
    readonly content: string;
    /** What the slots of the release's own secrets stand for, by their names: `release_…`. */
    readonly secrets?: Readonly<Record<ReleaseSlotName, string>>;
    /** `prepare` makes it on the node: it is shown, and compared with what was made there. @default the program sends it */
    readonly made?: "prepare";
    /** Of the compose file: files that prepare makes and that can't be shown and compared, with the reason. */
    readonly notShown?: Readonly<Record<string, string>>;
}

/** What the program has to know of the rendered compose file to run and watch the containers. */
export interface ReleaseFacts extends ComposeFacts {
    /** Container that clients talk to. */
    readonly proxyContainer: string;
    /** Containers whose addresses the proxy looks up, at its start only. */
    readonly upstreamContainers: readonly string[];
    /** Image whose program updates the schema by itself; `none` where it doesn't. */
    readonly coreImage: string;
    /** Files that prepare makes on the nodes and that can't be shown and compared, with the reason. @default none */
    readonly notShown?: Readonly<Record<string, string>>;
}

/** How a release's prepare is run. */
export interface PrepareWay {
    /** Python that its script is written for; 0 where it needs none on the host. */
    readonly python: 0 | 2 | 3;
    /** Image that is prepare; `none` where it is a script. */
    readonly image: string;
    /** Words for the image, `prepare` first; the one word `none` for a script. */
    readonly arguments: readonly string[];
}

/** What the rendered files depend on. */
export interface RenderInput {
    /** What users write before an image name: `hub.example.com:8070`. */
    readonly registryName: string;
    /** The same without a port. */
    readonly hostname: string;
    readonly protocol: "http" | "https";
    readonly port: number;
    /** Folder on the shared storage that takes the place of Harbor's `/data`. */
    readonly dataDir: string;
    /** Folder on each node that holds `server.crt` and `server.key`. */
    readonly certDir: string;
    readonly database: {
        readonly kind: DatabaseSettings["kind"];
        readonly host: string;
        readonly port: number;
        readonly user: string;
        /** The database's own name; MySQL's is always `registry`. */
        readonly name: string;
        /** Of PostgreSQL; MySQL is never asked for TLS. */
        readonly sslMode: SslMode;
    };
    readonly redis: {
        readonly host: string;
        readonly port: number;
        readonly database: number;
        readonly cacheDatabase: number;
        /** Sentinels that know the server, in the place of host and port; of 2.x. @default there are none */
        readonly sentinel?: SentinelSettings;
        /** TLS, of 2.13 on, with the authority and where it lies on each node. @default without TLS */
        readonly tls?: { readonly authority?: { readonly certificate: string; readonly file: string } };
    };
    /** Bucket for the images' blobs. @default they lie on the shared storage */
    readonly s3?: S3Settings;
    /** Folder of each node's own for what isn't shared. */
    readonly localDir: string;
    /** What runs besides, of 2.x. @default nothing */
    readonly services?: OptionalServices;
    /** The first node makes a key pair in prepare (`customize_crt = on`), as in the talk; the others don't. */
    readonly customizeCrt: boolean;
}

/** What differs between Harbor's release lines, behind one interface. */
export interface ReleaseLine {
    readonly id: LineId;
    readonly name: string;
    /** Database that Harbor of this line stores its data in. */
    readonly database: DatabaseSettings["kind"];
    /** Slots of the stack's secrets that its files always have. */
    readonly slots: readonly StackSlotName[];
    /** Whether the first node's files differ from the others' (`customizeCrt`). */
    readonly rendersPerNode: boolean;
    accepts(version: string): boolean;
    /** @throws ReleaseError when the release lacks something that has to be changed. */
    render(release: HarborRelease, input: RenderInput): readonly RenderedFile[];
    /** @throws ReleaseError when the rendered files leave open what a node has to look for. */
    facts(release: Pick<HarborRelease, "version">, rendered: readonly RenderedFile[]): ReleaseFacts;
    /** Image of the release with the database's client and the schema (`/tmp/r.sql`); `none` where none is needed. */
    databaseImage(release: HarborRelease): string;
    /** Key of the pair that lies in the public release, as a fingerprint that may never sign a token; or `none`. */
    publicTokenKey(release: HarborRelease): string;
    prepare(release: HarborRelease, services: OptionalServices): PrepareWay;
    /** Version of the schema that the release's program expects, in the form of its own migrations; `none`: not known. */
    schemaVersion(release: HarborRelease): string;
    /** The texts that all of this reads, as far as it reads them, and no private key: what a pin has to hold. */
    texts(release: HarborRelease): ReadonlyMap<string, string>;
}

/** Something in the release isn't as this program knows it; the message names the file and the release. */
export class ReleaseError extends UserError {
    constructor(release: Pick<HarborRelease, "version">, file: string, problem: string) {
        super(`Harbor ${release.version}, ${file}: ${problem}`);
    }
}

/** The text of a file of the release. */
export function fileOf(release: HarborRelease, path: string): string {
    const text = release.files.get(path);
    if (text !== undefined) return text;
    // A pin of a program that read less lacks it, too.
    const where = release.pinned ? "the pin: make it anew with npm run release:pin" : "the archive";
    throw new ReleaseError(release, path, `the file isn't in ${where}`);
}
