/** mk_hw_*: what the old agent read from lscpu and lshw, for every machine. */
import type { Collection } from "../../../collectors/mod.ts";
import { type PlacedNode, walk } from "../../../collectors/tools/lshw/tree.ts";
import type { Parts } from "../../../collectors/tools/parts.ts";
import { type Attribute, fieldKey } from "./attribute.ts";
import { diskAttributes } from "./disks.ts";
import { sizeText } from "./lshw_text.ts";
import { memoryAttributes } from "./memory.ts";
import { LSCPU_NAMES, LSHW_NAMES } from "./names.ts";
import { count, nodeAttributes, nodeWords } from "./lshw_node.ts";

/** All mk_hw_* attributes, in the old agent's order. */
export function* hardwareAttributes({ facts, parts }: Collection): Generator<Attribute> {
  yield* lscpuAttributes(parts);
  const nodes = [...walk(parts.lshw?.value ?? [])];
  // As the old agent knew them: by the name that lshw's text gives them; what is disabled does not count.
  const named = (nodeClass: string, id: RegExp) =>
    nodes.filter(({ node }) => node.class === nodeClass && id.test(node.id) && !node.disabled);
  yield* nodeAttributes("mk_hw_bus", named("bus", /^core$/)[0], LSHW_NAMES.mk_hw_bus);
  yield* nodeAttributes("mk_hw_fw", named("memory", /^firmware$/)[0], LSHW_NAMES.mk_hw_fw);
  yield* memoryAttributes(nodes);
  yield* diskAttributes(facts, nodes);
  yield* cpuAttributes(named("processor", /^cpu(:\d+)?$/));
  yield* nicAttributes(named("network", /^network(:\d+)?$/));
}

/** lscpu's fields that change while nothing happens to the machine. */
const CHANGING = new Set(["CPU MHz", "CPU(s) scaling MHz", "CPU dynamic MHz"]);

function* lscpuAttributes({ lscpu }: Parts): Generator<Attribute> {
  for (const [old, names] of Object.entries(LSCPU_NAMES)) {
    const field = lscpu?.value?.fields.find(({ name, value }) => names.includes(name) && value !== "" && value !== "-");
    if (!field) continue;
    yield {
      name: `mk_hw_lscpu_${fieldKey(old)}`,
      value: field.value,
      from: { words: [{ where: "lscpu -J", lines: [`${field.name}: ${field.value}`] }] },
      isVolatile: CHANGING.has(field.name),
    };
  }
}

function* cpuAttributes(cpus: PlacedNode[]): Generator<Attribute> {
  if (cpus.length === 0) return;
  yield count("mk_hw_cpu_count", cpus, "processors that are not disabled");
  for (const [i, cpu] of cpus.entries()) {
    const clock = cpu.node.size;
    const size = clock !== undefined && clock > 0 && {
      value: sizeText("processor", clock),
      from: { words: [nodeWords(cpu, "size")], how: "the current clock, as lshw's text has it" },
      isVolatile: true,
    };
    yield* nodeAttributes(`mk_hw_cpu${i}`, cpu, LSHW_NAMES["mk_hw_cpu<i>"], size ? { size } : {});
  }
}

function* nicAttributes(nics: PlacedNode[]): Generator<Attribute> {
  if (nics.length === 0) return;
  yield count("mk_hw_nic_count", nics, "network devices that are not disabled");
  for (const [i, nic] of nics.entries()) {
    const prefix = `mk_hw_nic${i}`;
    // virtio: the PCI device has the place, the interface below it the name, the address and the speed.
    const below = nic.node.children?.find((child) => child.class === "network" && child.logicalNames);
    if (below) {
      const place = { node: below, path: `${nic.path}/${below.id}` };
      yield* nodeAttributes(prefix, place, ["logical name", "serial", "size", "capacity"]);
    }
    yield* nodeAttributes(prefix, nic, LSHW_NAMES["mk_hw_nic<i>"]);
  }
}
