import { describe, expect, it, vi } from "vitest";
import { byDay, lastRun, matching } from "../lib/activity/story";
import { Fake } from "../lib/backend/fake";
import { scenarios } from "../lib/backend/fake/scenarios";
import type { Activity } from "../lib/bindings/Activity";
import { merged } from "../lib/state/journal.svelte";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

const story = (id: string) => new Fake(scenarios.full!()).activity(id);

async function openTab(scenario: string, id: string, tab: string) {
  const pane = await openPane(scenario);
  await pane.user.click(pane.getByTestId(`row-${id}`).querySelector("[data-open]")!);
  await pane.user.click(pane.getByTestId(`tab-${tab}`));
  return pane;
}

const steps = (list: HTMLElement) => [...list.children].map((step) => `${(step as HTMLElement).dataset.what} ${(step as HTMLElement).dataset.outcome}`);

describe("the story of a server", () => {
  it("is read once more when one that is over is told late", async () => {
    const [newest, ...others] = await story("linear");
    const late: Activity = { ...newest!, outcome: "running" };
    expect(merged([newest!, ...others], [late])[0]).toEqual(newest);
    expect(merged([late, ...others], [newest!])[0]).toEqual(newest);
    expect(merged([newest!, ...others], [])).toHaveLength(others.length + 1);
  });

  it("has its last connection in the order in which it was made", async () => {
    const run = lastRun(await story("linear"));
    expect(run.map(({ what }) => what).slice(0, 3)).toEqual(["probe", "challenge", "resource_metadata"]);
    expect(run.at(-1)?.what).toBe("tools");
    expect(lastRun([])).toEqual([]);
  });

  it("is told apart by what a person looks for", async () => {
    const all = await story("linear");
    const kinds = (filter: "sign_in" | "calls" | "trouble") => new Set(matching(all, filter).map(({ what }) => what));
    expect(kinds("calls")).toEqual(new Set(["call"]));
    expect(kinds("sign_in")).toContain("refresh");
    expect(kinds("sign_in")).not.toContain("call");
    expect(matching(all, "trouble").map(({ outcome }) => outcome)).toEqual(["problem"]);
    expect(matching(all, "all")).toHaveLength(all.length);
  });
});

it("a day that the clock went back to is there once", async () => {
  const [entry] = await story("linear");
  const on = (day: number) => ({ ...entry!, id: `${day}`, at: new Date(2026, 10, day, 12).getTime() });
  const days = byDay([on(25), on(24), { ...on(25), id: "again" }]);
  expect(days.map(({ entries }) => entries.map(({ id }) => id))).toEqual([["25", "again"], ["24"]]);
});

describe("the timeline", () => {
  it("shows every step of the last connection, and its details on demand", async () => {
    const { findByTestId, user } = await openTab("one", "linear", "connection");
    const timeline = await findByTestId("timeline");
    expect(steps(timeline)).toEqual([
      "probe ok", "challenge ok", "resource_metadata ok", "server_metadata ok", "registration ok",
      "page ok", "callback ok", "token ok", "session ok", "tools ok",
    ]);
    const probe = timeline.querySelector("button")!;
    expect(probe.getAttribute("aria-expanded")).toBe("false");
    await user.click(probe);
    expect(probe.getAttribute("aria-expanded")).toBe("true");
    const details = document.getElementById(probe.getAttribute("aria-controls")!)!;
    expect(details.textContent).toContain("POST https://mcp.linear.app/mcp");
    expect(details.textContent).toContain("401");
    expect(details.textContent).toContain("It asks who calls.");
    await expectAccessible();
  });

  it("opens the step that failed, with what helps", async () => {
    const { findByTestId } = await openTab("full", "figma", "connection");
    const timeline = await findByTestId("timeline");
    const failed = timeline.querySelector<HTMLElement>('[data-outcome="problem"]')!;
    expect(failed.dataset.what).toBe("registration");
    expect(failed.querySelector("button")!.getAttribute("aria-expanded")).toBe("true");
    expect(failed.textContent).toContain("Register an app with the provider");
    await expectAccessible();
  });

  it("fills while the connection is made", async () => {
    const { findByTestId, getByTestId, user } = await openPane("patient");
    await user.click(getByTestId("connect"));
    const timeline = await findByTestId("timeline");
    expect(steps(timeline)).toEqual(["probe running"]);
    await expect.poll(() => steps(timeline).at(-1)).toBe("callback running");
    expect(steps(timeline)[0]).toBe("probe ok");
    expect(timeline.lastElementChild!.getAttribute("aria-current")).toBe("step");
    await user.click(getByTestId("cancel"));
    await expect.poll(() => steps(getByTestId("timeline")).at(-1)).toBe("callback stopped");
    await expectAccessible();
  });

  it("says so where there was no connection yet", async () => {
    const { findByTestId, queryByTestId } = await openTab("full", "github", "connection");
    await findByTestId("no-connection");
    expect(queryByTestId("timeline")).toBeNull();
  });

  it("gives a report that Rust puts on the clipboard", async () => {
    const { findByTestId, fake, user } = await openTab("one", "linear", "connection");
    const button = await findByTestId("copy-report");
    await user.click(button);
    expect(fake.log).toContain("copy_report linear");
    expect(button.textContent).toContain("Report copied");
  });
});

