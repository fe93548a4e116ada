import type { DeploymentPins } from "../../plan/pins";

export const pins: DeploymentPins = {
    version: "v1.1.2",
    sha256: "ab".repeat(32),
    protocol: "http",
    rendered: "0123456789ab",
    command: "sha256:0123456789ab",
};
