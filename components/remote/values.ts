import * as pulumi from "@pulumi/pulumi";
import { type ClusterSettings, notKnownYet, type Secret } from "../../base/settings";
import type { ClusterPlan } from "../../plan/cluster-plan";

/** What becomes known while other resources are made. */
export interface LaterValues {
    /** The plan with all its texts; undefined: the one at hand has them. It holds no secret that came later. */
    readonly plan?: pulumi.Output<ClusterPlan> | undefined;
    /** The settings with all secrets, checked as a whole; itself secret. Undefined: those at hand have them. */
    readonly settings?: pulumi.Output<ClusterSettings> | undefined;
}

/**
 * The values of a plan, of which some may be outputs of other resources. The plan at hand decides which resources there are;
 * where values come later, its texts hold stand-ins, which nothing may use: so all of them are read through this.
 */
export class PlanValues {
    constructor(
        readonly plan: ClusterPlan,
        private readonly later: LaterValues = {},
    ) {}

    /** A value of the plan: at once, or when it is known. */
    of<T>(select: (plan: ClusterPlan) => T): T | pulumi.Output<T> {
        return this.later.plan?.apply(select) ?? select(this.plan);
    }

    /** What the program makes of a value of the plan. */
    made<T>(make: (plan: ClusterPlan) => pulumi.Output<T>): pulumi.Output<T> {
        return this.later.plan?.apply<T>(make) ?? make(this.plan);
    }

    /** A secret of the settings. */
    secret(select: (settings: ClusterSettings) => Secret | undefined): pulumi.Output<string> {
        const text = (settings: ClusterSettings): string => {
            const found = select(settings)?.secret;
            if (found === undefined || found === notKnownYet)
                throw new Error("a secret was asked for that isn't there");
            return found;
        };
        const { settings } = this.later;
        return settings ? pulumi.secret(settings.apply(text)) : pulumi.secret(text(this.plan.settings));
    }
}
