/** `pulumi preview --policy-pack policy`: refuses what must not be deployed. The rules are in rules.ts. */
import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

new PolicyPack("harbor-ha", {
    policies: rules.map(({ name, description, check }) => ({
        name,
        description,
        enforcementLevel: "mandatory",
        validateStack: ({ resources }, report) => {
            for (const message of check(resources)) report(message);
        },
    })),
});
