import { describe, expect, it } from "vitest";
import { cantReach, connected, failed, makeServer, moreAccess, signedOut, signInAgain, signingIn, type Phase } from "../backend/fake/servers";
import { errorRows } from "../../test/error-page";
import { valueOf } from "../activity/words";
import { t } from "../text";
import { reason, statusLine } from "./line";

const error = (code: string) => ({ code, message: `About ${code}.`, remedy: null });

/** What a person types, imports, does to the app alone, is asked by a tool or asks the registry for is no state of a server. */
const ELSEWHERE = /typed or chosen|In the window alone|import/;
const OF_THE_APP = /^registry_|^data_|^database_(in_use|newer)$|^(key_left|no_browser|no_revocation|other|page_needed|redirect_of_the_app|wait_timed_out)$/;
/** What is typed wrong or chosen can be what a server is left with all the same. */
const KEPT = ["credentials_missing", "disabled"];
const codes = new Set(
  errorRows.filter(({ section, code }) => KEPT.includes(code) || !(ELSEWHERE.test(section) || OF_THE_APP.test(code))).map(({ code }) => code),
);

const server = (phase: Phase) => makeServer({ id: "a", name: "A", url: "https://a.example.com/mcp", ...phase });
const plain = (kind: "off" | "ready" | "connecting" | "key_refused"): Phase => ({
  connection: { state: "idle" },
  status: { kind },
  action: null,
});
const reachable = (left: number): Phase => ({ ...cantReach(error("unreachable"), 0), status: { kind: "cant_reach", retryAt: left } });

describe("the status line", () => {
  it.each([
    [plain("off"), "off", "Off", "Off"],
    [signedOut(), "quiet", "Not signed in", "Not signed in"],
    [signingIn("finding_out", 0), "busy", "Finding out…", "Finding out…"],
    [signingIn("waiting_for_person", 0), "busy", "Waiting for you…", "Waiting for you…"],
    [signingIn("waiting_for_person", 0, "browser"), "busy", "Waiting in browser…", "Waiting for you in your browser…"],
    [signingIn("exchanging", 0), "busy", "Signing in…", "Signing in…"],
    [plain("connecting"), "busy", "Connecting…", "Connecting…"],
    [connected(23), "ok", "Connected · 23 tools", "Connected · 23 tools"],
    [connected(1), "ok", "Connected · 1 tool", "Connected · 1 tool"],
    [connected(0), "ok", "Connected · no tools", "Connected · no tools"],
    [plain("ready"), "quiet", "Ready", "Ready"],
    [signInAgain("expired"), "warn", "Sign in again", "Sign in again"],
    [moreAccess(["issues:write"]), "warn", "More access needed", "More access needed"],
    [reachable(20_000), "warn", "Can’t reach · 20 s", "Can’t reach · retry in 20 s"],
    [reachable(19_001), "warn", "Can’t reach · 20 s", "Can’t reach · retry in 20 s"],
    [reachable(600_000), "warn", "Can’t reach · 10 min", "Can’t reach · retry in 10 min"],
    [reachable(0), "warn", "Retrying…", "Can’t reach · Retrying…"],
    [reachable(-5000), "warn", "Retrying…", "Can’t reach · Retrying…"],
    [plain("key_refused"), "bad", "The key was refused", "The key was refused"],
    [failed(error("something_new")), "bad", "Didn’t work", "Didn’t work"],
  ] as const)("of %o is %s: %s", (phase, tone, short, long) => {
    expect(statusLine(server(phase), 0)).toEqual({ tone, short, long });
  });

  it("has words for the codes of the page of all errors", () => {
    expect(codes.size).toBeGreaterThan(70);
    expect([...codes]).toEqual(expect.arrayContaining(["private_address", "sign_in_unavailable", "cancelled", "credentials_missing"]));
  });

  it.each([...codes])("has words for the failure %s, and they fit into a row", (code) => {
    const { short } = statusLine(server(failed(error(code))), 0);
    expect(short).not.toBe(t.status.failed);
    expect(short.length).toBeLessThan(24);
    expect(valueOf({ name: "reason", value: code }, 0)).toBe(short);
  });

  it("leaves a word of the server as it is, whatever it is", () => {
    expect(valueOf({ name: "reason", value: "constructor" }, 0)).toBe("constructor");
    expect(statusLine(server(failed(error("constructor"))), 0).short).toBe(t.status.failed);
  });

  it("stays under 24 characters whatever the number", () => {
    expect(statusLine(server(connected(1000)), 0).short.length).toBeLessThan(24);
    expect(statusLine(server(reachable(24 * 3_600_000)), 0).short.length).toBeLessThan(24);
  });
});

describe("the reason behind it", () => {
  it("is what the last attempt said", () => {
    expect(reason(server(signedOut(error("access_denied"))))).toBe("About access_denied.");
  });

  it("is why the grant is dead", () => {
    expect(reason(server(signInAgain("client_rejected")))).toBe(t.connection.reauth.client_rejected);
  });

  it("is the access that the server asks for", () => {
    expect(reason(server(moreAccess(["issues:write", "files:read"])))).toBe("Asks for issues:write, files:read");
  });

  it("is what the connection says", () => {
    expect(reason(server(cantReach(error("unreachable"), 1000)))).toBe("About unreachable.");
  });

  it("is nothing when nothing is wrong", () => {
    expect(reason(server(connected(2)))).toBeNull();
  });
});
