/** Prints one plain closing line over all tests; a file that failed to run counts as one failed test. */
module.exports = class ClosingLine {
    onRunComplete(_contexts, results) {
        const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } = results;
        const failed = numFailedTests + numRuntimeErrorTestSuites;
        const skipped = numPendingTests + numTodoTests;
        const parts = [`${numPassedTests} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])];
        // Jest's own summary comes after this call.
        process.once("exit", () => process.stdout.write(`${parts.join(", ")}\n`));
    }
};
