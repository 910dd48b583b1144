import axe from "axe-core";
import { expect } from "vitest";

/** Rules that need a layout are left to the runs in a real window. */
const needLayout = ["color-contrast", "target-size", "scrollable-region-focusable"];

export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document.body, {
    rules: Object.fromEntries(needLayout.map((rule) => [rule, { enabled: false }])),
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}
