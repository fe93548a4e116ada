import { isTrue, type Mapping, printed, section, type Value } from "./python";

const drivers = ["filesystem", "azure", "gcs", "s3", "swift", "oss"];

/** Where the registry keeps images (make/photon/prepare/utils/configs.py and registry.py): the first driver that is set. */
export function storageOf(storage: Mapping): Mapping {
    const driver = drivers.find((name) => isTrue(storage[name])) ?? "filesystem";
    const settings = section(storage, driver);
    const redirect = section(storage, "redirect");
    return {
        storage_provider_name: driver,
        storage_provider_info: info(driver, settings),
        ...(isTrue(redirect) && { storage_redirect_disabled: redirect.disable }),
        ...(driver === "gcs" && isTrue(settings.keyfile) && { gcs_keyfile: settings.keyfile }),
    };
}

/** A section of the registry's configuration. */
function info(driver: string, settings: Mapping): string {
    const all: Mapping = {
        ...settings,
        ...(driver === "filesystem" && !Object.hasOwn(settings, "rootdirectory") && { rootdirectory: "/storage" }),
        ...(driver === "gcs" && isTrue(settings.keyfile) && { keyfile: "/etc/registry/gcs.key" }),
    };
    const lines = Object.entries(all).map(([key, value]) => `${key}: ${written(value)}`);
    return [`${driver}:`, ...lines].join("\n    ");
}

/** To Python, 1 equals True. */
function written(value: Value): string {
    if (value === null) return "";
    return value === true || value === 1 ? "true" : printed(value);
}
