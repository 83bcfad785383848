// Makes a built report talk to nobody: takes the analytics out and forbids every outside address. And makes its links to
// the page of promises beside it alive, since the builder turns only whole addresses into links.
// The policy is what counts; should a newer builder add another call, the browser refuses it.
import { readFileSync, writeFileSync } from "node:fs";

const ANALYTICS = /<script async src="https:\/\/www\.googletagmanager\.com[\s\S]*?<\/script>\s*<script>[\s\S]*?<\/script>/;
// A site loads its own files; one file has everything in it.
const INSIDE = process.env.REPORT_KIND === "site" ? "'self' data: blob:" : "data: blob:";
const POLICY = [
  "default-src 'none'",
  `script-src 'unsafe-inline' 'unsafe-eval' ${INSIDE}`,
  `style-src 'unsafe-inline' ${INSIDE}`,
  ...["connect", "font", "frame", "img", "media", "worker"].map((kind) => `${kind}-src ${INSIDE}`),
].join("; ");

const LINKS = `<script>
  new MutationObserver(() => {
    for (const shown of document.querySelectorAll('[data-testid="test-result-meta-link"] span')) {
      const clause = /^Clause (\\d+\\.\\d+)$/.exec(shown.textContent);
      if (!clause || shown.querySelector("a")) continue;
      const link = document.createElement("a");
      link.href = "promises.html#clause-" + clause[1];
      link.textContent = clause[0];
      shown.replaceChildren(link);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
</script>
`;

const file = process.argv[2];
const html = readFileSync(file, "utf8");
const offline = html
  .replace(ANALYTICS, LINKS)
  .replace('<meta charset="utf-8">', `$&\n    <meta http-equiv="Content-Security-Policy" content="${POLICY}">`);
if (!offline.includes(POLICY) || offline.includes("googletagmanager")) {
  throw new Error(`${file} does not look as it used to: it would still talk to outside addresses`);
}
writeFileSync(file, offline);
