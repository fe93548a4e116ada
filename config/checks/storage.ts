import { type ConfigKey, type KeyName, keyNames, keys } from "../keys";
import type { Problem } from "../problems";
import { type Given, missing, required } from "./required";

/** The keys of one way to store exclude those of the other. */
export function checkStorage(given: Given): Problem[] {
    const { storageMode, blobStorage } = given.values;
    const problems: Problem[] = [];
    if (storageMode === "cephfs") {
        problems.push(...missing(required.cephfs, given));
        problems.push(
            ...refused(given, ["storageMountPoint"], "only with storageMode mounted; here cephMountPoint says it"),
        );
    }
    if (storageMode === "mounted") {
        problems.push(...missing(required.mounted, given));
        const allowed = "only with storageMode cephfs; what is mounted already needs storageMountPoint alone";
        problems.push(...refused(given, startingWith("ceph"), allowed));
    }
    if (blobStorage === "s3") problems.push(...missing(required.s3, given));
    if (blobStorage === "filesystem") {
        problems.push(...refused(given, startingWith("s3"), "only with blobStorage s3"));
    }
    return problems;
}

const startingWith = (start: string): KeyName[] => keyNames.filter((name) => name.startsWith(start));

/** A default is what the engine hands over where nothing was set. */
function refused({ values }: Given, names: readonly KeyName[], allowed: string): Problem[] {
    return names
        .filter((name) => values[name] !== undefined && values[name] !== (keys[name] as ConfigKey).default)
        .map((key) => ({ key, value: "this key", allowed }));
}
