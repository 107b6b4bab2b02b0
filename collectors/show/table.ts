/** Facts as a text for a person in a hurry, within the width of the terminal, readable without colour. */
import type { Facts } from "../facts/mod.ts";
import { PIPE_WIDTH, value, wrap } from "./layout.ts";
import { machineName, machineSerial } from "./machine_name.ts";
import { anyLines } from "./sections/any.ts";
import { bmcLines } from "./sections/bmc.ts";
import { gpuLines, occupiedSlotLines, pciLines, powerSupplyLines, slotLines } from "./sections/cards.ts";
import { cpuLines } from "./sections/cpu.ts";
import { controllerLines, diskLines } from "./sections/disks.ts";
import { fibreChannelLines, infinibandLines, infinibandPortLines } from "./sections/fabrics.ts";
import { memoryLines } from "./sections/memory.ts";
import { lldpLines, neighbourLines, nicLines } from "./sections/network.ts";
import { noteLines, problemLines, sourceLines } from "./sections/sources.ts";
import { systemLines } from "./sections/system.ts";
import type { View } from "./sections/view.ts";
import { findingLines, specLines } from "./verdict.ts";
import { heading, list } from "./words.ts";

export interface TableOptions {
  /** Bold headings and red problems, by ANSI escapes. */
  colour: boolean;
  /** Columns of the terminal; the table takes 80 to 200 of them. Undefined where there is none: 100. */
  width?: number | undefined;
  /** Each disk and DIMM on a row of its own, with its serial number. */
  isLong?: boolean;
  /** Show these sections, and of them all. */
  only?: readonly (keyof Facts)[] | undefined;
  /** Of a recorded machine, whether `collectedAt` and `agentVersion` are those of the recording. */
  recording?: "dated" | "undated" | undefined;
}

const LEAST_WIDTH = 80, MOST_WIDTH = 200;

type Lines = (facts: Facts, view: View) => string[];

/** What the whole table shows, in this order. */
const SUMMARY: readonly [heading: string, lines: Lines][] = [
  ["SYSTEM", systemLines],
  ["CPU", cpuLines],
  ["MEMORY", memoryLines],
  ["DISKS", diskLines],
  ["CONTROLLERS", controllerLines],
  ["NICS", nicLines],
  ["INFINIBAND", infinibandPortLines],
  ["FIBRE CHANNEL", fibreChannelLines],
  ["SLOTS", occupiedSlotLines],
  ["GPUS", gpuLines],
  ["POWER SUPPLIES", powerSupplyLines],
  ["BMC", bmcLines],
];

/** The sections with a form of their own, where they are asked for; `anyLines` is the form of all others. */
const FORMS: Partial<Record<keyof Facts, Lines>> = {
  cpu: cpuLines,
  memory: memoryLines,
  disks: diskLines,
  nics: nicLines,
  infiniband: infinibandLines,
  fibreChannel: fibreChannelLines,
  neighbours: neighbourLines,
  lldp: lldpLines,
  bmc: bmcLines,
  pci: pciLines,
  gpus: gpuLines,
  slots: slotLines,
  powerSupplies: powerSupplyLines,
  sources: sourceLines,
  findings: ({ findings }, { width }) => findingLines(findings, width),
  spec: ({ spec }, { width }) => spec ? specLines(spec, plain, width) : [],
};

/** What the machine is, on one screen or two; with `only` some of it. */
export function table(facts: Facts, options: TableOptions): string {
  const { colour, width = PIPE_WIDTH, isLong = false, only, recording } = options;
  const paint = colour ? (code: number, text: string) => `\x1b[${code}m${text}\x1b[0m` : plain;
  const view: View = { width: Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width)), isLong, isWhole: only !== undefined };
  const out: string[] = [...wrap(value(titleOf(facts, recording), view.width), view.width), ""];
  const add = (name: string, lines: string[], code = 1) => {
    if (lines.length > 0) out.push(paint(code, name), ...lines.flatMap((line) => wrap(line, view.width)), "");
  };
  if (facts.spec && !only) out.push(...specLines(facts.spec, paint, view.width), "");
  if (only) { for (const section of only) add(heading(section), asked(facts, section, view)); }
  else for (const [name, lines] of SUMMARY) add(name, lines(facts, view));
  if (!only) add("PROBLEMS", findingLines(facts.findings, view.width), 31);
  add("NOT READ", problemLines(facts, view), 31);
  add("NOTES", noteLines(facts, view));
  return out.join("\n");
}

function plain(_code: number, text: string): string {
  return text;
}

/** A section that was asked for; where there is nothing in it, that. */
function asked(facts: Facts, section: keyof Facts, view: View): string[] {
  const found: unknown = facts[section];
  const lines = FORMS[section]?.(facts, view) ?? anyLines(found, view);
  if (lines.length > 0) return lines;
  return [Array.isArray(found) ? "  none" : "  nothing known"];
}

/** "node7: Dell Inc. PowerEdge R740, serial 7XK9ZZ2, collected 2026-01-01 00:00 UTC" */
function titleOf(facts: Facts, recording: TableOptions["recording"]): string {
  const { os, collectedAt, agentVersion } = facts;
  const serial = machineSerial(facts);
  const when = collectedAt.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):.*Z$/, "$1 $2 UTC");
  const origin = recording === undefined
    ? `collected ${when}`
    : recording === "dated"
    ? `recorded ${when} by hnl_mk ${agentVersion}`
    : "a recording that does not say when it was made";
  const machine = list(machineName(facts), serial && `serial ${serial}`, origin);
  return os?.hostname === undefined ? machine! : `${os.hostname}: ${machine}`;
}
