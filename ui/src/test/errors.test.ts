import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { deErrors } from "../lib/text/de.errors";
import { sayings } from "../lib/text/sayings";
import { errorRows } from "./error-page";

const german = sayings(deErrors);

/** What only the command says. */
const COMMAND = new Set(["ambiguous_server", "key_there", "usage", "wait_timed_out"]);
/** What a server says in its own words. */
const FOREIGN = new Set(["server_error"]);

const rows = errorRows.filter(({ code, remedy }) => !COMMAND.has(code) && !FOREIGN.has(code) && !remedy.includes("--"));

describe("the sentences of the engine", () => {
  it("are read from the page of all errors", () => {
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.map(({ code }) => code)).toEqual(expect.arrayContaining(["reauth_required", "update_unreadable", "trust_left_out"]));
  });

  it("are all there in German, and so is what to do about them", () => {
    const missing = rows.flatMap(({ says, remedy }) => [says, remedy]).filter((sentence) => sentence && german(sentence) === sentence);
    expect(missing).toEqual([]);
  });

  it("keep in German what they are about", () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    const dropped = ["{number}", "{detail}"];
    const lost = Object.entries(deErrors).filter(([english, other]) => {
      const wanted = places(english).filter((place) => !dropped.includes(place));
      return places(other).filter((place) => !dropped.includes(place)).join() !== wanted.join();
    });
    expect(lost).toEqual([]);
  });
});

/** Where the code gives a reason that stands inside a sentence. */
const REASON =
  /\b(?:(?:InvalidUrl|InvalidOption|InvalidProxy|malformed|Unexpected|Protocol|Absent|Keychain|unusable|Err|invalid)\(\s*(?:[\w.&]+,\s*)?|(?:why|problem|reason): )"([^"]+)"/g;

it("the reasons that the engine gives are all there in German, too", () => {
  const sources = ["../crates/engine/src", "../crates/oauth/src"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".rs") && !/(^|\W)tests?\W/.test(file))
      .map((file) => readFileSync(`${folder}/${file}`, "utf8").split("#[cfg(test)]")[0]!),
  );
  const reasons = sources.flatMap((source) => [...source.matchAll(REASON)].map(([, reason]) => reason!));
  expect(reasons.length).toBeGreaterThan(40);
  expect(reasons).toEqual(expect.arrayContaining(["the address names no host", "it has no state", "an answer that is no MCP message"]));
  expect(reasons.filter((reason) => german(reason) === reason)).toEqual([]);
});

it("what is told in place of a server's own words is there in German, too", () => {
  const source = readFileSync("../crates/engine/src/session/error.rs", "utf8");
  const [, words] = /NO_WORDS: &str = "([^"]+)"/.exec(source)!;
  expect(german(words!)).not.toBe(words);
});

const pretended = import.meta.glob<string>(["../lib/backend/fake.ts", "../lib/backend/fake/*.ts"], { query: "?raw", import: "default", eager: true });

it("the pretended engine says of a failure what the real one says", () => {
  const views = Object.values(pretended).flatMap((source) => [
    ...source.matchAll(/\bmessage: ("(?:[^"\\]|\\.)*"),\s+remedy: (null|"(?:[^"\\]|\\.)*")/g),
  ]);
  const said = views.flatMap(([, message, remedy]) => [JSON.parse(message!) as string, JSON.parse(remedy!) as string | null]);
  expect(said.length).toBeGreaterThan(30);
  const spoken = said.filter((sentence) => sentence !== null);
  expect(spoken.filter((sentence) => german(sentence) === sentence)).toEqual([]);
  const real = new Set(rows.flatMap(({ says, remedy }) => [says, remedy]));
  expect(spoken.filter((sentence) => sentence in deErrors && !real.has(sentence))).toEqual([]);
});
