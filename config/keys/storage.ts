import * as z from "zod";
import * as store from "../object-store-rules";
import * as rule from "../rules";
import { type ConfigKey, oneOf } from "./config-key";

/** The storage that the nodes share, and where the blobs lie. */
export const storageKeys = {
    storageMode: {
        group: "Shared storage",
        type: "string",
        schema: oneOf(["cephfs", "mounted"]),
        default: "cephfs",
        description:
            "A CephFS that the program mounts, or whatever the operator has mounted on every host: NFS, GlusterFS, CephFS, GFS2, OCFS2, Lustre, BeeGFS",
    },
    storageMountPoint: {
        group: "Shared storage",
        type: "string",
        schema: rule.ownFolder,
        absent: "required with storageMode mounted",
        description: "Where the operator has mounted it, on every node. With storageMode cephfs: cephMountPoint",
    },
    cephMonitors: {
        group: "CephFS",
        type: "array",
        schema: z.array(rule.cephMonitor, "a list of addresses").min(1, "at least one monitor"),
        absent: "required with storageMode cephfs",
        description: "Ceph monitors, host or host:port",
    },
    cephPath: {
        group: "CephFS",
        type: "string",
        schema: rule.absolutePath,
        default: "/",
        description: "Folder of the CephFS that is mounted; it must exist",
    },
    cephClientName: {
        group: "CephFS",
        type: "string",
        schema: rule.word,
        default: "harbor",
        description: "CephX user, without client.",
    },
    cephKey: {
        group: "CephFS",
        type: "string",
        schema: rule.base64("a CephX key (base64, as ceph auth get-key prints it)"),
        secret: true,
        absent: "required with storageMode cephfs",
        description: "Key of the CephX user",
    },
    cephFsName: {
        group: "CephFS",
        type: "string",
        schema: rule.cephFsName,
        absent: "the cluster's default",
        description: "Name of the file system, where a cluster has several",
    },
    cephMountPoint: {
        group: "CephFS",
        type: "string",
        schema: rule.ownFolder,
        default: "/mnt/cephfs/harbor",
        description: "Where the CephFS is mounted on every node",
    },
    cephClient: {
        group: "CephFS",
        type: "string",
        schema: oneOf(["auto", "kernel", "fuse"]),
        default: "auto",
        description: "Kernel client, ceph-fuse, or the kernel's where it has one",
    },
    blobStorage: {
        group: "Blobs",
        type: "string",
        schema: oneOf(["filesystem", "s3"]),
        default: "filesystem",
        description:
            "Where the registry keeps the images' layers: on the shared storage, or in an object store (Harbor 2.12 and later). All else stays on the shared storage",
    },
    s3Bucket: {
        group: "Blobs",
        type: "string",
        schema: store.s3Bucket,
        absent: "required with blobStorage s3",
        description: "Bucket, which must exist, for this registry alone",
    },
    s3Region: {
        group: "Blobs",
        type: "string",
        schema: store.s3Region,
        absent: "required with blobStorage s3",
        description: "Region of the bucket; other stores than Amazon's take what they are set to, often us-east-1",
    },
    s3Endpoint: {
        group: "Blobs",
        type: "string",
        schema: store.s3Endpoint,
        absent: "Amazon's of the region",
        description:
            "Address of another store (MinIO, Ceph RGW …), http:// or https:// with a certificate of a public authority; the bucket is named in the path",
    },
    s3AccessKey: {
        group: "Blobs",
        type: "string",
        schema: store.s3Key(3),
        secret: true,
        absent: "required with blobStorage s3",
        description: "Access key of a user that may read, write, list and delete in the bucket",
    },
    s3SecretKey: {
        group: "Blobs",
        type: "string",
        schema: store.s3Key(8),
        secret: true,
        absent: "required with blobStorage s3",
        description: "Secret key of that user",
    },
    s3RootDirectory: {
        group: "Blobs",
        type: "string",
        schema: store.s3Folder,
        absent: "the bucket itself",
        description: "Folder inside the bucket",
    },
    s3Redirect: {
        group: "Blobs",
        type: "boolean",
        schema: rule.flag,
        default: false,
        description:
            "Send clients to the store for layers; then each of them has to reach it. Off: the registry hands them on",
    },
} as const satisfies Record<string, ConfigKey>;
