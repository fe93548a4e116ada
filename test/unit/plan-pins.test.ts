import { promotionProblem, verifiedPins } from "../../plan/pins";
import { pins as wanted } from "../support/pins";

const nothing = "harbor-ha:promoteFrom: staging has verified no release yet: run pulumi up --stack staging first";

test("what the other stack has verified may be deployed", () => {
    expect(promotionProblem("staging", { ...wanted }, wanted)).toBeUndefined();
    expect(promotionProblem("staging", { ...wanted, more: 1 }, wanted)).toBeUndefined();
});

test.each([undefined, null, "v1.1.2"])("a stack whose output is %j has verified nothing", (verified) => {
    expect(promotionProblem("staging", verified, wanted)?.message).toBe(nothing);
});

test("everything that differs is named with both values", () => {
    const verified = { ...wanted, version: "v1.1.1", command: undefined };
    expect(promotionProblem("staging", verified, wanted)?.message.split("\n")).toEqual([
        "harbor-ha:promoteFrom: staging hasn't verified what this stack wants to deploy:",
        "  Harbor version: staging verified v1.1.1, this stack wants v1.1.2",
        "  digest of the node's command (another version of this program?): staging verified none, this stack wants sha256:0123456789ab",
    ]);
    expect(promotionProblem("staging", {}, wanted)?.message.split("\n")).toHaveLength(6);
});

// D3: a stack that serves http has not shown what the https rendering does.
test("another protocol is another rendering, and isn't verified", () => {
    expect(promotionProblem("staging", wanted, { ...wanted, protocol: "https" })?.message).toContain(
        "staging verified http, this stack wants https",
    );
});

describe("what a verification has seen", () => {
    const line = `verified: v1.1.2 ${wanted.sha256} http 0123456789ab sha256:0123456789ab`;

    test("is what it says itself", () => {
        expect(verifiedPins(`realm  1/1 nodes  ok\n${line}\n`)).toEqual(wanted);
    });

    test.each(["", "realm  1/1 nodes  ok\n", "verified: 12 checks through 3 nodes\n", line.slice(0, -20), `x ${line}`])(
        "without its own word nothing is verified: %j",
        (output) => {
            expect(() => verifiedPins(output)).toThrow("doesn't say what it has verified");
        },
    );
});
