/** The ports that lead to other machines besides Ethernet: InfiniBand, Fibre Channel. */
import type { Facts, InfinibandPort } from "../../facts/mod.ts";
import { columns } from "../layout.ts";
import { rateOf } from "../words.ts";
import type { View } from "./view.ts";

/** The ports of InfiniBand; those of RoCE are Ethernet's and stand among the NICs. */
export function infinibandPortLines({ infiniband = [] }: Facts, view: View): string[] {
  return portRows(infiniband.filter(({ linkLayer }) => linkLayer !== "Ethernet"), view);
}

/** Every port of an RDMA device. */
export function infinibandLines({ infiniband = [] }: Facts, view: View): string[] {
  return portRows(infiniband, view);
}

function portRows(ports: readonly InfinibandPort[], { width }: View): string[] {
  const rows = ports.map((port) => [
    port.name,
    port.linkLayer === "InfiniBand" ? undefined : port.linkLayer,
    port.state,
    port.rate,
    port.portGuid ?? port.nodeGuid,
    port.boardId,
    port.firmware,
  ]);
  return columns(["PORT", "LINK LAYER", "STATE", "RATE", "GUID", "BOARD", "FIRMWARE"], rows, [], width);
}

/** The ports of Fibre Channel adapters. */
export function fibreChannelLines({ fibreChannel = [] }: Facts, { width }: View): string[] {
  const rows = fibreChannel.map((port) => [
    port.name,
    port.state,
    rateOf(port.speedMbps, port.supportedSpeedsMbps?.at(-1)),
    port.wwpn,
    port.wwnn,
    port.symbolicName,
  ]);
  return columns(["PORT", "STATE", "SPEED", "WWPN", "WWNN", "ADAPTER"], rows, ["ADAPTER"], width);
}
