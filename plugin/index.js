"use strict";
/** Started by the engine's Node.js host with the address of the engine; serves HarborCluster until it is ended. */
const { serve } = require("../dist/cluster/provider.js");

serve(__dirname, process.argv.slice(2)).catch((error) => {
    console.error(error);
    process.exit(1);
});
