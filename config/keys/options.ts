import * as rule from "../rules";
import type { ConfigKey } from "./config-key";

/** What Harbor 2.x can run besides. */
export const optionKeys = {
    trivy: {
        group: "Optional services",
        type: "boolean",
        schema: rule.flag,
        default: false,
        description:
            "Scanner of images for vulnerabilities on every node (Trivy, Harbor 2.x). Each node loads a database of its own, into a folder of its own",
    },
    metrics: {
        group: "Optional services",
        type: "boolean",
        schema: rule.flag,
        default: false,
        description:
            "Numbers for Prometheus from every node (Harbor 2.x). The output prometheusScrapeConfig says where; they need no login, so close the port to others",
    },
    metricsPort: {
        group: "Optional services",
        type: "integer",
        schema: rule.metricsPort,
        absent: "9090, Harbor's own",
        description: "Port of every node for metrics",
    },
} as const satisfies Record<string, ConfigKey>;
