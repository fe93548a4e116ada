import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { projectDir } from "../../support/files";

/** What is wrong with an argument, as the engine is told. */
export interface PropertyError {
    readonly path: string;
    readonly reason: string;
}

export interface Plugin {
    schema(): Promise<string>;
    /** Problems of the arguments of a component. @throws Error when there are none. */
    construct(type: string, inputs: object): Promise<readonly PropertyError[]>;
    stop(): void;
}

/** The SDK's generated messages have no types that fit; these are the parts in use. */
interface Message {
    [setter: `set${string}`]: (value: unknown) => void;
    getSchema(): string;
}
interface Failure extends Error {
    readonly metadata?: { get(name: string): Buffer[] };
}
type Call = (request: Message, done: (error: Failure | null, response?: Message) => void) => void;

interface Grpc {
    readonly credentials: { createInsecure(): unknown };
    readonly ServerCredentials: { createInsecure(): unknown };
    readonly Server: new () => {
        addService(service: unknown, handlers: object): void;
        bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void;
        forceShutdown(): void;
    };
}

/** An engine to which nothing can be registered: it only says that it has no features. */
async function startMonitor(load: NodeJS.Require): Promise<{ address: string; stop(): void }> {
    const grpc = load("@grpc/grpc-js") as Grpc;
    const { ResourceMonitorService } = load("@pulumi/pulumi/proto/resource_grpc_pb") as Record<string, unknown>;
    const { SupportsFeatureResponse } = load("@pulumi/pulumi/proto/resource_pb") as {
        SupportsFeatureResponse: new () => Message;
    };
    const server = new grpc.Server();
    server.addService(ResourceMonitorService, {
        supportsFeature: (_: unknown, done: (error: null, response: Message) => void) =>
            done(null, new SupportsFeatureResponse()),
    });
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        );
    });
    return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}

/** Starts a plugin's folder as the engine's Node.js host does, with an engine that can do nothing. */
export async function startPlugin(folder: string): Promise<Plugin> {
    const sdk = join(projectDir, "node_modules", "@pulumi", "pulumi");
    const load = createRequire(join(sdk, "package.json"));
    const monitor = await startMonitor(load);
    const child = spawn("node", [join(sdk, "cmd", "run-plugin"), folder, monitor.address], { cwd: folder });
    let text = "";
    child.stderr.setEncoding("utf8").on("data", (more: string) => (text += more));
    child.stdout.setEncoding("utf8").on("data", (more: string) => (text += more));
    while (!/^\d+$/m.test(text)) {
        await Promise.race([
            once(child.stdout, "data"),
            once(child, "exit").then(() => Promise.reject(new Error(`the plugin has ended:\n${text}`))),
        ]);
    }
    const grpc = load("@grpc/grpc-js") as Grpc;
    const services = load("@pulumi/pulumi/proto/provider_grpc_pb") as {
        ResourceProviderClient: new (
            address: string,
            credentials: unknown,
        ) => Record<"getSchema" | "construct", Call> & {
            close(): void;
        };
    };
    const messages = load("@pulumi/pulumi/proto/provider_pb") as Record<string, new () => Message>;
    const { Struct } = load("google-protobuf/google/protobuf/struct_pb") as {
        Struct: { fromJavaScript(value: object): unknown };
    };
    const address = `127.0.0.1:${/^\d+$/m.exec(text)?.[0] ?? ""}`;
    const client = new services.ResourceProviderClient(address, grpc.credentials.createInsecure());
    const make = (name: string): Message => {
        const Kind = messages[name];
        if (!Kind) throw new Error(`the SDK has no ${name}`);
        return new Kind();
    };
    return {
        schema: () =>
            new Promise((resolve, reject) => {
                client.getSchema(make("GetSchemaRequest"), (error, response) =>
                    error ? reject(error) : resolve(response?.getSchema() ?? ""),
                );
            }),
        construct: (type, inputs) => {
            const request = make("ConstructRequest");
            const fields = { Type: type, Name: "hub", Project: "p", Stack: "s", Dryrun: true, Parallel: 4 };
            for (const [field, value] of Object.entries({ ...fields, Monitorendpoint: monitor.address }))
                request[`set${field}`]?.(value);
            request.setInputs?.(Struct.fromJavaScript(inputs));
            return new Promise((resolve, reject) => {
                client.construct(request, (error) => {
                    const [details] = error?.metadata?.get("grpc-status-details-bin") ?? [];
                    if (details) resolve(propertyErrors(load, details));
                    else reject(error ?? new Error("nothing was wrong"));
                });
            });
        },
        stop: () => {
            client.close();
            monitor.stop();
            child.kill();
        },
    };
}

function propertyErrors(load: NodeJS.Require, details: Buffer): PropertyError[] {
    const { Status } = load("@pulumi/pulumi/proto/status_pb") as {
        Status: { deserializeBinary(bytes: Buffer): { getDetailsList(): { getValue_asU8(): Uint8Array }[] } };
    };
    const { InputPropertiesError } = load("@pulumi/pulumi/proto/errors_pb") as {
        InputPropertiesError: {
            deserializeBinary(bytes: Uint8Array): {
                getErrorsList(): { getPropertyPath(): string; getReason(): string }[];
            };
        };
    };
    return Status.deserializeBinary(details)
        .getDetailsList()
        .flatMap((detail) => InputPropertiesError.deserializeBinary(detail.getValue_asU8()).getErrorsList())
        .map((error) => ({ path: error.getPropertyPath(), reason: error.getReason() }));
}
