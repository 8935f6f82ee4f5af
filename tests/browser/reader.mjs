// What readers of the pages do, and what all tests of them have in common: a browser in which
// everything unusual is a failure, axe, pictures.
//
// node TEST.mjs SITE SCREENSHOTS [ODD_SITE]
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [given, pictures, other] = process.argv.slice(2).map((path) => resolve(path));
export const site = given;
export const odd = other;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
mkdirSync(pictures, { recursive: true });

let failed = 0, passed = 0;
export function check(holds, what) {
  if (holds) { passed += 1; return; }
  failed += 1;
  console.log(`FAILED ${what}`);
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--allow-file-access-from-files=false"] });

// A page on which everything unusual is a failure.
export async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: false, ...options });
  const page = await context.newPage();
  page.on("console", (message) => check(false, `console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => check(false, `error: ${error.message}`));
  // What is on its way when a reader goes on is given up.
  page.on("requestfailed", (request) => check(request.failure()?.errorText === "net::ERR_ABORTED", `no answer: ${request.url()}`));
  await context.route("**", (route) => {
    const url = route.request().url();
    const own = url.startsWith("file://") || url.startsWith("data:");
    if (!own) check(false, `request to ${url}`);
    return own ? route.continue() : route.abort();
  });
  return page;
}

export const address = (path, folder = site) => pathToFileURL(join(folder, path)).href;

// axe's rules, in a world of their own: the pages' policy lets no foreign script in.
export async function audit(page, what) {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id });
  const run = async (expression) => {
    const { result, exceptionDetails } = await session.send("Runtime.evaluate",
      { expression, contextId: executionContextId, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  await run(axe);
  const found = await run(`axe.run(document, { resultTypes: ["violations"] }).then((all) => all.violations.map((own) =>
    own.id + ": " + own.help + " " + own.nodes.slice(0, 3).map((node) => node.target.join(" ") + " " + (node.any[0]?.message ?? "")).join(" | ")))`);
  check(found.length === 0, `axe on ${what}: ${found.join("; ")}`);
  await session.detach();
}

// Nothing is wider than the window.
export async function fits(page, what) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  check(wide <= window, `${what} is ${wide} px wide in ${window}`);
}

export const shot = (page, name, fullPage = true) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage });

// Types into the search; what was found.
export async function find(page, text) {
  await page.keyboard.press("/");
  await page.locator("#q").fill(text);
  await page.waitForFunction((text) => document.documentElement.dataset.searched === text, text);
  return page.locator("#results a");
}

// Says how it went, and ends so.
export async function end() {
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
