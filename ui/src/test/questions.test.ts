import { fireEvent } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { makeQuestion, table } from "../lib/backend/fake/questions";
import { scenarios } from "../lib/backend/fake/scenarios";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

/** A click with a mouse, in no time. */
const click = (button: HTMLElement) => fireEvent.click(button, { detail: 1 });

/** Lets so much time go by that the question has been read. */
const read = () => void vi.advanceTimersByTime(1000);

async function running(tool: string, more = {}) {
  const pane = await asked(tool, more);
  read();
  return pane;
}

async function asked(tool: string, more = {}) {
  const pane = await openPane({ ...scenarios.try!(), ...more });
  await pane.user.click(await pane.findByTestId(`try-${tool}`));
  await pane.user.click(pane.getByTestId("try-run"));
  await pane.findByTestId("question");
  const answers = () => pane.fake.log.filter((line) => line.startsWith("answer_question"));
  return { ...pane, answers };
}

describe("a question of a server", () => {
  it("is filled in and sent, and the tool goes on", async () => {
    const { getByTestId, queryByTestId, findByTestId, user, answers } = await running("book_table");
    expect(getByTestId("question").textContent).toContain("Linear asks you");
    await expectAccessible();
    await user.click(getByTestId("question-accept"));
    expect(answers()).toEqual([]);
    const people = getByTestId("field-/people");
    expect(document.activeElement).toBe(people);
    await user.clear(people);
    await user.type(people, "2");
    await user.type(getByTestId("field-/name"), "Ada");
    await user.click(getByTestId("question-accept"));
    const content = { seat: "wherever", quiet: false, people: 2, name: "Ada" };
    expect(answers()).toEqual([expect.stringContaining(JSON.stringify({ action: "accept", content: JSON.stringify(content, null, 2) }))]);
    expect(queryByTestId("question")).toBeNull();
    expect((await findByTestId("try-result")).textContent).toContain("accept");
  });

  it("says what is missing where no field can", async () => {
    const { getByTestId, findByTestId, user, fake } = await openPane("one");
    const [server] = scenarios.one!().servers;
    const schema = { type: "object", required: ["seat"], properties: { name: { type: "string" } } };
    void fake.ask(makeQuestion(server!, "On which name?", { kind: "form", schema: JSON.stringify(schema) }));
    await findByTestId("question-accept");
    read();
    await user.click(getByTestId("question-accept"));
    expect(getByTestId("question-problem").textContent).toBe("seat: This is required.");
    await expectAccessible();
  });

  it("says what is missing by the name that its field has", async () => {
    const { getByTestId, findByTestId, user, fake } = await openPane("one");
    const [server] = scenarios.one!().servers;
    const schema = { type: "object", required: ["party_size"], properties: { party_size: { type: "integer", title: "For how many" } } };
    void fake.ask(makeQuestion(server!, "A table?", { kind: "form", schema: JSON.stringify(schema) }));
    await findByTestId("question-accept");
    read();
    await user.click(getByTestId("question-accept"));
    expect(getByTestId("question-problem").textContent).toBe("For how many: This is required.");
  });

  it("takes the keyboard from what was being typed, and no answer that was meant for that", async () => {
    const { getByTestId, answers, user } = await asked("book_table");
    expect(document.activeElement).toBe(getByTestId("question"));
    getByTestId("question-decline").focus();
    await user.keyboard("{Enter}");
    await user.keyboard(" ");
    expect(answers()).toEqual([]);
  });

  it("takes no click and no Escape for an answer that were meant for what it covers", async () => {
    const { getByTestId, answers, user } = await asked("book_table");
    const cancel = () => getByTestId("question").dispatchEvent(new Event("cancel", { cancelable: true }));
    await click(getByTestId("question-decline"));
    await click(getByTestId("question-accept"));
    expect([cancel(), answers()]).toEqual([false, []]);
    expect(document.querySelector("[data-problem]")).toBeNull();
    read();
    expect(cancel()).toBe(true);
    await user.click(getByTestId("question-decline"));
    expect(answers()).toHaveLength(1);
  });

  it("takes at once what assistive technology presses", async () => {
    const { getByTestId, answers } = await asked("book_table");
    getByTestId("question-decline").click();
    expect(answers()).toHaveLength(1);
  });

  it("does not get the second click that the one before it was given", async () => {
    const { getByTestId, findByTestId, queryByTestId, user, fake } = await openPane("one");
    const [server] = scenarios.one!().servers;
    for (const message of ["One?", "Two?"]) void fake.ask(makeQuestion(server!, message, table));
    await findByTestId("question");
    read();
    await user.click(getByTestId("question-decline"));
    await expect.poll(() => queryByTestId("question-message")?.textContent).toBe("Two?");
    await click(getByTestId("question-decline"));
    expect(getByTestId("question-message").textContent).toBe("Two?");
  });

  it("may be declined", async () => {
    const { getByTestId, queryByTestId, user, answers } = await running("book_table");
    await user.click(getByTestId("question-decline"));
    expect(answers()[0]).toContain('{"action":"decline"}');
    expect(queryByTestId("question")).toBeNull();
  });

  it("may be put away with nothing said", async () => {
    const { getByTestId, queryByTestId, answers } = await running("book_table");
    (getByTestId("question") as HTMLDialogElement).close();
    await expect.poll(() => answers()[0]).toContain('{"action":"cancel"}');
    await expect.poll(() => queryByTestId("question")).toBeNull();
  });

  it("shows whose page it is about, and opens it only when told to", async () => {
    const { getByTestId, queryByTestId, user, fake } = await running("pay");
    expect(getByTestId("question-page").querySelector("strong")!.textContent).toBe("https://pay.example.com");
    expect(getByTestId("question-page").textContent).toContain("https://pay.example.com/checkout/9f1c2b?order=7");
    await expectAccessible();
    expect(fake.log.join()).not.toContain("open_question_page");
    await user.click(getByTestId("question-accept"));
    expect(fake.log.join()).toContain("open_question_page");
    expect(queryByTestId("question")).toBeNull();
  });

  it("stays open where the page cannot be opened", async () => {
    const { getByTestId, user } = await running("pay", { noBrowser: true });
    await user.click(getByTestId("question-accept"));
    expect(getByTestId("question").textContent).toContain("Your browser could not be opened.");
    await expectAccessible();
  });

  it("waits for the one before it, and goes with its call", async () => {
    const { getByTestId, findByTestId, fake } = await openPane("one");
    const [server] = scenarios.one!().servers;
    const [first, second] = ["One?", "Two?"].map((message) => makeQuestion(server!, message, table));
    void fake.ask(first!);
    void fake.ask(second!);
    expect((await findByTestId("question")).textContent).toContain("One more question waits");
    expect(getByTestId("question-message").textContent).toBe("One?");
    fake.endQuestion(first!.id);
    await expect.poll(() => getByTestId("question-message").textContent).toBe("Two?");
  });

  it("that is over makes way for the next, although nobody said that it is", async () => {
    const { getByTestId, findByTestId, queryByTestId, fake } = await openPane("one");
    const [server] = scenarios.one!().servers;
    const [gone, open] = ["Gone?", "Open?"].map((message) => makeQuestion(server!, message, table));
    fake.tell({ type: "question_asked", question: gone! });
    void fake.ask(open!);
    ((await findByTestId("question")) as HTMLDialogElement).close();
    await expect.poll(() => getByTestId("question-message").textContent).toBe("Open?");
    (getByTestId("question") as HTMLDialogElement).close();
    await expect.poll(() => queryByTestId("question")).toBeNull();
  });

  it("may want no more than a yes", async () => {
    const { getByTestId, findByTestId, user, fake } = await openPane("one");
    const [server] = scenarios.one!().servers;
    const answer = fake.ask(makeQuestion(server!, "Delete the board?", { kind: "form", schema: JSON.stringify({ type: "object", properties: {} }) }));
    expect((await findByTestId("question-accept")).textContent).toContain("Agree");
    read();
    await user.click(getByTestId("question-accept"));
    expect(await answer).toEqual({ action: "accept", content: "{}" });
  });
});
