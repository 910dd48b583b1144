import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Backend } from "../backend/backend";
import type { Detection } from "../bindings/Detection";
import { Detector } from "./detector.svelte";

const found = (url: string): Detection => ({
  url,
  auth: "oauth",
  suggestedName: "A",
  issuer: null,
  problem: null,
  existing: null,
});

describe("the detector", () => {
  const asked = new Map<string, (detection: Detection) => void>();
  const backend = {
    detect: (url: string) => new Promise<Detection>((resolve) => asked.set(url, resolve)),
  } as Partial<Backend> as Backend;

  beforeEach(() => {
    asked.clear();
    vi.useFakeTimers();
  });

  it("asks once, after the typing stops", async () => {
    const detector = new Detector(backend);
    for (const url of ["https://a.ex", "https://a.exa", "https://a.example"]) detector.watch(url);
    await vi.advanceTimersByTimeAsync(399);
    expect(asked.size).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect([...asked.keys()]).toEqual(["https://a.example"]);
  });

  it("drops the answer to an address that is no longer there", async () => {
    const detector = new Detector(backend);
    detector.watch("https://one.example");
    await vi.advanceTimersByTimeAsync(400);
    detector.watch("https://two.example");
    await vi.advanceTimersByTimeAsync(400);
    asked.get("https://two.example")!(found("https://two.example"));
    asked.get("https://one.example")!(found("https://one.example"));
    await vi.advanceTimersByTimeAsync(0);
    expect(detector.look).toEqual({ state: "found", detection: found("https://two.example") });
  });

  it("drops the answer that comes after Stop", async () => {
    const detector = new Detector(backend);
    detector.watch("https://one.example");
    await vi.advanceTimersByTimeAsync(400);
    detector.stop();
    asked.get("https://one.example")!(found("https://one.example"));
    await vi.advanceTimersByTimeAsync(0);
    expect(detector.look).toEqual({ state: "stopped" });
  });
});
