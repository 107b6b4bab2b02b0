/** Many machines: one line each, for people and for spreadsheets, and what they have in common. */
import { stringify } from "@std/csv/stringify";
import type { Facts } from "../facts/mod.ts";
import type { Finding, SpecResult } from "../facts/verdict.ts";
import { deviationLine } from "../judge/spec/deviation.ts";
import { quantityText } from "../judge/spec/units.ts";
import { columns, value } from "./layout.ts";
import { clean } from "./text.ts";

/** One machine of many. Numbers are of what was counted; absent is what is not known. */
export interface Row {
  /** What its recording or file is called. */
  name: string;
  model?: string;
  serialNumber?: string;
  cpu?: string;
  memoryBytes?: number;
  disks?: number;
  diskBytes?: number;
  nics?: number;
  bmc?: string;
  spec?: SpecResult;
  /** The gravest finding. */
  finding?: Finding;
}

/** What is said of one machine. */
export function rowOf(name: string, facts: Facts): Row {
  const { system, baseboard, cpu, memory, disks, nics, bmc, spec, findings } = facts;
  const sizes = disks?.flatMap(({ sizeBytes }) => sizeBytes ?? []);
  const row: { [K in keyof Row]: Row[K] | undefined } = {
    name,
    model: system?.productName ?? baseboard?.productName,
    serialNumber: system?.serialNumber,
    cpu: cpuText(cpu),
    memoryBytes: memory?.totalBytes ?? memory?.usableBytes,
    disks: disks?.length,
    diskBytes: sizes?.reduce((total, size) => total + size, 0),
    nics: nics?.filter(({ physical }) => physical).length,
    bmc: bmc?.channels?.find(({ ip }) => ip !== undefined)?.ip,
    spec,
    finding: findings?.[0],
  };
  return Object.fromEntries(Object.entries(row).filter(([, known]) => known !== undefined)) as unknown as Row;
}

/** "2 × Xeon Gold 6430": without marks and clocks, which are the same for all. */
function cpuText(cpu: Facts["cpu"]): string | undefined {
  const model = cpu?.modelName ?? cpu?.packages?.find(({ populated }) => populated)?.modelName;
  const short = model?.replace(/\((R|TM)\)|\bCPU\b|\bProcessor\b|@.*$|\bIntel\b|\bAMD\b/gi, " ").replace(/\s+/g, " ")
    .trim();
  const sockets = cpu?.sockets ?? cpu?.packages?.filter(({ populated }) => populated).length;
  return short && sockets ? `${sockets} × ${short}` : short || cpu?.architecture;
}

/** In a pipe rows are looked through by other programs, which find nothing in words that are cut. */
const MOST_WIDTH = 200;

/**
 * A table of at most `width` columns, those of a terminal. With a spec the machines that deviate come first, and below
 * them how many share a deviation: "12 of 40: memory.dimms: expected …, found A7 empty; 15 of 16".
 */
export function fleetTable(rows: readonly Row[], width = MOST_WIDTH): string {
  const isJudged = rows.some(({ spec }) => spec !== undefined);
  const sorted = isJudged ? [...rows].sort((a, b) => deviationsOf(b) - deviationsOf(a)) : rows;
  const headings = ["NAME", "MODEL", "SERIAL", "CPU", "MEMORY", "DISKS", "NICS", "BMC", "SPEC", "FINDING"];
  const hasSeveral = new Set(rows.flatMap(({ spec }) => spec?.name ?? [])).size > 1;
  const lines = columns(
    headings,
    sorted.map((row) => cellsOf(row, hasSeveral)),
    ["MODEL", "CPU", "FINDING"],
    width,
    true,
  );
  const counted = sharedDeviations(rows).map(([text, count]) => `  ${count} of ${rows.length}: ${value(text)}`);
  return [...lines, ...counted.length > 0 ? ["", "DEVIATIONS", ...counted] : [], ""].join("\n");
}

function cellsOf(row: Row, hasSeveralSpecs: boolean) {
  const { name, model, serialNumber, cpu, memoryBytes, disks, diskBytes, nics, bmc, spec, finding } = row;
  const result = spec && (spec.matches ? "matches" : `${spec.deviations.length} off`);
  return [
    name,
    model,
    serialNumber,
    cpu,
    memoryBytes === undefined ? undefined : quantityText("memory.totalBytes", memoryBytes),
    disks === undefined ? undefined : `${disks}${diskBytes ? `, ${quantityText("disks.sizeBytes", diskBytes)}` : ""}`,
    nics === undefined ? undefined : String(nics),
    bmc,
    result && hasSeveralSpecs ? `${spec.name}: ${result}` : result,
    finding && `${finding.level}: ${finding.id}`,
  ];
}

function deviationsOf({ spec }: Row): number {
  return spec?.deviations.length ?? 0;
}

/** Deviations by how many machines have them, the most first. */
function sharedDeviations(rows: readonly Row[]): [text: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { spec } of rows) {
    for (const text of new Set(spec?.deviations.map(deviationLine))) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** The columns of the CSV. */
const COLUMNS = [
  "name",
  "model",
  "serialNumber",
  "cpu",
  "memoryBytes",
  "disks",
  "diskBytes",
  "nics",
  "bmc",
  "spec",
  "matches",
  "deviations",
  "finding",
];

/** RFC 4180, with a line of headings; what is not known is empty. */
export function fleetCsv(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.name,
    row.model,
    row.serialNumber,
    row.cpu,
    row.memoryBytes,
    row.disks,
    row.diskBytes,
    row.nics,
    row.bmc,
    row.spec?.name,
    row.spec?.matches,
    row.spec?.deviations.map(deviationLine).join("; "),
    row.finding && `${row.finding.level}: ${row.finding.id}`,
  ]);
  return stringify([COLUMNS, ...lines.map((cells) => cells.map(harmless))], { headers: false });
}

/**
 * A text without what would steer a terminal, in one line. One that a spreadsheet would take for a formula begins with an
 * apostrophe (OWASP, CSV Injection).
 */
function harmless(cell: unknown): unknown {
  if (typeof cell !== "string") return cell ?? "";
  const text = clean(cell);
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}
