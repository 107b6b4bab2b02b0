/** From text to structures: the first half of reading dmidecode's output. */
import { expectAtMost, splitLines, type UnparsedLine } from "../parsing.ts";
import type { DmiField, DmiStructure } from "./types.ts";

/** All that one output holds, nothing of it interpreted yet. */
export interface DmiOutput {
  toolVersion?: string;
  smbiosVersion?: string;
  /** One a heading: types 10 and 40 can have several under one handle. */
  structures: DmiStructure[];
  warnings: string[];
  unparsed: UnparsedLine[];
  /** Whether there was a line that only dmidecode writes. */
  recognized: boolean;
}

/**
 * Splits what dmidecode (1.8 to 3.7, with or without `-q`) prints into structures.
 *
 * Since 2.8 a structure is "Handle 0x0000, DMI type 0, 24 bytes", its name, and fields and list items that are
 * indented by one and two tabs; before, the type had a line of its own, and the name and all else one tab more. Depth
 * is told by comparing indentations, so that outputs whose tabs became blanks read the same. In the output of `-q`,
 * which has no handles, a structure begins with its name behind a blank line.
 * Throws `TooMuchError` where no machine has so many.
 */
export function readStructures(text: string): DmiOutput {
  const output: DmiOutput = { structures: [], warnings: [], unparsed: [], recognized: false };
  /** A handle whose type stands on the next line. */
  let openHandle: string | undefined;
  let structure: DmiStructure | undefined;
  let fieldIndent = 0;
  let blankBefore = true;

  let number = 0;
  for (const raw of splitLines(text, "dmidecode")) {
    number++;
    const line = raw.trim();
    if (line === "") {
      blankBefore = true;
      continue;
    }
    const header = readHeader(line, openHandle);
    if (header) {
      openHandle = header.type === undefined ? header.handle : undefined;
      structure = header.type === undefined ? undefined : addStructure(output, header.handle, header.type, "");
      blankBefore = false;
      continue;
    }
    const indent = indentation(raw);
    if (indent <= 1 && readMessage(line, output)) continue;

    const colon = keyEnd(line);
    const startsBlock = indent === 0 && (blankBefore || structure === undefined);
    blankBefore = false;
    if (structure && line === "<TRUNCATED>") {
      output.warnings.push(`structure ${structure.handle} is cut short`);
    } else if (structure?.name === "" && structure.fields.length === 0 && colon < 0) {
      structure.name = line;
    } else if (structure && structure.fields.length > 0 && indent > fieldIndent) {
      (structure.fields.at(-1)!.items ??= []).push(line);
    } else if (structure && colon < 0 && PART_NAME.test(line) && typeOfName(line) === structure.type) {
      structure = addStructure(output, structure.handle, structure.type, line);
    } else if (structure && !startsBlock && (indent > 0 || colon > 0)) {
      if (structure.fields.length === 0) fieldIndent = indent;
      structure.fields.push(readField(line, colon));
    } else if (startsBlock && typeOfName(line) !== undefined) {
      structure = addStructure(output, "", typeOfName(line)!, line);
    } else {
      output.unparsed.push({ line: number, text: raw });
      if (startsBlock) structure = undefined;
    }
  }
  return output;
}

/** What begins a structure: handle and type, on one line or on two; `openHandle` is that of the line before. */
function readHeader(line: string, openHandle: string | undefined): { handle: string; type?: number } | undefined {
  if (line.startsWith("Handle 0x")) {
    const [, handle, type] = /^Handle (0x[0-9A-Fa-f]{1,8})(?:, DMI type (\d{1,3}), \d+ bytes\.?)?$/.exec(line) ?? [];
    if (handle !== undefined) return type === undefined ? { handle } : { handle, type: Number(type) };
  } else if (openHandle !== undefined && line.startsWith("DMI type ")) {
    const type = /^DMI type (\d{1,3}), \d+ bytes\.?$/.exec(line)?.[1];
    if (type !== undefined) return { handle: openHandle, type: Number(type) };
  }
  return undefined;
}

/** A machine with 16 sockets has 713. */
const MOST_STRUCTURES = 10_000;

function addStructure(output: DmiOutput, handle: string, type: number, name: string): DmiStructure {
  const structure: DmiStructure = { handle, type, name, fields: [] };
  output.structures.push(structure);
  expectAtMost(MOST_STRUCTURES, output.structures.length, "dmidecode", "structures");
  output.recognized = true;
  return structure;
}

