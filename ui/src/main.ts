import { mount } from "svelte";
import App from "./App.svelte";
import type { Backend } from "./lib/backend/backend";
import { tauri } from "./lib/backend/tauri";
import { speakAs } from "./lib/text/language";
import "./styles/tokens.css";
import "./styles/base.css";

/** In a plain browser, and only while developing, a pretended engine stands in for the real one. */
async function chooseBackend(): Promise<Backend> {
  if (!import.meta.env.DEV || "__TAURI_INTERNALS__" in window) return tauri;
  const { fakeFromAddress } = await import("./lib/backend/fake");
  return fakeFromAddress(location.search);
}

void Promise.all([chooseBackend(), speakAs(navigator.language)]).then(([backend]) =>
  mount(App, { target: document.getElementById("app")!, props: { backend } }),
);
