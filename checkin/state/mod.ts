/**
 * What outlives a restart, in the state folder: /tmp on a node, which lies in its memory and goes with a reboot. Every
 * file may be missing, empty, cut or somebody else's: that costs memory of the past, and nothing else.
 */
import { join } from "@std/path/join";
import { assemble } from "../../collectors/facts/assemble.ts";
import { type Facts, SCHEMA_VERSION } from "../../collectors/facts/mod.ts";
import type { Parts } from "../../collectors/mod.ts";
import { isMap, prune } from "../../collectors/values.ts";
import { VERSION } from "../../collectors/version.ts";
import { type Attributes, attributesOf } from "../hanlon/attributes/mod.ts";
import { type KeptIdentity, parseKeptIdentity } from "../hanlon/identity.ts";
import {
  checkFolder,
  type FileProblem,
  isAbsent,
  readTrustedFile,
  removeFile,
  removeLeftover,
  replaceFile,
} from "./trusted_files.ts";

/** What was kept, if anything was; `problem` where there is something that is not to be believed or understood. */
export interface Kept<T> {
  value?: T;
  problem?: FileProblem;
}

/** A registration that was taken. */
export interface Registered {
  /** mk_uri of the server that took it. */
  server: string;
  /** What it was sent, but for what changes while nothing happens to the machine: other attributes are news to it. */
  attributes: Attributes;
  facts: Facts;
}

/** What the daemon last did, for `--status`. Times are RFC 3339, UTC. */
export interface Status {
  agentVersion: string;
  pid: number;
  startedAt: string;
  /** mk_uri; absent while there is no configuration. */
  server?: string;
  /** Seconds between two check-ins. */
  intervalSeconds: number;
  lastCheckin?: { at: string; command: string };
  lastRegistration?: { at: string };
  /** The last collection that ended, and why which sources did not answer in it. */
  lastCollection?: { at: string; failing: { source: string; why: string }[] };
  /** The collection that is under way, if it takes long: which sources had not answered after some seconds. */
  slowCollection?: { since: string; waitingFor: string[] } | undefined;
  /** Whether a registration could not be delivered yet. */
  isRegistrationPending: boolean;
  /** mk_facts_uri. */
  factsUri?: string;
  /** Whether the facts could not be delivered to it yet. */
  isDeliveryPending?: boolean;
  /** Every destination of facts, mk_facts_uri among them. */
  deliveries?: DeliveryStatus[];
  /** When the daemon last looked at the machine, where no server is asked. */
  lastLook?: { at: string };
  lastError?: { at: string; message: string };
}

/** How a destination of facts fares. */
export interface DeliveryStatus {
  /** "mk_facts_uri", "mk_facts_targets[0]". */
  name: string;
  format: string;
  /** Scheme, host and port: a path may hold a secret. */
  server: string;
  isPending: boolean;
  /** RFC 3339, UTC. */
  lastDelivery?: string;
  /** Why the last attempt failed, until one succeeds. */
  problem?: string;
}

/** The last command that was handed to the host, by whichever process of the agent. */
export interface LastPower {
  command: string;
  /** RFC 3339, UTC. */
  at: string;
  /** The boot that it was to end; absent where the kernel gives none. */
  bootId?: string;
  /** How many commands this boot has outlived, this one included. */
  unanswered?: number;
}

/** The state folder. Reading and writing never wait and never throw. */
export interface State {
  readonly folder: string;
  /** Whether this boot's first check-in is still to come. Missing, empty and broken count as no. */
  readFirstCheckin(): Kept<boolean>;
  writeFirstCheckin(isFirst: boolean): FileProblem | undefined;
  /** What a server last took, of whichever process of the agent. What the old agent left there counts as none. */
  readRegistered(): Kept<Registered>;
  writeRegistered(registered: Registered): FileProblem | undefined;
  /** From now on nothing is known to be registered, by any process of the agent. */
  forgetRegistered(): FileProblem | undefined;
  /** False only where there is certainly no such file. */
  hasRegistered(): boolean;
  readIdentity(): Kept<KeptIdentity>;
  writeIdentity(kept: KeptIdentity): FileProblem | undefined;
  /** The last good answers of the sources; those of another boot or version count as none. */
  readParts(bootId: string | undefined): Kept<Parts>;
  writeParts(parts: Parts, bootId: string | undefined): FileProblem | undefined;
  readLastPower(): Kept<LastPower>;
  writeLastPower(last: LastPower): FileProblem | undefined;
  readStatus(): Kept<Status>;
  writeStatus(status: Status): FileProblem | undefined;
}

