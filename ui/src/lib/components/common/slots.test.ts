import fc from "fast-check";
import { expect, it } from "vitest";
import { Slots } from "./slots";

it("those who come take the keys of those who go, and whoever is kept keeps its own", () => {
  const slots = new Slots();
  const before = ["a", "b", "c"].map((id) => slots.of(id));
  slots.turn(before, (id) => id === "b");
  const after = ["x", "b", "y", "z"].map((id) => slots.of(id));
  expect(after.slice(0, 3)).toEqual(before);
  expect(before).not.toContain(after[3]);
});

it("the same rows come to the same keys", () => {
  const slots = new Slots();
  const ids = ["a", "b", "c"];
  const before = ids.map((id) => slots.of(id));
  slots.turn(before, (id) => id === "c");
  expect(ids.map((id) => slots.of(id))).toEqual(before);
});

it("no two rows ever share a key", () => {
  const id = fc.constantFrom(..."abcdefgh");
  const screen = fc.record({ shown: fc.uniqueArray(id), kept: fc.uniqueArray(id), turns: fc.boolean() });
  fc.assert(
    fc.property(fc.array(screen), (screens) => {
      const slots = new Slots();
      let drawn: number[] = [];
      for (const { shown, kept, turns } of screens) {
        if (turns) slots.turn(drawn, (one) => kept.includes(one));
        drawn = shown.map((one) => slots.of(one));
        expect(new Set(drawn).size).toBe(drawn.length);
      }
    }),
  );
});
