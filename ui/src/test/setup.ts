import { cleanup, configure } from "@testing-library/svelte";
import { afterEach, beforeEach, vi } from "vitest";

// happy-dom has neither a layout nor a clipboard.
Element.prototype.scrollIntoView = () => {};

configure({ asyncUtilTimeout: 15_000 });

// The pretended engine takes its time, and a busy machine must not miss what it holds for a moment: this
// clock goes on only by one small step for each turn in which a test waits.
beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
