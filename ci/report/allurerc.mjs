// How the report is built: one file that opens from disk (or a site, for REPORT_KIND=site), five categories, and a
// history of runs.
// What describes the run comes from reports/summary.json by name, never from the environment as a whole.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const HISTORY = ".allure/history.jsonl";
const RESULTS = "allure-results";

const SHOWN = { target: "Target", seed: "Seed", verdict: "Verdict", weather: "Weather" };
const VERSIONS = { python: "Python", pytest: "pytest" };
// The legend: how many stories got each verdict, and which of the report's own words stands for it.
const LEGEND = {
  kept: ["Kept", "passed"],
  broken: ["Broken", "failed"],
  known: ["Known deviation", "failed"],
  inconclusive: ["Inconclusive", "broken"],
  not_applicable: ["Not applicable", "skipped"],
};

function readVariables() {
  let summary;
  try {
    summary = JSON.parse(readFileSync("reports/summary.json", "utf8"));
  } catch {
    return {}; // a run that was cut short has results but no summary
  }
  const told = Object.entries(SHOWN).filter(([key]) => summary[key] !== undefined && summary[key] !== null);
  const counted = Object.entries(LEGEND).filter(([key]) => summary.counts?.[key] !== undefined);
  const versions = Object.entries(VERSIONS).filter(([key]) => summary.versions?.[key] !== undefined);
  return Object.fromEntries([
    ...told.map(([key, name]) => [name, String(summary[key])]),
    ...versions.map(([key, name]) => [name, String(summary.versions[key])]),
    ...counted.map(([key, [name, word]]) => [name, `${summary.counts[key]}, shown as ${word}`]),
  ]);
}

// A run that is built once more, as another kind of report, is no further run. History knows a result by a digest.
function forgetThisRun() {
  let lines, file;
  try {
    lines = readFileSync(HISTORY, "utf8").split("\n").filter(Boolean);
    file = readdirSync(RESULTS).find((name) => name.endsWith("-result.json"));
  } catch {
    return; // no history yet
  }
  if (!file || !lines.length) return;
  const { uuid } = JSON.parse(readFileSync(`${RESULTS}/${file}`, "utf8"));
  const id = createHash("md5").update(uuid).digest("hex");
  const others = lines.filter((line) => !line.includes(`"${id}"`));
  if (others.length < lines.length) writeFileSync(HISTORY, others.map((line) => `${line}\n`).join(""));
}

forgetThisRun();

export default {
  name: "Users API: acceptance",
  historyPath: HISTORY,
  historyLimit: 50,
  appendHistory: true,
  allowedEnvironments: ["default"],
  variables: readVariables(),
  categories: [
    { name: "Known deviation", matchers: { statuses: ["failed"], message: /^known deviation until / } },
    { name: "Broken promise", matchers: { statuses: ["failed"] }, groupBy: ["severity"], expand: true },
    { name: "Inconclusive", matchers: { statuses: ["broken"], message: /^\W*(?:[\w.]*\.)?Inconclusive/ } },
    { name: "Suite error", matchers: { statuses: ["broken"] } },
    { name: "Not applicable", matchers: { statuses: ["skipped"] } },
  ],
  plugins: {
    awesome: {
      options: {
        singleFile: process.env.REPORT_KIND !== "site",
        reportLanguage: "en",
        groupBy: ["epic", "feature", "story"],
      },
    },
  },
};
