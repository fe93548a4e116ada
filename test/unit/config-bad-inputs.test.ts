import { changed, minimalHttp, minimalHttps, problemsOf } from "../support/settings";
import { crossBadInputs } from "./config-bad-inputs.cross";
import { nodeBadInputs } from "./config-bad-inputs.nodes";
import { type BadInput, valueBadInputs } from "./config-bad-inputs.values";

const all: readonly BadInput[] = [...valueBadInputs, ...nodeBadInputs, ...crossBadInputs];

test("the good configurations that the bad ones are made from have no problems", () => {
    expect(problemsOf(minimalHttp)).toEqual([]);
    expect(problemsOf(minimalHttps)).toEqual([]);
});

test("every bad input is another one", () => {
    expect(all.length).toBeGreaterThanOrEqual(60);
    expect(new Set(all.map(({ what }) => what)).size).toBe(all.length);
});

test.each(all)("$what", ({ base = minimalHttp, changes, options, says }) => {
    expect(problemsOf(changed(base, changes), options)).toEqual([says].flat().map((line) => `harbor-ha:${line}`));
});
