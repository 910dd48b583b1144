import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const [light = "", dark = ""] = readFileSync("src/styles/tokens.css", "utf8").split('[data-theme="dark"]');
type Tokens = Record<string, number[]>;

/** Red, green, blue from 0 to 1, and how much of what lies below they hide. */
function colours(css: string): Tokens {
  const solid = [...css.matchAll(/--([\w-]+): #(\w{6});/g)].map(([, name, hex]) => [
    name,
    [0, 2, 4].map((at) => parseInt(hex!.slice(at, at + 2), 16) / 255),
  ]);
  const veils = [...css.matchAll(/--([\w-]+): rgb\((\d+) (\d+) (\d+) \/ ([\d.]+)\);/g)].map(([, name, ...parts]) => [
    name,
    parts.map((part, at) => (at < 3 ? Number(part) / 255 : Number(part))),
  ]);
  return Object.fromEntries([...solid, ...veils]) as Tokens;
}

function under([red, green, blue, share]: number[], ground: number[]): number[] {
  return [red, green, blue].map((part, at) => part! * share! + ground[at]! * (1 - share!));
}

function luminance(colour: number[]): number {
  const [red, green, blue] = colour.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: number[], other: number[]): number {
  const [dim, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright! + 0.05) / (dim! + 0.05);
}

const plain = ["panel", "side", "sunk"];
/** What is written, and on what; each ground may have the pointer on it. */
const written: [ink: string, grounds: string[]][] = [
  ["ink", [...plain, "accent-soft", "warn-soft", "bad-soft"]],
  ["ink-2", [...plain, "accent-soft"]],
  ["ink-3", plain],
  ["accent", [...plain, "accent-soft", "warn-soft", "bad-soft"]],
  ["ok", plain],
  ["warn", [...plain, "warn-soft"]],
  ["bad", [...plain, "accent-soft", "bad-soft"]],
];
/** Nobody points at these, or they have a colour of their own for it. */
const still: [string, string][] = [
  ["ok", "ok-soft"],
  ["accent", "accent-soft-hover"],
  ["accent-ink", "accent"],
  ["accent-ink", "accent-hover"],
  ["bad-ink", "bad"],
  ["bad-ink", "bad-hover"],
];

test.each([
  ["light", colours(light)],
  ["dark", { ...colours(light), ...colours(dark) }],
])("every word can be read on its ground, in %s", (_, tokens) => {
  const faint: string[] = [];
  const look = (ink: string, ground: string, colour: number[], least: number) => {
    const ratio = contrast(tokens[ink]!, colour);
    if (ratio < least) faint.push(`${ink} on ${ground}: ${ratio.toFixed(2)}`);
  };
  for (const [ink, grounds] of written) {
    for (const ground of grounds) {
      look(ink, ground, tokens[ground]!, 4.5);
      look(ink, `${ground} under the pointer`, under(tokens.hover!, tokens[ground]!), 4.5);
    }
  }
  for (const [ink, ground] of still) look(ink, ground, tokens[ground]!, 4.5);
  for (const ground of plain) look("line-strong", ground, tokens[ground]!, 3);
  expect(faint).toEqual([]);
});
