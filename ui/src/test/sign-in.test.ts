import { describe, expect, it, vi } from "vitest";
import { plainPreferences } from "../lib/backend/fake/preferences";
import { scenarios } from "../lib/backend/fake/scenarios";
import { failed, makeServer, plainSignIn, signedOut } from "../lib/backend/fake/servers";
import type { SignInOptions } from "../lib/bindings/SignInOptions";
import type { Surface } from "../lib/bindings/Surface";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

describe("the return address", () => {
  it("is the one that the sign-in used, and left out where none is known", async () => {
    const used = await openPane("one");
    await used.user.click(used.getByTestId("tab-connection"));
    expect(used.getByTestId("return-address").textContent).toBe("http://127.0.0.1:49152/callback");
    used.unmount();
    const unknown = await openPane("patient");
    await unknown.user.click(unknown.getByTestId("tab-connection"));
    expect(unknown.queryByTestId("facts")).not.toBeNull();
    expect(unknown.queryByTestId("return-address")).toBeNull();
  });
});

describe("a server that failed", () => {
  it.each([
    ["hub", "Connect"],
    ["own", "Try again"],
  ])("%s is begun with again by %s, at its head and in the palette", async (id, label) => {
    const { getByTestId, findByTestId, fake, user } = await openPane("mendable");
    const server = (await fake.snapshot()).servers.find((one) => one.id === id)!;
    const error = { code: "unreachable", message: "The server is away.", remedy: null };
    fake.tell({ type: "server_changed", server: { ...server, ...failed(error), revision: 2000 } });
    await user.click(getByTestId(`row-${id}`).querySelector("[data-open]")!);
    expect((await findByTestId("connect")).textContent).toBe(label);
    await user.keyboard("{Control>}k{/Control}");
    expect((await findByTestId("palette-act")).textContent).toContain(label);
    await user.keyboard("{Escape}");
    await user.click(getByTestId("connect"));
    expect(fake.log).toContain(`connect ${id}`);
  });
});

describe("before a sign-in", () => {
  it.each<[string, Surface, Partial<SignInOptions>]>([
    ["in a window", "popup", {}],
    ["in your browser", "browser", {}],
    ["in your browser", "popup", { surface: "browser" }],
    ["in a window", "browser", { surface: "popup" }],
    ["No page opens", "popup", { flow: "client_credentials" }],
  ])("is told that a page opens %s, where %s is preferred and the server has %o", async (words, surface, own) => {
    const signIn = { ...plainSignIn, ...own };
    const server = makeServer({ id: "own", name: "Own", url: "https://own.example.com/mcp", ...signedOut(), signIn });
    const { findByText } = await openPane({ ...scenarios.one!(), servers: [server], preferences: { ...plainPreferences, surface } });
    await findByText(new RegExp(`^Connect .*${words}`));
  });
});

