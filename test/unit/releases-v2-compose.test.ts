import { UserError } from "../../base/errors";
import { type HarborRelease, ReleaseError, type RenderInput } from "../../releases/release";
import { lineV2 } from "../../releases/v2/line";
import {
    httpsInput,
    inputV2,
    release215,
    settingsAnd,
    settingsWith,
    templates,
    templatesWith,
} from "../support/release-v2";

const composeTemplate = "docker_compose/docker-compose.yml.jinja";

/** A part of the compose file's template replaced. */
function composeWith(from: string | RegExp, to: string): HarborRelease {
    const text = templates[composeTemplate] ?? "";
    const edited = text.replace(from, () => to);
    if (edited === text) throw new Error(`the template doesn't have ${String(from)}`);
    return templatesWith({ [composeTemplate]: edited });
}

describe("a compose file that several nodes can't be run with is refused by file and release", () => {
    test.each<[string, string | RegExp, string, string]>([
        [
            "images of a node",
            "{{data_volume}}/registry:/storage:z",
            "/srv/registry:/storage:z",
            "service registry: /storage must be on the shared storage (/data/registry, which becomes /mnt/cephfs/harbor/data/registry), found /srv/registry",
        ],
        [
            "a key of a node",
            "{{data_volume}}/secret/core/private_key.pem",
            "./common/config/core/private_key.pem",
            "service core: /etc/core/private_key.pem must be on the shared storage (/data/secret/core/private_key.pem, which becomes /mnt/cephfs/harbor/data/secret/core/private_key.pem), found ./common/config/core/private_key.pem",
        ],
        [
            "logs of jobs of a node",
            "{{data_volume}}/job_logs:/var/log/jobs:z",
            "logs:/var/log/jobs",
            "service jobservice: /var/log/jobs must be on the shared storage (/data/job_logs, which becomes /mnt/cephfs/harbor/data/job_logs), found the named volume logs",
        ],
        [
            "an image that isn't in the archive",
            "example/harbor-portal:{{version}}",
            "example/harbor-portal:latest",
            "service portal: image example/harbor-portal:latest isn't in the release's archive",
        ],
        [
            "a database of the node's own",
            "{% if external_database == False %}",
            "{% if external_database %}",
            "service postgresql: image example/harbor-db:v2.15.2 isn't in the release's archive",
        ],
        [
            "a Redis of the node's own",
            "networks:\n",
            "  redis:\n    image: example/harbor-core:v2.15.2\n    container_name: redis\nnetworks:\n",
            "service redis is not allowed: the stack has one outside of the nodes",
        ],
        ["no such service", /^ {2}portal:(\n {4}.*)+\n/m, "", "no service portal"],
        ["another port", "{{http_port}}:8080", "81:8080", "service proxy doesn't publish port 8070"],
        [
            "services that are elsewhere",
            "services:\n",
            "include: [a]\nservices:\n",
            "include is not supported: what it names must stand in this file",
        ],
    ])("%s", (_what, from, to, problem) => {
        const release = composeWith(from, to);
        expect(() => lineV2.facts(release, lineV2.render(release, inputV2))).toThrow(
            new ReleaseError(release, "docker-compose.yml", problem),
        );
    });

    test("a port that another service has", () => {
        const input = { ...inputV2, port: 1514, registryName: "hub.example.com:1514" };
        expect(() => lineV2.render(release215, input)).toThrow(
            "service log publishes port 1514, which is the registry's own",
        );
        const metric = settingsAnd("metric:\n  enabled: true\n  port: 8070\n  path: /metrics\n");
        expect(() => lineV2.render(metric, inputV2)).toThrow(
            "service proxy publishes port 8070, which is the registry's own",
        );
    });

    test("no certificate with https", () => {
        const release = composeWith("{{data_volume}}/secret/cert:/etc/cert:z", "./cert:/etc/cert");
        expect(() => lineV2.render(release, httpsInput)).toThrow(
            "service proxy: /etc/cert must be on the shared storage",
        );
        expect(() => lineV2.render(release, inputV2)).not.toThrow();
    });
});

describe("services that run besides", () => {
    const trivy: RenderInput = { ...inputV2, services: { trivy: true, metrics: undefined } };
    const metrics = (port: number, input = inputV2): RenderInput => ({
        ...input,
        services: { trivy: false, metrics: { port } },
    });

    test("the scanner keeps its database and reports on the node", () => {
        const override = lineV2.render(release215, trivy).find(({ path }) => path === "docker-compose.override.yml");
        expect(override?.content).toContain(`  trivy-adapter:
    restart: on-failure
    volumes:
      - type: bind
        source: /opt/harbor-ha/trivy-adapter/trivy
        target: /home/scanner/.cache/trivy
      - type: bind
        source: /opt/harbor-ha/trivy-adapter/reports
        target: /home/scanner/.cache/reports
`);
    });

    test("at another place in the container it would be shared, and is refused", () => {
        const release = composeWith("target: /home/scanner/.cache/trivy", "target: /cache");
        expect(() => lineV2.render(release, trivy)).toThrow(
            "service trivy-adapter: /home/scanner/.cache/trivy must be on the shared storage (/data/trivy-adapter/trivy, which becomes /mnt/cephfs/harbor/data/trivy-adapter/trivy), found no mount",
        );
        expect(() => lineV2.render(release, inputV2)).not.toThrow();
    });

    test("their images are needed, and those of a stack without them aren't", () => {
        const of = (input: RenderInput): readonly string[] =>
            lineV2.facts(release215, lineV2.render(release215, input)).images;
        const more = of({ ...inputV2, services: { trivy: true, metrics: { port: 9090 } } });
        expect(more.filter((image) => !of(inputV2).includes(image))).toEqual([
            "example/harbor-exporter:v2.15.2",
            "example/trivy-adapter-photon:v2.15.2",
        ]);
    });

    test("a port of the metrics that a service of the release has", () => {
        const release = composeWith("127.0.0.1:1514:10514", "127.0.0.1:1514:10514\n      - 9191:9191");
        expect(() => lineV2.render(release, metrics(9191))).toThrow(
            "service log publishes port 9191, which is that of the metrics",
        );
        const silent = composeWith("- {{metric.port}}:9090", "- 9090");
        expect(() => lineV2.render(silent, metrics(9191))).toThrow("service proxy doesn't publish port 9191");
    });

    test("the metrics have the release's port for the redirect", () => {
        const release = settingsWith("port:   80 ", "port:   8088 ");
        expect(() => lineV2.render(release, metrics(8088, httpsInput))).toThrow(
            new UserError(
                "harbor-ha:metricsPort: 8088 is not allowed with https: Harbor 2.x has its redirect from http there (http.port of harbor.yml.tmpl)",
            ),
        );
    });
});
