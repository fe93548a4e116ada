import { metricsPort } from "../../base/settings";
import type { Problem } from "../problems";
import type { Given } from "./required";

/** Whether Harbor can run it besides, plan/cluster-plan.ts sees: only then the release is known. */
export function checkOptions({ values }: Given): Problem[] {
    const { metrics, metricsPort: given, port, nodes = [], sshPort } = values;
    const key = "metricsPort";
    if (metrics !== true) {
        return given === undefined ? [] : [{ key, value: "this key", allowed: "only with metrics true" }];
    }
    const taken = given ?? metricsPort;
    const value = String(taken);
    if (taken === port) return [{ key, value, allowed: "another port than port, which is the registry's own" }];
    const node = nodes.find((one) => (one.port ?? sshPort) === taken);
    return node === undefined ? [] : [{ key, value, allowed: `another port than that of ssh (${node.name})` }];
}
