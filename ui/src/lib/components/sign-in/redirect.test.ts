import { expect, it } from "vitest";
import { redirectUri } from "./redirect";

const link = "dev.drawbridge.desktop:/oauth/callback";

it.each([
  [{ kind: "auto" }, 23456, link],
  [{ kind: "deep_link" }, null, link],
  [{ kind: "loopback" }, 23456, "http://127.0.0.1:23456/callback"],
  [{ kind: "localhost" }, 23456, "http://localhost:23456/callback"],
  [{ kind: "localhost", port: 8080 }, 23456, "http://localhost:8080/callback"],
  [{ kind: "loopback" }, null, null],
] as const)("the address to register for %o with port %s is %s", (pin, port, uri) => {
  expect(redirectUri(pin, link, port)).toBe(uri);
});
