import { expect, it } from "vitest";
import { nothingWished, SignInDraft } from "./draft.svelte";

it("shows an accepted issuer as it is shown, and sends it as it is stored", () => {
  const pair = { kind: "accepted", expected: "https://as.example", stated: "https://аpple.com" } as const;
  const shown = { expected: "https://as.example", stated: "https://xn--pple-43d.com" };
  const draft = new SignInDraft();
  draft.reset({ ...nothingWished, signIn: { ...nothingWished.signIn, issuer: pair }, acceptedIssuer: shown });
  draft.omitResource = true;
  expect(draft.accepted).toEqual(shown);
  expect(draft.change.signIn?.issuer).toEqual(pair);
});
