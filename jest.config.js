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

/** @type {import("jest").Config} */
module.exports = {
    projects: [
        project("unit"),
        project("graph"),
        project("engine", { testTimeout: 300_000 }),
        project("sandbox", { testTimeout: 1_800_000 }),
    ],
    testSequencer: "<rootDir>/test/sandbox/support/sequencer.js",
    reporters: ["default", "<rootDir>/test/reporter.js"],
};
