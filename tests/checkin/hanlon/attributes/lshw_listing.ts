/** lshw's text output, rebuilt from its tree, to be compared with the real one. */
import { fieldText, LSHW_FIELDS } from "../../../../checkin/hanlon/attributes/lshw_text.ts";
import type { HardwareNode } from "../../../../collectors/tools/lshw/node.ts";

/** What `lshw` prints (src/core/print.cc), without the lines that JSON does not tell. With `ofClass` as `lshw -c`. */
export function listing(roots: readonly HardwareNode[], ofClass?: string): string {
  const lines: string[] = [];
  const print = (node: HardwareNode, level: number): void => {
    const isVisible = ofClass === undefined || node.class === ofClass;
    if (isVisible) lines.push(...linesOf(node, level));
    for (const child of node.children ?? []) print(child, isVisible ? level + 1 : 1);
  };
  for (const root of roots) print(root, roots.length === 1 ? 0 : 1);
  return lines.join("\n");
}

function linesOf(node: HardwareNode, level: number): string[] {
  const flags = `${node.disabled ? " DISABLED" : ""}${node.claimed ? "" : " UNCLAIMED"}`;
  const heading = level === 0 ? `${node.id}${flags}` : `${"   ".repeat(level - 1)}  *-${node.id}${flags}`;
  const fields = LSHW_FIELDS.flatMap((field) => {
    const values = field === "logical name" ? node.logicalNames ?? [] : [fieldText(node, field)];
    return values.filter((value) => value !== undefined).map((value) => `${"   ".repeat(level)}    ${field}: ${value}`);
  });
  return [heading, ...fields];
}

/** A real listing in the form of `listing`: without resources, warnings, and the current clock of processors. */
export function comparable(text: string): string {
  return text.split("\n").map((line) => line.trimEnd())
    .filter((line) => line !== "" && !/^ *resources:|^WARNING: /.test(line) && !/^ *size: \d+[KMG]?Hz$/.test(line))
    .join("\n");
}
