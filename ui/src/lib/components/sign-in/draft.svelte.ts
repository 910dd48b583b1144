import type { AuthorizeParameter } from "../../bindings/AuthorizeParameter";
import type { IssuerPair } from "../../bindings/IssuerPair";
import type { IssuerTrust } from "../../bindings/IssuerTrust";
import type { RedirectPin } from "../../bindings/RedirectPin";
import type { ServerChange } from "../../bindings/ServerChange";
import type { ServerView } from "../../bindings/ServerView";
import type { SignInFlow } from "../../bindings/SignInFlow";
import type { SignInOptions } from "../../bindings/SignInOptions";
import type { Surface } from "../../bindings/Surface";
import { t } from "../../text/later";
import { CALLBACK_PATH, isPath, type ByHand } from "./redirect";
import { SecretDraft } from "./secret.svelte";

/** Parts of a change that make the grant worth nothing. */
const ENDING = ["redirect", "clientId", "clientMetadataUrl", "flow"] as const;

type Stored = Pick<ServerView, "signIn" | "acceptedIssuer" | "hasClientSecret" | "hasClientKey"> & ByHand;
type Change = Pick<ServerChange, "signIn" | "clientSecret" | "clientKey">;

/** A server that nothing is wished of. */
export const nothingWished: Stored = {
  signIn: {
    rememberPage: false,
    redirect: { kind: "auto" },
    authorizeParameters: [],
    issuer: { kind: "exact" },
    allowMissingPkce: false,
    omitResource: false,
    flow: "person",
  },
  acceptedIssuer: null,
  hasClientSecret: false,
  hasClientKey: false,
  portByHand: null,
  redirectByHand: null,
};

/** What a person wants otherwise when signing in to a server, while it is edited. */
export class SignInDraft {
  #stored = $state.raw(nothingWished);

  surface = $state<Surface | "preferred">("preferred");
  rememberPage = $state(false);
  redirect = $state<RedirectPin["kind"]>("auto");
  port = $state("");
  path = $state("");
  flow = $state<SignInFlow>("person");
  clientId = $state("");
  clientMetadataUrl = $state("");
  scopes = $state("");
  parameters = $state<(AuthorizeParameter & { key: number })[]>([]);
  trustIssuer = $state(false);
  allowMissingPkce = $state(false);
  omitResource = $state(false);
  readonly secret = new SecretDraft();
  readonly key = new SecretDraft();
  #keys = 0;

