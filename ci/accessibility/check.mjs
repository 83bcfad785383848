// Looks with axe at what the suite itself makes of a run: the page of promises, on a wide and on a narrow screen and
// on paper, and every picture of the results. Allure's own page is opened too, and must ask nobody outside.
// Usage: node check.mjs [FOLDER of a run]. Exit 0 when nothing was found, 1 otherwise, 2 when there is nothing to look at.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { withBrowser } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const MOST_PICTURES = Number(process.env.PICTURES ?? 60); // of a run's hundreds, which are drawn by the same few lines
const SIZES = [
  { width: 1280, height: 900 },
  { width: 360, height: 640 },
];

const folder = resolve(process.argv[2] ?? ".");
const page = join(folder, "allure-report", "promises.html");
const report = join(folder, "allure-report", "index.html");
if (!existsSync(page)) {
  console.error(`accessibility: there is no ${page}: run the stories and build the report first`);
  process.exit(2);
}

async function look(tab, what, found) {
  await tab.evaluate(AXE);
  const { violations } = await tab.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const each of violations) {
    found.push(`${what}: ${each.id}: ${each.help} (${each.nodes[0].target.join(" ")}, ${each.nodes.length} places)`);
  }
}

// One of each kind first: pictures that differ in more than their numbers have other texts in their first lines.
function pictures() {
  const results = join(folder, "allure-results");
  const seen = new Map();
  for (const name of existsSync(results) ? readdirSync(results).sort() : []) {
    if (!name.endsWith(".svg")) continue;
    const text = readFileSync(join(results, name), "utf8");
    const key = createHash("md5").update(text.replace(/[\d.]+/g, "0")).digest("hex");
    if (!seen.has(key)) seen.set(key, [name, text]);
  }
  return [...seen.values()].slice(0, MOST_PICTURES);
}

const drawn = pictures();
const { result, asked } = await withBrowser(async (context) => {
  const found = [];
  const tab = await context.newPage();
  for (const size of SIZES) {
    await tab.setViewportSize(size);
    await tab.goto(pathToFileURL(page).href);
    await look(tab, `promises.html (${size.width} pixels)`, found);
    await tab.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
    await look(tab, `promises.html (${size.width} pixels, unfolded)`, found);
  }
  await tab.emulateMedia({ media: "print" });
  await look(tab, "promises.html (on paper)", found);
  await tab.emulateMedia({ media: "screen" });
  for (const [name, text] of drawn) {
    await tab.setContent(
      `<!DOCTYPE html><html lang="en"><head><title>${name}</title></head><body><main><h1>${name}</h1>${text}</main></body></html>`,
    );
    await look(tab, name, found);
  }
  if (existsSync(report)) {
    await tab.goto(pathToFileURL(report).href);
    await tab.waitForSelector("#app *");
  }
  return found;
});
for (const line of result) console.log(line);
for (const url of asked) console.log(`asked outside: ${url}`);
console.log(`accessibility: ${result.length} findings in promises.html and ${drawn.length} pictures, ${asked.length} requests to others`);
process.exit(result.length || asked.length ? 1 : 0);
