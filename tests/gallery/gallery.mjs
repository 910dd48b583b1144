// `node gallery.mjs FOLDER CHROMIUM [WORDS]`: a picture of every scene (or of those with these words in their name) in
// every look, and a page that shows them all. It fails for what axe has against a scene, and for whatever moves in it.
import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { scenes } from "./scenes.mjs";

const [folder, chromium, words = ""] = process.argv.slice(2);
const UI = fileURLToPath(new URL("../../ui/", import.meta.url));

/** At 200 % a window has half as many pixels of its own; what the person makes `larger` in steps has as many as before. */
const SIZES = [
  { name: "960 × 680", width: 960, height: 680, deviceScaleFactor: 1 },
  { name: "640 × 480", width: 640, height: 480, deviceScaleFactor: 1 },
  { name: "960 × 680 at 200 %", width: 480, height: 340, deviceScaleFactor: 2 },
  { name: "960 × 680, made larger to 200 %", width: 960, height: 680, deviceScaleFactor: 1, larger: 5 },
];
const THEMES = ["light", "dark"];
const AXE = await readFile(join(UI, "node_modules/axe-core/axe.min.js"), "utf8");

/** The front end as it is developed, and where: the shipped one has no pretended engine. */
async function serve() {
  const words = ["node_modules/vite/bin/vite.js", "--port", "0", "--host", "127.0.0.1"];
  const vite = spawn(process.execPath, words, { cwd: UI, env: { ...process.env, NO_COLOR: "1" } });
  for await (const line of createInterface({ input: vite.stdout })) {
    const [home] = line.match(/http:\/\/127\.0\.0\.1:\d+\//) ?? [];
    if (home) return { vite, home };
  }
  throw new Error("the front end could not be served");
}

const selector = (target) => (/^[\w-]+$/.test(target) ? `[data-testid="${target}"]` : target);

async function walk(page, way = []) {
  for (const step of way) {
    if (typeof step === "function") {
      await page.evaluate(step);
    } else if (step.keys) {
      for (const key of step.keys) await page.keyboard.press(key);
    } else if (step.see) {
      await page.locator(selector(step.see)).wait();
    } else if (step.words) {
      await page.locator(selector(step.into)).fill(step.words);
    } else {
      await page.locator(selector(step)).click();
    }
  }
}

/** What keeps people out, colours included, what moves though the person wants nothing to, and what lies beyond an edge. */
async function faultsIn(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run();
    const barred = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
    const moving = document.getAnimations().map(({ effect }) => `it moves: ${effect.target.outerHTML}`);
    const wide = [...document.querySelectorAll("[data-scrolls], dialog")].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1);
    const beyond = wide.map((part) => `it is wider than its place: ${part.cloneNode().outerHTML}`);
    if (document.scrollingElement.scrollTop) beyond.push("the whole window has moved up");
    return [...barred, ...moving, ...beyond];
  });
}

/** Leads there once: whatever it looks like, it is the same page. */
async function open(page, { fake, language = "en", way }) {
  await wear(page, SIZES[0], THEMES[0]);
  await page.goto(`${home}?fake=${fake}&language=${language}`, { waitUntil: "load" });
  await page.waitForNetworkIdle({ idleTime: 150 });
  await walk(page, way);
  await page.waitForNetworkIdle({ idleTime: 150 });
}

async function wear(page, { larger = 0, ...size }, theme) {
  await page.setViewport(size);
  await page.keyboard.down("Control");
  for (const key of ["0", ..."+".repeat(larger)]) await page.keyboard.press(key);
  await page.keyboard.up("Control");
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: theme },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

function written(shots) {
  const figures = shots.map(({ scene, pictures }) => {
    const all = pictures.map(({ file, label, width }) => `<figure><img src="${file}" alt="" width="${width}" loading="lazy"><figcaption>${label}</figcaption></figure>`);
    return `<section><h2>${scene}</h2>${all.join("")}</section>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Every screen of Drawbridge</title><style>
body{font:14px system-ui;margin:2rem;background:#ccc}section{display:flex;flex-wrap:wrap;gap:1rem;align-items:start}h2{width:100%}
figure{margin:0}img{display:block;max-width:100%;height:auto;box-shadow:0 1px 6px #0006}</style><h1>Every screen</h1>${figures.join("\n")}</html>`;
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const { vite, home } = await serve();
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  const shots = [];
  for (const [at, scene] of scenes.entries()) {
    if (!scene.name.includes(words)) continue;
    const pictures = [];
    try {
      await open(page, scene);
      for (const size of SIZES) {
        for (const theme of THEMES) {
          const file = `${at}-${theme}-${SIZES.indexOf(size)}.png`;
          const label = `${size.name}, ${theme}`;
          await wear(page, size, theme);
          await page.screenshot({ path: join(folder, file) });
          pictures.push({ file, label, width: size.width });
          faults.push(...(await faultsIn(page)).map((fault) => `${scene.name}, ${label}: ${fault}`));
        }
      }
    } catch (error) {
      faults.push(`${scene.name}: ${error.message}`);
    }
    shots.push({ scene: scene.name, pictures });
  }
  await writeFile(join(folder, "index.html"), written(shots));
  console.log(`${shots.flatMap(({ pictures }) => pictures).length} pictures of ${shots.length} scenes`);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length ? 1 : 0;
} finally {
  await browser.close();
  vite.kill();
}
