import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { Graph, type Registered } from "./graph";

/** Marks of the engine's wire format: a secret, and a value that a preview doesn't know. */
const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The part of the SDK's registration request that the tests look at; the SDK has no public form of it. */
interface Request {
    getName(): string;
    getType(): string;
    getParent(): string;
    getDependenciesList(): string[];
    getDeletebeforereplace(): boolean;
    getProtect(): boolean | undefined;
    getRetainondelete(): boolean | undefined;
    getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}

type Register = (this: MockMonitor, request: Request, callback: Callback) => Promise<void>;
type Callback = (error: unknown, response: { getUrn(): string } | undefined) => void;

export interface RecordOptions {
    /** As in `pulumi preview` of a new stack: nothing that a provider makes is known. */
    readonly preview?: boolean;
    /** Awaited inside of every registration. */
    readonly delay?: (name: string) => Promise<void>;
    /** Standard output of a command by resource name; undefined: what a good run prints. */
    readonly stdout?: (name: string) => string | undefined;
}

/** Registers resources under mocks and returns what was registered, with its dependencies. */
export async function record(program: () => void | Promise<void>, options: RecordOptions = {}): Promise<Graph> {
    const { preview = false, delay, stdout } = options;
    const registered: Registered[] = [];
    const restore = listen((resource) => registered.push(resource));
    // The SDK takes a stack trace for every promise and resource, and Jest maps each of them to its source: two thirds of the
    // time.
    const before = { prepareStackTrace: undefined, ...Object.fromEntries(Object.entries(Error)) };
    Object.assign(Error, { stackTraceLimit: 0, prepareStackTrace: undefined });
    try {
        await pulumi.runtime.setMocks(
            {
                call: () => {
                    throw new Error("the program calls no provider function");
                },
                newResource: async ({ name, type, inputs }) => {
                    await delay?.(name);
                    const given = inputs as Record<string, unknown>;
                    const made = preview ? {} : outputsOf(name, type, given, stdout?.(name));
                    return { id: `${name}-id`, state: { ...given, ...made } };
                },
            },
            "harbor-ha",
            "test",
            preview,
        );
        await program();
        await pulumi.runtime.disconnect();
    } finally {
        Object.assign(Error, before);
        restore();
    }
    return new Graph(registered);
}

/** What a good `verify` prints. */
export const goodVerification = `realm  1/1 nodes  ok\nverified: v1.1.2 ${"1f".repeat(32)} http 0123 sha256:4567\n`;

/** The value that the mocked random provider makes for a resource. */
export function generatedPassword(name: string): string {
    return `Generated${Buffer.from(name).toString("hex")}`;
}

function outputsOf(name: string, type: string, inputs: Record<string, unknown>, stdout?: string): object {
    switch (type) {
        case "random:index/randomPassword:RandomPassword":
            return { result: pulumi.secret(generatedPassword(name)) };
        case "command:remote:Command":
            return { stdout: stdout ?? goodOutput(inputs.create), stderr: "" };
        case "docker:index/remoteImage:RemoteImage":
            return { imageId: "sha256:0123" };
        default:
            return {};
    }
}

/** What a good `cert-sync` prints: all nodes see the one trace. */
export const goodCertSync = "private_key.pem: SHA256:abc\nroot.crt: SHA256:abc\nstorage: 5t0\nlooked: 2 a\nseen: a=1\n";

function goodOutput(create: unknown): string {
    const line = String(create);
    if (line.endsWith(" cert-sync")) return goodCertSync;
    if (line.endsWith(" verify")) return goodVerification;
    return "done\n";
}

function listen(heard: (resource: Registered) => void): () => void {
    const prototype = MockMonitor.prototype as unknown as { registerResource: Register };
    const original = prototype.registerResource;
    prototype.registerResource = function (request, callback) {
        return original.call(this, request, (error, response) => {
            if (response) heard(describe(request, response.getUrn()));
            callback(error, response);
        });
    };
    return () => (prototype.registerResource = original);
}

function describe(request: Request, urn: string): Registered {
    const raw = request.getObject()?.toJavaScript() ?? {};
    return {
        urn,
        name: request.getName(),
        type: request.getType(),
        parent: request.getParent(),
        dependencies: new Set(request.getDependenciesList()),
        inputs: opened(raw, (secret) => secret) as Record<string, unknown>,
        visible: opened(raw, () => "[secret]") as Record<string, unknown>,
        unknown: new Set(Object.keys(raw).filter((key) => JSON.stringify(raw[key]).includes(unknownMark))),
        deleteBeforeReplace: request.getDeletebeforereplace(),
        protect: request.getProtect() ?? false,
        retainOnDelete: request.getRetainondelete() ?? false,
    };
}

function isSecret(value: unknown): value is { value: unknown } {
    return typeof value === "object" && value !== null && (value as Record<string, unknown>)[signature] === secretMark;
}

/** The value with something else in the place of each secret. */
function opened(value: unknown, show: (secret: unknown) => unknown): unknown {
    if (isSecret(value)) return opened(show(value.value), show);
    if (Array.isArray(value)) return value.map((item) => opened(item, show));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner, show)]));
}
