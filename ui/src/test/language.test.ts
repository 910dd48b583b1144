import { beforeAll, describe, expect, it } from "vitest";
import { expectAccessible } from "./axe";
import { openPane } from "./world";
import { scenarios } from "../lib/backend/fake/scenarios";
import { said as inGerman } from "../lib/text";
import { de } from "../lib/text/de";
import { deLater } from "../lib/text/de.later";
import { en } from "../lib/text/en";
import { enLater } from "../lib/text/en.later";
import { speakAs } from "../lib/text/language";
import { ago, span } from "../lib/text/time";

type Words = Record<string, unknown>;

const written = import.meta.glob<string>("../lib/text/de*.ts", { query: "?raw", import: "default", eager: true });

/** Every word of a catalogue with its path; what makes words is called, as far as it can be. */
function said(words: unknown, path = ""): [string, string][] {
  if (typeof words === "string") return [[path, words]];
  if (typeof words === "function") return [[path, `a function of ${words.length}`]];
  return Object.entries(words as Words).flatMap(([name, inner]) => said(inner, `${path}.${name}`));
}
const paths = (words: unknown) => said(words).map(([path, word]) => (word.startsWith("a function of") ? `${path} ${word}` : path));
const english = { ...en, ...enLater };
const german = { ...de, ...deLater };

describe("the German catalogue", () => {
  it("has every word that the English one has, and no more", () => {
    expect(paths(german).sort()).toEqual(paths(english).sort());
  });

  it("has a comma in its numbers", () => {
    expect([enLater.result.megabytes(1.25), deLater.result.megabytes(1.25)]).toEqual(["1.3 MB", "1,3 MB"]);
  });

  it("leaves no word empty", () => {
    expect(said(german).filter(([, word]) => !word.trim())).toEqual([]);
  });

  it("has one word for one thing", () => {
    // Registrierung, Rückadresse, Zeitlimit, testen, prüfen, speichern (a Sicherung is a backup), signiert, endgültig, Tool.
    const others = /eu eintragen|Eintrag (?:abgelehnt|möglich)|Rückweg|Zeitgrenze|Ausprobieren|[Ee]rkunde|\b[Ss]ichern|[Gg]esichert|unterschrieben|für immer|Werkzeug/g;
    expect(Object.keys(written)).toHaveLength(5);
    expect(Object.entries(written).flatMap(([path, words]) => [...words.matchAll(others)].map(([word]) => `${path}: ${word}`))).toEqual([]);
  });

  it("fits a row", () => {
    const lines = [...said({ ...de.status, waitingInBrowserLong: "" }), ...said(de.failure)].map(([, word]) => word);
    const counted = [de.status.connected(100), de.status.connected(0), de.status.cantReachShort("20 s")];
    expect([...lines, ...counted].filter((line) => !line.startsWith("a function") && line.length >= 24)).toEqual([]);
  });
});

it("one of several has its own form", () => {
  expect([1, 2, 5].map((added) => enLater.import.done(added, 5))).toEqual(["1 of 5 was added.", "2 of 5 were added.", "5 servers were added."]);
  expect([1, 2, 5].map((added) => deLater.import.done(added, 5))).toEqual(["1 von 5 hinzugefügt.", "2 von 5 hinzugefügt.", "5 Server hinzugefügt."]);
});

const sources = import.meta.glob<string>("../**/*.svelte", { query: "?raw", import: "default", eager: true });

it("no component has words of its own", () => {
  const spoken = Object.entries(sources).flatMap(([path, source]) => {
    const markup = source
      .replace(/<(script|style)[\s\S]*?<\/\1>/g, "")
      .replace(/<!--[\s\S]*?-->/g, "");
    const plain = withoutBraces(markup);
    const attributes = [...plain.matchAll(/\b(?:aria-label|alt|title|placeholder|label)="([^"]*[a-z]{2}[^"]*)"/gi)].map(([, word]) => word!);
    const texts = plain.replace(/<[^>]*>/g, "\n").split("\n").map((text) => text.trim()).filter((text) => /[a-z]{2}/i.test(text));
    // An address is the same in every language.
    return [...attributes, ...texts].filter((word) => !/^https?:\/\/\S+$/.test(word)).map((word) => `${path}: ${word}`);
  });
  expect(spoken).toEqual([]);
});

/** What stands outside of `{…}`, where code is; braces may lie within each other. */
function withoutBraces(markup: string): string {
  const inner = markup.replace(/\{[^{}]*\}/g, "");
  return inner === markup ? markup : withoutBraces(inner);
}

