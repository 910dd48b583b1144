/** Where a value stands, and what is said of it. */
export interface Place {
  /** What it is called; empty for the arguments as a whole. */
  name: string;
  schema: unknown;
  /** JSON pointer. */
  path: string;
  depth: number;
  required: boolean;
  /** The arguments as a whole: they have no frame and no name. */
  outermost?: boolean;
  /** Its name stands above already. */
  bare?: boolean;
  /** What is emptied does not take the value away here: a line is empty text, and JSON waits to be mended. */
  keeps?: boolean;
  /** It is not in the schema, so its name says so. */
  extra?: boolean;
  /** Takes it away; only for what may go. */
  onremove?: () => void;
}

/** How a part of the form takes part in its whole. */
export interface PartProps<Field> {
  place: Place;
  field: Field;
  value: unknown;
  /** `undefined` takes the value away. */
  onchange: (value: unknown) => void;
}
