const transform = {
    "\\.ts$": [
        "@swc/jest",
        { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
};

/** One kind of tests, in a folder of its own below test/. */
const project = (name, more = {}) => ({
    displayName: name,
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    testEnvironment: "node",
    transform,
    modulePathIgnorePatterns: ["<rootDir>/sandbox/"],
    ...more,
});

/** Tests whose files would else load a program's whole SDK anew, each of them. */
const light = { setupFiles: ["<rootDir>/test/support/light-sdk.js"] };

/** @type {import("jest").Config} */
module.exports = {
    projects: [project("unit", light), project("graph", light), project("node"), project("engine"), project("sandbox")],
    testSequencer: "<rootDir>/test/sandbox/support/sequencer.js",
    reporters: ["default", "<rootDir>/test/reporter.js"],
};
