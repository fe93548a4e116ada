import { credentials, type ServiceError } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
    type AnalyzeResponse,
    type AnalyzerInfo,
    AnalyzerResource,
    AnalyzerResourceOptions,
    AnalyzeStackRequest,
    EnforcementLevel,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { rules } from "../../policy/rules";
import { projectDir, projectFile } from "../support/files";

/** The pack as `pulumi preview --policy-pack policy` starts it, with the SDK's own entry point in the pack's folder. */
let pack: ChildProcess;
let client: AnalyzerClient;

beforeAll(async () => {
    const entry = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    // No engine listens there; the pack asks none for anything.
    pack = spawn(process.execPath, [entry, "127.0.0.1:1", "."], { cwd: join(projectDir, "policy") });
    client = new AnalyzerClient(`127.0.0.1:${await portOf(pack)}`, credentials.createInsecure());
}, 60_000);

afterAll(async () => {
    pack.kill();
    client.close();
    if (pack.exitCode === null && pack.signalCode === null) await once(pack, "exit");
});

/** A pack that serves prints its port; one that doesn't ends and says why. */
async function portOf({ stdout, stderr }: ChildProcess): Promise<string> {
    let printed = "";
    let complaint = "";
    stderr?.on("data", (text) => (complaint += String(text)));
    for await (const text of stdout ?? []) {
        printed += String(text);
        if (printed.endsWith("\n")) return printed.trim();
    }
    throw new Error(`the pack doesn't start: ${complaint}`);
}

/** Answer to one request. */
function ask<T>(request: (answer: (error: ServiceError | null, response: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
        request((error, response) => (error ? reject(error) : resolve(response)));
    });
}

test("the pack has the program's version and every rule, each mandatory", async () => {
    const info = await ask<AnalyzerInfo>((answer) => client.getAnalyzerInfo(new Empty(), answer));
    const { version } = JSON.parse(projectFile("package.json")) as { version: string };
    expect({ name: info.getName(), version: info.getVersion() }).toEqual({ name: "harbor-ha", version });
    const policies = info.getPoliciesList();
    expect(policies.map((policy) => [policy.getName(), policy.getDescription()])).toEqual(
        rules.map(({ name, description }) => [name, description]),
    );
    expect(new Set(policies.map((policy) => policy.getEnforcementlevel()))).toEqual(
        new Set([EnforcementLevel.MANDATORY]),
    );
});

const secret = (value: JavaScriptValue): JavaScriptValue => ({ [specialSigKey]: specialSecretSig, value });

/** One command on a host, with its connection in the form that the command plugin records. */
function step(name: string, connection: Readonly<Record<string, string>>): AnalyzerResource {
    const resource = new AnalyzerResource();
    resource.setType("command:remote:Command");
    resource.setUrn(`urn:pulumi:dev::harbor-ha::command:remote:Command::${name}`);
    resource.setName(name);
    resource.setOptions(new AnalyzerResourceOptions());
    const properties = { connection: secret({ ...connection, privateKey: secret("private key") }) };
    resource.setProperties(Struct.fromJavaScript(properties));
    return resource;
}

test("the pack refuses what a rule finds, also inside of secrets, and shows no secret", async () => {
    const stack = new AnalyzeStackRequest();
    stack.setResourcesList([
        step("pinned", { host: "192.0.2.11", hostKey: "ssh-ed25519 AAAA" }),
        step("unpinned", { host: "192.0.2.12" }),
    ]);
    const response = await ask<AnalyzeResponse>((answer) => client.analyzeStack(stack, answer));
    const found = response.getDiagnosticsList();
    const about = found.filter((diagnostic) => diagnostic.getPolicyname() === "host-keys-pinned");
    expect(
        about.map((diagnostic) => [diagnostic.getMessage().split("\n").at(-1), diagnostic.getEnforcementlevel()]),
    ).toEqual([["unpinned logs in without checking the host key", EnforcementLevel.MANDATORY]]);
    expect(JSON.stringify(found.map((diagnostic) => diagnostic.toObject()))).not.toContain("private key");
});
