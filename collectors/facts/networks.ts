/** What leads to other machines besides Ethernet NICs: InfiniBand, Fibre Channel, iSCSI; the default routes. */
import type { FibreChannelPort } from "../tools/kernel/fibre_channel.ts";
import type { InfinibandPort } from "../tools/kernel/infiniband.ts";
import type { IscsiInitiator, IscsiSession } from "../tools/kernel/iscsi.ts";
import type { Route } from "../tools/kernel/routes.ts";
import type { Machine } from "./machine.ts";
import { asGiven, type ListOf, listOf, type Table } from "./table.ts";

export type { FibreChannelPort, InfinibandPort, IscsiInitiator, IscsiSession, Route };

const IB = "/sys/class/infiniband/{device}", PORT = `${IB}/ports/{port}`;

export const INFINIBAND: ListOf<Machine, InfinibandPort> = listOf(
  "every port of every RDMA device, by device and number",
  ({ kernel }) => kernel?.infiniband,
  asGiven<InfinibandPort, InfinibandPort>({
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
  asGiven<FibreChannelPort, FibreChannelPort>({
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

const INITIATOR: Table<IscsiInitiator, IscsiInitiator> = {
  ...asGiven<Omit<IscsiInitiator, "sessions">, Omit<IscsiInitiator, "sessions">>({
    name: "/sys/class/iscsi_host",
    initiatorName: [`${ISCSI}/initiatorname`, "/sys/class/iscsi_session/{sessions.name}/initiatorname"],
    driver: "/sys/class/scsi_host/{name}/proc_name",
    mac: `${ISCSI}/hwaddress`,
    address: `${ISCSI}/ipaddress`,
    interface: `${ISCSI}/netdev`,
  }),
  sessions: listOf(
    "its sessions, by number",
    ({ sessions }: IscsiInitiator) => sessions,
    asGiven<IscsiSession, IscsiSession>({
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
  asGiven<Route, Route>({
    family: ROUTE_FILES,
    destination: ROUTE_FILES,
    gateway: ROUTE_FILES,
    interface: ROUTE_FILES,
    metric: ROUTE_FILES,
  }),
);
