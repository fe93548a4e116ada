import { declarations } from "../../../plan/declarations";
import type { LineId } from "../../../releases/release";
import { renderParameters, type ParameterValue } from "../../../plan/parameters";
import { endOfParameters, wholeText } from "../../../plan/toolkit";

export type Values = Readonly<Record<string, ParameterValue>>;

/** What every host of these tests is, where a kind's own sample would make no sense. */
export function usualValues(root: string, line: LineId = "v1"): Values {
    const mount = `${root}/mnt/cephfs/harbor`;
    return {
        mount_point: mount,
        data_dir: `${mount}/data`,
        shared_dir: `${mount}/harbor-ha`,
        release_dir: `${root}/opt/harbor-ha/releases/v1.1.2-1f1f1f1f1f1f`,
        ca_file: `${root}/etc/docker/certs.d/hub.example.com:8070/ca.crt`,
        release_sha256: "1f".repeat(32),
        version: line === "v1" ? "v1.1.2" : "v2.15.2",
        protocol: "http",
        domain: "hub.example.com",
        insecure_registry: "none",
        prepare_python: line === "v1" ? 3 : 0,
        prepare_image: line === "v1" ? "none" : "goharbor/prepare:v2.15.2",
        prepare_arguments: line === "v1" ? "none" : "prepare",
        postgres: false,
        dns: "none",
        take_out: "none",
        runs_on: "node1",
    };
}

/**
 * Standard input of a command: a value for every parameter that it must have, made from its declaration (plan/steps.ts),
 * so that a new parameter doesn't concern tests of something else.
 * @param given values of the test; undefined leaves a parameter out
 */
export function parametersFor(
    command: string,
    usual: Values,
    given: Readonly<Record<string, ParameterValue | undefined>> = {},
    line: LineId = "v1",
): string {
    const declared = declarations(line).get(command);
    if (!declared) throw new Error(`no step or reader has the command ${command}`);
    const values = new Map<string, ParameterValue>();
    for (const spec of declared) {
        const at = spec.indexOf(":");
        const name = spec.slice(0, at);
        if (!name.endsWith("*") && !spec.endsWith("?")) values.set(name, usual[name] ?? sampleOf(spec.slice(at + 1)));
    }
    for (const [name, value] of Object.entries(given)) {
        if (value === undefined) values.delete(name);
        else values.set(name, value);
    }
    return wholeText(renderParameters(Object.fromEntries(values)), endOfParameters, [command]);
}

/** A value of a kind, as `Kind.shell` tells it. */
export function sampleOf(kind: string): ParameterValue {
    if (kind === "int") return 1;
    if (kind === "flag") return true;
    return kind.startsWith("=") ? (kind.slice(1).split("|")[0] ?? "") : "sample";
}
