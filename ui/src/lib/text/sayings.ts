/** Says in another language what the engine says in English; what it does not know stays as it is. */
export type Saying = (english: string) => string;

interface Form {
  english: RegExp;
  other: string;
}

const PLACE = /\{(\w+)\}/g;

/**
 * From sentences in both languages. `{name}` stands for a value that goes over as it is, `{why}` for a
 * reason that is looked up in turn, and `{url}` has no blank. The first form that fits is taken; a full stop at the end may be missing.
 */
export function sayings(pairs: Readonly<Record<string, string>>): Saying {
  const whole = new Map<string, string>();
  const forms: Form[] = [];
  for (const [english, other] of Object.entries(pairs)) {
    const [bare, saying] = [withoutStop(english), withoutStop(other)];
    if (bare.includes("{")) forms.push({ english: pattern(bare), other: saying });
    else whole.set(bare, saying);
  }

  function say(english: string): string {
    const bare = withoutStop(english);
    const stop = english.slice(bare.length);
    const known = whole.get(bare);
    if (known !== undefined) return known + stop;
    for (const form of forms) {
      const values = form.english.exec(bare)?.groups;
      if (values) return form.other.replace(PLACE, (_, name: string) => (name === "why" ? say(values[name]!) : values[name]!)) + stop;
    }
    return english;
  }
  return say;
}

function withoutStop(sentence: string): string {
  return sentence.endsWith(".") ? sentence.slice(0, -1) : sentence;
}

function pattern(english: string): RegExp {
  const literal = english.replace(/[\\^$.*+?()[\]|]/g, "\\$&");
  const places = literal.replace(PLACE, (_, name: string) => `(?<${name}>${name === "url" ? "\\S+" : ".+?"})`);
  return new RegExp(`^${places}$`, "s");
}
