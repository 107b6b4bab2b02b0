/** What one value of a spec asks of one fact. */
import { ExpressionError, linearTest } from "../../regexp/mod.ts";
import { cidr } from "./cidr.ts";
import { isSame, parseQuantity, type Quantity, quantityWords } from "./units.ts";
import { compareVersions } from "./versions.ts";
import { wildcards } from "./wildcards.ts";

/** A fact's value as far as conditions look at it; undefined is one that is absent. */
export type Scalar = string | number | boolean | undefined;

/** A question that a value is asked; `text` is how it was written. */
export interface Condition {
  text: string;
  /** Whether the value meets it. */
  test(value: Scalar): boolean;
  /** The only texts that it lets through, where it is so simple: an equal one, or a set of them. */
  values?: readonly string[];
}

/** What a fact can be: the type of its value, and the words that it may be where they are few. */
export interface ScalarShape {
  type: "string" | "number" | "boolean";
  words?: readonly string[];
}

/** A text that is no condition on a fact of that kind; `message` says what was found and what is expected. */
export class ConditionError extends Error {
  override readonly name = "ConditionError";
}

/**
 * The condition that `text` is on the fact called `field`:
 *
 * | text | true of |
 * |---|---|
 * | `absent`, `any` | no value; any value |
 * | `/Gold 64\d0/i` | a text in which the regular expression finds something |
 * | `>= 3.8 TB`, `> 1`, `<= 2`, `< 26.36`, `!= x` | a number that compares so; a text as a version |
 * | `2..4`, `0..`, `..1 TB` | a number within, both ends included |
 * | `in 10.20.0.0/16` | an IP address in the network (RFC 4632, RFC 4291) |
 * | `leaf-a.*`, `Ethernet1/{1..48}` | a text with anything at each `*`, and a number of the range at `{…}` |
 * | anything else | an equal value |
 *
 * Throws ConditionError.
 */
export function parseCondition(field: string, shape: ScalarShape, text: string): Condition {
  if (text === "absent") return { text, test: (value) => value === undefined };
  if (text === "any") return { text, test: (value) => value !== undefined };
  const [, operator, operand] = /^(>=|<=|!=|>|<)\s*(.*)$/s.exec(text) ?? [];
  if (operator === "!=") {
    const { test } = parseCondition(field, shape, operand!);
    return { text, test: (value) => value !== undefined && !test(value) };
  }
  switch (shape.type) {
    case "boolean":
      if (text !== "true" && text !== "false") throw notA(text, "true, false, absent or any");
      return { text, test: (value) => value === (text === "true"), values: [text] };
    case "number":
      return operator === undefined ? number(field, text) : comparison(field, text, operator, operand!);
    case "string":
      return operator === undefined ? words(shape, text) : versions(text, operator, operand!);
  }
}

/** Whether it lets a value through that one of `conditions` does. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const values = conditions.every((condition) => condition.values !== undefined)
    ? conditions.flatMap((condition) => condition.values!)
    : undefined;
  return {
    text: conditions.map(({ text }) => text).join(" or "),
    test: (value) => conditions.some(({ test }) => test(value)),
    ...values && { values },
  };
}

/** The text of a condition that only `value` meets. */
export function literal(value: string): string {
  const shape: ScalarShape = { type: "string" };
  try {
    if (parseCondition("", shape, value).values?.[0] === value) return value;
  } catch {
    // What begins as a condition and is none.
  }
  return `/^${value.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replaceAll("\n", "\\n")}$/`;
}

function number(field: string, text: string): Condition {
  const [, from, to] = /^(.*?)\s*\.\.\s*(.*)$/.exec(text) ?? [];
  if (from === undefined || to === undefined) {
    const wanted = quantity(field, text, text);
    return { text, test: (value) => typeof value === "number" && isSame(value, wanted), values: [text] };
  }
  if (from === "" && to === "") throw notA(text, "a number on one side of .. at least");
  const last = to === "" ? undefined : quantity(field, to, text);
  // "1..2 TB" begins at 1 TB.
  const unit = last?.unit !== undefined && /^-?[\d.]+$/.test(from) ? last.unit : "";
  const least = from === "" ? -Infinity : quantity(field, from + unit, text).value;
  if (last && least > last.value) throw notA(text, "the smaller end of the range first");
  return { text, test: (value) => typeof value === "number" && value >= least && (!last || isAtMost(value, last)) };
}

function comparison(field: string, text: string, operator: string, operand: string): Condition {
  const limit = quantity(field, operand, text);
  const test = {
    ">=": (value: number) => value >= limit.value,
    ">": (value: number) => !isAtMost(value, limit),
    "<=": (value: number) => isAtMost(value, limit),
    "<": (value: number) => value < limit.value,
  }[operator]!;
  return { text, test: (value) => typeof value === "number" && test(value) };
}

/** A disk that is sold as 960 GB is at most that. */
function isAtMost(value: number, limit: Quantity): boolean {
  return value <= limit.value || isSame(value, limit);
}

function versions(text: string, operator: string, wanted: string): Condition {
  if (!/\d/.test(wanted)) throw notA(text, `a version behind ${operator}`);
  return {
    text,
    test: (value) => {
      const order = typeof value === "string" ? compareVersions(value, wanted) : undefined;
      return order !== undefined && holds(operator, order);
    },
  };
}

function holds(operator: string, difference: number): boolean {
  return operator === ">="
    ? difference >= 0
    : operator === ">"
    ? difference > 0
    : operator === "<="
    ? difference <= 0
    : difference < 0;
}

function quantity(field: string, text: string, whole: string): Quantity {
  const found = parseQuantity(field, text);
  if (!found) throw notA(whole, `${quantityWords(field)}, a comparison (">= 4"), a range (2..4), absent or any`);
  return found;
}

function words(shape: ScalarShape, text: string): Condition {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  if (source !== undefined) {
    const finds = regularExpression(source, flags!, text);
    return { text, test: (value) => typeof value === "string" && finds(value) };
  }
  const network = /^in\s+(\S+\/.*|[\d.]+|[\da-f:.]*:[\da-f:.]*)$/i.exec(text)?.[1];
  if (network !== undefined) {
    const contains = cidr(network);
    if (!contains) throw notA(text, "a network behind in: 10.20.0.0/16, 2001:db8::/32");
    return { text, test: (value) => typeof value === "string" && contains(value) };
  }
  const pattern = wildcards(text);
  if (pattern) return { text, test: (value) => typeof value === "string" && pattern(value) };
  if (shape.words && !shape.words.includes(text)) throw notA(text, `one of ${shape.words.join(", ")}`);
  return { text, test: (value) => value === text, values: [text] };
}

function regularExpression(source: string, flags: string, text: string): (value: string) => boolean {
  try {
    // Of g and y the answer would depend on the one before.
    if (/[^imsu]/.test(flags)) throw notA(text, "the flags i, m, s or u behind the expression");
    new RegExp(source, flags);
    return linearTest(source, flags);
  } catch (error) {
    if (error instanceof ConditionError) throw error;
    const why = (error as Error).message;
    throw notA(text, error instanceof ExpressionError ? `another expression: ${why}` : `a regular expression: ${why}`);
  }
}

function notA(found: string, expected: string): ConditionError {
  return new ConditionError(`found ${JSON.stringify(found)}, expected ${expected}`);
}
