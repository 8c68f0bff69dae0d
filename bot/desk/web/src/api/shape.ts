// Readers of what the server sends: every answer is checked for its shape before anything looks at it, since a server
// that was taken over may send anything. They read; they show and ask for nothing.
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

export type Reader<Value> = (value: unknown) => Value;
export type Of<R> = R extends Reader<infer Value> ? Value : never;

/** A text of at most `limit` letters. */
export function text(limit = 256): Reader<string> {
  return (value) => {
    if (typeof value === "string" && value.length <= limit) return value;
    throw new ShapeError(`a text of at most ${limit} letters`);
  };
}

/** A text of this form. */
export function formed(form: RegExp): Reader<string> {
  return (value) => {
    if (typeof value === "string" && form.test(value)) return value;
    throw new ShapeError("a text of another form");
  };
}

/** A day, 2026-11-23. */
export const dayText = formed(/^\d{4}-\d\d-\d\d$/);
/** A moment, 2026-11-23T08:00:00Z. */
export const momentText = formed(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)$/);
/** A moment, or a day where the moment is kept no more. */
export const whenText = formed(/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00))?$/);
/** Bytes as hex letters. */
export const hexText = formed(/^(?:[0-9a-f]{2}){1,64}$/);

/** A whole number that is not negative. */
export function number(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new ShapeError("a whole number");
}

/** True or false. */
export function flag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new ShapeError("true or false");
}

/** One of these texts. */
export function oneOf<const Choice extends string>(choices: readonly Choice[]): Reader<Choice> {
  return (value) => {
    const found = choices.find((each) => each === value);
    if (found === undefined) throw new ShapeError(`one of ${choices.length} texts`);
    return found;
  };
}

/** What `read` reads, or null; what is left out counts as null. */
export function maybe<Value>(read: Reader<Value>): Reader<Value | null> {
  return (value) => (value === null || value === undefined ? null : read(value));
}

/** A list of at most `limit` things. */
export function list<Value>(read: Reader<Value>, limit = 10_000): Reader<readonly Value[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length > limit) throw new ShapeError(`a list of at most ${limit}`);
    return value.map((each: unknown) => read(each));
  };
}

/** An object with these fields; others are left aside, since answers may grow. */
export function record<const Fields extends Readonly<Record<string, Reader<unknown>>>>(
  fields: Fields,
): Reader<{ readonly [Name in keyof Fields]: Of<Fields[Name]> }> {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ShapeError("an object");
    const given = value as Readonly<Record<string, unknown>>;
    const pairs = Object.entries(fields).map(([name, read]) => [name, at(name, read, given)] as const);
    return Object.fromEntries(pairs) as { readonly [Name in keyof Fields]: Of<Fields[Name]> };
  };
}

/** Whatever it is, unread: for what another reader checks. */
export function anything(value: unknown): unknown {
  return value;
}

/** An answer that says nothing. */
export function nothing(): null {
  return null;
}

function at(name: string, read: Reader<unknown>, given: Readonly<Record<string, unknown>>): unknown {
  try {
    return read(Object.hasOwn(given, name) ? given[name] : undefined);
  } catch (error) {
    if (error instanceof ShapeError) throw new ShapeError(`${name}: ${error.message}`);
    throw error;
  }
}