/** The files: two under the old agent's names, the others our own. */
const FILES = {
  firstCheckin: "first_checkin.yaml",
  registered: "prev_facts.yaml",
  identity: "identity.json",
  parts: "last_good.json",
  lastPower: "last_power.json",
  status: "status.json",
} as const;
const FILE_NAMES = Object.keys(FILES) as (keyof typeof FILES)[];

/** To be read and written; what the largest machine's sources told is below 1 MiB. */
const LIMIT_BYTES = 8 * 1024 * 1024;

export interface StateOptions {
  /** Only to be read: leftovers of a crash stay. */
  readOnly?: boolean;
}

/** Opens the state in `folder`, which must be there, and removes what a crash left in it. */
export function openState(folder: string, { readOnly = false }: StateOptions = {}): State {
  const path = (name: keyof typeof FILES) => join(folder, FILES[name]);

  const read = <T>(name: keyof typeof FILES, understand: (text: string) => T | undefined): Kept<T> => {
    const problem = checkFolder(folder);
    if (problem) return { problem };
    const file = readTrustedFile(path(name), { limitBytes: LIMIT_BYTES });
    if ("problem" in file) return file.problem.kind === "absent" ? {} : file;
    try {
      const value = understand(file.text);
      return value === undefined ? {} : { value };
    } catch {
      return { problem: { kind: "failed", message: `${path(name)}: cannot be understood, and counts as not there` } };
    }
  };

  const write = (name: keyof typeof FILES, value: unknown, mode = 0o600): FileProblem | undefined => {
    const failed = (why: string): FileProblem => ({ kind: "failed", message: `${path(name)}: not written: ${why}` });
    let text: string;
    try {
      text = typeof value === "string" ? value : `${JSON.stringify(value)}\n`;
    } catch (error) {
      return failed(String(error));
    }
    if (text.length > LIMIT_BYTES) return failed(`it would be larger than ${LIMIT_BYTES / 1024 / 1024} MiB`);
    return checkFolder(folder) ?? replaceFile(path(name), text, { mode });
  };

  if (!readOnly && !checkFolder(folder)) { for (const name of FILE_NAMES) removeLeftover(path(name)); }
  return {
    folder,
    readFirstCheckin: () => read("firstCheckin", parseFirstCheckin),
    writeFirstCheckin: (isFirst) => write("firstCheckin", `--- ${isFirst}\n`, 0o644),
    readRegistered: () => read("registered", parseRegistered),
    writeRegistered: (registered) => write("registered", registered),
    forgetRegistered: () => checkFolder(folder) ?? removeFile(path("registered")),
    hasRegistered: () => !isAbsent(path("registered")),
    readIdentity: () => read("identity", (text) => expectValue(parseKeptIdentity(JSON.parse(text)))),
    writeIdentity: (kept) => write("identity", kept),
    readParts: (bootId) => read("parts", (text) => parseParts(text, bootId)),
    writeParts: (parts, bootId) => write("parts", { version: VERSION, bootId, parts }),
    readLastPower: () => read("lastPower", (text) => expectValue(parseLastPower(JSON.parse(text)))),
    writeLastPower: (last) => write("lastPower", last),
    readStatus: () => read("status", (text) => expectValue(parseStatus(JSON.parse(text)))),
    writeStatus: (status) => write("status", status),
  };
}

/** `--- true` on one line or two, or without the marker; older YAML writers end with a line `...`. */
function parseFirstCheckin(text: string): boolean | undefined {
  const words = text.replace(/^\ufeff/, "").split(/\s+/).filter((word) =>
    word !== "" && word !== "---" && word !== "..."
  );
  if (words.length === 0) return undefined;
  const word = words[0]!.toLowerCase();
  if (words.length > 1 || (word !== "true" && word !== "false")) throw new Error("neither true nor false");
  return word === "true";
}

