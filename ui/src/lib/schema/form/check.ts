import { t } from "../../text/later";
import { writeJson } from "../exact";
import { namesIn, resolve, type Budget } from "../resolve";
import { isSchema, type Schema } from "../schema";
import { isNumber, isOfType, same, typesOf } from "../values";
import { listTrouble, numberTrouble, textTrouble } from "./limits";
import { entryOf, inside, isInexact } from "./words";

/** Something that the schema does not allow. */
export interface Problem {
  /** JSON pointer to the value. */
  path: string;
  sentence: string;
}

const DEPTH = 24;
/** How much deeper a choice leads: each multiplies the work, so few may lie within each other. */
const CHOICE = 6;
/** How many parts of a value are looked at, each against each way that it may take. */
const PARTS = 20_000;

/**
 * What a schema has against a value. It looks at less than the server does, and never more: words that
 * it does not know, and what it cannot follow, allow everything.
 */
export function problemsIn(raw: unknown, root: Schema, value: unknown, path = "", depth = 0, budget: Budget = { left: PARTS }): Problem[] {
  if (raw === false) return [{ path, sentence: t.form.notWanted }];
  if (depth > DEPTH || budget.left-- <= 0) return [];
  const schema = resolve(raw, root, budget);
  const own = troubleOf(schema, value);
  if (own) return [{ path, sentence: own }];
  return [...insideOf(schema, root, value, path, depth, budget), ...alternatives(schema, root, value, path, depth, budget)];
}

function troubleOf(schema: Schema, value: unknown): string | null {
  const types = typesOf(schema);
  const named = schema.type !== undefined;
  if (named && types.length && !types.some((type) => isOfType(type, value))) {
    return isInexact(value) ? t.form.inexact(value) : t.form.wrongType(types);
  }
  if (Array.isArray(schema.enum) && !schema.enum.some((one) => same(one, value))) return t.form.notChoice;
  if ("const" in schema && !same(schema.const, value)) return t.form.mustBe(writeJson(schema.const, 0));
  if (isNumber(value)) return numberTrouble(schema, value);
  if (typeof value === "string") return textTrouble(schema, value);
  return Array.isArray(value) ? listTrouble(schema, value) : null;
}

function insideOf(schema: Schema, root: Schema, value: unknown, path: string, depth: number, budget: Budget): Problem[] {
  if (Array.isArray(value)) {
    const heads = [schema.prefixItems, schema.items].find(Array.isArray) ?? [];
    const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
    return value.flatMap((item, at) =>
      problemsIn(at < heads.length ? heads[at] : (rest ?? true), root, item, inside(path, at), depth + 1, budget),
    );
  }
  if (!isSchema(value)) return [];
  const missing = namesIn(schema).filter((name) => !Object.hasOwn(value, name));
  const given = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    Object.hasOwn(value, name) ? problemsIn(property, root, entryOf(value, name), inside(path, name), depth + 1, budget) : [],
  );
  return [...missing.map((name) => ({ path: inside(path, name), sentence: t.form.missing })), ...given];
}

/** None where one way takes the value; else what the nearest way has against it. */
function alternatives(schema: Schema, root: Schema, value: unknown, path: string, depth: number, budget: Budget): Problem[] {
  return [schema.anyOf, schema.oneOf].flatMap((ways) =>
    Array.isArray(ways) && ways.length ? weigh(ways, root, value, path, depth + CHOICE, budget).problems : [],
  );
}

/** The way that takes a value; else the one that it is most like. */
export function nearest(ways: unknown[], root: Schema, value: unknown): number {
  return weigh(ways, root, value, "", CHOICE, { left: PARTS }).at;
}

function weigh(ways: unknown[], root: Schema, value: unknown, path: string, depth: number, budget: Budget): { at: number; problems: Problem[] } {
  const found: Problem[][] = [];
  for (const [at, way] of ways.entries()) {
    const problems = problemsIn(way, root, value, path, depth, budget);
    if (!problems.length) return { at, problems };
    found.push(problems);
  }
  const marks = ways.map((way, at) => [...likeness(resolve(way, root, budget), root, value, budget), -found[at]!.length]);
  const at = marks.reduce((best, mark, at) => (isAbove(mark, marks[best]!) ? at : best), 0);
  return { at, problems: found[at]! };
}

/** Whether a value is of a type of this schema; how many constants it has right, which tell objects apart, and how many names. */
function likeness(schema: Schema, root: Schema, value: unknown, budget: Budget): number[] {
  const given = Object.entries(schema.properties ?? {}).filter(([name]) => entryOf(value, name) !== undefined);
  const right = given.map(([name, property]) => {
    const one = resolve(property, root, budget);
    return "const" in one || one.enum ? (troubleOf(one, entryOf(value, name)) ? -1 : 1) : 0;
  });
  return [Number(typesOf(schema).some((type) => isOfType(type, value))), right.reduce<number>((sum, one) => sum + one, 0), given.length];
}

/** Whether the first of the marks that differ is the higher one. */
function isAbove(marks: number[], others: number[]): boolean {
  const at = marks.findIndex((mark, at) => mark !== others[at]);
  return at >= 0 && marks[at]! > others[at]!;
}
