/** mk_hw_*: what the old agent read from lscpu and lshw, for every machine. */
import type { Facts, NamedText } from "../../collectors/facts.ts";
import { type PlacedNode, walk } from "../../collectors/lshw.ts";
import { itemPath } from "../explain/path.ts";
import { type Attribute, fieldKey } from "./attribute.ts";
import { diskAttributes } from "./disks.ts";
import { type LshwField, sizeText } from "./lshw_text.ts";
import { memoryAttributes } from "./memory.ts";
import { count, nodeAttributes } from "./node.ts";

const BUS: readonly LshwField[] = ["description", "product", "vendor", "version", "serial", "physical id"];
const FIRMWARE: readonly LshwField[] = [
  "description",
  "vendor",
  "physical id",
  "version",
  "date",
  "size",
  "capabilities",
  "capacity",
];
const CPU: readonly LshwField[] = [
  "description",
  "product",
  "vendor",
  "physical id",
  "bus info",
  "version",
  "serial",
  "slot",
  "size",
  "capacity",
  "width",
  "clock",
  "capabilities",
  "configuration",
];
const NIC: readonly LshwField[] = [
  "description",
  "physical id",
  "bus info",
  "logical name",
  "version",
  "serial",
  "size",
  "capacity",
  "width",
  "clock",
  "capabilities",
  "configuration",
];

/** All mk_hw_* attributes, in the old agent's order. */
export function* hardwareAttributes(facts: Facts): Generator<Attribute> {
  yield* lscpuAttributes(facts);
  const nodes = [...walk(facts.hardware ?? [])];
  // As the old agent knew them: by the name that lshw's text gives them; what is disabled does not count.
  const named = (nodeClass: string, id: RegExp) =>
    nodes.filter(({ node }) => node.class === nodeClass && id.test(node.id) && !node.disabled);
  yield* nodeAttributes("mk_hw_bus", named("bus", /^core$/)[0], BUS);
  yield* nodeAttributes("mk_hw_fw", named("memory", /^firmware$/)[0], FIRMWARE);
  yield* memoryAttributes(nodes);
  yield* diskAttributes(facts, nodes);
  yield* cpuAttributes(facts, named("processor", /^cpu(:\d+)?$/));
  yield* nicAttributes(named("network", /^network(:\d+)?$/));
}

/** lscpu's fields by the old agent's names for them, and what lscpu called them over the years. */
const LSCPU: Readonly<Record<string, readonly string[]>> = {
  "Architecture": ["Architecture"],
  "CPU op-mode(s)": ["CPU op-mode(s)"],
  "Byte Order": ["Byte Order"],
  "CPU socket(s)": ["CPU socket(s)", "Socket(s)"],
  "Vendor ID": ["Vendor ID"],
  "CPU family": ["CPU family"],
  "Model": ["Model"],
  "Stepping": ["Stepping"],
  "CPU MHz": ["CPU MHz"],
  "BogoMIPS": ["BogoMIPS"],
  "Virtualization": ["Virtualization"],
  "L1d cache": ["L1d cache", "L1d"],
  "L1i cache": ["L1i cache", "L1i"],
  "L2 cache": ["L2 cache", "L2"],
  "L3 cache": ["L3 cache", "L3"],
};

function* lscpuAttributes({ cpu, volatile }: Facts): Generator<Attribute> {
  for (const [old, names] of Object.entries(LSCPU)) {
    const isIt = ({ name, value }: NamedText) => names.includes(name) && value !== "" && value !== "-";
    const stable = cpu?.lscpu?.find(isIt), field = stable ?? volatile?.lscpu?.find(isIt);
    if (!field) continue;
    yield {
      name: `mk_hw_lscpu_${fieldKey(old)}`,
      value: field.value,
      from: {
        facts: [`${stable ? "cpu" : "volatile"}.lscpu[${field.name}].value`],
        how: "as lscpu words it",
      },
      isVolatile: stable === undefined,
    };
  }
}

function* cpuAttributes({ volatile }: Facts, cpus: PlacedNode[]): Generator<Attribute> {
  if (cpus.length === 0) return;
  yield count("mk_hw_cpu_count", cpus, "processors that are not disabled");
  for (const [i, cpu] of cpus.entries()) {
    const clock = volatile?.hardware?.find(({ node, field }) => node === cpu.path && field === "size");
    yield* nodeAttributes(
      `mk_hw_cpu${i}`,
      cpu,
      CPU,
      clock && {
        size: {
          value: sizeText("processor", Number(clock.value)),
          from: {
            facts: [`${itemPath("volatile.hardware", `${cpu.path} size`)}.value`],
            how: "the current clock, as lshw's text has it",
          },
          isVolatile: true,
        },
      },
    );
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
    yield* nodeAttributes(prefix, nic, NIC);
  }
}
