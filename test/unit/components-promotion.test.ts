import * as pulumi from "@pulumi/pulumi";
import { promotionProblem, requireVerifiedBy } from "../../components/promotion";
import { UserError } from "../../base/errors";
import type { ReleasePins } from "../../releases/fingerprint";

const wanted: ReleasePins = { version: "v1.1.2", sha256: "ab".repeat(32), rendered: "0123456789ab" };

const nothing = "harbor-ha:promoteFrom: staging has verified no release yet: run pulumi up --stack staging first";

test("what the other stack has verified may be deployed", () => {
    expect(promotionProblem("staging", { ...wanted }, wanted)).toBeUndefined();
    expect(promotionProblem("staging", { ...wanted, more: 1 }, wanted)).toBeUndefined();
});

test.each([undefined, null, "v1.1.2"])("a stack whose output is %j has verified nothing", (verified) => {
    expect(promotionProblem("staging", verified, wanted)).toBe(nothing);
});

test("everything that differs is named with both values", () => {
    const verified = { version: "v1.1.1", sha256: wanted.sha256, rendered: undefined };
    expect(promotionProblem("staging", verified, wanted)?.split("\n")).toEqual([
        "harbor-ha:promoteFrom: staging hasn't verified what this stack wants to deploy:",
        "  Harbor version: staging verified v1.1.1, this stack wants v1.1.2",
        "  fingerprint of the rendered release (another version of this program?): staging verified undefined, this stack wants 0123456789ab",
    ]);
    expect(promotionProblem("staging", {}, wanted)?.split("\n")).toHaveLength(4);
});

describe("the other stack's outputs", () => {
    const asked: string[] = [];
    const stackWith = async (outputs: Record<string, unknown>, organization = "acme"): Promise<void> => {
        asked.length = 0;
        await pulumi.runtime.setMocks(
            {
                call: () => ({}),
                newResource: ({ inputs }) => {
                    const { name } = inputs as { name: string };
                    asked.push(name);
                    return { id: name, state: { name, outputs, secretOutputNames: [] } };
                },
            },
            "harbor-ha",
            "prod",
            false,
            organization,
        );
    };

    test.each([
        ["staging", "acme/harbor-ha/staging"],
        ["other/harbor-ha/staging", "other/harbor-ha/staging"],
    ])("%s is the stack %s", async (stack, name) => {
        await stackWith({ verifiedRelease: wanted });
        await expect(requireVerifiedBy(stack, wanted)).resolves.toBeUndefined();
        expect(asked).toEqual([name]);
    });

    // On a backend in files or in an object store the engine's organization is called so.
    test.each([
        ["staging", "organization/harbor-ha/staging"],
        ["organization/other/staging", "organization/other/staging"],
    ])("%s is the stack %s where there are no organizations", async (stack, name) => {
        await stackWith({ verifiedRelease: wanted }, "organization");
        await expect(requireVerifiedBy(stack, wanted)).resolves.toBeUndefined();
        expect(asked).toEqual([name]);
    });

    test("another organization where there are none is refused before the engine is asked", async () => {
        await stackWith({ verifiedRelease: wanted }, "organization");
        await expect(requireVerifiedBy("acme/harbor-ha/staging", wanted)).rejects.toThrow(
            new UserError(
                "harbor-ha:promoteFrom: acme/harbor-ha/staging is not allowed: staging or organization/harbor-ha/staging, since this backend has no organizations",
            ),
        );
        expect(asked).toEqual([]);
    });

    test("without a verified release nothing is deployed", async () => {
        await stackWith({ url: "https://hub.staging.example.com" });
        await expect(requireVerifiedBy("staging", wanted)).rejects.toThrow(new UserError(nothing));
    });
});
