/**
 * Whether a value of `harbor-ha:release` names a pinned release, `v1.1.2` or `v1.1.2-1f2e3d4c`, and no archive: these end
 * in .tgz or .tar.gz.
 */
export function isPinName(value: string): boolean {
    return /^v\d+\.\d+\.\d+(-[\w.]+)?$/.test(value) && !/\.(tgz|tar\.gz)$/.test(value);
}
