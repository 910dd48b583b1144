import { describe, expect, it } from "vitest";
import { openPane } from "./world";

describe("a list that was kept aside", () => {
  it("is told with the place where it is, until the person has seen it", async () => {
    const { fake, getByTestId, queryByTestId, user } = await openPane("aside");
    expect(getByTestId("set-aside-path").textContent).toContain("drawbridge-damaged-2026-11-24");
    await user.click(getByTestId("set-aside-seen"));
    await expect.poll(() => queryByTestId("set-aside")).toBeNull();
    expect(fake.log).toContain("forget_set_aside");
  });
});