describe("a sign-in", () => {
  it("goes from Connect to the tools, and every step is seen", async () => {
    const { getByTestId, findByTestId, user } = await openPane("patient");
    await user.click(getByTestId("row-action"));
    await expect.poll(() => getByTestId("row-github").dataset.status).toBe("finding_out");
    await vi.advanceTimersByTimeAsync(700);
    await expect.poll(() => getByTestId("detail-status").dataset.status).toBe("waiting_for_you");
    await user.click(getByTestId("paste-callback"));
    await user.type(getByTestId("paste-input"), "dev.drawbridge.desktop:/oauth/callback?code=1&state=2");
    await user.click(getByTestId("paste-submit"));
    await expect.poll(() => getByTestId("row-github").dataset.status).toBe("signing_in");
    await vi.advanceTimersByTimeAsync(700);
    await findByTestId("tool-create_issue");
    expect(getByTestId("tab-tools").getAttribute("aria-selected")).toBe("true");
  });

  it("lets the person show the window, take the browser, copy the link and cancel", async () => {
    const { getByTestId, findByTestId, fake, user } = await openPane("patient");
    await user.click(getByTestId("row-action"));
    await vi.advanceTimersByTimeAsync(700);
    await user.click(await findByTestId("show-window"));
    await user.click(getByTestId("open-in-browser"));
    await user.click(getByTestId("copy-link"));
    await user.click(getByTestId("cancel"));
    expect(fake.log.slice(-4)).toEqual([
      "show_window github",
      "hand_over github",
      "copy_link github",
      "cancel github",
    ]);
    await expect.poll(() => getByTestId("row-github").dataset.status).toBe("not_signed_in");
  });

  it("says what is wrong with a pasted address, and forgets what was pasted", async () => {
    const { getByTestId, findByTestId, user } = await openPane("patient");
    await user.click(getByTestId("row-action"));
    await vi.advanceTimersByTimeAsync(700);
    await user.click(await findByTestId("paste-callback"));
    await user.type(getByTestId("paste-input"), "https://example.com");
    await user.click(getByTestId("paste-submit"));
    expect((await findByTestId("refusal")).dataset.code).toBe("malformed_callback");
    expect((getByTestId("paste-input") as HTMLInputElement).value).toBe("");
  });

  it("asks after half a minute whether the person did not come back", async () => {
    const { getByTestId, queryByText, findByText, user } = await openPane("patient");
    await user.click(getByTestId("row-action"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(queryByText(/Didn’t come back/)).toBeNull();
    await vi.advanceTimersByTimeAsync(27_000);
    await findByText(/Didn’t come back/);
  });
});

it.each(["row-action", "connect"])("two fast clicks on %s begin a sign-in, and do not cancel it", async (button) => {
  const { getByTestId, fake, user } = await openPane("patient");
  await user.dblClick(getByTestId(button));
  await expect.poll(() => getByTestId("row-github").dataset.status).toBe("waiting_for_you");
  expect(fake.log).not.toContain("cancel github");
});

describe("a sign-in whose window is closed", () => {
  async function closed() {
    const pane = await openPane("patient");
    await pane.user.click(pane.getByTestId("row-action"));
    await vi.advanceTimersByTimeAsync(700);
    await pane.findByTestId("waiting");
    pane.fake.closeWindow("github");
    expect((await pane.findByTestId("left-sign-in")).textContent).toContain("GitHub was not finished");
    return pane;
  }

  it("is opened again with one click", async () => {
    const { getByTestId, queryByTestId, user, fake } = await closed();
    await expectAccessible();
    await user.click(getByTestId("reopen"));
    expect(fake.log.filter((line) => line === "connect github")).toHaveLength(2);
    expect(queryByTestId("left-sign-in")).toBeNull();
  });

  it("is told of for a while, and for as long as somebody is at it", async () => {
    const { getByTestId, queryByTestId, user } = await closed();
    await user.hover(getByTestId("left-sign-in"));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(queryByTestId("left-sign-in")).not.toBeNull();
    await user.unhover(getByTestId("left-sign-in"));
    await vi.advanceTimersByTimeAsync(11_000);
    expect(queryByTestId("left-sign-in")).toBeNull();
  });

  it("is told of for as long as a sheet lies over it, and that says what happens under it", async () => {
    const { getByTestId, queryByTestId, user } = await closed();
    await user.click(getByTestId("preferences"));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(queryByTestId("left-sign-in")).not.toBeNull();
    expect(getByTestId("preferences-sheet").textContent).toContain("GitHub: Waiting for you…");
    (getByTestId("preferences-sheet") as HTMLDialogElement).close();
    await expect.poll(() => queryByTestId("preferences-sheet")).toBeNull();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(queryByTestId("left-sign-in")).toBeNull();
  });

  it("is not told of when it was cancelled here", async () => {
    const { getByTestId, queryByTestId, findByTestId, user } = await openPane("patient");
    await user.click(getByTestId("row-action"));
    await vi.advanceTimersByTimeAsync(700);
    await findByTestId("waiting");
    await user.click(getByTestId("cancel"));
    await expect.poll(() => getByTestId("row-github").dataset.status).toBe("not_signed_in");
    expect(queryByTestId("left-sign-in")).toBeNull();
  });
});

describe("a sign-in that does not come back", () => {
  async function waiting() {
    const pane = await openPane("patient");
    await pane.user.click(pane.getByTestId("row-action"));
    await vi.advanceTimersByTimeAsync(700);
    await pane.findByTestId("waiting");
    return pane;
  }

  it("offers to register again, and only then", async () => {
    const { getByTestId, queryByTestId, findByTestId, fake, user } = await waiting();
    expect(queryByTestId("register-again")).toBeNull();
    await vi.advanceTimersByTimeAsync(31_000);
    await user.click(await findByTestId("register-again"));
    expect(fake.log).toContain("register_again github");
    await expect.poll(() => getByTestId("detail-status").dataset.status).toBe("finding_out");
  });

  it("has its window brought to the front by its row, as long as it has one", async () => {
    const { getByTestId, queryByTestId, fake, user } = await waiting();
    const cancel = getByTestId("row-action");
    await user.click(getByTestId("row-show"));
    expect(fake.log).toContain("show_window github");
    await user.click(getByTestId("open-in-browser"));
    await expect.poll(() => queryByTestId("row-show")).toBeNull();
    expect(getByTestId("row-action")).toBe(cancel);
  });

  it("is taken to the browser, and every line says so", async () => {
    const { getByTestId, queryByTestId, user } = await waiting();
    await user.click(getByTestId("open-in-browser"));
    await expect.poll(() => getByTestId("waiting").dataset.surface).toBe("browser");
    expect(getByTestId("row-github").textContent).toContain("Waiting in browser…");
    expect(getByTestId("detail-status").textContent).toContain("Waiting for you in your browser…");
    expect(getByTestId("waiting").textContent).toContain("allow access in your browser");
    expect(queryByTestId("show-window")).toBeNull();
  });

  it("says why when it moved to the browser by itself", async () => {
    const { getByTestId, fake } = await waiting();
    fake.moveToBrowser("github");
    await expect.poll(() => getByTestId("waiting").textContent).toContain("does not work inside an app");
    expect(getByTestId("announcer").textContent).toBe("GitHub: the sign-in moved to your browser");
  });

  it("tells of a browser that does not open, although no button was pressed", async () => {
    const { findByTestId, fake } = await waiting();
    fake.trouble({ id: "github", error: { code: "no_browser", message: "No browser.", remedy: null } });
    expect((await findByTestId("refusal")).dataset.code).toBe("no_browser");
  });
});

describe("a server that asks for more access", () => {
  it("shows for what, and leads on or leaves it", async () => {
    const { getByTestId, queryByTestId, fake, user } = await openPane("mendable");
    await user.click(getByTestId("row-more").querySelector("[data-testid=row-action]")!);
    const asks = [...getByTestId("more-access").querySelectorAll("li")].map(({ textContent }) => textContent);
    expect(asks).toEqual(["issues:write", "files:read"]);
    await user.click(getByTestId("more-access-decline"));
    await expect.poll(() => getByTestId("row-more").dataset.status).toBe("connected");
    expect(queryByTestId("more-access")).toBeNull();
    expect(fake.log).toContain("decline_access more");
  });

  it("goes on to a new sign-in while the old one works", async () => {
    const { getByTestId, fake, user } = await openPane("mendable");
    await user.click(getByTestId("row-more").querySelector("[data-testid=row-action]")!);
    await user.click(getByTestId("more-access-continue"));
    expect(fake.log).toContain("sign_in_again more");
  });
});

describe("the connection tab", () => {
  it("tells who, what and how long, and signs out", async () => {
    const { getByTestId, queryByTestId, fake, user } = await openPane("one");
    await user.click(getByTestId("tab-connection"));
    expect(getByTestId("issuer").textContent).toBe("https://mcp.linear.app");
    expect(getByTestId("expiry").textContent).toBe("in 47 min, renews itself");
    await user.click(getByTestId("sign-out"));
    expect(getByTestId("sign-out-sheet").textContent).toContain("Forgets the sign-in here");
    await expectAccessible();
    expect(fake.log).not.toContain("sign_out linear");
    await user.click(getByTestId("confirm-sign-out"));
    await expect.poll(() => getByTestId("row-linear").dataset.status).toBe("not_signed_in");
    expect(queryByTestId("sign-out-sheet")).toBeNull();
  });

  it.each([
    ["with a sign-in, which stays as it is", "linear"],
    ["without one", "weather"],
  ])("opens the connection of a server anew, %s", async (_, id) => {
    const { getByTestId, queryByTestId, fake, user } = await openPane("full");
    await user.click(getByTestId(`row-${id}`).querySelector("[data-open]")!);
    await user.click(getByTestId("tab-connection"));
    const before = queryByTestId("sign-in-again");
    expect(getByTestId("reconnect").textContent).toBe("Reconnect to the server");
    await user.click(getByTestId("reconnect"));
    await expect.poll(() => getByTestId("detail-status").dataset.status).toBe("connecting");
    expect(getByTestId("reconnect").hasAttribute("disabled")).toBe(true);
    await expectAccessible();
    await expect.poll(() => getByTestId("detail-status").dataset.status).toBe("connected");
    expect(getByTestId("reconnect").hasAttribute("disabled")).toBe(false);
    expect(queryByTestId("sign-in-again")).toBe(before);
    expect(fake.log.filter((line) => /^(connect|sign)/.test(line))).toEqual([`connect ${id}`]);
  });

  it("starts a new sign-in beside the one that works", async () => {
    const { getByTestId, fake, user } = await openPane("one");
    await user.click(getByTestId("tab-connection"));
    await user.click(getByTestId("sign-in-again"));
    expect(fake.log).toContain("sign_in_again linear");
    await expect.poll(() => getByTestId("detail-status").dataset.status).toBe("finding_out");
  });

  it("gives the reason when the person must sign in again", async () => {
    const { getByTestId, findByTestId, user } = await openPane("full");
    await user.click(getByTestId("row-notion").querySelector("[data-open]")!);
    expect((await findByTestId("reauth-reason")).dataset.code).toBe("invalid_grant");
  });
});