describe("a German system", () => {
  beforeAll(() => speakAs("de-AT"));

  const untranslated = new Set(said(german).map(([, word]) => word));
  const foreign = new Set(said(english).map(([, word]) => word).filter((word) => !untranslated.has(word)));

  function englishOnScreen(): string[] {
    // There is a company that is called Close.
    const elements = [...document.body.querySelectorAll("*")].filter((one) => !one.matches("script, style, [data-testid=catalogue] .name"));
    const words = elements.flatMap((one) => [
      ...[...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent!.trim()),
      ...["aria-label", "title", "placeholder", "alt"].map((name) => one.getAttribute(name) ?? ""),
    ]);
    return words.filter((word) => foreign.has(word) || inGerman(word) !== word);
  }

  it("is told so by the page, and counts in its own words", () => {
    expect(document.documentElement.lang).toBe("de");
    expect([span(12 * 86_400_000), ago(3000), ago(12 * 86_400_000)]).toEqual(["12 Tage", "gerade eben", "vor 12 Tagen"]);
  });

  it.each(["full", "empty", "vault", "lost", "nocerts", "aside", "mendable", "ask", "update"])("hears German alone in the scenario %s", async (scenario) => {
    const { findByTestId } = await openPane(scenario);
    await findByTestId("add-server");
    expect(englishOnScreen()).toEqual([]);
  });

  it.each(["tab-tools", "tab-connection", "tab-activity", "tab-settings"])("hears German alone in %s", async (tab) => {
    const { getByTestId, user } = await openPane("one");
    await user.click(getByTestId(tab));
    expect(englishOnScreen()).toEqual([]);
    await expectAccessible();
  });

  it("hears in German why the list cannot be opened", async () => {
    const { findByTestId } = await openPane("error");
    expect((await findByTestId("start-failure")).textContent).toContain("Die Datenbank stammt von einem neueren Drawbridge.");
    expect(englishOnScreen()).toEqual([]);
  });

  it("hears in German why a server failed, at its row and in its connection", async () => {
    const { getByTestId, user } = await openPane("full");
    expect(getByTestId("row-figma").title).toContain("Der Anmeldeserver https://www.figma.com");
    await user.click(getByTestId("row-figma").querySelector("[data-open]")!);
    await user.click(getByTestId("tab-connection"));
    expect(getByTestId("server-error").textContent).toContain("Registriere beim Anbieter eine App und trage ihre Client-ID ein.");
    expect(englishOnScreen()).toEqual([]);
  });

  it("hears German alone in the palette and among the shortcuts", async () => {
    const { findAllByRole, findByTestId, user } = await openPane("one");
    await user.keyboard("{Control>}k{/Control}");
    const labels = (await findAllByRole("option")).map((option) => option.querySelector(".label")!.textContent);
    expect(labels).toContain("Abmelden");
    expect(englishOnScreen()).toEqual([]);
    await user.keyboard("{Escape}{Control>}/{/Control}");
    expect((await findByTestId("shortcuts-sheet")).textContent).toContain("Pos1");
    expect(englishOnScreen()).toEqual([]);
  });

  it("hears German alone in the sheets", async () => {
    const { getByTestId, user } = await openPane("one");
    await user.click(getByTestId("preferences"));
    expect(englishOnScreen()).toEqual([]);
    await user.keyboard("{Escape}");
    await user.click(getByTestId("add-server"));
    expect(englishOnScreen()).toEqual([]);
  });

  it("hears German alone of new versions", async () => {
    const { findByTestId, findByText, getByTestId, user } = await openPane({ ...scenarios.update!(), release: { signingIn: true } });
    await user.click(await findByTestId("update-show"));
    expect(getByTestId("update-sheet").textContent).toContain("Installiert ist 0.1.0.");
    expect(englishOnScreen()).toEqual([]);
    await user.click(getByTestId("update-install"));
    await user.click(getByTestId("update-close"));
    await findByText("Wartet, bis die Anmeldung fertig ist…");
    await user.click(getByTestId("preferences"));
    expect(englishOnScreen()).toEqual([]);
    await expectAccessible();
  });

  it("hears German alone on the first run, in the catalogue and in the import", async () => {
    const { findByTestId, getByTestId, findAllByTestId, user } = await openPane("first");
    await expect.poll(() => getByTestId("welcome-found").textContent?.trim()).toBe("4 Server in Claude Desktop und Cursor gefunden");
    expect(getByTestId("tile-linear").textContent).toContain("Vorgänge");
    expect(englishOnScreen()).toEqual([]);
    await user.click(getByTestId("welcome-add"));
    await findByTestId("offer-notion");
    expect(englishOnScreen()).toEqual([]);
    await user.type(getByTestId("add-url"), "weather");
    await user.click(getByTestId("registry-search"));
    await user.click(await findByTestId("offer-com.example/tenant#0"));
    expect(englishOnScreen()).toEqual([]);
    await user.click(getByTestId("variables-back"));
    await user.click(getByTestId("add-import"));
    await findAllByTestId("import-row");
    expect(englishOnScreen()).toEqual([]);
    await user.click(getByTestId("import-go"));
    await findByTestId("import-done");
    expect(englishOnScreen()).toEqual([]);
  });

  it("hears German alone when a tool is tried", async () => {
    const { findByTestId, getByTestId, user } = await openPane("try");
    await user.click(await findByTestId("try-plan_release"));
    await user.click(getByTestId("try-run"));
    expect(getByTestId("try-problems").textContent).toContain("Das fehlt noch.");
    await user.click(getByTestId("try-anyway"));
    await findByTestId("try-result");
    expect(englishOnScreen()).toEqual([]);
  });
});

it("a language that nobody has written is English", async () => {
  await speakAs("xx");
  expect(document.documentElement.lang).toBe("en");
});
