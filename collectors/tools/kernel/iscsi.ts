import { byName, nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { hardwareAddress } from "../../mac_address.ts";
import { eachDevice } from "../concurrency.ts";
import { devicePath } from "./device_path.ts";
import type { HostFiles } from "./files.ts";

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

const HOSTS = "/sys/class/iscsi_host", SESSIONS = "/sys/class/iscsi_session";

/** Every initiator with its sessions (drivers/scsi/scsi_transport_iscsi.c), by the number of the SCSI host. */
export async function readIscsi(files: HostFiles): Promise<IscsiInitiator[] | undefined> {
  const [hosts, sessions] = await Promise.all([files.entries(HOSTS), files.entries(SESSIONS)]);
  const logins = await eachDevice(sessions ?? [], async ({ name }) => {
    const [link, initiatorName, targetName, state] = await Promise.all([
      files.link(`${SESSIONS}/${name}`),
      ...["initiatorname", "targetname", "state"].map((file) => files.line(`${SESSIONS}/${name}/${file}`)),
    ]);
    const host = devicePath(link ?? "").find((step) => /^host\d+$/.test(step));
    return { host, initiatorName, session: prune({ name, targetName: known(targetName), state: told(state) }) };
  });
  const names = hosts?.map(({ name }) => name) ?? [];
  return nonEmpty(
    await eachDevice(names.sort(byName), async (name) => {
      const own = logins.filter(({ host }) => host === name);
      const [initiatorName, mac, address, netdev, driver] = await Promise.all([
        ...["initiatorname", "hwaddress", "ipaddress", "netdev"].map((file) => files.line(`${HOSTS}/${name}/${file}`)),
        files.line(`/sys/class/scsi_host/${name}/proc_name`),
      ]);
      return prune<IscsiInitiator>({
        name,
        initiatorName: known(initiatorName) ?? own.map(({ initiatorName }) => known(initiatorName)).find((one) => one),
        driver: told(driver),
        mac: hardwareAddress(mac),
        address: known(address),
        interface: known(netdev),
        sessions: nonEmpty(own.map(({ session }) => session).sort((a, b) => byName(a.name, b.name))),
      });
    }),
  );
}

/** Software initiators print "<NULL>" and "default" where nothing was set (iscsi_if.h). */
function known(text: string | undefined): string | undefined {
  return text === "<NULL>" || text === "default" || text === "" ? undefined : told(text);
}
