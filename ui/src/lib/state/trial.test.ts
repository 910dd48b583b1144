import { expect, it } from "vitest";
import type { CallOutcome } from "../bindings/CallOutcome";
import { Fake } from "../backend/fake";
import { scenarios } from "../backend/fake/scenarios";
import { sampleTools } from "../backend/fake/tools";
import { Trial } from "./trial.svelte";

it("what came back long ago makes room, of whatever tool it is", async () => {
  const fake = new Fake(scenarios.one!());
  const text = "x".repeat(30_000_000);
  const outcome: CallOutcome = { content: [{ type: "text", text }], structured: null, isError: false, durationMillis: 1 };
  Object.assign(fake, { call: async () => outcome });
  const [first, second] = sampleTools.slice(0, 2).map((tool) => new Trial(fake, "linear", tool));
  await first!.run(true);
  expect(first!.runs).toHaveLength(1);
  await second!.run(true);
  expect([first!.runs.length, first!.shown, second!.runs.length]).toEqual([0, null, 1]);
});
