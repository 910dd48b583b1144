import { mount } from "svelte";
import App from "./App.svelte";
import type { Backend } from "./lib/backend/backend";
import { tauri } from "./lib/backend/tauri";
import { lookOf, speaks } from "./lib/look/look";
import { wear } from "./lib/look/theme";
import { speakAs } from "./lib/text/language";
import "./styles/tokens.css";
import "./styles/base.css";

/** In a plain browser, and only while developing, a pretended engine stands in for the real one, at hand as `fake`. */
async function chooseBackend(): Promise<Backend> {
  if (!import.meta.env.DEV || "__TAURI_INTERNALS__" in window) return tauri;
  const { fakeFromAddress } = await import("./lib/backend/fake");
  const fake = fakeFromAddress(location.search);
  Object.assign(window, { fake });
  return fake;
}

const { theme, language } = lookOf(location.search);
wear(theme);

void Promise.all([chooseBackend(), language === "system" ? speakAs(language) : speaks(language)]).then(([backend]) =>
  mount(App, { target: document.getElementById("app")!, props: { backend } }),
);
