import { speak } from "./index";

/** Every language but English, in a file of its own. */
const languages: Readonly<Record<string, () => Promise<void>>> = {
  de: async () => {
    const [{ de }, { deLater }, { deErrors }, { sayings }] = await Promise.all([
      import("./de"),
      import("./de.later"),
      import("./de.errors"),
      import("./sayings"),
    ]);
    speak(de, deLater, sayings(deErrors));
  },
};

/** Speaks the language of the system, or English. */
export async function speakAs(tag: string): Promise<void> {
  const code = tag.split("-")[0]!.toLowerCase();
  await languages[code]?.();
  document.documentElement.lang = languages[code] ? code : "en";
}
