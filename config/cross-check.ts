import { checkHttps, checkTokenKeyPair } from "./checks/certificates";
import { checkNodes } from "./checks/nodes";
import { checkRelease } from "./checks/release";
import { checkOptions } from "./checks/options";
import { type Given, missing, required } from "./checks/required";
import { checkDns, checkServices } from "./checks/services";
import { checkStorage } from "./checks/storage";
import type { Problem } from "./problems";

/**
 * The rules that join several keys. A rule is passed over when one of its keys has failed on its own already,
 * so that one mistake gives one message.
 */
export function crossCheck(given: Given): Problem[] {
    return [
        ...missing(required.always, given),
        ...checkStorage(given),
        ...checkRelease(given),
        ...checkHttps(given),
        ...checkServices(given),
        ...checkOptions(given),
        ...checkDns(given),
        ...checkTokenKeyPair(given),
        ...checkPaths(given),
        ...checkNodes(given),
    ];
}

function checkPaths({ values }: Given): Problem[] {
    const key = values.storageMode === "mounted" ? "storageMountPoint" : "cephMountPoint";
    const { [key]: mount, installDir: install } = values;
    if (mount === undefined || install === undefined) return [];
    if (!`${install}/`.startsWith(`${mount}/`) && !`${mount}/`.startsWith(`${install}/`)) return [];
    const allowed = `a folder outside ${key} (${mount}): every node needs its own`;
    return [{ key: "installDir", value: install, allowed }];
}
