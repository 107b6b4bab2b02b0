import { byName, nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { hardwareAddress } from "../../mac_address.ts";
import { eachDevice } from "../concurrency.ts";
import { devicePath } from "./device_path.ts";
import type { HostFiles } from "./files.ts";

/** What the kernel knows of an iSCSI initiator, a card's or its own; fields as in the facts. */
export interface KernelIscsiInitiator {
  name: string;
  initiatorName?: string;
  driver?: string;
  mac?: string;
  address?: string;
  interface?: string;
  sessions?: KernelIscsiSession[];
}

/** A login at a target. */
export interface KernelIscsiSession {
  name: string;
  targetName?: string;
  state?: string;
}

const HOSTS = "/sys/class/iscsi_host", SESSIONS = "/sys/class/iscsi_session";

/** Every initiator with its sessions (drivers/scsi/scsi_transport_iscsi.c), by the number of the SCSI host. */
export async function readIscsi(files: HostFiles): Promise<KernelIscsiInitiator[] | undefined> {
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
      return prune<KernelIscsiInitiator>({
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
