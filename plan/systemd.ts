/** Unit files of a node. */

/**
 * Brings Harbor back after a boot or a restart of Docker. It looks after the mount itself and tries until it works, so
 * that a node whose Ceph was away at boot comes back unattended. Once Harbor runs, it keeps the proxy's view of the
 * other containers' addresses up to date.
 */
export function harborUnit(toolkit: string): string {
    return `[Unit]
Description=Harbor registry node (harbor-ha)
Wants=network-online.target
After=network-online.target docker.service
# A restart of Docker stops the containers; this unit starts them again, log first.
PartOf=docker.service
StartLimitIntervalSec=0

[Service]
ExecStartPre=${toolkit} start
ExecStart=${toolkit} watch
Restart=on-failure
RestartSec=15
TimeoutStartSec=900

[Install]
WantedBy=multi-user.target docker.service
`;
}

/**
 * Without it Docker may start before the CephFS and write into the empty mount point. Docker starts crashed containers
 * by itself as soon as it runs, so it waits until the storage takes a write.
 */
export function dockerDropIn(toolkit: string, mountPoint: string): string {
    return `[Unit]
RequiresMountsFor=${mountPoint}

[Service]
ExecStartPre=${toolkit} probe ${mountPoint}
`;
}