  reset(stored: Stored): void {
    const { signIn } = (this.#stored = stored);
    this.surface = signIn.surface ?? "preferred";
    this.rememberPage = signIn.rememberPage;
    this.redirect = signIn.redirect.kind;
    this.port = "port" in signIn.redirect ? String(signIn.redirect.port ?? "") : "";
    this.path = ("path" in signIn.redirect && signIn.redirect.path) || "";
    this.flow = signIn.flow;
    this.clientId = signIn.clientId ?? "";
    this.clientMetadataUrl = signIn.clientMetadataUrl ?? "";
    this.scopes = (signIn.scopes ?? []).join(" ");
    this.parameters = signIn.authorizeParameters.map((parameter) => ({ ...parameter, key: this.#keys++ }));
    this.trustIssuer = signIn.issuer.kind !== "exact";
    this.allowMissingPkce = signIn.allowMissingPkce;
    this.omitResource = signIn.omitResource;
    this.secret.reset(stored.hasClientSecret);
    this.key.reset(stored.hasClientKey);
  }

  /** All that the person can change, as it stands in the form. */
  get form(): unknown[] {
    const { options, port, path, clientId, clientMetadataUrl, scopes, parameters, secret, key } = this;
    return [options, port, path, clientId, clientMetadataUrl, scopes, parameters, secret.mode, secret.text, key.mode, key.text];
  }

  addParameter(): void {
    this.parameters.push({ key: this.#keys++, name: "", value: "" });
  }

  get byHand(): ByHand {
    return this.#stored;
  }

  get pin(): RedirectPin {
    if (this.redirect === "auto" || this.redirect === "deep_link") return { kind: this.redirect };
    const path = this.path.trim();
    return {
      kind: this.redirect,
      ...(this.port.trim() && { port: Number(this.port) }),
      ...(path && path !== CALLBACK_PATH && { path }),
    };
  }

  get options(): SignInOptions {
    const scopes = this.scopes.split(/\s+/).filter(Boolean);
    const clientId = this.clientId.trim();
    const clientMetadataUrl = this.clientMetadataUrl.trim();
    return {
      ...(this.surface !== "preferred" && { surface: this.surface }),
      rememberPage: this.rememberPage,
      redirect: this.pin,
      ...(clientId && { clientId }),
      ...(clientMetadataUrl && { clientMetadataUrl }),
      ...(scopes.length && { scopes }),
      authorizeParameters: this.parameters
        .map(({ name, value }) => ({ name: name.trim(), value }))
        .filter(({ name, value }) => name || value),
      issuer: this.#issuer,
      allowMissingPkce: this.allowMissingPkce,
      omitResource: this.omitResource,
      flow: this.flow,
    };
  }

  /** The pair that was accepted, if one was, as it is shown. */
  get accepted(): IssuerPair | null {
    return this.#stored.acceptedIssuer;
  }

  get change(): Change {
    const change: Change = {};
    if (!same(this.options, this.#stored.signIn)) change.signIn = this.options;
    if (this.secret.change !== undefined) change.clientSecret = this.secret.change;
    if (this.key.change !== undefined) change.clientKey = this.key.change;
    return change;
  }

  /** Whether this change makes a grant worth nothing. */
  get endsGrant(): boolean {
    const [old, now] = [this.#stored.signIn, this.options];
    const other = ENDING.some((part) => !same(old[part], now[part]));
    return other || this.secret.change !== undefined || this.key.change !== undefined;
  }

  get portWrong(): boolean {
    const port = Number(this.port || 1024);
    return "port" in this.pin && !(Number.isInteger(port) && port > 0 && port < 65_536);
  }

  get pathWrong(): boolean {
    const path = this.path.trim();
    return path !== "" && "path" in this.pin && !isPath(path);
  }

  get metadataUrlWrong(): boolean {
    return this.clientMetadataUrl.trim() !== "" && !isDocumentUrl(this.clientMetadataUrl);
  }

  /** Nobody can sign in by itself without an id and something that proves it. */
  get credentialsMissing(): boolean {
    const proven = this.secret.present || this.key.present;
    return this.flow === "client_credentials" && !(this.clientId.trim() && proven);
  }

  get ready(): boolean {
    const named = this.options.authorizeParameters.every(({ name }) => name);
    return named && !this.portWrong && !this.pathWrong && !this.metadataUrlWrong && !this.credentialsMissing;
  }

  /** What is set, in a few words, for the closed disclosure. */
  get summary(): string {
    const { surface, redirect, clientId, clientMetadataUrl, scopes, authorizeParameters, ...rest } = this.options;
    const said = t.advanced.said;
    const parts = [
      surface && said[surface],
      rest.rememberPage && said.remembers,
      redirect.kind !== "auto" && t.advanced.redirects[redirect.kind],
      rest.flow === "client_credentials" && said.byItself,
      clientId && said.ownClient,
      clientMetadataUrl && said.ownDocument,
      scopes && said.scopes,
      authorizeParameters.length > 0 && said.parameters,
      rest.issuer.kind !== "exact" && said.issuer,
      rest.allowMissingPkce && said.pkce,
      rest.omitResource && said.resource,
    ];
    return parts.filter(Boolean).join(" · ");
  }

  get #issuer(): IssuerTrust {
    const { issuer } = this.#stored.signIn;
    if (!this.trustIssuer) return { kind: "exact" };
    return issuer.kind === "exact" ? { kind: "accept_next" } : issuer;
  }
}

/** RFC-style: a document has `https`, a host and a path (draft-ietf-oauth-client-id-metadata-document). */
export function isDocumentUrl(text: string): boolean {
  try {
    const url = new URL(text.trim());
    return url.protocol === "https:" && url.pathname.length > 1;
  } catch {
    return false;
  }
}

function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** JSON with sorted names and without what is left out. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).filter(([, inner]) => inner !== null).sort())
      : part,
  ) ?? "";
}
