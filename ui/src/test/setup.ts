import { cleanup, configure } from "@testing-library/svelte";
import { afterEach, vi } from "vitest";

// happy-dom has neither a layout nor a clipboard.
Element.prototype.scrollIntoView = () => {};

configure({ asyncUtilTimeout: 15_000 });

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
