/** The part of a spec that has the shape of the facts: names, conditions and groups. */
import { SCHEMA_VERSION } from "../../facts/mod.ts";
import { isMap } from "../../values.ts";
import { anyOf, type Condition, ConditionError, parseCondition, type ScalarShape } from "./condition.ts";
import type { Expected, Group } from "./spec.ts";
import { formerName, movedFrom } from "./moved.ts";
import type { Shape } from "./names.ts";
import { kindOf, nearest, type Reader } from "./reader.ts";

/** What a spec is read with. */
export interface Context {
  reader: Reader;
  /** The schema version whose names the spec uses. */
  version: number;
}

/**
 * Reads a map of names; `place` is where it stands in the spec, `path` where in the facts, with [] for the items of
 * lists.
 */
export function readMap(context: Context, shape: Shape, value: unknown, place: string, path: string): Expected {
  const fields: Record<string, Expected> = {};
  if (!isMap(value) || shape.kind !== "map") {
    context.reader.complain(place, `found ${kindOf(value)}, expected names of facts with what they should be`);
    return { kind: "map", fields };
  }
  for (const [key, inner] of Object.entries(value)) {
    context.reader.goTo(key);
    readField(context, shape, key, inner, { place: `${place}.${key}`, path, fields });
  }
  return { kind: "map", fields };
}

/** What a name of an older version is called now, where `path` has it. */
function movedHint(path: string): string {
  const former = formerName(path);
  if (!former) return "";
  return former.to === undefined ? `; ${former.why}` : `; since schema version 2 it is ${former.to.split(".").at(-1)}`;
}

interface Target {
  place: string;
  path: string;
  fields: Record<string, Expected>;
}

/** Reads one key of a map, which may be a path of several names: `portId.value`. */
function readField(
  context: Context,
  shape: Shape & { kind: "map" },
  key: string,
  value: unknown,
  { place, path, fields }: Target,
): void {
  // A label may have points in its name.
  const [written = "", ...rest] = shape.other && !shape.fields.has(key) ? [key] : key.split(".");
  const at = (name: string) => path === "" ? name : `${path}.${name}`;
  const move = context.version < SCHEMA_VERSION ? movedFrom(context.version, at(written)) : undefined;
  if (move && move.to === undefined) {
    return context.reader.complain(place, `went away after schema version ${context.version}: ${move.why}`);
  }
  const name = move ? move.to!.split(".").at(-1)! : written;
  const inner = shape.fields.get(name) ?? shape.other;
  if (!inner) {
    const names = [...shape.fields.keys()];
    const hint = movedHint(at(written)) || nearest(written, names);
    return context.reader.complain(
      place,
      `found ${JSON.stringify(written)}, expected one of ${names.join(", ")}${hint}`,
    );
  }
  const found = rest.length === 0
    ? readValue(context, inner(), value, place, at(name), name)
    : readNested(context, inner(), rest.join("."), value, place, at(name));
  if (!found) return;
  if (!addTo(fields, name, found)) context.reader.complain(place, "found twice, expected once");
}

/** Adds what is expected; two paths may go through one map, as portId.subtype and portId.value. False: it is there. */
function addTo(fields: Record<string, Expected>, name: string, found: Expected): boolean {
  const present = fields[name];
  if (present === undefined) fields[name] = found;
  else if (present.kind !== "map" || found.kind !== "map") return false;
  else return Object.entries(found.fields).every(([inner, each]) => addTo(present.fields, inner, each));
  return true;
}

function readNested(
  context: Context,
  shape: Shape,
  key: string,
  value: unknown,
  place: string,
  path: string,
): Expected | undefined {
  if (shape.kind !== "map") {
    context.reader.complain(place, `found ${JSON.stringify(key)} behind a fact that has no names within`);
    return undefined;
  }
  const fields: Record<string, Expected> = {};
  readField(context, shape, key, value, { place, path, fields });
  return { kind: "map", fields };
}

