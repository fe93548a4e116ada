const transform = {
    "\\.ts$": [
        "@swc/jest",
        { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
};

/** One kind of tests, in a folder of its own below test/. */
const project = (name) => ({
    displayName: name,
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    testEnvironment: "node",
    transform,
    modulePathIgnorePatterns: ["<rootDir>/sandbox/"],
});

/** @type {import("jest").Config} */
module.exports = {
    projects: [project("unit"), project("graph"), project("node"), project("engine"), project("sandbox")],
    testSequencer: "<rootDir>/test/sandbox/support/sequencer.js",
    reporters: ["default", "<rootDir>/test/reporter.js"],
};