describe("the activity tab", () => {
  const rows = () => [...document.querySelectorAll<HTMLElement>("[data-testid=activity] > li")].map(({ dataset }) => dataset.what);

  it("has the newest first, and filters", async () => {
    const { findAllByTestId, getByTestId, user } = await openTab("one", "linear", "activity");
    await findAllByTestId("activity");
    expect(rows()[0]).toBe("call");
    expect(rows().at(-1)).toBe("added");
    await user.click(getByTestId("filter-trouble"));
    expect(rows()).toEqual(["call"]);
    await user.click(getByTestId("filter-calls"));
    expect(new Set(rows())).toEqual(new Set(["call"]));
    await expectAccessible();
  });

  const call = async (more: Partial<Activity>): Promise<Activity> => ({ ...(await story("linear"))[0]!, id: "z", what: "call", ...more });

  /** The row of a call that was just made, opened. */
  async function opened(entry: Activity) {
    const { findAllByTestId, fake, user } = await openTab("one", "linear", "activity");
    await findAllByTestId("activity");
    fake.tell({ type: "activity", entries: [entry] });
    const row = () => document.querySelector<HTMLElement>("[data-testid=activity] > li")!;
    await expect.poll(() => row().dataset.outcome).toBe(entry.outcome);
    const closed = row().textContent;
    await user.click(row().querySelector("button")!);
    return { closed, open: row().textContent!, user };
  }

  it("says of a call that failed why, and what helps", async () => {
    const problem = { code: "reauth_required", message: "This server needs you to sign in again.", remedy: "Press Reconnect." };
    const { closed, open } = await opened(await call({ outcome: "problem", problem }));
    expect(closed).toContain("This server needs you to sign in again.");
    expect(open).toContain("Press Reconnect.");
    expect(open).not.toContain("reauth_required");
    await expectAccessible();
  });

  it("says it in words where an earlier version told no more than a code", async () => {
    const facts: Activity["facts"] = [{ name: "tool", value: "list_issues" }, { name: "reason", value: "reauth_required" }];
    const { open } = await opened(await call({ outcome: "problem", facts }));
    expect(open).toContain("Sign in again");
    expect(open).not.toContain("reauth_required");
  });

  it("has a call that was cancelled for stopped, and not for trouble", async () => {
    const { closed, user } = await opened(await call({ outcome: "stopped" }));
    expect(closed).toContain("stopped");
    await user.click(document.querySelector<HTMLElement>("[data-testid=filter-trouble]")!);
    expect(document.querySelector("[data-outcome=stopped]")).toBeNull();
  });

  it("says so where there is nothing", async () => {
    const { findByTestId, user, getByTestId } = await openTab("full", "github", "activity");
    await user.click(getByTestId("filter-calls"));
    expect((await findByTestId("activity-empty")).textContent).toBe("No tool was called.");
    await expectAccessible();
  });

  it("shows what happens while somebody looks", async () => {
    const { findAllByTestId, fake } = await openTab("one", "linear", "activity");
    await findAllByTestId("activity");
    const [newest] = await fake.activity("linear");
    const entry: Activity = { ...newest!, id: "z", what: "session_lost", outcome: "problem" };
    fake.tell({ type: "activity", entries: [entry] });
    await expect.poll(() => rows()[0]).toBe("session_lost");
  });

  it("tells when it cannot be read", async () => {
    const pane = await openPane("one");
    pane.fake.activity = () => Promise.reject({ code: "disk_failed", message: "The disk does not answer.", remedy: null });
    await pane.user.click(pane.getByTestId("tab-activity"));
    expect((await pane.findByTestId("activity-error")).textContent).toContain("The disk does not answer.");
    await expectAccessible();
  });

  it.each([
    ["activity", "activity"],
    ["connection", "timeline"],
  ])("is read again on the tab %s when the person says so", async (tab, shown) => {
    const pane = await openPane("one");
    const unread = vi.spyOn(pane.fake, "activity").mockRejectedValue({ code: "disk_failed", message: "The disk does not answer.", remedy: null });
    await pane.user.click(pane.getByTestId(`tab-${tab}`));
    await pane.findByTestId("activity-error");
    await pane.user.click(pane.getByTestId("again"));
    await pane.findByTestId("activity-error");
    unread.mockRestore();
    await pane.user.click(pane.getByTestId("again"));
    await pane.findAllByTestId(shown);
    expect(pane.queryByTestId("activity-error")).toBeNull();
    expect(document.activeElement).not.toBe(document.body);
  });
});

describe("axe finds nothing in what happened", () => {
  it.each(["notion", "sentry", "atlassian", "figma", "search", "old", "asana", "stripe", "weather"])("to %s", async (id) => {
    const { findByTestId } = await openTab("full", id, "connection");
    await findByTestId("copy-report");
    await expectAccessible();
    await pressActivity();
    await expectAccessible();
  });

  async function pressActivity() {
    document.querySelector<HTMLElement>("[data-testid=tab-activity]")!.click();
    await expect.poll(() => document.querySelector("[data-testid=activity]")).not.toBeNull();
  }
});
