import { expect, it } from "vitest";
import { isPath, redirectUri } from "./redirect";

const link = "dev.drawbridge.desktop:/oauth/callback";

it.each([
  [{ kind: "auto" }, null, link],
  [{ kind: "deep_link" }, 23456, link],
  [{ kind: "loopback" }, 23456, "http://127.0.0.1:23456/callback"],
  [{ kind: "localhost" }, 23456, "http://localhost:23456/callback"],
  [{ kind: "localhost", port: 8080 }, 23456, "http://localhost:8080/callback"],
  [{ kind: "loopback", path: "/back" }, 23456, "http://127.0.0.1:23456/back"],
  [{ kind: "loopback" }, null, null],
] as const)("the address to register for %o with port %s is %s", (pin, portByHand, uri) => {
  expect(redirectUri(pin, link, { portByHand, redirectByHand: null })).toBe(uri);
});

it("is the one that the engine would use, unless it is pinned", () => {
  const byHand = { portByHand: 23456, redirectByHand: "http://localhost:8080/back" };
  expect(redirectUri({ kind: "auto" }, link, byHand)).toBe("http://localhost:8080/back");
  expect(redirectUri({ kind: "deep_link" }, link, byHand)).toBe(link);
  expect(redirectUri({ kind: "loopback" }, link, byHand)).toBe("http://127.0.0.1:23456/callback");
});

it.each([
  ["/", true],
  ["/oauth/return", true],
  ["/a_b-c.d~e", true],
  ["callback", false],
  ["/a//b", false],
  ["/a/../b", false],
  ["/a?b", false],
  ["/a#b", false],
  ["/a b", false],
  ["/%2e", false],
])("%s is a path to come back to: %s", (text, good) => {
  expect(isPath(text)).toBe(good);
});
