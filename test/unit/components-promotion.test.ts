import * as pulumi from "@pulumi/pulumi";
import { requireVerifiedBy } from "../../components/promotion";
import { UserError } from "../../base/errors";
import { pins as wanted } from "../support/pins";

const nothing = "harbor-ha:promoteFrom: staging has verified no release yet: run pulumi up --stack staging first";

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
