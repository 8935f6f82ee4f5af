// node page.mjs SITE: milliseconds until the overview and an image are painted, and from a
// keystroke in the search to its results, as JSON. Names to type come from the site itself.
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../tests/browser/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const site = resolve(process.argv[2]);
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const address = (path) => pathToFileURL(join(site, path)).href;

const paints = [];
for (let turn = 0; turn < 5; turn++) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(address("index.html"));
  const painted = await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  paints.push(await painted.jsonValue());
  await page.context().close();
}

const listed = readFileSync(join(site, "repositories.html"), "utf8");
const names = [...listed.matchAll(/<span class="dim">([^<]*)<\/span>(?:<wbr>)?<span class="own">([^<]*)</g)].map((own) => own[1] + own[2]);
const typed = [0.1, 0.3, 0.5, 0.7, 0.9].map((part) => names[Math.floor(names.length * part)]).filter(Boolean);
if (typed.length === 0) throw new Error("repositories.html has no names to type");
const strokes = [];
for (const name of typed) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(address("index.html"));
  strokes.push(...await page.evaluate(async (text) => {
    const input = document.getElementById("q");
    const took = [];
    input.focus();
    for (let end = 1; end <= text.length; end++) {
      input.value = text.slice(0, end);
      const begun = performance.now();
      input.dispatchEvent(new Event("input"));
      while (document.documentElement.dataset.searched !== input.value) await new Promise((done) => setTimeout(done, 0));
      took.push(performance.now() - begun);
    }
    return took;
  }, name.slice(name.lastIndexOf("/") + 1)));
  await page.context().close();
}
await browser.close();
const median = (all) => all.slice().sort((a, b) => a - b)[Math.floor(all.length / 2)];
console.log(JSON.stringify({ paint: median(paints), median: median(strokes), worst: Math.max(...strokes) }));
