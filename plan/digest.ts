import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Parameters } from "../components/remote/remote";

/** A short hash for a preview: twelve hexadecimal digits, after a word so that none is taken for a number. */
export function digest(text: string): string {
    return `sha256:${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}

/** One hash of all parameters of a step, for the step that has to follow it whenever it runs again. */
export function digestOf(parameters: Parameters): pulumi.Output<string> {
    return pulumi.output(parameters).apply((known) => digest(JSON.stringify(Object.entries(known).sort())));
}
