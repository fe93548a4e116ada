import { isOfficialMariaDb, parseImage } from "../../config/image";

test.each([
    ["redis", { registry: "docker.io", path: "library/redis", tag: undefined }],
    ["redis:7", { registry: "docker.io", path: "library/redis", tag: "7" }],
    ["library/redis", { registry: "docker.io", path: "library/redis", tag: undefined }],
    ["docker.io/redis", { registry: "docker.io", path: "library/redis", tag: undefined }],
    ["index.docker.io/a/b", { registry: "docker.io", path: "a/b", tag: undefined }],
    ["vmware/harbor-db:v1.1.2", { registry: "docker.io", path: "vmware/harbor-db", tag: "v1.1.2" }],
    ["localhost/a", { registry: "localhost", path: "a", tag: undefined }],
    ["hub.example.com:5000/a/b/c:1", { registry: "hub.example.com:5000", path: "a/b/c", tag: "1" }],
    [`a@sha256:${"0".repeat(64)}`, { registry: "docker.io", path: "library/a", tag: undefined }],
    ["a:b:c", undefined],
])("%s", (name, parts) => {
    expect(parseImage(name)).toEqual(parts);
});

test.each([
    "mariadb",
    "mariadb:latest",
    "mariadb:lts",
    "mariadb:10",
    "mariadb:10.5",
    "mariadb:10.11.6-jammy",
    "mariadb:11",
    "mariadb:11.4-noble",
    "docker.io/library/mariadb:10.11",
    "registry.example.com/dockerhub/library/mariadb:10.11",
    "registry.example.com:5000/mariadb",
    "harbor-ha-sandbox/mariadb:10.11",
    `mariadb:10.11@sha256:${"0".repeat(64)}`,
])("%s is MariaDB's", (name) => {
    expect(isOfficialMariaDb(name)).toBe(true);
});

test.each([
    "mysql",
    "mysql:5.7",
    "percona:8",
    "library/mysql",
    "mariadb:10.4",
    "mariadb:10.1.48",
    "mariadb:5.5",
    "bitnami/mariadb",
    "registry.example.com/bitnami/mariadb",
    "registry.example.com/bitnamilegacy/mariadb:10.11",
    "registry.example.com/linuxserver/mariadb",
    "mariadb/server",
    "registry.example.com/mariadb-galera",
    "mariadb#1",
])("%s isn't", (name) => {
    expect(isOfficialMariaDb(name)).toBe(false);
});
