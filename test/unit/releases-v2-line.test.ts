import { parse } from "yaml";
import { UserError } from "../../base/errors";
import { releasePins } from "../../releases/fingerprint";
import { line11 } from "../../releases/line-1-1";
import { releaseLine } from "../../releases/lines";
import { ReleaseError } from "../../releases/release";
import { lineV2 } from "../../releases/v2/line";
import { noServices } from "../support/release";
import {
    httpsInput,
    inputV2,
    release214,
    release215,
    settingsAnd,
    settingsWith,
    templatesWith,
    withoutImage,
} from "../support/release-v2";

describe("versions", () => {
    test.each(["v2.12.0", "v2.13.5-rc1", "v2.14.4", "v2.15.2"])("%s is of the line", (version) => {
        expect(releaseLine(version)).toBe(lineV2);
        expect(line11.accepts(version)).toBe(false);
    });

    const step =
        "bring the installation to 2.12 with Harbor's own installer first, in steps of about three minor versions";
    const newer = "take 2.15, or a version of this program that knows the newer one";
    test.each([
        ["v1.3.0", `; ${step}, or set up 2.12 to 2.15 anew and replicate the images into it`],
        ["v1.10.19", `; ${step}, or set up 2.12 to 2.15 anew and replicate the images into it`],
        ["v2.0.0", `; ${step}`],
        ["v2.11.2-rc1", `; ${step}`],
        ["v2.16.0", `; ${newer}`],
        ["v2.20.1", `; ${newer}`],
        ["v3.0.0", `; ${newer}`],
        ["v10.0.0", `; ${newer}`],
        ["v0.5.0", ""],
        ["v1.1", ""],
        ["v2.150.0", ""],
        ["2.15.2", ""],
        ["", ""],
    ])("'%s' is refused by name, with what to do%s", (version, way) => {
        expect(() => releaseLine(version)).toThrow(
            new UserError(
                `harbor-ha:release: Harbor ${version} is not supported; supported release lines: 1.1–1.2, 2.12–2.15${way}`,
            ),
        );
    });
});

describe("the files", () => {
    test("come with those that prepare makes; only the first two are sent", () => {
        const files = lineV2.render(release215, inputV2);
        const sent = files.filter(({ made }) => made === undefined).map(({ path }) => path);
        expect(sent).toEqual(["harbor.yml", "docker-compose.override.yml"]);
        expect(files.filter(({ made }) => made === "prepare").map(({ path }) => path)).toEqual([
            "docker-compose.yml",
            "common/config/portal/nginx.conf",
            "common/config/log/logrotate.conf",
            "common/config/nginx/nginx.conf",
            "common/config/core/env",
            "common/config/core/app.conf",
            "common/config/registry/config.yml",
            "common/config/registryctl/env",
            "common/config/registryctl/config.yml",
            "common/config/db/env",
            "common/config/jobservice/env",
            "common/config/jobservice/config.yml",
        ]);
    });

    test("are alike on all nodes", () => {
        expect(lineV2.rendersPerNode).toBe(false);
        expect(lineV2.render(release215, { ...inputV2, customizeCrt: false })).toEqual(
            lineV2.render(release215, { ...inputV2, customizeCrt: true }),
        );
    });

    test("the override leaves the start of every service to systemd", () => {
        const [, override] = lineV2.render(release214, httpsInput);
        const restart = { restart: "on-failure" };
        expect(parse(override?.content ?? "")).toEqual({
            services: {
                ...{ log: restart, registry: restart, registryctl: restart, core: restart },
                ...{ portal: restart, jobservice: restart, proxy: restart },
            },
        });
    });
});

