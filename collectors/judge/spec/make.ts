/** Makes a spec of a good machine: what its twin has too, and nothing that is one machine's alone. */
import { stringify } from "@std/yaml";
import { type Facts, SCHEMA_VERSION } from "../../facts/mod.ts";
import { isMap } from "../../values.ts";
import type { Finding } from "../../facts/verdict.ts";
import { literal } from "./condition.ts";
import { type Item, itemsOf, NAMING_FIELDS } from "./items.ts";
import { isSame, parseQuantity, quantityText } from "./units.ts";

/** What can be chosen. */
export interface MakeOptions {
  /** Keep what hangs on the machine: link speeds are there anyway, switches and their ports only so. */
  withCabling?: boolean;
  /** The findings about the machine: where none is an error, the spec forbids them. */
  findings?: readonly Finding[];
}

/** The fields of a section that every machine of one order shares. */
const FIELDS = {
  system: ["manufacturer", "productName"],
  baseboard: ["manufacturer", "productName"],
  chassis: ["type", "heightU"],
  firmware: ["vendor", "version", "bootMode", "secureBoot"],
  cpu: ["architecture", "modelName", "sockets", "coresPerSocket", "threadsPerCore", "logicalCpus"],
  memory: ["totalBytes", "errorCorrection", "slotCount"],
  bmc: ["manufacturer", "productName", "firmware", "ipmiVersion"],
  tpm: ["version"],
  virtualization: ["virtual", "type"],
} as const satisfies { [S in keyof Facts]?: readonly (keyof NonNullable<Facts[S]>)[] };

/** A list whose items are counted in groups of equal ones. */
interface Counted {
  /** Where it stands: section, or section and field. */
  path: readonly [keyof Facts, string?];
  /** What makes items equal. */
  fields: readonly string[];
  /** Where an item sits, when that is the board's own name for it: kept as a set. */
  place?: string;
  /** Items that are counted; all others may come and go. */
  isCounted?: (item: Item) => boolean;
  /** The conditions that let those others in. */
  others?: readonly Record<string, string | boolean>[];
  /** What tells whether an item is counted: where one does not say it, nothing is said of the list. */
  toldBy?: string;
}

/** PCI classes of what is ordered (pci_ids.h): storage, network, display, fibre channel and InfiniBand, accelerators. */
const ORDERED_CLASSES = /^(0[123]|0c04|0c06|0b|12)/;

const COUNTED: readonly Counted[] = [
  { path: ["cpu", "packages"], fields: ["populated", "modelName", "coreCount", "coresEnabled"], place: "socket" },
  {
    path: ["memory", "dimms"],
    fields: ["sizeBytes", "type", "speedMTs", "configuredSpeedMTs", "manufacturer", "partNumber"],
    place: "locator",
  },
  {
    path: ["disks"],
    fields: ["sizeBytes", "vendor", "model", "firmware", "rotational", "transport"],
    place: "bay",
    isCounted: ({ removable, transport }) => removable !== true && transport !== "usb",
    others: [{ transport: "usb" }, { removable: true }],
  },
  {
    path: ["nics"],
    fields: ["vendor", "product", "vendorId", "deviceId", "firmware", "maxSpeedMbps", "speedMbps"],
    isCounted: ({ physical }) => physical === true,
    others: [{ physical: false }],
  },
  {
    path: ["pci"],
    fields: ["classCode", "vendorId", "deviceId", "subsystemVendorId", "subsystemDeviceId"],
    isCounted: ({ classCode }) => typeof classCode === "string" && ORDERED_CLASSES.test(classCode),
    others: [{ classCode: `/${ORDERED_CLASSES.source.replace("^", "^(?!")})/` }],
    toldBy: "classCode",
  },
  { path: ["infiniband"], fields: ["linkLayer", "model", "boardId", "firmware", "speedMbps"] },
  { path: ["fibreChannel"], fields: ["speedMbps"] },
  {
    path: ["powerSupplies"],
    fields: ["manufacturer", "productName", "partNumber", "maxPowerW", "status", "plugged"],
    place: "location",
  },
];

