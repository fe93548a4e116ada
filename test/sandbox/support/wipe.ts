import { on, nodes, sql } from "./sandbox";
import { dev } from "./stack";

/** Back to hosts that have never seen harbor-ha: the stack, what it keeps on the shared storage, in the database and on hosts. */
export async function wipe(): Promise<void> {
    await dev.destroy();
    await on("node1", "findmnt --mountpoint /mnt/cephfs/harbor >/dev/null && find /mnt/cephfs/harbor -mindepth 1 -delete");
    await sql("DROP DATABASE IF EXISTS registry");
    await Promise.all(
        nodes.map((node) =>
            on(
                node,
                `systemctl stop docker docker.socket; umount /mnt/cephfs/harbor
                 chattr -i /mnt/cephfs/harbor; rm -rf /mnt/cephfs /opt/harbor-ha /etc/ceph/harbor-ha.* /var/log/harbor /var/log/harbor-ha.log
                 sed -i '\\| /mnt/cephfs/harbor |d' /etc/fstab; systemctl daemon-reload; systemctl start docker
                 jq 'del(."insecure-registries")' /etc/docker/daemon.json >/tmp/daemon.json && cat /tmp/daemon.json >/etc/docker/daemon.json
                 systemctl reload docker; docker system prune -af >/dev/null`,
                { seconds: 120 },
            ),
        ),
    );
}
