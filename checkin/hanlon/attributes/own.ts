/** mk_*: names of our own, for what a policy decides by and the old agent did not know. Texts, as the old ones are. */
import type { Facts, PciDevice } from "../../../collectors/facts/mod.ts";
import { deviceName } from "../../../collectors/show/sections/disks.ts";
import type { Attribute } from "./attribute.ts";

/** The facts that are attributes as they stand. */
const AS_THEY_ARE: readonly (readonly [name: string, path: string, read: (facts: Facts) => unknown])[] = [
  ["mk_boot_mode", "firmware.bootMode", ({ firmware }) => firmware?.bootMode],
  ["mk_secure_boot", "firmware.secureBoot", ({ firmware }) => firmware?.secureBoot],
  ["mk_tpm_version", "tpm.version", ({ tpm }) => tpm?.version],
  ["mk_location", "chassis.location", ({ chassis }) => chassis?.location],
  ["mk_rack", "chassis.rack", ({ chassis }) => chassis?.rack],
  ["mk_enclosure", "chassis.enclosure.name", ({ chassis }) => chassis?.enclosure?.name],
  ["mk_bay", "chassis.bay", ({ chassis }) => chassis?.bay],
];

/** Graphics that a BMC, or a hypervisor, shows its console by. */
const CONSOLE = /aspeed|matrox|hisilicon|cirrus|vmware|virtio|virtualbox|red hat|\bqxl\b|xgi|\b(ES1000|RN50)\b/i;
const CONSOLE_VENDORS: ReadonlySet<string | undefined> = new Set([
  ...["1013", "102b", "1234", "15ad", "18ca", "19e5", "1a03", "1af4", "1b36", "80ee"],
]);

/** Whether a display controller computes: a console's is no GPU to a policy. */
function isAccelerator(device: PciDevice): boolean {
  return !CONSOLE_VENDORS.has(device.vendorId) && !CONSOLE.test(deviceName(device) ?? "");
}

/** The attributes that are known; a count of none is absent, but of errors, where findings were looked for. */
export function* ownAttributes(facts: Facts): Generator<Attribute> {
  for (const [name, path, read] of AS_THEY_ARE) {
    const value = read(facts);
    if (value !== undefined) yield { name, value: String(value), from: { facts: [path] } };
  }
  const gpus = facts.gpus?.filter(isAccelerator) ?? [];
  if (gpus.length > 0) {
    yield { name: "mk_gpu_count", value: String(gpus.length), from: { facts: ["gpus"], how: "without a console's" } };
  }
  for (const [i, gpu] of gpus.entries()) {
    const value = deviceName(gpu);
    if (value !== undefined) yield { name: `mk_gpu${i}`, value, from: { facts: [`gpus[${gpu.address}]`] } };
  }
  const ports = facts.infiniband?.filter(({ linkLayer }) => linkLayer === "InfiniBand") ?? [];
  if (ports.length > 0) {
    const from = { facts: ["infiniband"], how: "the ports, without those of Ethernet" };
    yield { name: "mk_infiniband_count", value: String(ports.length), from };
  }
  const errors = facts.findings?.filter(({ level }) => level === "error");
  if (errors) {
    const from = { facts: ["findings"], how: "how many are errors" };
    yield { name: "mk_errors", value: String(errors.length), from };
  }
}