/** Columns before the first other character; a tab counts 8. */
function indentation(line: string): number {
  let columns = 0;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === 9) columns += 8;
    else if (code === 32) columns += 1;
    else break;
  }
  return columns;
}

/** Where the key of "Key: value" or "Key:" ends; -1 where there is none. */
function keyEnd(line: string): number {
  const colon = line.indexOf(": ");
  if (colon >= 0) return colon;
  return line.endsWith(":") ? line.length - 1 : -1;
}

/** A line without a key (OEM strings of 1.8, "Minimum Value Unknown") is a value without a name. */
function readField(line: string, colon: number): DmiField {
  if (colon < 0) return { name: "", value: line };
  return { name: line.slice(0, colon).trimEnd(), value: line.slice(colon + 1).trim() };
}

/** Takes in what dmidecode says beside the structures; false where `line` is no such message. */
function readMessage(line: string, output: DmiOutput): boolean {
  const version = /^#? ?dmidecode (\d\S*)$/.exec(line)?.[1];
  const smbios = /^SMBIOS (\d+\.\d+(?:\.\d+)?) present\.$/.exec(line)?.[1];
  const known = /^# SMBIOS implementations newer than version (\S+) are not$/.exec(line)?.[1];
  if (version !== undefined) output.toolVersion ??= version;
  else if (smbios !== undefined) output.smbiosVersion ??= smbios;
  else if (known !== undefined) output.warnings.push(`the tables are newer than SMBIOS ${known}, which the tool knows`);
  else if (WARNING.test(line)) output.warnings.push(line);
  else if (line.startsWith("# ")) return true;
  else if (!NOTICE.test(line)) return false;
  output.recognized = true;
  return true;
}

const WARNING =
  /^(Invalid entry length |SMBIOS version fixup |Wrong DMI structures |Total read length |Failed to read table|Entry point length too large|\/(dev|sys|proc)\/\S+: )/;

/** "Legacy DMI 2.0 present.", "PNP BIOS present.", "SYSID present.": what old versions looked for besides. */
const NOTICE = new RegExp(
  "^(Getting SMBIOS data from |Reading SMBIOS/DMI data from |Scanning \\S+ for entry point|Found SMBIOS entry point|" +
    "\\d+ structures occupying \\d+ bytes|Table at 0x|DMI table at 0x|[A-Z][\\w. ]{1,40} present\\.?$)",
);

/** The names that dmidecode 3.7 gives the types 0 to 46. */
const TYPE_NAMES = [
  "Platform Firmware Information",
  "System Information",
  "Base Board Information",
  "Chassis Information",
  "Processor Information",
  "Memory Controller Information",
  "Memory Module Information",
  "Cache Information",
  "Port Connector Information",
  "System Slot Information",
  "On Board Device Information",
  "OEM Strings",
  "System Configuration Options",
  "Firmware Language Information",
  "Group Associations",
  "System Event Log",
  "Physical Memory Array",
  "Memory Device",
  "32-bit Memory Error Information",
  "Memory Array Mapped Address",
  "Memory Device Mapped Address",
  "Built-in Pointing Device",
  "Portable Battery",
  "System Reset",
  "Hardware Security",
  "System Power Controls",
  "Voltage Probe",
  "Cooling Device",
  "Temperature Probe",
  "Electrical Current Probe",
  "Out-of-band Remote Access",
  "Boot Integrity Services Entry Point",
  "System Boot Information",
  "64-bit Memory Error Information",
  "Management Device",
  "Management Device Component",
  "Management Device Threshold Data",
  "Memory Channel",
  "IPMI Device Information",
  "System Power Supply",
  "Additional Information",
  "Onboard Device",
  "Management Controller Host Interface",
  "TPM Device",
  "Processor Additional Information",
  "Firmware Inventory Information",
  "String Property",
];
const TYPES_BY_NAME = new Map([
  ...TYPE_NAMES.map((name, type) => [name, type] as const),
  // Before 3.7.
  ["BIOS Information", 0],
  ["BIOS Language Information", 13],
]);

/** One of several parts of a structure: "On Board Device 2 Information" (before 2.8 without a number). */
const PART_NAME = /^(On Board Device( \d{1,3})? Information|Additional Information \d{1,3})$/;

function typeOfName(name: string): number | undefined {
  return TYPES_BY_NAME.get(PART_NAME.test(name) ? name.replace(/ \d+/, "") : name);
}
