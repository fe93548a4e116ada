import { releasePins } from "../../releases/fingerprint";
import { line11 } from "../../releases/line-1-1";
import { fileOf } from "../../releases/release";
import { release, releaseWith, sandboxRelease } from "../support/release";
import { editedText, paths, smallRelease } from "./releases.texts";

test("a release is pinned by version, archive, protocol and what the program makes of it", () => {
    const { version, sha256 } = release;
    expect(releasePins(release, "https")).toEqual({
        version,
        sha256,
        protocol: "https",
        rendered: expect.stringMatching(/^[0-9a-f]{12,64}$/) as string,
    });
    expect(releasePins(release, "http")).toEqual(releasePins({ ...release, archive: "/elsewhere/harbor.tgz" }, "http"));
});

test("another text of the release gives another fingerprint", () => {
    const changed = [paths.cfg, paths.compose, paths.ui, paths.registry].map(
        (path) => releasePins(releaseWith({ [path]: `${fileOf(release, path)}# changed\n` }), "https").rendered,
    );
    const rest = [releasePins(release, "https").rendered, releasePins(sandboxRelease, "https").rendered];
    expect(new Set([...changed, ...rest]).size).toBe(6);
});

test("a verification with one protocol says nothing of the other", () => {
    expect(releasePins(release, "http").rendered).not.toBe(releasePins(release, "https").rendered);
});

test("what only the first node, or only the others get counts too", () => {
    const { rendered } = releasePins(release, "https");
    const render = line11.render.bind(line11);
    for (const [first, others] of [
        ["# changed", ""],
        ["", "# changed"],
    ] as const) {
        const spy = jest.spyOn(line11, "render").mockImplementation((one, input) =>
            render(one, input).map((file) => ({
                ...file,
                content: file.content + (input.customizeCrt ? first : others),
            })),
        );
        expect(releasePins(release, "https").rendered).not.toBe(rendered);
        spy.mockRestore();
    }
});

test("a secret of the release can't be guessed from a fingerprint", () => {
    const pins = ["One-Secret-1", "Another-Secret-2"].map((password) =>
        releasePins(
            smallRelease(
                editedText(paths.cfg, "token_expiration = 30", `token_expiration = 30\nldap_search_pwd = ${password}`),
            ),
            "https",
        ),
    );
    expect(pins[0]).toEqual(pins[1]);
    expect(pins[0]).not.toEqual(releasePins(smallRelease(), "https"));
});
