import type { CallOutcome } from "../../bindings/CallOutcome";
import type { Event } from "../../bindings/Event";
import type { QuestionAnswer } from "../../bindings/QuestionAnswer";
import type { QuestionView } from "../../bindings/QuestionView";
import type { ServerView } from "../../bindings/ServerView";
import { readJson } from "../../schema/exact";
import { answerOf } from "./answers";
import { noBrowser, questionGone, questionOf } from "./questions";

/** Tools that only pretend to run, and what they ask meanwhile. */
export class FakeCalls {
  readonly #log: string[];
  readonly #tell: (event: Event) => void;
  readonly #hasBrowser: boolean;
  readonly #calls = new Map<string, () => void>();
  readonly #questions = new Map<string, (answer: QuestionAnswer) => void>();

  constructor(log: string[], tell: (event: Event) => void, hasBrowser: boolean) {
    this.#log = log;
    this.#tell = tell;
    this.#hasBrowser = hasBrowser;
  }

  async call(server: ServerView, call: string, tool: string, json: string): Promise<CallOutcome> {
    this.#log.push(`call ${server.id} ${tool} ${compact(json)}`);
    const cancelled = new Promise<never>((_, reject) => {
      this.#calls.set(call, () => reject({ code: "cancelled", message: "Cancelled.", remedy: null }));
    });
    if (tool === "slow_report") this.#tell({ type: "call_progress", call, percent: 40, message: "Reading page 2 of 5" });
    const question = questionOf(tool, server);
    if (!question) return Promise.race([answerOf(tool, readJson(json)), cancelled]);
    const told = this.ask(question).then((answer) => answerOf(tool, answer));
    return Promise.race([told, cancelled.finally(() => this.endQuestion(question.id))]);
  }

  async cancelCall(call: string): Promise<void> {
    this.#log.push("cancel_call");
    this.#calls.get(call)?.();
  }

  async answerQuestion(id: string, answer: QuestionAnswer): Promise<void> {
    this.#log.push(`answer_question ${id} ${JSON.stringify(answer)}`);
    const answered = this.#questions.get(id);
    if (!answered) throw questionGone;
    answered(answer);
  }

  async openQuestionPage(id: string): Promise<void> {
    this.#log.push(`open_question_page ${id}`);
    if (!this.#hasBrowser) throw noBrowser;
    this.#questions.get(id)?.({ action: "accept", content: "{}" });
  }

  ask(question: QuestionView): Promise<QuestionAnswer> {
    this.#tell({ type: "question_asked", question });
    return new Promise((resolve) =>
      this.#questions.set(question.id, (answer) => {
        this.endQuestion(question.id);
        resolve(answer);
      }),
    );
  }

  endQuestion(id: string): void {
    this.#questions.delete(id);
    this.#tell({ type: "question_ended", id });
  }
}

function compact(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
}
