import { byName, nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { eachDevice } from "../concurrency.ts";
import { devicePath, nearestPciAddress } from "./device_path.ts";
import type { HostFiles } from "./files.ts";

/** What the kernel knows of a Fibre Channel port; fields as in the facts. */
export interface KernelFibreChannelPort {
  name: string;
  wwnn?: string;
  wwpn?: string;
  state?: string;
  speedMbps?: number;
  supportedSpeedsMbps?: number[];
  type?: string;
  portId?: string;
  fabricName?: string;
  symbolicName?: string;
  pciAddress?: string;
}

const FC_HOSTS = "/sys/class/fc_host";

/** Every port of the host's adapters (drivers/scsi/scsi_transport_fc.c), by the number of the SCSI host. */
export async function readFibreChannel(files: HostFiles): Promise<KernelFibreChannelPort[] | undefined> {
  const hosts = (await files.entries(FC_HOSTS))?.map(({ name }) => name).sort(byName) ?? [];
  return nonEmpty(await eachDevice(hosts, (name) => readPort(files, name)));
}

async function readPort(files: HostFiles, name: string): Promise<KernelFibreChannelPort> {
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
  return prune<KernelFibreChannelPort>({
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
