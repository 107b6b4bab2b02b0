/** What the sources gave of one machine, as the tables of facts read it. */
import type { Labels } from "../labels.ts";
import type { DmiStructure } from "../tools/dmidecode/types.ts";
import type { HostFs } from "../tools/kernel/mod.ts";
import type { LscpuInfo } from "../tools/lscpu/mod.ts";
import { createTree, type LshwTree } from "../tools/lshw/tree.ts";
import type { Parts } from "../tools/parts.ts";
import type { Identity } from "./identity.ts";

/** The context of the whole machine. */
export interface Machine {
  parts: Parts;
  about: About;
  smbios: Smbios;
  lshw: LshwTree;
  lscpu?: LscpuInfo;
  kernel?: HostFs;
}

/** What the agent knows of the collection itself. */
export interface About {
  agentVersion: string;
  collectedAt: Date;
  identity: Identity;
  /** Why the identity may be another machine's too. */
  identityDoubts?: readonly string[];
  /** Those of the configuration. */
  labels?: Labels;
}

/** SMBIOS structures by type. */
export interface Smbios {
  version?: string;
  /** In dmidecode's order, each handle once; those that were not decoded (`dmidecode -u`) are left out. */
  all(type: number): readonly DmiStructure[];
}

/** The machine of these parts. */
export function machineOf(parts: Parts, about: About): Machine {
  const { dmidecode, lshw, lscpu, hostfs } = parts;
  const { structures = [], smbiosVersion } = dmidecode?.value ?? {};
  return {
    parts,
    about,
    smbios: { ...smbiosVersion === undefined ? {} : { version: smbiosVersion }, all: byType(structures) },
    lshw: createTree(lshw?.value ?? []),
    ...lscpu?.value && { lscpu: lscpu.value },
    ...hostfs?.value && { kernel: hostfs.value },
  };
}

function byType(structures: readonly DmiStructure[]): Smbios["all"] {
  // Two outputs in one paste have every handle twice; dmidecode prints parts of one structure under one handle.
  const seen = new Map<string, string>();
  const decoded = onceOf(structures).filter((structure) => {
    const { handle, type, name, fields } = structure;
    if (name === "" && fields[0]?.name === "Header and Data") return false;
    if (handle === "") return true;
    const key = `${handle} ${type}`, title = seen.get(key);
    if (title === undefined) seen.set(key, name);
    return title === undefined || (title !== name && PRINTED_IN_PARTS.has(type));
  });
  const types = Map.groupBy(decoded, ({ type }) => type);
  return (type) => types.get(type) ?? [];
}

/** Of several outputs of `dmidecode -q`, which has no handles, the first: a machine has one System Information. */
function onceOf(structures: readonly DmiStructure[]): readonly DmiStructure[] {
  const times = structures.filter(({ type, handle }) => type === 1 && handle === "").length;
  const length = structures.length / times;
  if (times < 2 || !Number.isInteger(length)) return structures;
  const texts = structures.map((structure) => JSON.stringify(structure));
  return texts.every((text, i) => text === texts[i % length]) ? structures.slice(0, length) : structures;
}

/** On Board Device Information, Additional Information: dmidecode prints each entry as a structure. */
const PRINTED_IN_PARTS = new Set([10, 40]);
