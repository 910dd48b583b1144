import { within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { signingIn } from "../lib/backend/fake/servers";
import { notSigned } from "../lib/backend/fake/updates";
import { scenarios, type Scenario } from "../lib/backend/fake/scenarios";
import { markdown } from "../lib/later";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

const full = { code: "disk_full", message: "The disk is full.", remedy: null };
const asked = (log: readonly string[]) => log.filter((line) => line.startsWith("update "));
const prefer = (log: readonly string[]) => log.filter((line) => line.startsWith("set_preferences"));

describe("new versions", () => {
  it("are looked for once the person has said yes, and not before", async () => {
    const { fake, findByTestId, getByTestId, queryByTestId, user } = await openPane("ask");
    const question = await findByTestId("update-question");
    expect(question.textContent).toContain("drawbridge.dev");
    expect(asked(fake.log)).toEqual([]);
    await expectAccessible();
    await user.click(getByTestId("update-daily"));
    expect(queryByTestId("update-question")).toBeNull();
    expect((await findByTestId("update-banner")).dataset.version).toBe("0.2.0");
    expect(asked(fake.log)).toEqual(["update check"]);
  });

  it("are not asked about while somebody signs in, and the question stays once it is there", async () => {
    const scenario = { ...scenarios.ask!(), ...scenarios.patient!(), updates: { way: "itself" as const } };
    scenario.servers = scenario.servers.map((server) => ({ ...server, ...signingIn("waiting_for_person", Date.now()) }));
    const { findByTestId, getByTestId, queryByTestId, user } = await openPane(scenario);
    await findByTestId("announcer");
    expect(queryByTestId("update-question")).toBeNull();
    await user.click(getByTestId("row-action"));
    await findByTestId("update-question");
    await user.click(getByTestId("row-action"));
    await expect.poll(() => getByTestId("row-github").dataset.status).toBe("finding_out");
    expect(queryByTestId("update-question")).not.toBeNull();
  });

  it("are asked about until the answer could be stored", async () => {
    const { fake, findByTestId, getByTestId, user } = await openPane("ask");
    fake.setPreferences = () => Promise.reject(full);
    await user.click(await findByTestId("update-never"));
    await expect.poll(() => getByTestId("update-question").textContent).toContain("The disk is full.");
    await expectAccessible();
  });

  it("are put off only where that could be stored", async () => {
    const { fake, findByTestId, getByTestId, user } = await openPane("update");
    Object.assign(fake, { update: () => Promise.reject(full) });
    await user.click(await findByTestId("update-later"));
    await expect.poll(() => getByTestId("update-banner").textContent).toContain("The disk is full.");
    await user.click(getByTestId("update-show"));
    await user.click(getByTestId("update-put-off"));
    expect((await findByTestId("update-error")).dataset.code).toBe("disk_full");
  });

  it("are asked about once: no is no", async () => {
    const { fake, findByTestId, getByTestId, queryByTestId, user } = await openPane("ask");
    await findByTestId("update-question");
    await user.click(getByTestId("update-never"));
    expect(queryByTestId("update-question")).toBeNull();
    expect(prefer(fake.log).at(-1)).toContain('"updates":"never"');
    expect(asked(fake.log)).toEqual([]);
  });

  it.each(["packages", "hand"] as const)("are not asked about where they come by %s", async (way) => {
    const { findByTestId, getByTestId, queryByTestId, user } = await openPane({ ...scenarios.ask!(), updates: { way } });
    await user.click(getByTestId("preferences"));
    const state = await findByTestId("update-state");
    expect(state.textContent).toContain(way === "packages" ? "Your package manager" : "built by hand");
    expect(queryByTestId("update-question")).toBeNull();
    expect(queryByTestId("prefer-updates")).toBeNull();
    expect(queryByTestId("update-look")).toBeNull();
    await expectAccessible();
  });

  it("are not asked about on the first picture, where there is no server yet", async () => {
    const { findByTestId, queryByTestId } = await openPane({ ...scenarios.ask!(), servers: [] });
    await findByTestId("welcome-add");
    expect(queryByTestId("update-question")).toBeNull();
  });
});

async function shown(scenario: string | Scenario) {
  await markdown.load();
  const pane = await openPane(scenario);
  await pane.user.click(await pane.findByTestId("update-show"));
  return pane;
}

describe("a newer version", () => {
  it("is shown with its notes, as they are meant", async () => {
    const { fake, getByTestId } = await shown("update");
    const sheet = within(getByTestId("update-sheet"));
    expect(sheet.getByRole("heading", { name: "Drawbridge 0.2.0" })).toBeTruthy();
    expect(sheet.getByRole("heading", { name: "Fixed" })).toBeTruthy();
    expect(sheet.getByText("grouped").tagName).toBe("STRONG");
    expect(asked(fake.log)).toEqual([]);
    await expectAccessible();
  });

  it("is installed when the person says so, and its coming is told", async () => {
    const { fake, findByText, findAllByText, getByTestId, user } = await shown("update");
    await user.click(getByTestId("update-install"));
    expect(getByTestId("update-install").hasAttribute("disabled")).toBe(true);
    await findAllByText("Downloading… 48 %");
    const bar = within(getByTestId("update-sheet")).getByRole("progressbar", { name: "Download" });
    expect((bar as HTMLProgressElement).value).toBe(48);
    await expectAccessible();
    await user.click(getByTestId("update-close"));
    await findByText("Installing…");
    expect(asked(fake.log)).toEqual(["update install"]);
  });

  it("waits for a sign-in, and says so", async () => {
    const scenario = scenarios.update!();
    const { findAllByText, getByTestId, user } = await shown({ ...scenario, release: { ...scenario.release, signingIn: true } });
    await user.click(getByTestId("update-install"));
    await findAllByText("Waiting for your sign-in to end…");
    expect(getByTestId("update-work").dataset.work).toBe("waiting");
    await expectAccessible();
  });

  it("is taken back while it comes in, and is offered still", async () => {
    const { fake, findByTestId, findByText, getByTestId, queryByTestId, queryByText, user } = await shown("update");
    fake.updates.tell({ work: { kind: "downloading", percent: 48 } });
    await user.click(await findByTestId("update-cancel"));
    expect(getByTestId("update-work").dataset.work).toBe("idle");
    expect(queryByTestId("update-cancel")).toBeNull();
    expect(queryByText(/^Downloading…/)).toBeNull();
    expect(getByTestId("update-banner").dataset.version).toBe("0.2.0");
    expect(asked(fake.log)).toEqual(["update cancel"]);
    await expectAccessible();
    await user.click(getByTestId("update-install"));
    await user.click(getByTestId("update-close"));
    await findByText("Installing…");
  });

  it("is taken back above the list while it waits", async () => {
    const scenario = scenarios.update!();
    const { fake, findByText, getByTestId, queryByTestId, user } = await shown({ ...scenario, release: { ...scenario.release, signingIn: true } });
    await user.click(getByTestId("update-install"));
    await user.click(getByTestId("update-close"));
    await findByText("Waiting for your sign-in to end…");
    await user.click(getByTestId("update-stop"));
    expect(getByTestId("update-banner").textContent).not.toContain("Waiting");
    expect(queryByTestId("update-stop")).toBeNull();
    expect(getByTestId("update-later")).toBeTruthy();
    expect(asked(fake.log)).toEqual(["update install", "update cancel"]);
  });

  it("is taken back no more while it is put in place", async () => {
    const { fake, findAllByText, getByTestId, queryByTestId } = await shown("update");
    fake.updates.tell({ work: { kind: "installing" } });
    await findAllByText("Installing…");
    expect(queryByTestId("update-cancel")).toBeNull();
    expect(queryByTestId("update-stop")).toBeNull();
    expect(getByTestId("update-close")).toBeTruthy();
  });

  it("that cannot be trusted is refused in plain words, and can be tried again", async () => {
    const { findByTestId, getByTestId, user } = await shown("unsigned");
    await user.click(getByTestId("update-install"));
    const error = await findByTestId("update-error");
    expect(error.dataset.code).toBe(notSigned.code);
    expect(error.textContent).toContain("Nothing of it was installed");
    expect(getByTestId("update-install").hasAttribute("disabled")).toBe(false);
    await expectAccessible();
  });

  it("may wait until later", async () => {
    const { fake, getByTestId, queryByTestId, user } = await shown("update");
    await user.click(getByTestId("update-put-off"));
    expect(queryByTestId("update-sheet")).toBeNull();
    expect(queryByTestId("update-banner")).toBeNull();
    expect(asked(fake.log)).toEqual(["update put_off"]);
    await user.click(getByTestId("preferences"));
    expect(getByTestId("update-state").textContent).toBe("Version 0.2.0 is available");
    await user.click(getByTestId("update-open"));
    expect(getByTestId("update-sheet")).toBeTruthy();
  });

  it("without notes says so", async () => {
    const offer = { version: "0.2.0", notes: null };
    const { getByTestId } = await shown({ ...scenarios.update!(), updates: { way: "itself", offer } });
    expect(getByTestId("update-sheet").textContent).toContain("Nothing was written");
  });

  it("is forgotten with the wish for it", async () => {
    const { getByTestId, queryByTestId, user } = await openPane("update");
    await user.click(getByTestId("preferences"));
    await user.click(getByTestId("prefer-updates"));
    await user.click(getByTestId("preferences-save"));
    await expect.poll(() => queryByTestId("update-banner")).toBeNull();
  });

  it("never takes the place of a newer word", async () => {
    const { fake, findByTestId, queryByTestId } = await openPane("ask");
    await findByTestId("update-question");
    fake.updates.tell({ offer: { version: "0.3.0", notes: null }, revision: 9 });
    await findByTestId("update-banner");
    fake.updates.tell({ offer: null, revision: 8 });
    expect(queryByTestId("update-banner")?.dataset.version).toBe("0.3.0");
  });
});

describe("in the preferences, the search for a newer version", () => {
  it("says what it found", async () => {
    const { fake, findByText, getByTestId, user } = await openPane("newest");
    await user.click(getByTestId("preferences"));
    expect(getByTestId("update-state").textContent).toContain("Version 0.1.0 is the newest");
    await user.click(getByTestId("update-look"));
    await findByText("Looking…");
    expect(getByTestId("update-look").hasAttribute("disabled")).toBe(true);
    await findByText(/Version 0\.1\.0 is the newest/);
    expect(asked(fake.log)).toEqual(["update check"]);
    await expectAccessible();
  });

  it("says what went wrong, and loses nothing", async () => {
    const unreachable = { code: "update_unreachable", message: "It cannot be reached.", remedy: "Try again." };
    const { findByTestId, getByTestId, user } = await openPane({ ...scenarios.update!(), release: { unreachable } });
    await user.click(getByTestId("preferences"));
    await user.click(getByTestId("update-look"));
    expect((await findByTestId("update-failure")).dataset.code).toBe("update_unreachable");
    expect(getByTestId("update-state").textContent).toBe("Version 0.2.0 is available");
    await expectAccessible();
  });

  it("is offered only to those who want it", async () => {
    const { findByTestId, getByTestId, queryByTestId, user } = await openPane("ask");
    await findByTestId("update-question");
    await user.click(getByTestId("preferences"));
    expect((getByTestId("prefer-updates") as HTMLInputElement).checked).toBe(false);
    expect(queryByTestId("update-look")).toBeNull();
    await user.click(getByTestId("preferences-save"));
    // Who has not answered yet is still asked.
    await findByTestId("update-question");
  });
});
