import { expect, it } from "vitest";
import { lookOf } from "./look";

it.each([
  ["", { theme: "system", language: "system" }],
  ["?theme=dark&language=de", { theme: "dark", language: "de" }],
  ["?theme=pink&language=xx", { theme: "system", language: "system" }],
])("the address %s says how the pane looks and speaks", (search, look) => {
  expect(lookOf(search)).toEqual(look);
});
