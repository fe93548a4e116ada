import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { must } from "./run";

export type Scheme = "light" | "dark";

/** How a page looks to a browser. */
export interface Looks {
    /** CSS pixels by which it is wider than its window. */
    readonly overflow: number;
    /** Colour of the page, as `r,g,b`. */
    readonly background: string;
    /** Lowest contrast of a text with what lies behind it, as WCAG counts it, and that text. */
    readonly contrast: { readonly ratio: number; readonly text: string };
    /** Boxes and cells of which one covers another one, or which have no size. */
    readonly covered: readonly string[];
    readonly goodCells: number;
    readonly badCells: number;
    readonly chips: number;
}

/** Debian's browser and a font with the signs that the pages use. */
export async function installBrowser(): Promise<void> {
    if (existsSync("/usr/bin/chromium")) return;
    const install = "apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core";
    await must("bash", ["-c", `(apt-get update -qq && DEBIAN_FRONTEND=noninteractive ${install}) >/dev/null`], { seconds: 600 });
}

async function chromium(file: string, scheme: Scheme, width: number, ...more: string[]): Promise<string> {
    const profile = mkdtempSync(join(tmpdir(), "harbor-ha-browser-"));
    try {
        return await must("chromium", [
            ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run"],
            ...["--disable-background-networking", "--disable-component-update", `--user-data-dir=${profile}`],
            ...[`--blink-settings=preferredColorScheme=${scheme === "dark" ? 0 : 1}`, `--window-size=${width},1400`, ...more],
            `file://${file}`,
        ]);
    } finally {
        rmSync(profile, { recursive: true, force: true });
    }
}

/** Runs in the browser. */
const measure = `
const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
const light = (c) => c.slice(0, 3).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
const contrast = { ratio: 99, text: "" };
for (const e of document.body.querySelectorAll("*")) {
  const text = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join("");
  if (!text) continue;
  const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < contrast.ratio) Object.assign(contrast, { ratio, text });
}
const parts = [...document.querySelectorAll(".box, .chip, .grid td")].map((e) => ({ e, r: e.getBoundingClientRect() }));
const covered = parts.filter(({ e, r }) => r.width < 10 || r.height < 10 || parts.some((o) => o.e !== e &&
  r.left < o.r.right - 1 && o.r.left < r.right - 1 && r.top < o.r.bottom - 1 && o.r.top < r.bottom - 1)).map(({ e }) => e.textContent);
const count = (selector) => document.querySelectorAll(selector).length;
const root = document.documentElement;
const found = { overflow: root.scrollWidth - root.clientWidth, background: rgb(getComputedStyle(document.body).backgroundColor).join(), contrast, covered,
  goodCells: count(".grid td.good"), badCells: count(".grid td.bad"), chips: count(".chip") };
document.body.textContent = "looks" + JSON.stringify(found) + "end";
`;

/** Measures a copy of the page, since the page itself forbids to run anything. */
export async function looksOf(file: string, scheme: Scheme, width: number): Promise<Looks> {
    const copy = `${file}.measured.html`;
    const page = readFileSync(file, "utf8").replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
    writeFileSync(copy, page.replace("</body>", `<script>${measure}</script></body>`));
    const dom = await chromium(copy, scheme, width, "--dump-dom");
    const text = /looks(\{.*\})end/s.exec(dom)?.[1];
    if (text === undefined) throw new Error(`the browser has measured nothing:\n${dom.slice(0, 2000)}`);
    return JSON.parse(text.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">")) as Looks;
}

/** A picture of the page as it is: its first pixel, as `r,g,b`, and how many different bytes it has. */
export async function pictureOf(file: string, scheme: Scheme): Promise<{ corner: string; different: number }> {
    const picture = `${file}.${scheme}.png`;
    await chromium(file, scheme, 1280, `--screenshot=${picture}`);
    const png = readFileSync(picture);
    const parts: Buffer[] = [];
    for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
        if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    }
    const bytes = inflateSync(Buffer.concat(parts));
    // The first line's first pixel is the same for every filter of PNG.
    return { corner: [...bytes.subarray(1, 4)].join(","), different: new Set(bytes).size };
}
