import type { ErrorView } from "../../bindings/ErrorView";
import type { ServerView } from "../../bindings/ServerView";
import type { Diary } from "./diary";
import type { FakeList } from "./list";
import { connected, connecting, signedIn, signedOut, signingIn } from "./servers";

/** How long a pretended step takes, in milliseconds. */
export const STEP = 700;

/** Connections and sign-ins that only pretend: the same steps in the same order. */
export class FakeSignIns {
  readonly #log: string[];
  readonly #list: FakeList;
  readonly #diary: Diary;
  readonly #patient: boolean;
  readonly #flows = new Map<string, ReturnType<typeof setTimeout>[]>();

  /** With `patient`, no person ever comes to the end of a sign-in. */
  constructor(log: string[], list: FakeList, diary: Diary, patient: boolean) {
    this.#log = log;
    this.#list = list;
    this.#diary = diary;
    this.#patient = patient;
  }

  async connect(id: string): Promise<void> {
    this.#log.push(`connect ${id}`);
    const server = this.#list.get(id);
    if (server.status.kind === "connected") return this.#run(id, [[0, connecting()], [STEP, connected(server.status.tools)]]);
    if (server.auth === "oauth") return this.#begin(server);
    this.#diary.begins(server);
    this.#run(id, [[STEP, connected(2)]]);
  }

  #begin(server: ServerView): void {
    const { id, url } = server;
    this.#diary.begins(server);
    const since = Date.now();
    this.#run(id, [
      [0, signingIn("finding_out", since)],
      [STEP, signingIn("waiting_for_person", since)],
      ...(this.#patient ? [] : this.#finish(url, 6 * STEP)),
    ]);
  }

  async signInAgain(id: string): Promise<void> {
    this.#log.push(`sign_in_again ${id}`);
    this.#begin(this.#list.get(id));
  }

  async cancel(id: string): Promise<void> {
    this.#log.push(`cancel ${id}`);
    this.closeWindow(id);
  }

  closeWindow(id: string): void {
    this.stop(id);
    this.#list.put({ ...this.#list.get(id), ...signedOut() });
  }

  async showWindow(id: string): Promise<void> {
    this.#log.push(`show_window ${id}`);
  }

  async handOver(id: string): Promise<void> {
    this.#log.push(`hand_over ${id}`);
    this.moveToBrowser(id);
  }

  moveToBrowser(id: string): void {
    const { authorization } = this.#list.get(id);
    if (authorization.state !== "signing_in") throw noSignIn;
    this.#list.put({ ...this.#list.get(id), authorization: { ...authorization, surface: "browser" } });
  }

  async registerAgain(id: string): Promise<void> {
    this.#log.push(`register_again ${id}`);
    await this.connect(id);
  }

  async declineAccess(id: string): Promise<void> {
    this.#log.push(`decline_access ${id}`);
    const { authorization } = this.#list.get(id);
    if (authorization.state !== "signed_in") throw noSignIn;
    this.#list.put({ ...this.#list.get(id), ...connected(8), authorization: { ...authorization, needs: [] } });
  }

  async copyLink(id: string): Promise<void> {
    this.#log.push(`copy_link ${id}`);
  }

  async pasteCallback(id: string, text: string): Promise<void> {
    this.#log.push(`paste_callback ${id}`);
    if (!text.includes("code=")) throw wrongAddress;
    this.#run(id, this.#finish(this.#list.get(id).url, 0));
  }

  async signOut(id: string): Promise<void> {
    this.#log.push(`sign_out ${id}`);
    this.stop(id);
    this.#list.put({ ...this.#list.get(id), ...signedOut() });
  }

  /** What was under way comes to nothing. */
  stop(id: string): void {
    this.#flows.get(id)?.forEach((timer) => clearTimeout(timer));
    this.#flows.delete(id);
  }

  #finish(url: string, after: number): [number, Partial<ServerView>][] {
    const issuer = new URL(url).origin;
    const asked = ["read", "write", "issues:create"];
    const grant = signedIn(issuer, ["read", "write"], undefined, { signedInAt: Date.now(), asked });
    return [
      [after, signingIn("exchanging", Date.now())],
      [STEP, { ...connected(8), authorization: grant, account: "ada@example.com" }],
    ];
  }

  #run(id: string, steps: [number, Partial<ServerView>][]): void {
    this.stop(id);
    let at = 0;
    const timers = steps.map(([after, patch]) =>
      setTimeout(() => this.#list.put({ ...this.#list.get(id), error: null, ...patch }), (at += after)),
    );
    this.#flows.set(id, timers);
  }
}

const noSignIn: ErrorView = { code: "no_sign_in", message: "No sign-in is under way for this server.", remedy: null };
const wrongAddress: ErrorView = {
  code: "malformed_callback",
  message: "This is not the address that the sign-in page led back to: it is not a URL.",
  remedy: "Copy the whole address from the browser's address bar.",
};
