import { byName, nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { eachDevice } from "../concurrency.ts";
import { devicePath, nearestPciAddress } from "./device_path.ts";
import type { HostFiles } from "./files.ts";

/** A port of an RDMA device: InfiniBand, or RoCE on an Ethernet port. */
export interface InfinibandPort {
  /** The device and the number of the port: "mlx5_0/1". */
  name: string;
  /** The kernel's name of the device: "mlx5_0". */
  device: string;
  /** The number of the port, from 1. */
  port: number;
  /** InfiniBand, Ethernet. */
  linkLayer?: string;
  /** "506b:4b03:00f5:1b3a" */
  nodeGuid?: string;
  /** Of an InfiniBand port: "506b:4b03:00f5:1b3b". */
  portGuid?: string;
  /** ACTIVE, INIT, ARMED, DOWN. */
  state?: string;
  /** LinkUp, Polling, Disabled … */
  physicalState?: string;
  /** As the kernel prints it: "100 Gb/sec (4X EDR)". A port without a link prints the slowest. */
  rate?: string;
  /** Speed of the link. */
  speedMbps?: number;
  /** The local identifier that the subnet manager gave it. */
  lid?: number;
  /** The maker's part: "MT_0000000008", as firmware is named for it. */
  boardId?: string;
  /** "MT4115" */
  model?: string;
  /** Version of the firmware. */
  firmware?: string;
  /** 0000:3b:00.0 */
  pciAddress?: string;
}

const INFINIBAND = "/sys/class/infiniband";

/** Every port of every RDMA device (Documentation/ABI/stable/sysfs-class-infiniband), by device and number. */
export async function readInfiniband(files: HostFiles): Promise<InfinibandPort[] | undefined> {
  const devices = (await files.entries(INFINIBAND))?.map(({ name }) => name).sort(byName) ?? [];
  return nonEmpty((await eachDevice(devices, (device) => readDevice(files, device))).flat());
}

async function readDevice(files: HostFiles, device: string): Promise<InfinibandPort[]> {
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
    return prune<InfinibandPort>({
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
