import type { Theme } from "../bindings/Theme";

const dark = matchMedia("(prefers-color-scheme: dark)");
let wanted: Theme = "system";

/** Light or dark, as the person wants it; where they leave that to the system, also when it changes. */
export function wear(theme: Theme): void {
  wanted = theme;
  put();
}

function put(): void {
  const system = dark.matches ? "dark" : "light";
  document.documentElement.dataset.theme = wanted === "system" ? system : wanted;
}

dark.addEventListener("change", put);