/** JSON, which is YAML too. The old agent's file (`---`, then `:hostname: x`) is good YAML, and no facts of ours. */
function parseRegistered(text: string): Registered | undefined {
  if (text.trim() === "" || /^(---|:)/.test(text)) return undefined;
  const registered = JSON.parse(text) as Partial<Registered> | null;
  const { server, attributes, facts } = registered ?? {};
  const isOurs = typeof server === "string" && isMap(attributes) && isMap(facts) &&
    facts.schemaVersion === SCHEMA_VERSION && isMap(facts.sources) && isMap(facts.identity);
  if (!isOurs) return undefined;
  // They are asked for at every start, where an error would end the agent: what throws here counts as not there.
  attributesOf(facts);
  return registered as Registered;
}

function parseParts(text: string, bootId: string | undefined): Parts | undefined {
  const kept = JSON.parse(text) as { version?: string; bootId?: string; parts?: Parts } | null;
  if (!isMap(kept) || !isMap(kept.parts)) throw new Error("no parts");
  const isWhole = Object.values(kept.parts).every((part) => isMap(part) && isMap(part.source));
  if (!isWhole) throw new Error("not the answers of sources");
  // What a source's value looks like may differ with every version.
  if (bootId === undefined || kept.bootId !== bootId || kept.version !== VERSION) return undefined;
  // They stand in for every source that fails, and what throws then would cost all the others.
  const about = {
    agentVersion: VERSION,
    collectedAt: new Date(0),
    identity: { uuidSource: "none" as const, macs: [] },
  };
  attributesOf(assemble(kept.parts, about));
  return kept.parts;
}

function parseLastPower(json: unknown): LastPower | undefined {
  const last = json as Partial<LastPower> | null;
  const isWhole = isMap(last) && typeof last.command === "string" && !Number.isNaN(Date.parse(String(last.at))) &&
    Number.isSafeInteger(last.unanswered ?? 0);
  return isWhole ? last as LastPower : undefined;
}

function parseStatus(json: unknown): Status | undefined {
  const status = isMap(json) ? withPresentNames(json) : json;
  return isStatus(status) ? status as unknown as Status : undefined;
}

/** Version 4.0.0 wrote two keys under other names. */
function withPresentNames({ isRegistrationOwed, isDeliveryOwed, ...status }: Record<string, unknown>) {
  return prune<Record<string, unknown>>({
    isRegistrationPending: isRegistrationOwed,
    isDeliveryPending: isDeliveryOwed,
    ...status,
  });
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = Number.isFinite;
const isTruth: Check = (value) => typeof value === "boolean";
const isTime: Check = (value) => typeof value === "string" && !Number.isNaN(Date.parse(value));
const optional = (check: Check): Check => (value) => value === undefined || check(value);
const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
const mapOf = <Key extends string>(checks: Record<Key, Check>): Check => (value) =>
  isMap(value) && Object.entries<Check>(checks).every(([key, check]) => check(value[key]));

const isStatus = mapOf<keyof Status>({
  agentVersion: isText,
  pid: isNumber,
  startedAt: isTime,
  server: optional(isText),
  intervalSeconds: isNumber,
  lastCheckin: optional(mapOf({ at: isTime, command: isText })),
  lastRegistration: optional(mapOf({ at: isTime })),
  lastCollection: optional(mapOf({ at: isTime, failing: listOf(mapOf({ source: isText, why: isText })) })),
  slowCollection: optional(mapOf({ since: isTime, waitingFor: listOf(isText) })),
  isRegistrationPending: isTruth,
  factsUri: optional(isText),
  isDeliveryPending: optional(isTruth),
  deliveries: optional(listOf(mapOf({
    name: isText,
    format: isText,
    server: isText,
    isPending: isTruth,
    lastDelivery: optional(isTime),
    problem: optional(isText),
  }))),
  lastLook: optional(mapOf({ at: isTime })),
  lastError: optional(mapOf({ at: isTime, message: isText })),
});

function expectValue<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("of another form");
  return value;
}
