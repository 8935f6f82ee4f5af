// Opens an export of pages in Chromium, from disk, as a reader would: searches, opens an image,
// follows its base, goes back; light and dark, on a desk and on a phone. Fails on what axe finds,
// on anything in the console and on any request that leaves the folder.
//
// node pages.mjs SITE SCREENSHOTS [ODD_SITE]
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { address, audit, check, end, find, fits, open, shot, site, odd } from "./reader.mjs";

// A reader with a question, on a desk.
{
  const page = await open();
  await page.goto(address("index.html"));
  check((await page.title()).startsWith("What images are built on"), "the overview has its title");
  await shot(page, "overview");
  await audit(page, "the overview");

  const found = await find(page, "shop-f");
  check((await found.first().textContent()).includes("docker.io/acme/shop-frontend"), "a name is found as one types");
  await shot(page, "search", false);
  await audit(page, "the overview with results");
  const tags = await find(page, "acme/shop-frontend:5");
  await page.keyboard.press("ArrowDown");
  check(await page.locator("#q").getAttribute("aria-activedescendant") === "result-1", "arrows choose");
  check((await tags.nth(1).textContent()).includes("shop-frontend:5"), "a tag is found");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);

  const h1 = await page.locator("h1").textContent();
  check(h1 === "shop-frontend:5", `Enter opens the image, not ${h1}`);
  const decision = await page.locator(".decision").innerText();
  check(decision.startsWith("Outdated") && decision.includes("nginx:1.27-alpine") && decision.includes("1 build"), `the decision comes first: ${decision}`);
  await shot(page, "image");
  await audit(page, "an image");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]).catch(() => {});
  await page.locator("button.copy").click();
  await page.getByText("Copied").waitFor();

  await page.locator(".decision .base a").click();
  await page.waitForFunction(() => document.querySelector("h1")?.textContent.startsWith("nginx:"));
  check(true, "the base is a click away");
  check((await page.locator("#children").locator("..").innerText()).includes("shop-frontend"), "and says who sits on it");
  await audit(page, "a base");
  await shot(page, "base");
  await page.goBack();
  check(await page.locator("h1").textContent() === "shop-frontend:5", "back is back");

  await page.locator(".crumb a").click();
  await page.waitForFunction(() => document.querySelector("#tags"));
  await audit(page, "a repository");
  await page.goto(address("repository/docker.io~library~nginx.html"));
  await shot(page, "repository");
  await audit(page, "a base's repository");
  check((await page.locator("#users").locator("..").innerText()).includes("shop-frontend"), "a repository says who builds on it");

  const digest = /[0-9a-f]{64}/.exec(readFileSync(join(site, "image", readdirSync(join(site, "image"))[0],
    readdirSync(join(site, "image", readdirSync(join(site, "image"))[0]))[0]), "utf8"))[0];
  check(await (await find(page, digest.slice(0, 10))).count() > 0, "a digest is found by its beginning");
  check(await (await find(page, "nothing-is-called-this")).count() === 0, "what is not there is not found");
  await page.keyboard.press("Escape");
  check(await page.locator("#results").isHidden(), "Escape closes");
  await page.goto(address("repositories.html"));
  await audit(page, "the list of repositories");
  await page.context().close();
}

// What docs/pages.md shows.
{
  const page = await open({ viewport: { width: 1120, height: 720 } });
  await page.goto(address("index.html"));
  await shot(page, "docs-overview", false);
  await page.goto(address("repository/docker.io~library~alpine.html"));
  await shot(page, "docs-repository", false);
  await find(page, "shop-frontend:5");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("ArrowDown").then(() => page.keyboard.press("Enter"))]);
  await shot(page, "docs-image", false);
  await page.context().close();
}

// In the dark, by the system and by choice, which lasts.
{
  const page = await open({ colorScheme: "dark" });
  await page.goto(address("index.html"));
  await audit(page, "the overview in the dark");
  await shot(page, "overview-dark");
  await find(page, "shop-frontend:5");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("ArrowDown").then(() => page.keyboard.press("Enter"))]);
  await audit(page, "an image in the dark");
  await shot(page, "image-dark");
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.locator("#theme").click();
  const light = await ground();
  check(dark !== light, "the button changes it");
  await page.reload();
  check(await ground() === light, "the choice lasts");
  await page.context().close();
}

// On a phone.
{
  const page = await open({ viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  for (const [path, name] of [["index.html", "overview-phone"], ["repository/docker.io~library~nginx.html", "repository-phone"]]) {
    await page.goto(address(path));
    await fits(page, name);
    await shot(page, name);
    await audit(page, name);
  }
  await page.locator("#q").fill("shop-frontend:5");
  await page.locator("#results a.sub").first().click();
  await page.waitForFunction(() => document.querySelector("h1")?.textContent === "shop-frontend:5");
  await fits(page, "an image on a phone");
  await shot(page, "image-phone");
  await audit(page, "an image on a phone");
  await page.context().close();
}

// Without scripts everything but the search is there; on paper, too; and nothing moves while it loads.
{
  const page = await open({ javaScriptEnabled: false });
  await page.goto(address("index.html"));
  check(await page.locator("#bases").isVisible(), "without scripts the overview is there");
  await page.locator("footer a").click();
  check(await page.locator("h1").innerText() !== "", "and so is the list of repositories");
  await page.context().close();
  const moving = await open();
  await moving.goto(address("index.html"));
  const shift = await moving.evaluate(() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; }))
      .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 300);
  }));
  check(shift < 0.01, `nothing moves while it loads (${shift})`);
  await find(moving, "shop-frontend:5");
  await Promise.all([moving.waitForNavigation(), moving.keyboard.press("ArrowDown").then(() => moving.keyboard.press("Enter"))]);
  await moving.emulateMedia({ media: "print" });
  await shot(moving, "image-print");
  check(await moving.locator(".top").isHidden(), "paper has no search");
  await moving.context().close();
}

// What registries may hold: long, right to left, marked up, thousands of steps.
if (odd) {
  const page = await open();
  const files = readdirSync(join(odd, "image")).flatMap((folder) => readdirSync(join(odd, "image", folder)).map((file) => join("image", folder, file)));
  const strange = files.filter((file) => file.endsWith(".html") && /onerror|TTTT|of 20|children[.]2/.test(readFileSync(join(odd, file), "utf8") + file));
  check(strange.length > 3, `there are odd pages (${strange.length})`);
  for (const file of strange.slice(0, 12)) {
    await page.goto(address(file, odd));
    await fits(page, `odd ${file}`);
    check(await page.evaluate(() => !window.broken && !document.querySelector("main script, main img, main iframe")), `markup stays text on ${file}`);
  }
  await page.goto(address("index.html", odd));
  await fits(page, "the odd overview");
  await audit(page, "the odd overview");
  const text = await (await find(page, "odd:many")).first().textContent();
  check(text.includes("odd"), "an odd image is found");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("ArrowDown").then(() => page.keyboard.press("Enter"))]);
  await shot(page, "odd", false);
  await audit(page, "an odd image");
  await page.context().close();
}

await end();
