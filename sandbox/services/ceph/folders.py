#!/usr/bin/python3
"""Makes folders in the file system: a client can only mount a sub-folder that exists."""
import sys

import cephfs

name, folders = sys.argv[1], sys.argv[2].split()
fs = cephfs.LibCephFS(conffile="/etc/ceph/ceph.conf", auth_id="admin")
fs.mount(filesystem_name=name.encode())
for folder in folders:
    try:
        fs.mkdirs(folder.encode(), 0o755)
    except cephfs.ObjectExists:
        pass
fs.sync_fs()
fs.shutdown()
