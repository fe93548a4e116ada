import * as z from "zod";
import { absolutePath, port, serviceHost } from "./rules";

/** The value rules of an object store, whose settings end up in the registry's own configuration. */

/** prepare writes it without quotes into the registry's YAML (Harbor 2.x utils/registry.py), which takes more for numbers. */
const isYamlText = (v: string): boolean =>
    !/^(?:[-+]?0o[0-7_]+|[-+.\d_]+|[-+]?[\d_.]+e[-+]?\d+|[-+]?0[xb][\da-f_]+|y|n|yes|no|on|off|true|false|null)$/i.test(
        v,
    );

const noYamlText = "not a number or a switch, which the registry would not take for text";

export const s3Bucket = z
    .string()
    .refine(
        (v) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(v) && !v.includes(".."),
        "3 to 63 lower-case letters, digits, . and -, with a letter or digit at both ends",
    )
    .refine(isYamlText, noYamlText);

export const s3Region = z
    .string()
    .refine((v) => /^[A-Za-z0-9][A-Za-z0-9-]*$/.test(v), "a region such as eu-central-1")
    .refine(isYamlText, noYamlText);

/** As the registry and, with s3Redirect, its clients reach it. */
export const s3Endpoint = z.string().refine((v) => {
    const [, address = "", endpointPort = "443"] = /^https?:\/\/([^/:@?#]*)(?::(\d+))?$/.exec(v) ?? [];
    return serviceHost.safeParse(address).success && port.safeParse(endpointPort).success;
}, "http:// or https:// with a host that all nodes reach, and a port: http://minio.example.com:9000");

/** What stores make themselves; others can't be written without quotes. */
export const s3Key = (least: number): z.ZodType<string> =>
    z
        .string()
        .refine(
            (v) => /^[A-Za-z0-9/+][A-Za-z0-9/+=._-]*$/.test(v),
            "letters, digits and / + = . _ -, the first one a letter, digit, / or + (the registry's configuration can't quote others)",
        )
        .refine((v) => !v.includes("__"), "no two underscores together")
        .refine((v) => v.length >= least && v.length <= 128, `${least} to 128 characters`)
        .refine(isYamlText, noYamlText);

export const s3Folder = absolutePath.refine(
    (v) => v !== "/",
    "a folder such as /registry; leave it out for the bucket",
);
