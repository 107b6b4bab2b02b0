import { byName, nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { eachDevice } from "../concurrency.ts";
import { devicePath, nearestPciAddress } from "./device_path.ts";
import type { HostFiles } from "./files.ts";

/** What the kernel knows of a port of an RDMA device; fields as in the facts. */
export interface KernelInfinibandPort {
  name: string;
  device: string;
  port: number;
  linkLayer?: string;
  nodeGuid?: string;
  portGuid?: string;
  state?: string;
  physicalState?: string;
  rate?: string;
  speedMbps?: number;
  lid?: number;
  boardId?: string;
  model?: string;
  firmware?: string;
  pciAddress?: string;
}

const INFINIBAND = "/sys/class/infiniband";

/** Every port of every RDMA device (Documentation/ABI/stable/sysfs-class-infiniband), by device and number. */
export async function readInfiniband(files: HostFiles): Promise<KernelInfinibandPort[] | undefined> {
  const devices = (await files.entries(INFINIBAND))?.map(({ name }) => name).sort(byName) ?? [];
  return nonEmpty((await eachDevice(devices, (device) => readDevice(files, device))).flat());
}

async function readDevice(files: HostFiles, device: string): Promise<KernelInfinibandPort[]> {
  const folder = `${INFINIBAND}/${device}`;
  const [link, nodeGuid, boardId, model, firmware, ports] = await Promise.all([
    files.link(folder),
    files.line(`${folder}/node_guid`),
    files.line(`${folder}/board_id`),
    files.line(`${folder}/hca_type`),
    files.line(`${folder}/fw_ver`),
    files.entries(`${folder}/ports`),
  ]);
  const shared = {
    nodeGuid: guid(nodeGuid),
    boardId: told(boardId),
    model: told(model),
    firmware: told(firmware),
    pciAddress: link && nearestPciAddress(devicePath(link)),
  };
  const numbers = (ports ?? []).map(({ name }) => name).filter((name) => /^\d{1,3}$/.test(name)).sort(byName);
  return await eachDevice(numbers, async (number) => {
    const [linkLayer, state, physicalState, rate, lid, gid] = await Promise.all(
      ["link_layer", "state", "phys_state", "rate", "lid", "gids/0"].map((name) =>
        files.line(`${folder}/ports/${number}/${name}`)
      ),
    );
    return prune<KernelInfinibandPort>({
      name: `${device}/${number}`,
      device,
      port: Number(number),
      linkLayer: told(linkLayer),
      ...shared,
      // The second half of a GID is the GUID of the port on InfiniBand alone: on Ethernet it is made of an address.
      portGuid: linkLayer === "InfiniBand" ? guid(gid?.split(":").slice(4).join(":")) : undefined,
      state: behindNumber(state),
      physicalState: behindNumber(physicalState),
      rate: told(rate),
      speedMbps: megabits(rate),
      lid: lid && /^0x[0-9a-f]{1,4}$/i.test(lid) ? Number(lid) || undefined : undefined,
    });
  });
}

/** Eight octets, "506b:4b03:00f5:1b3a"; undefined for zeros and what is none. */
function guid(text: string | undefined): string | undefined {
  return text && /^([0-9a-f]{4}:){3}[0-9a-f]{4}$/i.test(text) && /[^0:]/.test(text) ? text.toLowerCase() : undefined;
}

/** "4: ACTIVE" gives "ACTIVE". */
function behindNumber(text: string | undefined): string | undefined {
  return told(text?.replace(/^\d+: */, ""));
}

/** "100 Gb/sec (4X EDR)" gives 100000, "2.5 Gb/sec (1X SDR)" 2500. */
function megabits(rate: string | undefined): number | undefined {
  const gigabits = /^(\d{1,5}(?:\.\d)?) Gb\/sec/.exec(rate ?? "")?.[1];
  return gigabits === undefined ? undefined : Math.round(Number(gigabits) * 1000) || undefined;
}
