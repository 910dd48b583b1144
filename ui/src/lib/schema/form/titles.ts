import { t } from "../../text/later";
import { resolve } from "../resolve";
import { isSchema, type Schema } from "../schema";
import { entryOf } from "./words";

/** What a person knows the value at a JSON pointer by: `/guests/0/first_name` is `Guests, Item 1, First name`. */
export function titlesTo(path: string, root: Schema): string {
  let at: unknown = root;
  const titles = path.split("/").slice(1).map((part) => {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const { properties, items } = resolve(at, root);
    const property = entryOf(properties, name);
    const listed = property === undefined && isSchema(items);
    at = listed ? items : property;
    const { title } = resolve(at, root);
    return typeof title === "string" && title ? title : listed ? t.form.item(Number(name) + 1) : name;
  });
  return titles.join(", ");
}
