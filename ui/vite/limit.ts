import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Bytes, as they are and packed by gzip. */
export interface Size {
  raw: number;
  packed: number;
}

/** What the first picture waits for. */
const FIRST: Size = { raw: 115_000, packed: 42_500 };
/** All of it, with what is fetched behind the first picture; in English, which is built in. */
const WHOLE: Size = { raw: 400_000, packed: 136_200 };
/** The words of one more language. */
const LANGUAGE: Size = { raw: 71_200, packed: 25_000 };

/** A file of the build, as far as it matters here. */
export interface File {
  name: string;
  code: string;
  first: boolean;
  /** The files that it cannot begin without. */
  needs: string[];
}

/** Fails a build whose JavaScript has grown too large. */
export function limit(): Plugin {
  return {
    name: "limit",
    apply: "build",
    generateBundle(_, bundle) {
      const files = Object.values(bundle).flatMap((file) =>
        file.type === "chunk" ? [{ name: file.fileName, code: file.code, first: file.isEntry, needs: file.imports }] : [],
      );
      for (const complaint of complaints(files)) this.error(complaint);
    },
  };
}

/** What is too large, in sentences. */
export function complaints(files: File[], first = FIRST, whole = WHOLE, language = LANGUAGE): string[] {
  const beginning = neededFor(files.filter((file) => file.first), files);
  const of = (tag: string) => files.filter(({ name }) => languageOf(name) === tag);
  const tags = new Set(files.map(({ name }) => languageOf(name)).filter((tag) => tag !== BUILT_IN));
  const measured = [
    { what: "The JavaScript of the first picture", size: sizeOf(beginning), most: first },
    { what: "All JavaScript", size: sizeOf(of(BUILT_IN)), most: whole },
    ...[...tags].map((tag) => ({ what: `The language ${tag}`, size: sizeOf(of(tag)), most: language })),
  ];
  return measured
    .filter(({ size, most }) => size.raw > most.raw || size.packed > most.packed)
    .map(({ what, size, most }) => `${what} is ${say(size)}; at most ${say(most)} may ship.`);
}

const BUILT_IN = "";

/** Which language a file is the words of, if it is no more than that: `de.later.js`. */
function languageOf(name: string): string {
  return /(?:^|\/)([a-z]{2})\./.exec(name)?.[1] ?? BUILT_IN;
}

function neededFor(found: File[], files: File[]): File[] {
  const more = files.filter((file) => !found.includes(file) && found.some(({ needs }) => needs.includes(file.name)));
  return more.length ? neededFor([...found, ...more], files) : found;
}

function sizeOf(files: File[]): Size {
  const sum = (sizes: number[]) => sizes.reduce((all, one) => all + one, 0);
  return {
    raw: sum(files.map(({ code }) => Buffer.byteLength(code))),
    packed: sum(files.map(({ code }) => gzipSync(code).length)),
  };
}

function say({ raw, packed }: Size): string {
  return `${(raw / 1000).toFixed(1)} kB (${(packed / 1000).toFixed(1)} kB packed)`;
}
