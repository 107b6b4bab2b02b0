/** What leads to other machines besides Ethernet NICs: InfiniBand, Fibre Channel, iSCSI; the default routes. */
import type { KernelFibreChannelPort } from "../tools/kernel/fibre_channel.ts";
import type { KernelInfinibandPort } from "../tools/kernel/infiniband.ts";
import type { KernelIscsiInitiator, KernelIscsiSession } from "../tools/kernel/iscsi.ts";
import type { KernelRoute } from "../tools/kernel/routes.ts";
import type { Machine } from "./machine.ts";
import { asGiven, type ListOf, listOf, type Table } from "./table.ts";

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

/** An iSCSI initiator: a card's, or the kernel's own, which has one for each session. */
export interface IscsiInitiator {
  /** The SCSI host that it is: "host3". */
  name: string;
  /** "iqn.1993-08.org.debian:01:7d3f…": what targets know the machine by. */
  initiatorName?: string;
  /** The driver's name: iscsi_tcp, qla4xxx, bnx2i … */
  driver?: string;
  /** MAC address of the initiator. */
  mac?: string;
  /** IP address of the initiator. */
  address?: string;
  /** The network interface that it is bound to. */
  interface?: string;
  /** Sessions with targets. */
  sessions?: IscsiSession[];
}

/** A login at an iSCSI target. */
export interface IscsiSession {
  /** "session1" */
  name: string;
  /** Name of the target (IQN). */
  targetName?: string;
  /** LOGGED_IN, FAILED, FREE. */
  state?: string;
}

/** A default route. */
export interface Route {
  /** Version of IP. */
  family: "IPv4" | "IPv6";
  /** 0.0.0.0/0, ::/0 */
  destination: string;
  /** Omitted where the route has none, as on a point-to-point link. */
  gateway?: string;
  /** Interface that the route goes through. */
  interface: string;
  /** Of several the lowest is used. */
  metric: number;
}

const IB = "/sys/class/infiniband/{device}", PORT = `${IB}/ports/{port}`;

export const INFINIBAND: ListOf<Machine, InfinibandPort> = listOf(
  "every port of every RDMA device, by device and number",
  ({ kernel }) => kernel?.infiniband,
  asGiven<KernelInfinibandPort, InfinibandPort>({
    name: "/sys/class/infiniband",
    device: "/sys/class/infiniband",
    port: `${IB}/ports`,
    linkLayer: `${PORT}/link_layer`,
    nodeGuid: `${IB}/node_guid`,
    portGuid: `${PORT}/gids/0`,
    state: `${PORT}/state`,
    physicalState: `${PORT}/phys_state`,
    rate: `${PORT}/rate`,
    speedMbps: `${PORT}/rate`,
    lid: `${PORT}/lid`,
    boardId: `${IB}/board_id`,
    model: `${IB}/hca_type`,
    firmware: `${IB}/fw_ver`,
    pciAddress: IB,
  }),
);

const FC = "/sys/class/fc_host/{name}";

export const FIBRE_CHANNEL: ListOf<Machine, FibreChannelPort> = listOf(
  "every port of the Fibre Channel adapters, by SCSI host",
  ({ kernel }) => kernel?.fibreChannel,
  asGiven<KernelFibreChannelPort, FibreChannelPort>({
    name: "/sys/class/fc_host",
    wwnn: `${FC}/node_name`,
    wwpn: `${FC}/port_name`,
    state: `${FC}/port_state`,
    speedMbps: `${FC}/speed`,
    supportedSpeedsMbps: `${FC}/supported_speeds`,
    type: `${FC}/port_type`,
    portId: `${FC}/port_id`,
    fabricName: `${FC}/fabric_name`,
    symbolicName: `${FC}/symbolic_name`,
    pciAddress: FC,
  }),
);

const ISCSI = "/sys/class/iscsi_host/{name}", SESSION = "/sys/class/iscsi_session/{name}";

const INITIATOR: Table<KernelIscsiInitiator, IscsiInitiator> = {
  ...asGiven<Omit<KernelIscsiInitiator, "sessions">, Omit<IscsiInitiator, "sessions">>({
    name: "/sys/class/iscsi_host",
    initiatorName: [`${ISCSI}/initiatorname`, "/sys/class/iscsi_session/{sessions.name}/initiatorname"],
    driver: "/sys/class/scsi_host/{name}/proc_name",
    mac: `${ISCSI}/hwaddress`,
    address: `${ISCSI}/ipaddress`,
    interface: `${ISCSI}/netdev`,
  }),
  sessions: listOf(
    "its sessions, by number",
    ({ sessions }: KernelIscsiInitiator) => sessions,
    asGiven<KernelIscsiSession, IscsiSession>({
      name: "/sys/class/iscsi_session",
      targetName: `${SESSION}/targetname`,
      state: `${SESSION}/state`,
    }),
  ),
};

export const ISCSI_INITIATORS: ListOf<Machine, IscsiInitiator> = listOf(
  "every iSCSI initiator, by SCSI host",
  ({ kernel }) => kernel?.iscsi,
  INITIATOR,
);

const ROUTE_FILES = ["/proc/1/net/route", "/proc/1/net/ipv6_route", "/proc/net/route", "/proc/net/ipv6_route"];

export const ROUTES: ListOf<Machine, Route> = listOf(
  "the default routes of the host, those of IPv4 first, and of each family the preferred one",
  ({ kernel }) => kernel?.routes,
  asGiven<KernelRoute, Route>({
    family: ROUTE_FILES,
    destination: ROUTE_FILES,
    gateway: ROUTE_FILES,
    interface: ROUTE_FILES,
    metric: ROUTE_FILES,
  }),
);