const CABLING: Counted = { path: ["neighbours"], fields: ["interface", "systemName", "portId"] };

/** The spec as YAML, with its name and what it is for. */
export function makeSpec(facts: Facts, { withCabling = false, findings = [] }: MakeOptions = {}): string {
  const expect: Record<string, unknown> = {};
  for (const [section, names] of Object.entries(FIELDS)) {
    const value = facts[section as keyof Facts];
    if (isMap(value)) addFields(expect, section, value, names);
  }
  for (const counted of withCabling ? [...COUNTED, CABLING] : COUNTED) addGroups(expect, facts, counted);
  if (!findings.some(({ level }) => level === "error")) expect.findings = { none: "error" };
  const match = matchOf(facts);
  const spec = {
    name: nameOf(facts),
    schemaVersion: SCHEMA_VERSION,
    ...Object.keys(match).length > 0 && { match },
    expect,
  };
  return stringify(spec, { lineWidth: -1 });
}

function nameOf({ system, baseboard }: Facts): string {
  const words = system?.productName ?? baseboard?.productName ?? "machine";
  return words.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "machine";
}

function matchOf({ system, baseboard }: Facts): Record<string, string> {
  if (system?.productName !== undefined) return { "system.productName": literal(system.productName) };
  return baseboard?.productName === undefined ? {} : { "baseboard.productName": literal(baseboard.productName) };
}

function addFields(expect: Record<string, unknown>, section: string, value: Item, names: readonly string[]): void {
  const known = names.filter((name) => value[name] !== undefined);
  if (known.length === 0) return;
  expect[section] = Object.fromEntries(known.map((name) => [name, text(`${section}.${name}`, value[name])]));
}

function addGroups(expect: Record<string, unknown>, facts: Facts, counted: Counted): void {
  const { path: [section, name], isCounted = () => true, others = [], toldBy } = counted;
  const holder: unknown = facts[section];
  const list = name === undefined ? holder : isMap(holder) ? holder[name] : undefined;
  // What no source told is left open; an empty list is a fact.
  if (list === undefined) return;
  const items = itemsOf(list);
  if (toldBy !== undefined && items.some((item) => item[toldBy] === undefined)) return;
  const groups = groupsOf(items.filter(isCounted), counted);
  const all = [...groups, ...others.map((other) => ({ count: "0..", ...other }))];
  if (name === undefined) expect[section] = all;
  else expect[section] = { ...expect[section] as object, [name]: all };
}

function groupsOf(items: Item[], { path, fields, place }: Counted): Record<string, unknown>[] {
  const at = path.filter((part) => part !== undefined).join(".");
  const alike = Map.groupBy(items, (item) => JSON.stringify(fields.map((field) => item[field])));
  return [...alike.values()].map((members) => {
    const known = fields.filter((field) => members[0]![field] !== undefined);
    const places = members.map((member) => place && member[place]);
    // Boards that call two slots alike say nothing with it.
    const isPlaced = new Set(places).size === members.length && places.every((each) => typeof each === "string");
    return {
      count: members.length,
      ...Object.fromEntries(known.map((field) => [field, text(`${at}.${field}`, members[0]![field])])),
      ...isPlaced && place && NAMING_FIELDS.includes(place) &&
        { [place]: places.map((each) => literal(each as string)) },
    };
  });
}

/** A value as a spec has it: sizes with a unit where that says the same. */
function text(path: string, value: unknown): unknown {
  if (typeof value === "string") return literal(value);
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, text(name, inner)]));
  if (typeof value !== "number" || !path.endsWith("Bytes")) return value;
  const words = quantityText(path, value);
  const quantity = parseQuantity(path, words);
  return quantity && isSame(value, quantity) ? words : value;
}
