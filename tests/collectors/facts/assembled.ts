/** Facts of made-up sources: each given as its tool would print it, or as its value. */
import { Ajv } from "ajv";
import { factsOf as factsOfParts } from "../../../collectors/facts/mod.ts";
import { parseDmidecode } from "../../../collectors/tools/dmidecode/mod.ts";
import type { Facts } from "../../../collectors/facts/mod.ts";
import type { HostFs } from "../../../collectors/tools/kernel/mod.ts";
import { parseLscpu } from "../../../collectors/tools/lscpu/mod.ts";
import { parseLshw } from "../../../collectors/tools/lshw/mod.ts";
import type { Part, Parts } from "../../../collectors/mod.ts";
import { told } from "../../../collectors/placeholders.ts";
import { closedSchema } from "../../schema_file.ts";
import { assertPlain } from "../mutations.ts";

const validate = new Ajv({ strict: false }).compile(closedSchema());

export interface Sources {
  /** Structures as dmidecode prints them, without handles where none are needed. */
  dmidecode?: string;
  /** A node of `lshw -json`, or its text. */
  lshw?: object | string;
  /** Fields of lscpu by name. */
  lscpu?: Record<string, string>;
  hostfs?: HostFs;
}

/** What the sources make together; they are valid by the schema, plain JSON, and hold no placeholder. */
export function assembled({ dmidecode, lshw, lscpu, hostfs }: Sources): Facts {
  const parts: Parts = {};
  if (dmidecode !== undefined) parts.dmidecode = ok(parseDmidecode(dmidecode).value);
  if (lshw !== undefined) {
    parts.lshw = ok(parseLshw(typeof lshw === "string" ? lshw : JSON.stringify(lshw)).value);
  }
  if (lscpu) {
    parts.lscpu = ok(parseLscpu(Object.entries(lscpu).map(([name, value]) => `${name}: ${value}\n`).join("")).value);
  }
  if (hostfs) parts.hostfs = ok(hostfs);
  return factsOf(parts);
}

/** The facts of some parts, checked. */
export function factsOf(parts: Parts): Facts {
  const facts = uncheckedFactsOf(parts);
  checkFacts(facts);
  return facts;
}

export function uncheckedFactsOf(parts: Parts): Facts {
  return factsOfParts(parts, {
    agentVersion: "4.0.0",
    collectedAt: new Date(0),
    identity: { uuidSource: "none", macs: [] },
  });
}

export function ok<T>(value: T): Part<T> {
  return { source: { status: "ok", elapsedMs: 1 }, collectedAt: "1970-01-01T00:00:00.000Z", value };
}

/** Throws where the facts are not what facts.ts promises, or hold a placeholder. */
export function checkFacts(facts: Facts, name = "facts"): void {
  checkShape(facts, name);
  const found = placeholders(facts, name);
  if (found.length > 0) throw new Error(`found placeholders: ${found.slice(0, 5).join(", ")}`);
}

/** Throws where the facts are not plain JSON, or not valid by the schema. */
export function checkShape(facts: Facts, name = "facts"): void {
  assertPlain(facts, name);
  if (!validate(facts)) throw new Error(`${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
}

/**
 * Words of ours and of the tools' where "none", "unknown", "00", "0x000" and "ffff::" are facts, and lists that keep a
 * tool's words as they are.
 */
const OWN_WORDS = new Set(
  "volatile sources uuidSource virtualization errorCorrection status operState socket channel hostNetmask serviceNetmask revisionId part"
    .split(" "),
);

function placeholders(value: unknown, path: string): string[] {
  if (typeof value === "string") return told(value) === undefined ? [`${path}: ${JSON.stringify(value)}`] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).filter(([key]) => !OWN_WORDS.has(key))
    .flatMap(([key, member]) => placeholders(member, `${path}.${key}`));
}
