// Opens pages in a browser that is installed already, without a word to anybody outside.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PROGRAMS = [process.env.BROWSER_PROGRAM, "/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"];
const QUIET = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// Hands a browser to what is to be done with it; every request to another host than this machine is noted.
export async function withBrowser(act) {
  const program = PROGRAMS.find((path) => path && existsSync(path));
  if (!program) throw new Error("no browser was found: install Chromium, or name one in BROWSER_PROGRAM");
  const folder = mkdtempSync(join(tmpdir(), "browser-"));
  const asked = [];
  // Only root has to, as in a container: the pages are our own.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: program,
    headless: true,
    bypassCSP: true, // or nothing could look into pages that allow no script
    args: [...QUIET, ...sandbox],
  });
  context.on("request", (request) => {
    if (!/^(data|blob|file|about):/.test(request.url())) asked.push(request.url());
  });
  try {
    return { result: await act(context), asked };
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
