import { cleanup } from "@testing-library/svelte";
import { afterEach, vi } from "vitest";

// happy-dom has neither a layout nor a clipboard.
Element.prototype.scrollIntoView = () => {};

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
