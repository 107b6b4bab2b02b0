/** A node: a machine that runs, with what it is connected to. */

import { type BmcSimulator, startBmc } from "./bmc.ts";
import { type Image } from "./image.ts";
import { startSwitch, type Switch } from "./lldp.ts";
import type { Machine } from "./machine.ts";
import { freePort } from "./ports.ts";
import { qemuArguments, qemuProgram } from "./qemu.ts";
import { startVm, type Vm } from "./vm.ts";

export interface Node extends AsyncDisposable {
  vm: Vm;
  bmc?: BmcSimulator;
  /** The switches by the name of the NIC that they are connected to. */
  switches: ReadonlyMap<string, Switch>;
  /** The folder that the node sees as /share. */
  share: string;
  /** Pulls the cable of a NIC, or plugs it in. */
  plug(nic: string, connected: boolean): Promise<void>;
  /** Runs a script in the node. See Shell.run. */
  run: Vm["shell"]["run"];
  stop(): Promise<void>;
}

export interface NodeOptions {
  image: Image;
  /** A folder of its own: the share, the sockets, and what the BMC knows. */
  folder: string;
  timeLimitMs: number;
  onLine?: (line: string) => void;
  console?: "stdout" | number;
  reboots?: boolean;
  /** Called before the machine is switched on, to fill the share. */
  prepare?: (share: string) => Promise<void>;
}

/** A boot takes 12 s, and 20 s on a busy machine. */
const BOOT_LIMIT_MS = 160_000;

/** Starts a machine and waits until it is up. Everything that it started is ended where that fails. */
export async function startNode(machine: Machine, options: NodeOptions): Promise<Node> {
  const { folder } = options;
  const share = `${folder}/share`;
  await Deno.mkdir(share, { recursive: true });
  await options.prepare?.(share);

  await using started = new AsyncDisposableStack();
  let bmc: BmcSimulator | undefined;
  if (machine.bmc) {
    await Deno.mkdir(`${folder}/bmc`);
    bmc = started.adopt(
      await startBmc(machine.bmc, `${folder}/bmc`, { vmPort: await freePort("tcp"), lanPort: await freePort("udp") }),
      (simulator) => simulator.stop(),
    );
  }
  const switches = new Map<string, Switch>();
  const switchPorts = new Map<string, { own: number; peer: number }>();
  for (const { name, wire } of machine.nics) {
    if (wire.kind !== "switch") continue;
    const ports = { own: await freePort("udp"), peer: await freePort("udp") };
    switchPorts.set(name, ports);
    switches.set(name, started.adopt(startSwitch(ports.own, wire.port), (port) => port.stop()));
  }
  const smbiosFiles: string[] = [];
  await Deno.mkdir(`${folder}/smbios`);
  for (const [index, bytes] of machine.smbios.entries()) {
    const file = `${folder}/smbios/${index}`;
    await Deno.writeFile(file, bytes);
    smbiosFiles.push(file);
  }

  const sockets = { monitorSocket: `${folder}/monitor`, shellSocket: `${folder}/shell` };
  const args = qemuArguments(machine, {
    ...{ image: options.image, share, smbiosFiles, ...sockets, console: options.console ?? "stdout", switchPorts },
    ...(bmc && { bmcPort: bmc.vmPort }),
    reboots: options.reboots ?? false,
  });
  const vm = started.use(await startVm(qemuProgram(machine), args, sockets, options));
  const plug = async (nic: string, connected: boolean) => {
    await vm.monitor.execute("set_link", { name: nic, up: connected });
  };
  for (const { name, wire } of machine.nics) if (wire.kind === "unplugged") await plug(name, false);
  const late = setTimeout(() => vm.stop(), BOOT_LIMIT_MS);
  await vm.shell.up(1).finally(() => clearTimeout(late));

  const everything = started.move();
  const stop = () => everything.disposeAsync();
  return {
    ...{ vm, switches, share, plug, run: vm.shell.run, stop, [Symbol.asyncDispose]: stop },
    ...(bmc && { bmc }),
  };
}
