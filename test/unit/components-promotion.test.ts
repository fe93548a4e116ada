import * as pulumi from "@pulumi/pulumi";
import { requireVerifiedBy } from "../../components/promotion";
import { UserError } from "../../base/errors";
import { pins as wanted } from "../support/pins";

const nothing = "harbor-ha:promoteFrom: staging has verified no release yet: run pulumi up --stack staging first";

describe("the other stack's outputs", () => {
    const asked: string[] = [];
    const stackWith = async (outputs: Record<string, unknown>): Promise<void> => {
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
            "acme",
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

    test("without a verified release nothing is deployed", async () => {
        await stackWith({ url: "https://hub.staging.example.com" });
        await expect(requireVerifiedBy("staging", wanted)).rejects.toThrow(new UserError(nothing));
    });
});
