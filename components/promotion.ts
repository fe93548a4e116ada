import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../base/errors";
import { type DeploymentPins, promotionProblem } from "../plan/pins";

/**
 * Lets only that through which another stack has verified: its last successful update ran the verification with the same
 * version, the same archive, the same rendered files and the same node's command.
 * @throws UserError naming both values, before any resource is registered.
 */
export async function requireVerifiedBy(stack: string, wanted: DeploymentPins): Promise<void> {
    const name = stack.includes("/") ? stack : `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
    const reference = new pulumi.StackReference("promote-from", { name });
    const verified = await reference.getOutputDetails("verifiedRelease");
    const problem = promotionProblem(stack, verified.value, wanted);
    if (problem !== undefined) throw new UserError(problem);
}
