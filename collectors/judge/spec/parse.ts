/** A spec's text, checked against the names and kinds of the facts. */
import { SCHEMA_VERSION } from "../../facts/mod.ts";
import { isMap } from "../../values.ts";
import { type Level, LEVELS } from "../../facts/verdict.ts";
import type { Expected, Spec } from "./spec.ts";
import { readMap } from "./fields.ts";
import { expectedShape } from "./names.ts";
import { createReader, kindOf, nearest, type Reader, SpecError } from "./reader.ts";

const MOST_BYTES = 1024 * 1024;
/** A file that is no spec at all has one on every line. */
const MOST_MISTAKES = 20;
const KEYS = ["name", "schemaVersion", "match", "expect"];

/**
 * Reads a spec from YAML (or JSON, which is YAML). All scalars are read as texts, so that a version 2.10 stays one.
 * `file` names it in errors. Throws SpecError.
 */
export function parseSpec(text: string, file: string): Spec {
  if (text.length > MOST_BYTES) throw new SpecError(`${file}: found ${text.length} characters, more than a spec has`);
  const reader = createReader(text, file);
  const { root } = reader;
  let spec: Spec | undefined;
  if (!isMap(root)) reader.complain("", `found ${kindOf(root)}, expected the keys ${KEYS.join(", ")}`);
  else spec = readSpec(reader, root);
  if (reader.mistakes.length > 0) throw new SpecError(reader.mistakes.slice(0, MOST_MISTAKES).join("\n"));
  return spec!;
}

function readSpec(reader: Reader, root: Record<string, unknown>): Spec {
  let name: string | undefined, version = SCHEMA_VERSION;
  let match: Expected = { kind: "map", fields: {} }, expect: Expected | undefined;
  let noFindings: ReadonlySet<Level> = new Set();
  // Before the rest, whose names depend on it.
  if (typeof root.schemaVersion === "string") version = Number(root.schemaVersion);
  for (const [key, value] of Object.entries(root)) {
    reader.goTo(key);
    switch (key) {
      case "name":
        if (typeof value === "string" && /^\S(.*\S)?$/.test(value)) name = value;
        else reader.complain(key, `found ${kindOf(value)}, expected a name for the spec`);
        break;
      case "schemaVersion":
        if (!(Number.isInteger(version) && version >= 1 && version <= SCHEMA_VERSION)) {
          reader.complain(key, `found ${kindOf(value)}, expected ${SCHEMA_VERSION}, or a version before it`);
          version = SCHEMA_VERSION;
        }
        break;
      case "match":
        match = readMap({ reader, version }, expectedShape(), value, key, "");
        break;
      case "expect": {
        const { findings, ...rest } = isMap(value) ? value : { findings: undefined, rest: value };
        expect = readMap({ reader, version }, expectedShape(), isMap(value) ? rest : value, key, "");
        if (findings !== undefined) noFindings = readFindings(reader, findings);
        break;
      }
      default:
        reader.complain(key, `no key of a spec; expected ${KEYS.join(", ")}${nearest(key, KEYS)}`);
    }
  }
  if (name === undefined && root.name === undefined) reader.complain("name", "found none, expected the spec's name");
  if (expect === undefined) reader.complain("expect", "found none, expected what the machine should be");
  return { name: name ?? "", match, expect: expect ?? match, noFindings };
}

function readFindings(reader: Reader, value: unknown): ReadonlySet<Level> {
  reader.goTo("findings");
  const level = isMap(value) && Object.keys(value).join() === "none" ? value.none : undefined;
  const rank = LEVELS.indexOf(level as Level);
  if (rank < 0) {
    const found = isMap(value) && "none" in value ? kindOf(value.none) : kindOf(value);
    reader.complain("expect.findings", `found ${found}, expected { none: ${LEVELS.join(" | ")} }`);
  }
  // No warnings means no errors either.
  return new Set(LEVELS.slice(0, rank + 1));
}
