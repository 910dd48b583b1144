import { describe, expect, it } from "vitest";
import { scenarios } from "../lib/backend/fake/scenarios";
import { expectAccessible } from "./axe";
import { openPane } from "./world";

async function trying(inputSchema: unknown) {
  const [first] = scenarios.try!().tools(scenarios.try!().servers[0]!);
  const pane = await openPane({ ...scenarios.try!(), tools: () => [{ ...first!, name: "tool", inputSchema }] });
  await pane.user.click(await pane.findByTestId("try-tool"));
  const { getByTestId, user, fake } = pane;
  const json = () => JSON.parse((getByTestId("try-arguments") as HTMLTextAreaElement).value) as unknown;
  const write = async (value: unknown) => {
    await user.clear(getByTestId("try-arguments"));
    await user.click(getByTestId("try-arguments"));
    await user.paste(typeof value === "string" ? value : JSON.stringify(value));
  };
  const run = () => user.click(getByTestId("try-run"));
  const sent = () => fake.log.filter((line) => line.startsWith("call")).map((line) => JSON.parse(line.slice(17)) as unknown);
  return { ...pane, json, write, run, sent };
}
const object = (properties: Record<string, unknown>, required: string[] = []) => ({ type: "object", properties, required });

describe("the form of a tool", () => {
  it("makes the JSON that is sent, as it is filled in", async () => {
    const { getByTestId, user, json, run, sent } = await trying(
      object({ n: { type: "integer" }, who: { type: "string" }, mood: { enum: ["good", 7, null] }, sure: { type: "boolean" } }, ["n"]),
    );
    await user.type(getByTestId("field-/n"), "42");
    await user.type(getByTestId("field-/who"), "Ada{Shift>}{Enter}{/Shift}Byron");
    await user.selectOptions(getByTestId("field-/mood"), "7");
    await user.selectOptions(getByTestId("field-/sure"), "false");
    const whole = { n: 42, who: "Ada\nByron", mood: 7, sure: false };
    expect(json()).toEqual(whole);
    await user.clear(getByTestId("field-/who"));
    await user.selectOptions(getByTestId("field-/mood"), "Not set");
    await run();
    expect(sent()).toEqual([{ n: 42, sure: false }]);
  });

  it("loses no digit of the long numbers in a schema", async () => {
    const most = 9007199254740995n;
    const { getByTestId, user, run, fake } = await trying(
      object({ n: { type: "integer", default: 9007199254740993n, maximum: most }, id: { enum: [1, most] } }, ["n"]),
    );
    const field = getByTestId("field-/n") as HTMLInputElement;
    expect(field.value).toBe("9007199254740993");
    await user.selectOptions(getByTestId("field-/id"), "9007199254740995");
    await user.clear(field);
    await user.type(field, "9007199254740997");
    await run();
    expect(document.getElementById(field.getAttribute("aria-errormessage")!)!.textContent).toBe("At most 9007199254740995.");
    await user.clear(field);
    await user.type(field, "9007199254740995");
    await run();
    expect(fake.log.at(-1)).toBe('call linear tool {"id":9007199254740995,"n":9007199254740995}');
  });

  it("follows the JSON, and waits while that cannot be read", async () => {
    const { getByTestId, write, json } = await trying(object({ a: { type: "string" }, b: {} }));
    await write({ a: "x", c: [1] });
    expect((getByTestId("field-/a") as HTMLTextAreaElement).value).toBe("x");
    expect((getByTestId("field-/c") as HTMLTextAreaElement).value).toBe("[\n  1\n]");
    await write('{"a": ');
    expect((getByTestId("form") as HTMLFieldSetElement).disabled).toBe(true);
    await write('{"a": 5}');
    expect((getByTestId("field-/a") as HTMLTextAreaElement).value).toBe("5");
    expect(json()).toEqual({ a: 5 });
  });

  it("says at the field what is wrong, goes there, and runs when told to all the same", async () => {
    const { getByTestId, queryByTestId, user, run, sent } = await trying(
      object({ title: { type: "string" }, n: { type: "number", maximum: 3 } }, ["title"]),
    );
    await user.type(getByTestId("field-/n"), "1,5");
    await run();
    const title = getByTestId("field-/title");
    expect(document.activeElement).toBe(title);
    expect(document.getElementById(title.getAttribute("aria-errormessage")!)!.textContent).toBe("This is required.");
    expect(document.getElementById(getByTestId("field-/n").getAttribute("aria-errormessage")!)!.textContent).toBe("This must be a number.");
    expect(sent()).toEqual([]);
    await user.type(title, "Hi");
    await user.clear(getByTestId("field-/n"));
    await user.type(getByTestId("field-/n"), "4");
    expect(title.getAttribute("aria-invalid")).toBeNull();
    expect(getByTestId("try-problems").textContent).toContain("At most 3.");
    await user.click(getByTestId("try-anyway"));
    await expect.poll(sent).toEqual([{ n: 4, title: "Hi" }]);
    await user.clear(getByTestId("field-/n"));
    expect(queryByTestId("try-problems")).toBeNull();
  });

  it("adds to lists and takes away, and the focus goes along", async () => {
    const { getByTestId, getByRole, user, json } = await trying(object({ tags: { type: "array", items: { type: "string" }, maxItems: 2 } }));
    const add = getByRole("button", { name: "Add to tags" });
    await user.click(add);
    expect(document.activeElement).toBe(getByTestId("field-/tags/0"));
    await user.keyboard("one");
    await user.click(add);
    await user.keyboard("two");
    expect(add.hasAttribute("disabled")).toBe(true);
    await user.click(getByRole("button", { name: "Remove Item 1" }));
    expect(json()).toEqual({ tags: ["two"] });
    await user.click(getByRole("button", { name: "Remove Item 1" }));
    expect(json()).toEqual({});
    expect(document.activeElement).toBe(add);
  });

  it("goes on from what is added or taken away, never to what takes it away again", async () => {
    const step = { anyOf: [object({ name: { type: "string" } }), { type: "integer" }] };
    const { getByTestId, getByRole, user, write } = await trying(
      object({ rows: { type: "array", items: object({ n: { type: "integer" } }) }, steps: { type: "array", items: step }, next: object({ a: { type: "string" } }) }),
    );
    const press = async (name: string) => {
      await user.click(getByRole("button", { name }));
      return document.activeElement;
    };
    expect(await press("Add to rows")).toBe(getByTestId("field-/rows/0/n"));
    expect(await press("Add to steps")).toBe(getByTestId("kind-/steps/0"));
    expect(await press("Add next")).toBe(getByTestId("field-/next/a"));
    expect(await press("Remove next")).toBe(getByRole("button", { name: "Add next" }));
    await write({ one: 1, two: 2 });
    expect(await press("Remove one")).toBe(getByTestId("field-/two"));
    expect(await press("Remove two")).toBe(getByRole("button", { name: "Add next" }));
  });

  it("offers the ways of a choice, and keeps the one that is used", async () => {
    const { getByTestId, queryByTestId, user, json, write } = await trying(
      object({ who: { anyOf: [{ type: "string" }, { type: "string", format: "email" }, object({ team: { type: "string" } }), { type: "null" }] } }),
    );
    const kind = getByTestId("kind-/who") as HTMLSelectElement;
    const chosen = () => kind.options[kind.selectedIndex]!.text.trim();
    expect(chosen()).toBe("Not set");
    await user.selectOptions(kind, "string (email)");
    await user.type(getByTestId("field-/who"), "a@b");
    expect([chosen(), json()]).toEqual(["string (email)", { who: "a@b" }]);
    await user.clear(getByTestId("field-/who"));
    expect(json()).toEqual({ who: "" });
    await user.selectOptions(kind, "null");
    expect([queryByTestId("field-/who/team"), json()]).toEqual([null, { who: null }]);
    await write({ who: { team: "Engine" } });
    expect((getByTestId("field-/who/team") as HTMLTextAreaElement).value).toBe("Engine");
  });

  describe("of a choice of objects", () => {
    const way = (kind: string, properties: Record<string, unknown>) => ({
      title: kind,
      ...object({ kind: { type: "string", const: kind }, ...properties }, ["kind", ...Object.keys(properties)]),
    });
    const mail = way("Mail", { to: { type: "string" }, text: { type: "string" } });
    const sms = way("SMS", { phone: { type: "string" }, text: { type: "string" } });
    const via = object({ via: { oneOf: [mail, sms] } }, ["via"]);
    const choosing = async () => {
      const pane = await trying(via);
      const kind = () => pane.getByTestId("kind-/via") as HTMLSelectElement;
      return { ...pane, kind, chosen: () => kind().options[kind().selectedIndex]!.text };
    };

    it("says what the way that is chosen lacks", async () => {
      const { getByTestId, user, run, kind } = await choosing();
      await user.selectOptions(kind(), "SMS");
      await user.type(getByTestId("field-/via/text"), "Hi");
      await run();
      expect(document.activeElement).toBe(getByTestId("field-/via/phone"));
      expect(getByTestId("try-problems").textContent).toMatch(/phone This is required\.$/);
    });

    it("still shows it after a look at another tab", async () => {
      const { getByTestId, findByTestId, queryByText, user, kind, chosen } = await choosing();
      await user.selectOptions(kind(), "SMS");
      await user.type(getByTestId("field-/via/text"), "Hi");
      await user.click(getByTestId("tab-connection"));
      await user.click(getByTestId("tab-tools"));
      await findByTestId("kind-/via");
      expect([chosen(), queryByText("not in the schema")]).toEqual(["SMS", null]);
    });

    it("shows the one that the JSON means, also where another was chosen before", async () => {
      const { user, kind, chosen, write } = await choosing();
      await user.selectOptions(kind(), "SMS");
      await write({ via: { kind: "Mail" } });
      expect(chosen()).toBe("Mail");
      await write({ via: { kind: "SMS" } });
      expect(chosen()).toBe("SMS");
    });

    it("takes along to another what that one has a place for, and nothing else", async () => {
      const { getByTestId, user, json, kind } = await choosing();
      await user.selectOptions(kind(), "Mail");
      await user.type(getByTestId("field-/via/to"), "ada@example.com");
      await user.type(getByTestId("field-/via/text"), "Hi");
      await user.selectOptions(kind(), "SMS");
      expect(json()).toEqual({ via: { kind: "SMS", text: "Hi" } });
      expect(getByTestId("field-/via/kind").tagName).toBe("SELECT");
    });
  });

  it("goes as deep as the value, also where a schema holds itself", async () => {
    const node = { ...object({ name: { type: "string" }, next: { $ref: "#" } }) };
    const { getByTestId, getByRole, getAllByRole, user, json } = await trying(node);
    await user.click(getByRole("button", { name: "Add next" }));
    await user.type(getByTestId("field-/next/name"), "b");
    await user.click(getByRole("button", { name: "Add next" }));
    expect(json()).toEqual({ next: { name: "b", next: {} } });
    await user.click(getAllByRole("button", { name: "Remove next" })[0]!);
    expect(json()).toEqual({});
  });

  it("takes JSON for the one part that it has no field for, and does not send half of it", async () => {
    const { getByTestId, user, run, sent } = await trying(object({ any: {}, map: { type: "object" } }));
    await user.click(getByTestId("field-/map"));
    await user.paste('{"a": 1');
    await run();
    expect(document.activeElement).toBe(getByTestId("field-/map"));
    expect(sent()).toEqual([]);
    await user.keyboard("}");
    await run();
    expect(sent()).toEqual([{ map: { a: 1 } }]);
  });

  it("keeps JSON that is half typed while another tab or another server is looked at, and does not send the rest", async () => {
    const { getByTestId, findByTestId, fake, user, run, sent } = await trying(object({ map: { type: "object" } }));
    const other = await fake.add({ url: "https://other.example.com/mcp", auth: "none", headers: [] });
    const half = async () => ((await findByTestId("field-/map")) as HTMLTextAreaElement).value;
    await user.click(getByTestId("field-/map"));
    await user.paste('{"a": 1');
    await user.click(getByTestId("tab-connection"));
    await user.click(getByTestId("tab-tools"));
    expect(await half()).toBe('{"a": 1');
    await user.click((await findByTestId(`row-${other.id}`)).querySelector("[data-open]")!);
    await user.click(getByTestId("row-linear").querySelector("[data-open]")!);
    expect(await half()).toBe('{"a": 1');
    await run();
    expect([document.activeElement, sent()]).toEqual([getByTestId("field-/map"), []]);
    await user.keyboard("}");
    await run();
    expect(sent()).toEqual([{ map: { a: 1 } }]);
  });

  it("lets half of a JSON go when it is begun anew", async () => {
    const { getByTestId, getByRole, user, run, sent } = await trying(object({ map: { type: "object" } }));
    await user.click(getByTestId("field-/map"));
    await user.paste('{"a": 1');
    await user.click(getByRole("button", { name: "Start over" }));
    expect((getByTestId("field-/map") as HTMLTextAreaElement).value).toBe("");
    await run();
    expect(sent()).toEqual([{}]);
  });

  it("sends no other number than the one that is typed", async () => {
    const { getByTestId, getByText, write, user, run, sent } = await trying(object({ n: { type: "integer" }, any: {} }));
    await user.type(getByTestId("field-/n"), "18446744073709551617");
    await run();
    expect(getByTestId("try-problems").textContent).toContain("18446744073709551617 is too large: another number would be sent.");
    await user.clear(getByTestId("field-/n"));
    await user.click(getByTestId("field-/any"));
    await user.paste("[1e400]");
    await run();
    getByText("1e400 is too large: another number would be sent.");
    await write('{"n": 18446744073709551617}');
    await run();
    getByText("18446744073709551617 is too large: another number would be sent.");
    expect(sent()).toEqual([]);
  });

  it.each([
    ["a line", "field-/n", "9007199254740993"],
    ["JSON", "field-/any", "[9007199254740993]"],
    ["the whole", "try-arguments", '{"n": 9007199254740993}'],
  ])("sends every digit of a long number that is typed as %s", async (_, field, text) => {
    const { getByTestId, findByTestId, user, run, fake } = await trying(object({ n: { type: "integer" }, any: {} }));
    await user.clear(getByTestId(field));
    await user.click(getByTestId(field));
    await user.paste(text);
    await run();
    expect((await findByTestId("try-result")).textContent).toContain("9007199254740993");
    expect(fake.log.at(-1)).toMatch(/^call .*\D9007199254740993\D/);
  });

  it("leaves JSON as it is typed, also while another field is filled in", async () => {
    const { getByTestId, user, json } = await trying(object({ any: {}, who: { type: "string" } }));
    const any = getByTestId("field-/any") as HTMLTextAreaElement;
    await user.click(any);
    await user.paste("{}");
    await user.type(any, '"a":1', { initialSelectionStart: 1, initialSelectionEnd: 1 });
    expect([any.value, any.selectionStart, json()]).toEqual(['{"a":1}', 6, { any: { a: 1 } }]);
    await user.type(any, "{Backspace}{Backspace}2");
    await user.type(getByTestId("field-/who"), "Ada");
    expect([any.value, json()]).toEqual(['{"a":2', { any: { a: 1 }, who: "Ada" }]);
  });

  it("leaves JSON that is emptied where it is, in a choice and in a list", async () => {
    const { getByTestId, getByRole, user, json, run, sent } = await trying(
      object({ via: { anyOf: [{ type: "string" }, { type: "object" }] }, all: { type: "array", items: { type: "object" } } }),
    );
    await user.selectOptions(getByTestId("kind-/via"), "object");
    await user.click(getByRole("button", { name: "Add to all" }));
    for (const path of ["/via", "/all/0"]) {
      const field = getByTestId(`field-${path}`) as HTMLTextAreaElement;
      await user.clear(field);
      expect([document.activeElement, field.isConnected, field.value]).toEqual([field, true, ""]);
      await run();
      expect(document.activeElement).toBe(field);
      expect(document.getElementById(field.getAttribute("aria-errormessage")!)!.textContent).toBe("This is not JSON yet.");
      await user.click(field);
      await user.paste('{"a": 1}');
    }
    expect(json()).toEqual({ via: { a: 1 }, all: [{ a: 1 }] });
    await run();
    expect(sent()).toEqual([{ via: { a: 1 }, all: [{ a: 1 }] }]);
  });

  it("takes away what is emptied where it may be left out", async () => {
    const { getByTestId, user, json } = await trying(object({ map: { type: "object" } }));
    await user.click(getByTestId("field-/map"));
    await user.paste("{}");
    expect(json()).toEqual({ map: {} });
    await user.clear(getByTestId("field-/map"));
    expect(json()).toEqual({});
  });

  it.each([[true], [{}], [null], ["nonsense"], [{ type: "object" }], [{ type: ["object", "null"] }], [{ type: "array" }], [{ $ref: "#" }]])(
    "of the schema %j is the JSON alone, and it runs",
    async (schema) => {
      const { queryByTestId, write, run, sent } = await trying(schema);
      expect(queryByTestId("form")).toBeNull();
      await write({ a: 1 });
      await run();
      if (queryByTestId("try-anyway")) queryByTestId("try-anyway")!.click();
      await expect.poll(sent).toEqual([{ a: 1 }]);
    },
  );

  it("runs on Enter in a line", async () => {
    const { getByTestId, user, sent } = await trying(object({ a: { type: "string" } }));
    await user.type(getByTestId("field-/a"), "x{Enter}");
    await expect.poll(sent).toEqual([{ a: "x" }]);
  });

  it("is for everybody, filled in or wrong", async () => {
    const { findByTestId, getByTestId, user } = await openPane("try");
    await user.click(await findByTestId("try-plan_release"));
    await expectAccessible();
    await user.clear(getByTestId("try-arguments"));
    await user.click(getByTestId("try-arguments"));
    await user.paste('{"steps":[{"minutes":0}],"tags":["A"],"owner":{"team":"x"},"follows":{},"more":1}');
    await user.click(getByTestId("try-run"));
    await expectAccessible();
  });
});
