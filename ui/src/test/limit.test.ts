import { expect, it } from "vitest";
import { complaints, type File } from "../../vite/limit";

const file = (name: string, length: number, more: Partial<File> = {}): File => ({
  name,
  code: "x".repeat(length),
  first: false,
  needs: [],
  ...more,
});
const room = { raw: 100, packed: 1000 };

it("counts what the first picture waits for, and what that needs in turn", () => {
  const files = [
    file("app.js", 60, { first: true, needs: ["shared.js"] }),
    file("shared.js", 30, { needs: ["deeper.js"] }),
    file("deeper.js", 11),
    file("later.js", 500),
  ];
  expect(complaints(files, room, { raw: 601, packed: 1000 })).toEqual([
    "The JavaScript of the first picture is 0.1 kB (0.1 kB packed); at most 0.1 kB (1.0 kB packed) may ship.",
  ]);
});

it("counts what comes later, too", () => {
  const files = [file("app.js", 100, { first: true }), file("later.js", 1000)];
  expect(complaints(files, room, { raw: 1099, packed: 1000 })).toEqual([
    "All JavaScript is 1.1 kB (0.1 kB packed); at most 1.1 kB (1.0 kB packed) may ship.",
  ]);
  expect(complaints(files, room, { raw: 1100, packed: 1000 })).toEqual([]);
});

it("counts each further language by itself", () => {
  const files = [file("assets/app.js", 100, { first: true }), file("assets/de.js", 60), file("assets/de.later.js", 61), file("assets/it.js", 100)];
  expect(complaints(files, room, room, { raw: 120, packed: 1000 })).toEqual([
    "The language de is 0.1 kB (0.0 kB packed); at most 0.1 kB (1.0 kB packed) may ship.",
  ]);
});

it("looks at the packed size as well", () => {
  const noise = Array.from({ length: 2000 }, (_, at) => String.fromCharCode(33 + ((at * at * 7919) % 89))).join("");
  const files = [file("app.js", 0, { first: true, code: noise })];
  expect(complaints(files, { raw: 9000, packed: 20 }, { raw: 9000, packed: 9000 })).toHaveLength(1);
});
