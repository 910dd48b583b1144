import type { Plugin } from "vite";

/** From the parser that is made at once, for everybody who imports anything, to what is exported. */
const READY_MADE = /var \w+=new \w+;function (\w+)\([^]*?;\1\.Lexer=(\w+);[^]*?(?=export\{)export\{[^}]*\};?/;

/** Leaves out all of marked but its lexer: what that finds is drawn by components, and never as HTML. */
export function lexerAlone(): Plugin {
  return {
    name: "lexer-alone",
    apply: "build",
    transform(code, id) {
      if (!id.endsWith("/marked.esm.js")) return null;
      const lexer = READY_MADE.exec(code)?.[2];
      if (!lexer) this.error("marked is built in another way than before: mend vite/lexer-alone.ts.");
      return { code: code.replace(READY_MADE, `export{${lexer} as Lexer};`), map: null };
    },
  };
}
