import { pki } from "../support/files";
import fc from "fast-check";
import { componentName, placeOf, resourceName } from "../../plan/names";
import { recordCluster } from "../support/cluster";
import { rawNodes } from "../support/settings";

test("every resource of a cluster is known by its URN and its parent's", async () => {
    const names = ["hub", "hub-2", "up"];
    const nodes = JSON.stringify(rawNodes(3).map((node, i) => ({ ...node, name: names[i] })));
    const { remote } = await recordCluster({
        protocol: "https",
        config: { nodes, httpsCaCertificate: pki("ca.crt") },
    });
    const places = remote.map(({ urn, parent, name }) => ({ name, place: placeOf(urn, parent) }));
    expect(places.filter(({ place }) => place === undefined)).toEqual([]);
    for (const { name, place } of places) {
        if (!place) continue;
        expect(resourceName("harbor", place.step, place.node ?? "", place.suffix)).toBe(name);
    }
    expect(new Set(places.map(({ place }) => JSON.stringify(place))).size).toBe(places.length);
});

test("any node's name leads there and back", () => {
    const type = "urn:pulumi:dev::harbor-ha::harborha:index:HarborCluster$harborha:index:HarborNode";
    const word = fc.constantFrom(
        "hub",
        "2",
        "prepare",
        "up",
        "certs",
        "sync",
        "host",
        "unit",
        "stage",
        "harbor",
        "cephfs",
    );
    const node = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join("-"));
    fc.assert(
        fc.property(node, fc.constantFrom("prepare", "stage", "files", "units"), (name, step) => {
            const suffix = step === "files" ? "harbor.cfg" : step === "units" ? "unit" : undefined;
            const parent = `${type}::${componentName("harbor", step, name)}`;
            const urn = `${type}$command:remote:Command::${resourceName("harbor", step, name, suffix)}`;
            expect(placeOf(urn, parent)).toEqual({ step, node: name, suffix });
        }),
    );
});

test.each([
    [
        "a generated password",
        "urn:pulumi:dev::p::harborha:index:HarborCluster$harborha:index:ClusterSecrets$random:index/randomPassword:RandomPassword::harbor-secrets-salt",
        "urn:pulumi:dev::p::harborha:index:HarborCluster$harborha:index:ClusterSecrets::harbor-secrets",
    ],
    ["no parent", "urn:pulumi:dev::p::command:remote:Command::harbor-up-node1", ""],
    ["nothing", "", ""],
])("%s is no step", (_, urn, parent) => {
    expect(placeOf(urn, parent)).toBeUndefined();
});
