/**
 * A `docker` for tests: an engine that is a JSON file, with the few commands that the sandbox's scripts look and remove
 * with. What it doesn't know is an error, so a test can't pass by a command that does nothing.
 *
 * Containers have the labels of their image and their own, as in Docker.
 */
const { readFileSync, writeFileSync } = require("node:fs");

const file = process.env.STAND_IN_ENGINE;
const engine = JSON.parse(readFileSync(file, "utf8"));
const save = () => writeFileSync(file, JSON.stringify(engine));
const words = process.argv.slice(2);

class Failure extends Error {}
const fail = (message) => {
    throw new Failure(message);
};

/** By what it was made from, whatever names that has by now. */
for (const container of engine.containers) {
    container.imageId ??= engine.images.find(({ refs }) => refs.includes(container.image))?.id;
}
const imageOf = ({ imageId }) => engine.images.find(({ id }) => id === imageId) ?? { refs: [], labels: {} };
const lineage = (image) => (image ? [image.id, ...lineage(engine.images.find(({ id }) => id === image.parent))] : []);
const labelsOf = (thing) => ({ ...(thing.image ? imageOf(thing).labels : {}), ...thing.labels });

const kinds = {
    container: { all: engine.containers, fields: (c) => ({ Names: c.name, ID: c.id }) },
    volume: { all: engine.volumes, fields: (v) => ({ Name: v.name, ID: v.name }) },
    network: { all: engine.networks, fields: (n) => ({ Name: n.name, ID: n.id }) },
};

const filters = {
    network: (c, value) => (c.networks ?? []).some((name) => idOf("network", name) === value || name === value),
    volume: (c, value) => (c.volumes ?? []).includes(value),
    ancestor: (c, value) => lineage(imageOf(c)).includes(value),
    type: (n, value) => value === "custom" && !["bridge", "host", "none"].includes(n.name),
    label: (thing, value) => labelled(labelsOf(thing), value.split("=")),
};
const labelled = (labels, [name, value]) => (value === undefined ? name in labels : labels[name] === value);
const idOf = (kind, name) => kinds[kind].all.find((thing) => thing.name === name)?.id;

/** Splits the words behind a command into options with a value, flags and the rest. */
function parsed(rest) {
    const found = { filters: {}, flags: new Set(), names: [], format: undefined };
    for (let i = 0; i < rest.length; i++) {
        const word = rest[i];
        if (word === "--format") found.format = rest[++i];
        else if (word === "--filter") {
            const [name, ...value] = rest[++i].split("=");
            (found.filters[name] ??= []).push(value.join("="));
        } else if (word.startsWith("-")) found.flags.add(word);
        else found.names.push(word);
    }
    return found;
}

const formatted = (format, fields, labels) =>
    format.replace(/\{\{\.(?:Label "([^"]+)"|(\w+))\}\}/g, (_, label, field) => {
        if (label !== undefined) return labels[label] ?? "";
        return fields[field] ?? fail(`template: no field ${field}`);
    });

function list(kind, rest) {
    const { filters: wanted, flags, format } = parsed(rest);
    const { all, fields } = kinds[kind];
    for (const thing of all) {
        const passes = Object.entries(wanted).every(([name, values]) =>
            values.some((value) => (filters[name] ?? fail(`unknown filter ${name}`))(thing, value)),
        );
        if (!passes || (kind === "container" && !thing.running && ![...flags].some((f) => /^-a/.test(f)))) continue;
        console.log(format === undefined ? fields(thing).ID : formatted(format, fields(thing), labelsOf(thing)));
    }
}

function remove(kind, rest) {
    for (const id of parsed(rest).names) {
        const { all, fields } = kinds[kind];
        const at = all.findIndex((thing) => fields(thing).ID === id || thing.name === id);
        if (at < 0) fail(`no such ${kind}: ${id}`);
        const { name } = all[at];
        const users = engine.containers.filter((c) => (c[`${kind}s`] ?? []).includes(name)).map((c) => c.name);
        if (users.length > 0) fail(`${kind} ${name} is in use: ${users.join(" ")}`);
        all.splice(at, 1);
    }
    save();
}

function images(rest) {
    const { filters: wanted, flags, names, format } = parsed(rest);
    for (const image of engine.images) {
        if (!(wanted.label ?? []).every((label) => labelled(image.labels, label.split("=")))) continue;
        if ([...flags].some((flag) => /q/.test(flag))) console.log(image.id);
        for (const ref of format === undefined ? [] : image.refs) {
            const [Repository, Tag] = ref.split(":");
            if (names.length === 0 || names.some((name) => ref.startsWith(name.replace("*", "")))) {
                console.log(formatted(format, { Repository, Tag }, {}));
            }
        }
    }
}

function removeImage(ref) {
    const image = engine.images.find(({ refs }) => refs.includes(ref)) ?? fail(`No such image: ${ref}`);
    const user = engine.containers.find(({ imageId }) => imageId === image.id);
    if (image.refs.length === 1 && user) {
        fail(
            `conflict: unable to remove repository reference "${ref}" (must force) - container ${user.id} is using its referenced image`,
        );
    }
    image.refs = image.refs.filter((other) => other !== ref);
    save();
}

function run([command, ...rest]) {
    if (engine.broken?.includes(`${command} ${rest[0]}`.trim()) || engine.broken?.includes(command))
        fail("the engine is broken");
    const [sub, ...more] = rest;
    if (command === "version") return console.log("20.10.24");
    if (command === "ps") return list("container", rest);
    if (command === "rm") return remove("container", rest);
    if (command === "rmi") return removeImage(sub);
    if (command === "image" && sub === "ls") return images(more);
    if (["volume", "network"].includes(command) && sub === "ls") return list(command, more);
    if (["volume", "network"].includes(command) && sub === "rm") return remove(command, more);
    fail(`docker: '${words.join(" ")}' is not a command of the stand-in`);
}

try {
    run(words);
} catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`Error response from daemon: ${error.message}`);
    process.exitCode = 1;
}
