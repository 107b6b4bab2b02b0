/**
 * What outlives a restart, in the state folder: /tmp on a node, which lies in its memory and goes with a reboot. Every
 * file may be missing, empty, cut or somebody else's: that costs memory of the past, and nothing else.
 */
import { join } from "@std/path/join";
import { type Facts, factsOf, SCHEMA_VERSION } from "../../collectors/facts/mod.ts";
import type { Parts } from "../../collectors/mod.ts";
import { isMap } from "../../collectors/values.ts";
import { VERSION } from "../../collectors/version.ts";
import { type Attributes, attributesOf } from "../hanlon/attributes/mod.ts";
import { type KeptIdentity, parseKeptIdentity } from "../hanlon/identity.ts";
import { expectValue, type Kept, KEPT_LIMIT_BYTES, readKept } from "./kept.ts";
import { readStatus, type Status, STATUS_FILE } from "./status_file.ts";
import { checkFolder, type FileProblem, isAbsent, removeFile, removeLeftover, replaceFile } from "./trusted_files.ts";

export type { Kept } from "./kept.ts";
export type { Status } from "./status_file.ts";

/** A registration that was taken. */
export interface Registered {
  /** mk_uri of the server that took it. */
  server: string;
  /** What it was sent, but for what changes while nothing happens to the machine: other attributes are news to it. */
  attributes: Attributes;
  facts: Facts;
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
  /**
   * Until when the daemon counts as well, in the kernel's uptime (s), for the image's health check; undefined: it does
   * not.
   */
  writeHealthyUntil(uptimeSeconds: number | undefined): FileProblem | undefined;
}

/** The files: two under the old agent's names, the others our own. */
const FILES = {
  firstCheckin: "first_checkin.yaml",
  registered: "prev_facts.yaml",
  identity: "identity.json",
  parts: "last_good.json",
  lastPower: "last_power.json",
  status: STATUS_FILE,
  healthyUntil: "healthy_until",
} as const;
const FILE_NAMES = Object.keys(FILES) as (keyof typeof FILES)[];

export interface StateOptions {
  /** Only to be read: leftovers of a crash stay. */
  readOnly?: boolean;
}

/** Opens the state in `folder`, which must be there, and removes what a crash left in it. */
export function openState(folder: string, { readOnly = false }: StateOptions = {}): State {
  const path = (name: keyof typeof FILES) => join(folder, FILES[name]);

  const read = <T>(name: keyof typeof FILES, understand: (text: string) => T | undefined): Kept<T> =>
    readKept(path(name), understand);

  const write = (name: keyof typeof FILES, value: unknown, mode = 0o600): FileProblem | undefined => {
    const failed = (why: string): FileProblem => ({ kind: "failed", message: `${path(name)}: not written: ${why}` });
    let text: string;
    try {
      text = typeof value === "string" ? value : `${JSON.stringify(value)}\n`;
    } catch (error) {
      return failed(String(error));
    }
    if (text.length > KEPT_LIMIT_BYTES) return failed(`it would be larger than ${KEPT_LIMIT_BYTES / 1024 / 1024} MiB`);
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
    readStatus: () => readStatus(folder),
    writeStatus: (status) => write("status", status),
    writeHealthyUntil: (uptimeSeconds) =>
      uptimeSeconds === undefined
        ? checkFolder(folder) ?? removeFile(path("healthyUntil"))
        : write("healthyUntil", `${Math.floor(uptimeSeconds)}\n`),
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
  attributesOf({ facts: facts as unknown as Facts, parts: {} });
  return registered as Registered;
}

function parseParts(text: string, bootId: string | undefined): Parts | undefined {
  const kept = JSON.parse(text) as { version?: string; bootId?: string; parts?: Parts } | null;
  if (!isMap(kept) || !isMap(kept.parts)) throw new Error("no parts");
  const isWhole = Object.values(kept.parts).every((part) =>
    isMap(part) && isMap(part.source) && (part.value === undefined || typeof part.value === "object")
  );
  if (!isWhole) throw new Error("not the answers of sources");
  // What a source's value looks like may differ with every version.
  if (bootId === undefined || kept.bootId !== bootId || kept.version !== VERSION) return undefined;
  // They stand in for every source that fails, and what throws then would cost all the others.
  const about = {
    agentVersion: VERSION,
    collectedAt: new Date(0),
    identity: { uuidSource: "none" as const, macs: [] },
  };
  attributesOf({ facts: factsOf(kept.parts, about), parts: kept.parts });
  return kept.parts;
}

function parseLastPower(json: unknown): LastPower | undefined {
  const last = json as Partial<LastPower> | null;
  const isWhole = isMap(last) && typeof last.command === "string" && !Number.isNaN(Date.parse(String(last.at))) &&
    Number.isSafeInteger(last.unanswered ?? 0);
  return isWhole ? last as LastPower : undefined;
}
