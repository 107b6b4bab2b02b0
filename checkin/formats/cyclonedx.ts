/**
 * The machine as a hardware bill of materials (HBOM): CycloneDX 1.6 (ECMA-424) in JSON, with the `cdx:device` names of
 * its property taxonomy (CycloneDX/cyclonedx-property-taxonomy, cdx/device.md).
 */
import type { Facts } from "../../collectors/facts/mod.ts";
import { nonEmpty, prune } from "../../collectors/values.ts";
import { otherFirmwares, type Part, type PartFirmware, partsOf } from "./cyclonedx_parts.ts";
import { machineName } from "./machine.ts";
import { machineUuid, uuidOf } from "./stable_uuid.ts";

/** A bill of materials. */
export interface CycloneDxBom {
  $schema: string;
  bomFormat: "CycloneDX";
  specVersion: "1.6";
  /** Another one for every collection, as the specification asks. */
  serialNumber: string;
  version: 1;
  metadata: {
    timestamp: string;
    lifecycles: { phase: "discovery" }[];
    tools: { components: CycloneDxComponent[] };
    /** The machine. */
    component: CycloneDxComponent;
  };
  components?: CycloneDxComponent[];
  /** From the machine to its parts, and from a part to its firmware. */
  dependencies: { ref: string; dependsOn?: string[] }[];
}

interface CycloneDxComponent {
  type: "device" | "firmware" | "application";
  "bom-ref"?: string;
  manufacturer?: { name: string };
  name: string;
  version?: string;
  description?: string;
  properties?: { name: string; value: string }[];
}

/** Told as the media type of a delivery. */
export const CYCLONEDX_MEDIA_TYPE = "application/vnd.cyclonedx+json; version=1.6";

/**
 * The document for `facts`: the machine, its parts and their firmware.
 *
 * Left out, because it is no part of the machine: what runs on it (operating system, file systems, addresses), what it is
 * plugged into (LLDP neighbours), and its state.
 */
export function cycloneDxBom(facts: Facts): CycloneDxBom {
  const uuid = machineUuid(facts);
  const all = partsOf(facts), parts = withRefs(all);
  const firmwares = otherFirmwares(facts, all).map((firmware, i) => firmwareComponent(firmware, `firmware:${i}`));
  const machine = `machine:${uuid}`;
  return prune<CycloneDxBom>({
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf("bom", uuid, facts.collectedAt)}`,
    version: 1,
    metadata: {
      timestamp: facts.collectedAt,
      lifecycles: [{ phase: "discovery" }],
      tools: { components: [{ type: "application", name: "hnl_mk", version: facts.agentVersion }] },
      component: machineComponent(facts, machine, uuid),
    },
    components: nonEmpty(
      parts.flatMap(({ ref, part }) => [
        component(part, ref),
        ...part.firmware ? [firmwareComponent(part.firmware, `${ref}/firmware`, part)] : [],
      ]).concat(firmwares),
    ),
    dependencies: [
      prune<{ ref: string; dependsOn?: string[] }>({
        ref: machine,
        dependsOn: nonEmpty([...parts.map(({ ref }) => ref), ...firmwares.map((each) => each["bom-ref"]!)]),
      }),
      ...parts.flatMap(({ ref, part }) => part.firmware ? [{ ref, dependsOn: [`${ref}/firmware`] }] : []),
    ],
  });
}

/** A part's place in the machine is its reference; of two in one place the second gets a number. */
function withRefs(parts: readonly Part[]): { ref: string; part: Part }[] {
  const used = new Map<string, number>();
  return parts.map((part) => {
    const ref = `${part.function}:${part.location ?? part.name}`;
    const times = (used.get(ref) ?? 0) + 1;
    used.set(ref, times);
    return { ref: times === 1 ? ref : `${ref}#${times}`, part };
  });
}

function machineComponent(facts: Facts, ref: string, uuid: string): CycloneDxComponent {
  const { system, memory, labels = {} } = facts;
  return prune<CycloneDxComponent>({
    type: "device",
    "bom-ref": ref,
    manufacturer: organisation(system?.manufacturer),
    name: system?.productName ?? machineName(facts),
    version: system?.version,
    properties: properties({
      "cdx:device:function": "computer",
      "cdx:device:serialNumber": system?.serialNumber,
      "cdx:device:sku": system?.sku,
      "hnl_mk:uuid": uuid,
      "hnl_mk:family": system?.family,
      "hnl_mk:memorySlotCount": memory?.slotCount,
      ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`hnl_mk:label:${key}`, value])),
    }),
  });
}

function component(part: Part, ref: string): CycloneDxComponent {
  return prune<CycloneDxComponent>({
    type: "device",
    "bom-ref": ref,
    manufacturer: organisation(part.manufacturer),
    name: part.name,
    version: part.version,
    description: part.description,
    properties: properties({
      "cdx:device:function": part.function,
      "cdx:device:location": part.location,
      "cdx:device:serialNumber": part.serialNumber,
      "cdx:device:sku": part.partNumber,
      "cdx:device:macAddress": part.macAddress,
      ...Object.fromEntries(
        Object.entries(part.more ?? {}).map(([name, value]) => [`hnl_mk:${name}`, value]),
      ),
    }),
  });
}

function firmwareComponent(firmware: PartFirmware, ref: string, part?: Part): CycloneDxComponent {
  return prune<CycloneDxComponent>({
    type: "firmware",
    "bom-ref": ref,
    manufacturer: organisation(firmware.manufacturer ?? part?.manufacturer),
    name: firmware.name ?? `${part?.name} firmware`,
    version: firmware.version,
    properties: properties({ "hnl_mk:releaseDate": firmware.releaseDate }),
  });
}

function organisation(name: string | undefined): { name: string } | undefined {
  return name === undefined ? undefined : { name };
}

function properties(values: Record<string, string | number | boolean | undefined>): CycloneDxComponent["properties"] {
  return nonEmpty(
    Object.entries(values).flatMap(([name, value]) => value === undefined ? [] : [{ name, value: String(value) }]),
  );
}
