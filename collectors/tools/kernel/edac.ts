import { byName, nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { eachDevice } from "../concurrency.ts";
import type { HostFiles } from "./files.ts";

/**
 * What a memory controller's driver counts errors of. The kernel's drivers know either the modules, or the ranks that
 * the controller selects (a chip-select row in a channel): a module has up to two of these, in rows 2n and 2n + 1.
 */
export interface KernelEdacUnit {
  /** "mc0/dimm3", "mc0/rank3"; of Linux before 3.6 "mc0/csrow1/ch0"; "mc0" for what belongs to no unit. */
  name: string;
  kind: "dimm" | "rank" | "controller";
  /** "mc0" */
  controller: string;
  /** The driver's name for it: "Skylake Socket#0 IMC#0", "F17h". */
  controllerName?: string;
  /** What the driver or `ras-mc-ctl --register-labels` calls it: "CPU_SrcID#0_MC#0_Chan#0_DIMM#0". */
  label?: string;
  /** Its place by the layers of the controller: { channel: 0, slot: 1 }, { csrow: 2, channel: 0 }. */
  location?: Record<string, number>;
  sizeBytes?: number;
  correctedErrors?: number;
  uncorrectedErrors?: number;
}

const CONTROLLERS = "/sys/devices/system/edac/mc";

/**
 * The counts of all memory controllers, and each controller itself (Documentation/ABI/testing/sysfs-devices-edac,
 * Documentation/admin-guide/RAS). Undefined where the kernel has no driver for them.
 */
export async function readEdac(files: HostFiles): Promise<KernelEdacUnit[] | undefined> {
  const entries = (await files.entries(CONTROLLERS)) ?? [];
  const controllers = entries.map(({ name }) => name).filter((name) => /^mc\d+$/.test(name)).sort(byName);
  return nonEmpty((await eachDevice(controllers, (name) => readController(files, name))).flat());
}

async function readController(files: HostFiles, controller: string): Promise<KernelEdacUnit[]> {
  const folder = `${CONTROLLERS}/${controller}`;
  const [entries, controllerName, correctedErrors, uncorrectedErrors] = await Promise.all([
    files.entries(folder),
    files.line(`${folder}/mc_name`),
    files.count(`${folder}/ce_noinfo_count`),
    files.count(`${folder}/ue_noinfo_count`),
  ]);
  const of = prune<Pick<KernelEdacUnit, "controller" | "controllerName">>({
    controller,
    controllerName: told(controllerName),
  });
  const names = entries?.map(({ name }) => name).sort(byName) ?? [];
  const units = names.filter((name) => /^(dimm|rank)\d+$/.test(name));
  const rows = units.length > 0 ? [] : names.filter((name) => /^csrow\d+$/.test(name));
  return [
    prune<KernelEdacUnit>({ name: controller, kind: "controller", ...of, correctedErrors, uncorrectedErrors }),
    ...await eachDevice(units, async (name) => ({ ...of, ...await readUnit(files, controller, name) })),
    ...(await eachDevice(rows, (name) => readRow(files, controller, name))).flat().map((unit) => ({ ...of, ...unit })),
  ];
}

async function readUnit(files: HostFiles, controller: string, name: string): Promise<KernelEdacUnit> {
  const folder = `${CONTROLLERS}/${controller}/${name}`;
  const [label, place, mebibytes, corrected, uncorrected] = await Promise.all([
    files.line(`${folder}/dimm_label`),
    files.line(`${folder}/dimm_location`),
    files.count(`${folder}/size`),
    files.count(`${folder}/dimm_ce_count`),
    files.count(`${folder}/dimm_ue_count`),
  ]);
  const location = parseLocation(place ?? "");
  // Linux before 4.12 counts by row and channel alone.
  const { csrow, channel } = location ?? {};
  const isCounted = corrected !== undefined || csrow === undefined || channel === undefined;
  return prune<KernelEdacUnit>({
    name: `${controller}/${name}`,
    kind: name.startsWith("rank") || csrow !== undefined ? "rank" : "dimm",
    controller,
    label: told(label),
    location,
    sizeBytes: mebibytes ? mebibytes * 1024 * 1024 : undefined,
    correctedErrors: isCounted
      ? corrected
      : await files.count(`${CONTROLLERS}/${controller}/csrow${csrow}/ch${channel}_ce_count`),
    uncorrectedErrors: uncorrected,
  });
}

/** A row of a kernel that knows no more: each of its channels, and what it cannot tell the channel of. */
async function readRow(files: HostFiles, controller: string, name: string): Promise<KernelEdacUnit[]> {
  const folder = `${CONTROLLERS}/${controller}/${name}`;
  const csrow = Number(name.slice("csrow".length));
  const [entries, uncorrectedErrors] = await Promise.all([
    files.entries(folder),
    files.count(`${folder}/ue_count`),
  ]);
  const channels = (entries ?? []).flatMap(({ name }) => /^ch(\d+)_ce_count$/.exec(name)?.[1] ?? []);
  const units = await eachDevice(channels, async (channel) => {
    const [label, correctedErrors] = await Promise.all([
      files.line(`${folder}/ch${channel}_dimm_label`),
      files.count(`${folder}/ch${channel}_ce_count`),
    ]);
    return prune<KernelEdacUnit>({
      name: `${controller}/${name}/ch${channel}`,
      kind: "rank",
      controller,
      label: told(label),
      location: { csrow, channel: Number(channel) },
      correctedErrors,
      uncorrectedErrors: channels.length === 1 ? uncorrectedErrors : undefined,
    });
  });
  if (channels.length === 1 || !uncorrectedErrors) return units;
  return [...units, {
    name: `${controller}/${name}`,
    kind: "controller",
    controller,
    location: { csrow },
    uncorrectedErrors,
  }];
}

/**
 * The layers of a place and the number in each (edac_dimm_info_location in the kernel's edac_mc.c).
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(parseLocation("channel 0 slot 1 "), { channel: 0, slot: 1 });
 * ```
 */
export function parseLocation(text: string): Record<string, number> | undefined {
  const layers = [...text.matchAll(/\b(branch|channel|slot|csrow|memory) (\d{1,5})\b/g)];
  return layers.length === 0
    ? undefined
    : Object.fromEntries(layers.map(([, layer, number]) => [layer!, Number(number)]));
}
