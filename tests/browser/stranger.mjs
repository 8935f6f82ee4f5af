// A stranger to the pages of the official images, as they were in January 2018, asks what Docker
// Hub's ruby is built on, whether that is current, and who else sits on it; types and clicks, and
// scrolls nowhere: every answer is in the window. On a desk and on a phone, light and dark.
//
// node stranger.mjs SITE SCREENSHOTS
import { address, audit, check, end, fits, open, shot } from "./reader.mjs";

const windows = [
  ["desk", { viewport: { width: 1280, height: 800 } }],
  ["phone", { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true }],
];

// In the window, below the bar with the search, and whole.
async function seen(page, locator, what) {
  const box = await locator.boundingBox();
  const bar = await page.locator(".top").boundingBox();
  const { height } = page.viewportSize();
  check(box && box.y >= bar.y + bar.height - 1 && box.y + box.height <= height, `${what} is seen without scrolling: ${JSON.stringify(box)}`);
}

const click = (page, locator) => Promise.all([page.waitForEvent("load"), locator.click()]);

for (const [name, options] of windows) {
  for (const colorScheme of ["light", "dark"]) {
    const where = `${name}-${colorScheme}`;
    const page = await open({ ...options, colorScheme });
    await page.goto(address("index.html"));
    await shot(page, `stranger-1-${where}`, false);
    await page.locator("#q").click();
    await page.keyboard.type("ruby");
    await page.waitForFunction(() => document.documentElement.dataset.searched === "ruby");
    await shot(page, `stranger-2-${where}`, false);
    const meant = page.locator("#results a").nth(1);
    check((await meant.innerText()).trim() === "docker.io/library/ruby:latest", `what is meant by ruby comes first: ${await meant.innerText()}`);
    await click(page, meant);

    await fits(page, where);
    await shot(page, `stranger-3-${where}`, false);
    check((await page.locator(".also").innerText()).includes("latest"), "the page is known by the name that was clicked");
    const decision = page.locator(".decision");
    await seen(page, decision, "the decision");
    const text = await decision.innerText();
    check(/Built on\s+docker\.io\/library\/buildpack-deps:/.test(text), `what it is built on: ${text}`);
    check(/^No later build known/.test(text) && text.includes("still leads to that build") && text.includes("As observed until 2018-01-28"), `whether it is current: ${text}`);
    check(/\d+ other images? sits? on this build too/.test(text) && /\d+ images in 2 repositories on any build of buildpack-deps/.test(text), `who else sits on it: ${text}`);
    await audit(page, where);

    await click(page, decision.locator("a", { hasText: "on this build too" }));
    await seen(page, page.locator("#children"), "the heading of who else");
    await seen(page, page.locator(".children li a").first(), "the first of them");
    await shot(page, `stranger-4-${where}`, false);
    await page.goBack();
    await click(page, page.locator(".decision a", { hasText: "on any build of" }));
    await seen(page, page.locator("#users"), "the heading of all users");
    await seen(page, page.locator("#users ~ .scroll a", { hasText: "ruby" }), "ruby among them");
    await fits(page, `users ${where}`);
    await shot(page, `stranger-5-${where}`, false);
    await page.context().close();
  }
}
await end();