function readValue(
  context: Context,
  shape: Shape,
  value: unknown,
  place: string,
  path: string,
  name: string,
): Expected | undefined {
  if (value === "absent" || value === "any") {
    return { kind: "value", condition: parseCondition(name, { type: "string" }, value) };
  }
  switch (shape.kind) {
    case "map":
      return readMap(context, shape, value, place, path);
    case "list":
      return readGroups(context, shape.item(), value, place, path);
    case "texts": {
      const conditions = (Array.isArray(value) ? value : [value])
        .map((each) => readCondition(context, shape.scalar, each, place, name));
      return conditions.every((each) => each !== undefined) ? { kind: "texts", conditions } : undefined;
    }
    case "anything":
      context.reader.complain(place, `found ${kindOf(value)}, expected absent or any`);
      return undefined;
    case "scalar": {
      const condition = Array.isArray(value)
        ? readSet(context, shape.scalar, value, place, name)
        : readCondition(context, shape.scalar, value, place, name);
      return condition && { kind: "value", condition };
    }
  }
}

function readSet(
  context: Context,
  shape: ScalarShape,
  values: unknown[],
  place: string,
  name: string,
): Condition | undefined {
  const conditions = values.map((each) => readCondition(context, shape, each, place, name));
  if (conditions.length === 0) context.reader.complain(place, "found an empty set, expected values");
  return conditions.every((each) => each !== undefined) ? anyOf(conditions) : undefined;
}

function readCondition(
  context: Context,
  shape: ScalarShape,
  value: unknown,
  place: string,
  name: string,
): Condition | undefined {
  if (typeof value !== "string" || value === "") {
    context.reader.complain(place, `found ${kindOf(value)}, expected a value, or absent, or any`);
    return undefined;
  }
  try {
    return parseCondition(name, shape, value);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    context.reader.complain(place, error.message);
    return undefined;
  }
}

/** Each is compared with each item of the machine. */
const MOST_GROUPS = 1000;

function readGroups(
  context: Context,
  shape: Shape,
  value: unknown,
  place: string,
  path: string,
): Expected | undefined {
  if (!Array.isArray(value)) {
    const moved = context.version === SCHEMA_VERSION ? movedHint(path) : "";
    context.reader.complain(place, `found ${kindOf(value)}, expected a list: [ { count: 2, … } ]${moved}`);
    return undefined;
  }
  if (value.length > MOST_GROUPS) {
    context.reader.complain(place, `found ${value.length} groups, expected at most ${MOST_GROUPS}: count equal items`);
    return undefined;
  }
  return { kind: "groups", groups: value.map((group, i) => readGroup(context, shape, group, `${place}[${i}]`, path)) };
}

function readGroup(context: Context, shape: Shape, value: unknown, place: string, path: string): Group {
  const count = { least: 1, most: 1 };
  const fields: Record<string, Expected> = {};
  if (!isMap(value) || shape.kind !== "map") {
    context.reader.complain(place, `found ${kindOf(value)}, expected { count: 2, … }`);
    return { count, fields };
  }
  for (const [key, inner] of Object.entries(value)) {
    context.reader.goTo(key);
    if (key !== "count") readField(context, shape, key, inner, { place: `${place}.${key}`, path: `${path}[]`, fields });
    else Object.assign(count, readCount(context, inner, `${place}.count`) ?? {});
  }
  return { count, fields };
}

/** 2, 0.., 1..4, ..4, ">= 2", "< 4". */
function readCount(context: Context, value: unknown, place: string): Group["count"] | undefined {
  const text = typeof value === "string" ? value : "";
  const count = countOf(text);
  if (count && count.least <= count.most) return count;
  context.reader.complain(place, `found ${kindOf(value)}, expected 2, 0.., 1..4 or ">= 2"`);
  return undefined;
}

function countOf(text: string): Group["count"] | undefined {
  const [, least = "", range, most = ""] = /^(\d*)(\s*\.\.\s*)?(\d*)$/.exec(text) ?? [];
  if (range !== undefined && least + most !== "") {
    return { least: Number(least), most: most === "" ? Infinity : Number(most) };
  }
  if (least !== "") return { least: Number(least), most: Number(least) };
  const [, operator = "", number] = /^(>=|>|<=|<)\s*(\d+)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const limit = Number(number) + ({ ">": 1, "<": -1 }[operator] ?? 0);
  return operator.startsWith(">") ? { least: limit, most: Infinity } : { least: 0, most: limit };
}
