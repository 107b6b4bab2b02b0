/** What the names of older schema versions are called now, so that old specs and facts keep their meaning. */
import { isMap } from "../../values.ts";

/** A name of one version, and that of the next; without one it went away. `[]` stands for any item of a list. */
interface Move {
  from: string;
  to?: string;
  why?: string;
}

/** By the version that they left. See CHANGELOG. */
const MOVES: Readonly<Record<number, readonly Move[]>> = {
  1: [
    { from: "cpu.online", to: "cpu.onlineCpus" },
    { from: "cpu.packages[].model", to: "cpu.packages[].modelName" },
    { from: "cpu.packages[].family", to: "cpu.packages[].familyName" },
    { from: "cpu.packages[].maxSpeedMHz", to: "cpu.packages[].maxMHz" },
    { from: "cpu.packages[].currentSpeedMHz", to: "cpu.packages[].currentMHz" },
    { from: "cpu.packages[].voltage", to: "cpu.packages[].voltageV" },
    { from: "memory.slots", to: "memory.slotCount" },
    { from: "memory.slotsUsed", to: "memory.usedSlotCount" },
    { from: "memory.dimms[].voltage", to: "memory.dimms[].configuredVoltageV" },
    { from: "neighbours[].ttl", to: "neighbours[].ttlSeconds" },
    { from: "bmc.product", to: "bmc.productName" },
    { from: "bmc.frus[].board.product", to: "bmc.frus[].board.productName" },
    { from: "bmc.frus[].product.name", to: "bmc.frus[].product.productName" },
    { from: "slots[].busAddress", to: "slots[].pciAddress" },
    { from: "powerSupplies[].name", to: "powerSupplies[].productName" },
    { from: "virtualization.isVirtual", to: "virtualization.virtual" },
    { from: "hardware", why: "the raw tree of lshw is no part of the facts any more" },
    { from: "cpu.lscpu", why: "lscpu's own words are no part of the facts any more" },
    { from: "bmc.fields", why: "ipmitool's own words are no part of the facts any more" },
    { from: "bmc.channels[].fields", why: "ipmitool's own words are no part of the facts any more" },
    { from: "bmc.frus[].fields", why: "ipmitool's own words are no part of the facts any more" },
  ],
};

/** The field of the newest version that `path` of `version` is, by its last name; undefined where it has not moved. */
export function movedFrom(version: number, path: string): Move | undefined {
  for (let each = version; MOVES[each]; each++) {
    const move = MOVES[each]!.find(({ from }) => from === path);
    if (move) return move;
  }
  return undefined;
}

/** What `path` was called in an older version is called now, for whoever writes the old name today. */
export function formerName(path: string): Move | undefined {
  return movedFrom(1, path);
}

/** A copy of facts of an older version under the names of the newest; what went away is left out. */
export function renamed(facts: Record<string, unknown>, version: number): Record<string, unknown> {
  if (!MOVES[version]) return facts;
  const copy = structuredClone(facts);
  for (let each = version; MOVES[each]; each++) {
    for (const { from, to } of MOVES[each]!) rename(copy, from.split("."), to?.split(".").at(-1));
  }
  return copy;
}

function rename(value: unknown, [step = "", ...rest]: string[], to: string | undefined): void {
  if (!isMap(value)) return;
  const name = step.replace("[]", "");
  const inner = value[name];
  if (rest.length > 0) {
    for (const each of Array.isArray(inner) ? inner : [inner]) rename(each, rest, to);
  } else if (inner !== undefined) {
    delete value[name];
    if (to !== undefined) value[to] = inner;
  }
}
