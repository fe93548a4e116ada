import { isContainerName, isImageReference } from "../../releases/docker-names";

test.each([
    ["nginx", true],
    ["harbor-registry", true],
    ["Harbor_ui.1", true],
    ["4x", true],
    ["x", false],
    ["", false],
    ["-ui", false],
    ["_ui", false],
    ["harbor ui", false],
    ["harbor/ui", false],
    ["harbor-ui\n", false],
    ["hafen-ü", false],
])("container name %j: %p", (name, allowed) => {
    expect(isContainerName(name)).toBe(allowed);
});

const sha = "a".repeat(64);

test.each([
    ["nginx", true],
    ["vmware/harbor-ui:v1.1.2", true],
    ["hub.example.com/vmware/registry:2.6.1-photon", true],
    ["hub.example.com:8070/a/b/c", true],
    ["localhost/x", true],
    ["Hub.Example.com/x", true],
    ["[2001:db8::1]:5000/x", true],
    ["a__b/c-.d", false],
    ["a__b/c--d.e_f", true],
    [`x@sha256:${sha}`, true],
    [`x:1@sha256:${sha}`, true],
    [`${"x/".repeat(127)}y`, true],
    [`${"x/".repeat(128)}y`, false],
    [sha, false],
    ["", false],
    ["Nginx", false],
    ["vmware/Harbor", false],
    ["nginx:", false],
    ["nginx:.1", false],
    [`nginx:${"1".repeat(129)}`, false],
    ["nginx # pinned", false],
    ["-x/y", false],
    ["x//y", false],
    ["http://x/y", false],
    ["x@sha256:abc", false],
    ["${REGISTRY}/x", false],
])("image %j: %p", (image, allowed) => {
    expect(isImageReference(image)).toBe(allowed);
});
