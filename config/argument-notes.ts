import type { KeyName } from "./keys";

/**
 * What a caller of the package has to know of an argument beside its description: which values are taken and why, units, and
 * what a change does. The rules themselves are those of the keys.
 */
export const argumentNotes: Readonly<Partial<Record<KeyName, string>>> = {
    domain: "In lower case, with a dot, no address: image names and tokens carry it. A new one renders all files anew, runs `prepare` and restarts every node.",
    port: "With Harbor 2.x and https not the port of its redirect from http (`http.port` of its harbor.yml.tmpl).",
    protocol: "A change runs `prepare` and restarts every node.",
    httpsCertificate:
        "Judged as Go's crypto/x509 does, which Docker and containerd use: subjectAltName, dates, chain, no SHA-1.",
    adminPassword:
        "8 to 64 of letters, digits, . _ ~ ! ^ * + = - and the at sign: Harbor's own files can't quote others (1.1 src/ui/main.go); never Harbor12345.",
    release:
        "Read while the program runs, before any resource is made. Pins lie in `releases/pins` of the calling project.",
    releaseSha256: "64 hexadecimal digits.",
    installDir: "Outside of the shared storage: every node needs its own.",
    prepareGeneration: "1 to 1000000.",
    rollout: "The first node always starts alone, since it fills in the database or migrates it.",
    secretkey:
        "Exactly 16 letters and digits: Harbor reads it verbatim as an AES-128 key (goharbor/harbor #11166). It never changes in the life of a registry.",
    tokenPrivateKey: "RSA, since Harbor's token service reads PKCS#1 only (goharbor/harbor #14732).",
    nodes: "The list is plain: names and number decide which resources there are. Addresses, ports and host keys may be outputs.",
    sshUser: "Plain: commands of others than root begin with sudo.",
    sshPrivateKey: "Ed25519, RSA (1024 bits or more) or ECDSA, as Go's x/crypto/ssh in the provider and ssh2 read it.",
    sshKnownHosts: "Judged by the rules of OpenSSH's known_hosts (sshd(8)). Every host key is pinned.",
    detectDrift: "Hosts that other resources are still to make can't be looked at; a warning says so.",
    storageMountPoint: "A folder below the first level.",
    cephMountPoint: "A folder below the first level.",
    s3Endpoint: "The registry's configuration takes no own authority, so a private certificate isn't possible.",
    mysqlHost: "An output of a database resource may be given.",
    postgresHost: "An output of a database resource may be given.",
    postgresPassword:
        "Harbor 2.x writes it without quotes (make/photon/prepare of v2.12.0 to v2.15.2). With RandomPassword: `special: false`.",
    mysqlPassword:
        "8 to 64 of letters, digits, . _ ~ ! ^ * + = - and the at sign. With RandomPassword: `special: false`.",
    redisPassword: "8 to 64 characters. With RandomPassword: `special: false`.",
    redisDatabase: "0 to 1023; with Harbor 2.x 0, where it keeps sessions (utils/configs.py).",
    redisCacheDatabase: "0 to 1023, another one than redisDatabase; with Harbor 2.x none of those of jobs and scans.",
    dnsTtl: "Seconds, 1 to 86400.",
};
