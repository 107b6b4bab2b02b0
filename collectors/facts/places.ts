/** The kinds of places that facts are read from: fields of SMBIOS, files of /sys, nodes of lshw, fields of lscpu. */
import type { DmiField, DmiStructure } from "../tools/dmidecode/types.ts";
import { fieldOf, type Reader } from "../tools/dmidecode/values.ts";
import type { DeviceTree } from "../tools/kernel/device_tree.ts";
import type { HardwareNode } from "../tools/lshw/node.ts";
import { setting } from "../tools/lshw/tree.ts";
import type { Machine } from "./machine.ts";
import { told } from "../placeholders.ts";
import { type Place, within, type Words } from "./table.ts";

/** A text of the firmware's, where it is no placeholder. */
export function text({ value }: DmiField): string | undefined {
  return told(value);
}

/** A field of one SMBIOS structure, by the names that dmidecode has given it. */
export function dmiField<T = string>(
  title: string,
  names: string | readonly string[],
  read: Reader<T> = text as Reader<T>,
): Place<DmiStructure, T> {
  const known = [names].flat();
  return {
    words: `dmidecode: ${title}: ${known[0]}`,
    read: ({ fields }) => {
      const field = fieldOf(fields, known);
      return field && read(field);
    },
    raw: ({ fields }) => {
      const field = fieldOf(fields, known);
      return field && { where: "dmidecode", lines: [`${field.name}: ${field.value}`, ...field.items ?? []] };
    },
  };
}

/** The structures of which a machine has one: that of the machine itself, its board and its chassis. */
const TITLES = {
  0: "Platform Firmware Information",
  1: "System Information",
  2: "Base Board Information",
  3: "Chassis Information",
} as const;

/** A field of the machine's one structure of a type. */
export function dmi<T = string>(
  type: keyof typeof TITLES,
  names: string | readonly string[],
  read?: Reader<T>,
): Place<Machine, T> {
  return within(({ smbios }) => theOne(smbios.all(type), type), dmiField(TITLES[type], names, read));
}

/** Of types 0 and 1 the first that says something counts; of boards and chassis the first, as the kernel has it. */
function theOne(structures: readonly DmiStructure[], type: number): DmiStructure | undefined {
  const saysSomething = ({ fields }: DmiStructure) => fields.some((field) => text(field) !== undefined);
  return type > 1 ? structures[0] : structures.find(saysSomething);
}

/** Whether dmidecode or /sys/class/dmi/id reported the machine. */
function hasSmbios({ smbios, kernel }: Machine): boolean {
  return theOne(smbios.all(1), 1) !== undefined || kernel?.dmiIds !== undefined;
}

/** A file of /sys/class/dmi/id (Documentation/ABI/testing/sysfs-class-dmi). */
export function dmiId<T = string>(
  name: string,
  read: (text: string) => T | undefined = told as (text: string) => T | undefined,
): Place<Machine, T> {
  return {
    words: `/sys/class/dmi/id/${name}`,
    read: ({ kernel }) => {
      const value = kernel?.dmiIds?.[name];
      return value === undefined ? undefined : read(value);
    },
  };
}

/** What a device tree says of the machine, where there is no SMBIOS. */
export function deviceTree<T>(
  read: (root: DeviceTree) => T | undefined,
  ...properties: string[]
): Place<Machine, T> {
  return {
    words: properties.map((name) => `/sys/firmware/devicetree/base/${name}`).join(", "),
    read(machine) {
      const root = hasSmbios(machine) ? undefined : machine.kernel?.deviceTree;
      return root && read(root);
    },
  };
}

/** A value of a node of lshw's tree: of its keys, or with "configuration." of its settings. */
export type LshwKey = keyof HardwareNode | `configuration.${string}`;

/** What a node has under `key`. */
function lshwValue(node: HardwareNode, key: LshwKey): unknown {
  return key.startsWith("configuration.")
    ? setting(node, key.slice("configuration.".length))
    : node[key as keyof HardwareNode];
}

/** A value of a node of lshw: "lshw -json: {of}: {key}". `read` is given the node; without it the text under `key`. */
export function lshwNode<T = string>(
  of: string,
  key: LshwKey,
  read: (node: HardwareNode) => T | undefined = (node) => told(lshwValue(node, key) as string | undefined) as T,
): Place<HardwareNode, T> {
  return {
    words: `lshw -json: ${of}: ${key}`,
    read,
    raw: (node) => lshwWords(node, key),
  };
}

/** What tells a person which node it is, and the value that was asked for. */
function lshwWords(node: HardwareNode, key: LshwKey): Words | undefined {
  const value = lshwValue(node, key);
  if (value === undefined) return undefined;
  const { id, class: nodeClass, description, product, busInfo: businfo, logicalNames: logicalname } = node;
  const shown = { id, class: nodeClass, description, product, businfo, logicalname, [key]: value };
  return { where: "lshw -json", lines: [JSON.stringify(shown, null, 1).replace(/\n */g, " ")] };
}

/**
 * The node of lshw's tree that says what SMBIOS, or without it the device tree (ARM, POWER), says of the whole machine,
 * its board or its firmware: only where nothing else reported it, since lshw joins some words and translates others.
 */
export function lshwMachine<T = string>(
  which: "system" | "core" | "firmware",
  key: LshwKey,
  read?: (node: HardwareNode) => T | undefined,
): Place<Machine, T> {
  return within((machine) => hasSmbios(machine) ? undefined : WHOLE[which](machine), lshwNode(which, key, read));
}

function systemNode({ lshw: { roots } }: Machine): HardwareNode | undefined {
  return roots.length === 1 && roots[0]!.class === "system" ? roots[0] : undefined;
}

const WHOLE: Readonly<Record<"system" | "core" | "firmware", (machine: Machine) => HardwareNode | undefined>> = {
  system: systemNode,
  core: (machine) => systemNode(machine)?.children?.find(({ id, class: is }) => id === "core" && is === "bus"),
  firmware: (machine) =>
    systemNode(machine) && machine.lshw.all.find(({ id, class: is }) => id === "firmware" && is === "memory"),
};

/** The fields of lscpu with one of these names, without those in which it says that it does not know. */
export function lscpuFields({ lscpu }: Machine, names: readonly string[]): { name: string; value: string }[] {
  return lscpu?.fields.filter(({ name, value }) => names.includes(name) && value !== "" && value !== "-") ?? [];
}

/** A field of lscpu, by the names that it has had; of several kinds of cores the first that `read` understands. */
export function lscpu<T>(names: string | readonly string[], read: (value: string) => T | undefined): Place<Machine, T> {
  const known = [names].flat();
  return {
    words: `lscpu -J: ${known[0]}`,
    read: (machine) => {
      for (const name of known) {
        for (const { value } of lscpuFields(machine, [name])) {
          const understood = read(value);
          if (understood !== undefined) return understood;
        }
      }
      return undefined;
    },
    raw: (machine) => {
      const lines = lscpuFields(machine, known).map(({ name, value }) => `${name}: ${value}`);
      return lines.length > 0 ? { where: "lscpu -J", lines } : undefined;
    },
  };
}
