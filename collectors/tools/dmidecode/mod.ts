/** dmidecode: what the firmware's SMBIOS tables say (DMTF DSP0134; output format: dmidecode's dmidecode.c). */
import type { Collected, Collector } from "../collector.ts";
import { dmiDump } from "./dump.ts";
import { readStructures } from "./structures.ts";
import type { DmiTable } from "./types.ts";
import { describeFailure, INPUT_FILE, isUnknown, type RunResult } from "../../host/mod.ts";
import { type Parsed, ParseError } from "../parsing.ts";
import { nonEmpty, prune } from "../../values.ts";

export type * from "./types.ts";
export { dmiDump } from "./dump.ts";

/**
 * Reads what `dmidecode` printed, in any version of it. A machine without tables ("# No SMBIOS nor DMI entry point
 * found, sorry.") gives an empty table. Throws ParseError where no line is dmidecode's.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseDmidecode(`# dmidecode 3.4
 * SMBIOS 3.2.0 present.
 *
 * Handle 0x0100, DMI type 1, 27 bytes
 * System Information
 * 	Manufacturer: Dell Inc.
 * 	Product Name: PowerEdge R640
 * 	Serial Number: Not Specified
 * `);
 * deepStrictEqual(value.structures[0]?.fields[0], { name: "Manufacturer", value: "Dell Inc." });
 * ```
 */
export function parseDmidecode(text: string): Parsed<DmiTable> {
  const output = readStructures(text);
  if (!output.recognized) {
    const { line, text: found } = output.unparsed[0] ?? { line: 0, text: "" };
    throw new ParseError("dmidecode", line, found, "dmidecode's header or a structure");
  }
  const value = prune<DmiTable>({
    toolVersion: output.toolVersion,
    smbiosVersion: output.smbiosVersion,
    structures: output.structures,
    warnings: nonEmpty(output.warnings),
  });
  return { value, unparsed: output.unparsed };
}

/** Where the kernel offers the tables since Linux 4.2, to root only. */
const ENTRY_POINT = "/sys/firmware/dmi/tables/smbios_entry_point";
const TABLE = "/sys/firmware/dmi/tables/DMI";

const SOME_TABLES = /^(?:SMBIOS|(?:Legacy )?DMI) \d\S* present\.$/m;

const REMEDY = "dmidecode needs root, and in a container the host's /sys at /host-sys";

/** A tenth of a second is usual; it may have to run twice. */
const RUN_TIMEOUT_MS = 10_000;

/**
 * Runs dmidecode; where it finds no tables, since a container's /sys/firmware is masked, it reads a dump of those
 * that the host's /sys has.
 */
export const dmidecodeCollector: Collector<DmiTable> = {
  name: "dmidecode",
  timeoutMs: 2 * RUN_TIMEOUT_MS + 1_000,
  async collect(host, { signal }) {
    const options = { timeoutMs: RUN_TIMEOUT_MS, signal };
    const own = await host.run("dmidecode", [], options);
    const first = read(own);
    if (first.value !== undefined || (own.failure !== undefined && own.failure !== "failed")) return first;

    const [entryPoint, table] = await Promise.all([host.read(ENTRY_POINT), host.read(TABLE)]);
    if ("value" in entryPoint && "value" in table) {
      const dump = dmiDump(entryPoint.value, table.value);
      if (dump === undefined) return { ...first, error: `${ENTRY_POINT}: no SMBIOS entry point` };
      const second = read(await host.run("dmidecode", ["--from-dump", INPUT_FILE], { ...options, inputFile: dump }));
      if (second.value === undefined) return second;
      return { ...second, notes: [`dmidecode read a dump made of ${TABLE}`, ...second.notes ?? []] };
    }
    const refusal = [entryPoint, table].find(isUnknown);
    if (refusal) {
      return { ...first, error: refusal.why === "denied" ? `${refusal.message}; ${REMEDY}` : refusal.message };
    }
    // Only what printed dmidecode's own header can be taken at its word.
    if (first.version === undefined) return first;
    const [dmiIds, classes] = await Promise.all([host.list("/sys/class/dmi/id"), host.list("/sys/class")]);
    const unknown = [dmiIds, classes].find(isUnknown);
    if (unknown) return { ...first, error: unknown.message };
    // Every /sys has classes: without them the host's is not there (the mount is gone), and nothing is known.
    if (!("value" in classes)) return { ...first, error: `whether there are SMBIOS tables: ${classes.message}` };
    if ("value" in dmiIds && dmiIds.value.length > 0) {
      return { ...first, error: `the SMBIOS tables are hidden from this program; ${REMEDY}` };
    }
    if (SOME_TABLES.test(own.stdout)) return first;
    return { ...first, status: "skipped", error: "this machine has no SMBIOS tables" };
  },
};

/**
 * What one run gave: the tables, or why there are none. Of a run that took too long the structures before the last one
 * count, where it ended with an error all of them, of a flood none.
 */
function read(run: RunResult): Collected<DmiTable> {
  if (run.failure === "missing") return { status: "missing", error: describeFailure("dmidecode", run) };
  if (run.failure === "flood") return { status: "failed", error: describeFailure("dmidecode", run) };
  const stdout = run.failure === "timeout"
    ? run.stdout.slice(0, Math.max(0, run.stdout.lastIndexOf("\nHandle 0x")))
    : run.stdout;
  const status = run.failure === undefined ? "ok" : run.failure === "timeout" ? "timeout" : "failed";
  const error = run.failure === undefined ? undefined : describeFailure("dmidecode", run);
  try {
    // Part of what it says of the tables goes to stderr.
    const { value, unparsed } = parseDmidecode(`${stdout}\n${run.stderr}`);
    const version = value.toolVersion;
    if (!holdsStructures(value)) {
      return prune<Collected<DmiTable>>({
        status: status === "ok" ? "failed" : status,
        version,
        error: error ?? "dmidecode printed no SMBIOS structure",
      });
    }
    return prune<Collected<DmiTable>>({
      status,
      version,
      error,
      notes: value.warnings,
      value,
      unparsed: unparsed.map((line) => line.text),
    });
  } catch (failure) {
    if (!(failure instanceof ParseError)) throw failure;
    return { status: status === "ok" ? "failed" : status, error: error ?? failure.message };
  }
}

/** Whether dmidecode found more than it prints of a machine without tables. */
function holdsStructures({ structures }: DmiTable): boolean {
  return structures.length > 0;
}