describe("what a node has to know", () => {
    test("is read from the compose file that prepare will make", () => {
        expect(lineV2.facts(release215, lineV2.render(release215, inputV2))).toEqual({
            images: [
                "example/harbor-core:v2.15.2",
                "example/harbor-jobservice:v2.15.2",
                "example/harbor-log:v2.15.2",
                "example/harbor-portal:v2.15.2",
                "example/harbor-registryctl:v2.15.2",
                "example/nginx-photon:v2.15.2",
                "example/registry-photon:v2.15.2",
            ],
            containers: [
                ...[
                    "harbor-core",
                    "harbor-jobservice",
                    "harbor-log",
                    "harbor-portal",
                    "nginx",
                    "registry",
                    "registryctl",
                ],
            ],
            containerOf: {
                ...{ log: "harbor-log", registry: "registry", registryctl: "registryctl", core: "harbor-core" },
                ...{ portal: "harbor-portal", jobservice: "harbor-jobservice", proxy: "nginx" },
            },
            logAddress: "127.0.0.1:1514",
            proxyContainer: "nginx",
            upstreamContainers: ["harbor-core", "harbor-portal"],
            coreImage: "example/harbor-core:v2.15.2",
        });
    });

    test("with metrics the proxy looks up more addresses", () => {
        const release = settingsAnd("metric:\n  enabled: true\n  port: 9090\n  path: /metrics\n");
        expect(lineV2.facts(release, lineV2.render(release, inputV2)).upstreamContainers).toEqual([
            "harbor-core",
            "harbor-portal",
            "harbor-jobservice",
            "registry",
            "harbor-exporter",
        ]);
    });

    test("says which files can't be shown, also of copies", () => {
        const release = templatesWith({ "core/env.jinja": "{{ new_thing }}" });
        const files = lineV2.render(release, inputV2).map((file) => ({ ...file }));
        expect(lineV2.facts(release, files).notShown).toEqual({
            "common/config/core/env": "core/env.jinja: line 1: nothing is known of new_thing",
        });
    });

    test("needs the compose file", () => {
        expect(() => lineV2.facts(release215, [])).toThrow(
            new ReleaseError(release215, "docker-compose.yml", "the file isn't rendered"),
        );
    });

    test("prepare runs in its own image, and nothing of 1.x is needed", () => {
        expect(lineV2.prepare(release215, noServices)).toEqual({
            ...{ python: 0, image: "example/prepare:v2.15.2", arguments: ["prepare"] },
        });
        expect(lineV2.databaseImage(release215)).toBe("none");
        expect(lineV2.publicTokenKey(release215)).toBe("none");
        expect([lineV2.database, lineV2.slots]).toEqual([
            "postgres",
            ["admin_password", "postgres_password", "redis_password"],
        ]);
        const online = withoutImage();
        expect(() => lineV2.prepare(online, noServices)).toThrow(
            "no image of prepare: the offline installer is needed",
        );
    });

    test("the newest migration, where it is known", () => {
        expect(lineV2.schemaVersion(release215)).toBe("none");
        const { prepareImage: image } = release215;
        const known = { ...release215, ...(image && { prepareImage: { ...image, schemaVersion: "180" } }) };
        expect(lineV2.schemaVersion(known)).toBe("180");
    });
});

describe("the fingerprint of a release", () => {
    test("is one for all environments, and another for each protocol, template and setting", () => {
        const all = [
            release215,
            release214,
            settingsWith("rotate_count: 50", "rotate_count: 51"),
            templatesWith({ "portal/nginx.conf.jinja": "other\n" }),
        ];
        const found = all.flatMap((release) => [
            releasePins(release, "http").rendered,
            releasePins(release, "https").rendered,
        ]);
        expect(new Set(found).size).toBe(8);
        expect(releasePins({ ...release215, archive: "/elsewhere.tgz" }, "http")).toEqual(
            releasePins(release215, "http"),
        );
    });

    test("renders once, since no node differs", () => {
        const spy = jest.spyOn(lineV2, "render");
        releasePins(release215, "https");
        expect(spy.mock.calls.map(([, { database, protocol }]) => [database.kind, protocol])).toEqual([
            ["postgres", "https"],
        ]);
        spy.mockRestore();
    });
});
