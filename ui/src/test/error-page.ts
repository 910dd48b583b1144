import { readFileSync } from "node:fs";

/** A row of the page of all errors, and the heading that it stands under. */
export interface ErrorRow {
  section: string;
  code: string;
  says: string;
  remedy: string;
}

/** The page of all errors, which the tests of `crates/cli` make from the code. */
export const errorRows: readonly ErrorRow[] = readFileSync("../docs/guide/src/errors.md", "utf8")
  .split(/^## /m)
  .flatMap((part) => {
    const section = part.slice(0, part.indexOf("\n"));
    const rows = part.matchAll(/^\| (?:<a .*?<\/a>)?`(\w+)` \| (.*?) \| (.*?) \|$/gm);
    return [...rows].map(([, code, says, remedy]) => ({ section, code: code!, says: plain(says!), remedy: plain(remedy!) }));
  });

function plain(cell: string): string {
  return cell.replaceAll("&lt;", "<").replaceAll("\\|", "|");
}
