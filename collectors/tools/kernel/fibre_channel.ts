import { byName, nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { eachDevice } from "../concurrency.ts";
import { devicePath, nearestPciAddress } from "./device_path.ts";
import type { HostFiles } from "./files.ts";

/** A port of a Fibre Channel adapter. */
export interface FibreChannelPort {
  /** The SCSI host that it is: "host5". */
  name: string;
  /** World wide node name, as the kernel prints it: "0x20000090fa1b2c3d". */
  wwnn?: string;
  /** World wide port name: what zones and LUN masks name. */
  wwpn?: string;
  /** Online, Linkdown, Offline … */
  state?: string;
  /** What was negotiated. */
  speedMbps?: number;
  /** The slowest first. */
  supportedSpeedsMbps?: number[];
  /** NPort, NLPort, LPort … */
  type?: string;
  /** The address that the fabric gave it: "0x010200". */
  portId?: string;
  /** The name of the fabric, which is its principal switch's. */
  fabricName?: string;
  /** The driver's words on model, firmware and driver. */
  symbolicName?: string;
  /** 0000:3b:00.0 */
  pciAddress?: string;
}

const FC_HOSTS = "/sys/class/fc_host";

/** Every port of the host's adapters (drivers/scsi/scsi_transport_fc.c), by the number of the SCSI host. */
export async function readFibreChannel(files: HostFiles): Promise<FibreChannelPort[] | undefined> {
  const hosts = (await files.entries(FC_HOSTS))?.map(({ name }) => name).sort(byName) ?? [];
  return nonEmpty(await eachDevice(hosts, (name) => readPort(files, name)));
}

async function readPort(files: HostFiles, name: string): Promise<FibreChannelPort> {
  const folder = `${FC_HOSTS}/${name}`;
  const line = (file: string) => files.line(`${folder}/${file}`);
  const [link, wwnn, wwpn, state, speed, supported, type, portId, fabricName, symbolicName] = await Promise.all([
    files.link(folder),
    line("node_name"),
    line("port_name"),
    line("port_state"),
    line("speed"),
    line("supported_speeds"),
    line("port_type"),
    line("port_id"),
    line("fabric_name"),
    line("symbolic_name"),
  ]);
  const supportedSpeeds = supported?.split(",").map((one) => megabits(one.trim())).filter((one) => one !== undefined);
  return prune<FibreChannelPort>({
    name,
    wwnn: worldWideName(wwnn),
    wwpn: worldWideName(wwpn),
    state: told(state),
    speedMbps: megabits(speed),
    supportedSpeedsMbps: nonEmpty((supportedSpeeds ?? []).sort((a, b) => a - b)),
    type: told(type?.replace(/ \(.*$/, "")),
    // 0 until the port has logged in to a fabric.
    portId: portId && /^0x0*[1-9a-f][0-9a-f]*$/i.test(portId) ? portId : undefined,
    fabricName: worldWideName(fabricName),
    symbolicName: told(symbolicName),
    pciAddress: link && nearestPciAddress(devicePath(link)),
  });
}

/** "0x10000090fa1b2c3d"; undefined for the kernel's words for none: all zeros or all ones. */
function worldWideName(text: string | undefined): string | undefined {
  return text && /^0x[0-9a-f]{1,16}$/i.test(text) && !/^0x(0+|f+)$/i.test(text) ? text.toLowerCase() : undefined;
}

/** "16 Gbit" gives 16000; undefined for "Unknown" and "Not Negotiated". */
function megabits(speed: string | undefined): number | undefined {
  const gigabits = /^(\d{1,4}) Gbit/.exec(speed ?? "")?.[1];
  return gigabits === undefined ? undefined : Number(gigabits) * 1000 || undefined;
}
