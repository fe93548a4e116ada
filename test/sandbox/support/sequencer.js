const { default: Sequencer } = require("@jest/test-sequencer");

/** Files in the order of their names, numbers by their value: the sandbox tests share one sandbox. */
module.exports = class ByName extends Sequencer {
    sort(tests) {
        return [...tests].sort((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
    }
};
