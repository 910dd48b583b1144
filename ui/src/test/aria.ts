import { computeAccessibleDescription, computeAccessibleName, getRole, isInaccessible } from "dom-accessibility-api";

const STATES = ["aria-checked", "aria-selected", "aria-expanded", "aria-pressed", "aria-current", "aria-invalid", "aria-busy", "aria-haspopup", "aria-level"];
/** Roles that say nothing; what they hold is told in their place. */
const SILENT = [null, "generic", "none", "presentation", "paragraph", "strong", "emphasis", "code", "time"];

/** The time of day is written as the person's region has it. */
const TIME = /\b\d{1,2}:\d{2}:\d{2}( [AP]M)?/g;

const oneLine = (text: string | null) => (text ?? "").replace(/\s+/g, " ").replace(TIME, "(time)").trim();

/** What a browser leaves out by its own style sheet, which happy-dom has not. */
const folded = (element: Element) => element.matches("dialog:not([open]), details:not([open]) > :not(summary), script, style, datalist");

function roleOf(element: Element): string | null {
  if (element.localName === "summary") return "button";
  if (element.localName === "section" && !computeAccessibleName(element)) return null;
  return getRole(element);
}

function statesOf(element: Element): string[] {
  const said = STATES.flatMap((name) => {
    const value = element.getAttribute(name);
    return value === null || value === "false" ? [] : [`${name.slice(5)}${value === "true" ? "" : `=${value}`}`];
  });
  const level = /^h([1-6])$/.exec(element.localName)?.[1];
  if (level) said.push(`level=${level}`);
  if (element.localName === "summary" && element.closest("details")!.open) said.push("expanded");
  if (element instanceof HTMLInputElement && element.checked) said.push("checked");
  if (element instanceof HTMLOptionElement && element.selected) said.push("selected");
  if (element.matches(":disabled, [aria-disabled=true]")) said.push("disabled");
  if (element.matches(":required, [aria-required=true]")) said.push("required");
  if (element === document.activeElement) said.push("focused");
  return said;
}

function valueOf(element: Element): string {
  const typed = element.matches("textarea, input:not([type=checkbox], [type=radio], [type=range])");
  return typed ? oneLine((element as HTMLInputElement).value) : "";
}

/** The lines of a node; `told` is what the name around it has said already. */
function lines(node: Node, told: string, depth: number): string[] {
  const indent = "  ".repeat(depth);
  if (node instanceof Text) {
    const text = oneLine(node.textContent);
    return text && !told.includes(text) ? [`${indent}- text: ${text}`] : [];
  }
  if (!(node instanceof Element) || folded(node) || isInaccessible(node)) return [];
  const role = roleOf(node);
  if (SILENT.includes(role)) return [...node.childNodes].flatMap((child) => lines(child, told, depth));
  const name = oneLine(computeAccessibleName(node));
  const description = oneLine(computeAccessibleDescription(node));
  const states = statesOf(node).map((state) => ` [${state}]`);
  const value = valueOf(node);
  const line = `${indent}- ${role}${name && ` "${name}"`}${states.join("")}${value && `: ${value}`}${description && description !== name ? ` (${description})` : ""}`;
  const inside = value || node.localName === "svg" ? [] : [...node.childNodes].flatMap((child) => lines(child, name, depth + 1));
  return [line, ...inside];
}

/** What assistive technology is told of the page; an open sheet hides what is behind it. */
export function accessibleTree(): string {
  const sheet = [...document.querySelectorAll("dialog[open]")].at(-1);
  return `${lines(sheet ?? document.body, "", 0).join("\n")}\n`;
}
