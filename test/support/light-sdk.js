/**
 * Before the tests of a file: what no test of a program of resources uses of the SDK isn't loaded with it, as in load.js
 * (test/unit/load.test.ts tries that with the SDK as it is). Its automation API and npm's own resolver take most of its time.
 */
const kept = (part) => () => {
    const get = (_, name) => {
        if (typeof name === "symbol" || name === "__esModule") return undefined;
        return () => {
            throw new Error(`${part} isn't loaded in these tests (test/support/light-sdk.js); ${name} was called`);
        };
    };
    return new Proxy({}, { get });
};

for (const part of ["@pulumi/pulumi/automation", "@pulumi/pulumi/runtime/closure/codePaths"]) {
    jest.mock(part, kept(part));
}
