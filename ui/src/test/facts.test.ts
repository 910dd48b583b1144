import { describe, expect, it } from "vitest";
import { hour } from "../lib/backend/fake/happenings";
import { connected, makeServer, moreAccess, signedIn, signInAgain, type Phase, type SignedIn } from "../lib/backend/fake/servers";
import { scenarios } from "../lib/backend/fake/scenarios";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

/** The Connection tab of one server that is in this phase. */
async function openFacts(phase: Phase) {
  const server = makeServer({ id: "own", name: "Own", url: "https://own.example.com/mcp", ...phase });
  const pane = await openPane({ ...scenarios.one!(), servers: [server] });
  await pane.user.click(pane.getByTestId("tab-connection"));
  await pane.findByTestId("facts");
  return { ...pane, text: (id: string) => pane.queryByTestId(id)?.textContent };
}

const grant = (known: Partial<SignedIn>, account: string | null = null) => ({
  ...connected(3),
  account,
  authorization: signedIn("https://own.example.com", ["read"], undefined, known),
});

describe("the facts of a grant", () => {
  it("say who signed in and when, when it was renewed and what was asked for", async () => {
    const now = Date.now();
    const { text, getByTitle } = await openFacts(
      grant({ signedInAt: now - 30 * hour, renewedAt: now - 5 * hour, asked: ["read", "admin"] }, "ada@example.com"),
    );
    expect(text("account")).toBe("ada@example.com");
    expect(text("signed-in")).toBe("Signed in 30 h ago");
    expect(text("renewed")).toBe("5 h ago");
    expect(text("asked")?.trim()).toBe("read admin");
    expect(getByTitle("ada@example.com").closest("header")).not.toBeNull();
    await expectAccessible();
  });

  it("are left out where they are not known", async () => {
    const { text } = await openFacts(grant({}));
    expect(text("signed-in")).toBe("Signed in");
    expect(["account", "renewed", "asked"].map(text)).toEqual([undefined, undefined, undefined]);
  });

  it("say as whom to sign in again", async () => {
    const { text } = await openFacts({ ...signInAgain("expired"), account: "ada@example.com" });
    expect(text("account")).toBe("ada@example.com");
    expect(text("signed-in")).toBe("Ended 2 h ago");
  });
});

it("shows what more a server asks for where two of it look the same once they are cut", async () => {
  const cut = `${"s".repeat(249)}…`;
  const { findByTestId } = await openFacts(moreAccess([cut, cut]));
  expect((await findByTestId("more-access")).querySelectorAll("li")).toHaveLength(2);
});
