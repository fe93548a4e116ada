import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../base/errors";
import { setting } from "../base/naming";
import { type DeploymentPins, promotionProblem } from "../plan/pins";

/**
 * Lets only that through which another stack has verified: its last successful update ran the verification with the same
 * version, the same archive, the same rendered files and the same node's command.
 * @param cluster Name of the cluster that is to be made.
 * @throws UserError naming both values, before anything is done to a host.
 */
export async function requireVerifiedBy(stack: string, wanted: DeploymentPins, cluster = "harbor"): Promise<void> {
    // Several clusters of a program may each have one; that of the ready-made program keeps its name.
    const name = cluster === "harbor" ? "promote-from" : `${cluster}-promote-from`;
    const reference = new pulumi.StackReference(name, { name: fullName(stack) });
    const verified = await reference.getOutputDetails("verifiedRelease");
    const problem = promotionProblem(stack, verified.value, wanted);
    if (problem !== undefined) throw problem;
}

/** Backends in files and object stores have one organization, of this name (pulumi pkg/backend/diy). */
const onlyOrganization = "organization";

/** `organization/project/name`, which every backend reads in the same way. */
function fullName(stack: string): string {
    const own = pulumi.getOrganization();
    if (!stack.includes("/")) return `${own}/${pulumi.getProject()}/${stack}`;
    const [organization = "", ...rest] = stack.split("/");
    if (own === onlyOrganization && organization !== own) {
        const allowed = `${stack.split("/").at(-1) ?? ""} or ${[onlyOrganization, ...rest].join("/")}`;
        throw new UserError(
            `${setting("promoteFrom")}: ${stack} is not allowed: ${allowed}, since this backend has no organizations`,
        );
    }
    return stack;
}
