// How the report is built: one file that opens from disk, five categories, and a history of runs.
// What describes the run comes from reports/summary.json by name, never from the environment as a whole.
import { readFileSync } from "node:fs";

const SHOWN = { target: "Target", seed: "Seed", verdict: "Verdict" };
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
  return Object.fromEntries([
    ...told.map(([key, name]) => [name, String(summary[key])]),
    ...counted.map(([key, [name, word]]) => [name, `${summary.counts[key]}, shown as ${word}`]),
  ]);
}

export default {
  name: "Users API: acceptance",
  historyPath: ".allure/history.jsonl",
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
        singleFile: true,
        reportLanguage: "en",
        groupBy: ["epic", "feature", "story"],
      },
    },
  },
};
