import { speak } from "./index";

/** Every language but English, in a file of its own. */
const languages: Readonly<Record<string, () => void | Promise<void>>> = {
  de: async () => {
    const [{ de }, { deLater }, { deErrors, sayings }] = await Promise.all([import("./de"), import("./de.later"), import("./de.errors")]);
    speak(de, deLater, sayings(deErrors));
  },
};

/** Speaks a language, that of the system, or English. */
export async function speakAs(wanted: string): Promise<void> {
  const tag = wanted === "system" ? navigator.language : wanted;
  const code = tag.split("-")[0]!.toLowerCase();
  await (languages[code] ?? speak)();
  document.documentElement.lang = languages[code] ? code : "en";
}
