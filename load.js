"use strict";
/**
 * Runs index.ts without the seconds that the default loader needs to type-check it on every `pulumi` command
 * (`npm run check` does that): the program is bundled by esbuild into .build/, again only when a source has changed.
 * Works with every version of the Node.js language host, since it needs none of its options.
 */
const { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const folder = join(__dirname, ".build");
const bundle = join(folder, "program.js");
const record = join(folder, "sources.json");

const isThere = (file) => existsSync(join(__dirname, file));
const stamp = (file) => {
    const { mtimeMs, size } = statSync(join(__dirname, file));
    return `${mtimeMs} ${size}`;
};

function isCurrent() {
    try {
        const sources = Object.entries(JSON.parse(readFileSync(record, "utf8")));
        return existsSync(bundle) && sources.every(([file, was]) => stamp(file) === was);
    } catch {
        return false; // no record yet, or a source is gone: build it
    }
}

function build() {
    const esbuild = require("esbuild");
    const { outputFiles, metafile } = esbuild.buildSync({
        absWorkingDir: __dirname,
        entryPoints: ["index.ts"],
        outfile: bundle,
        bundle: true,
        platform: "node",
        target: "node20",
        format: "cjs",
        // The SDKs must be the very ones that the engine's runner has loaded; ssh2 has native parts.
        external: ["@pulumi/*", "ssh2"],
        sourcemap: "linked",
        // Half the text to parse; names stay for error messages.
        minify: true,
        keepNames: true,
        metafile: true,
        write: false,
        logLevel: "error",
    });
    const sources = [...Object.keys(metafile.inputs), "load.js", "package-lock.json"].filter(isThere);
    mkdirSync(folder, { recursive: true });
    for (const { path, contents } of outputFiles) replace(path, contents);
    replace(record, JSON.stringify(Object.fromEntries(sources.map((file) => [file, stamp(file)]))));
}

function replace(file, content) {
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, content);
    renameSync(temporary, file);
}

if (!isCurrent()) build();

// The SDK records a stack for every value that it waits for; mapping them to sources takes a third of a preview. Whoever looks
// for a fault of the program or the SDK sets the variable, and gets stacks of sources and the SDK's own messages.
if (process.env.HARBOR_HA_STACKS) {
    process.setSourceMapsEnabled(true);
} else {
    Error.prepareStackTrace = undefined;
    Error.stackTraceLimit = 0;
}

/**
 * The SDK's index loads the automation API, and its runtime npm's own resolver, for functions that are to be serialized: a
 * fifth of a preview, for what a program of resources never uses. Both are loaded when somebody uses them.
 * @param exportsOf what stands in the part's place; it gets a function that loads the part
 */
function loadLater(part, exportsOf) {
    let file;
    try {
        file = require.resolve(part);
    } catch {
        return; // another version of the SDK, which has no such part
    }
    if (require.cache[file]) return;
    const real = () => {
        if (require.cache[file] === placeholder) delete require.cache[file];
        return require(file);
    };
    const placeholder = { id: file, filename: file, loaded: true, children: [], paths: [], exports: exportsOf(real) };
    require.cache[file] = placeholder;
}

loadLater("@pulumi/pulumi/automation", (real) => {
    const get = (_, name) => (name === "__esModule" ? true : real()[name]);
    return new Proxy({}, { get, has: (_, name) => name in real(), ownKeys: () => Reflect.ownKeys(real()) });
});
loadLater("@pulumi/pulumi/runtime/closure/codePaths", (real) => ({
    __esModule: true,
    computeCodePaths: (...args) => real().computeCodePaths(...args),
}));

/**
 * For `pulumi --debug` the SDK sends the engine about eight messages for each resource, wanted or not, one after the other; and
 * with each resource its place in the bundle, which tells nothing. Together a tenth of a preview.
 */
function quieten() {
    const { Resource, log } = require("@pulumi/pulumi");
    log.debug = () => Promise.resolve();
    if (Resource.stackTrace) Resource.stackTrace = () => [];
}

if (!process.env.HARBOR_HA_STACKS) quieten();

module.exports = require(bundle);
