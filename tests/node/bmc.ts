/** A service processor: OpenIPMI's ipmi_sim, set up to tell what a machine's description says. */

import { pause } from "../../collectors/host/pause.ts";
import { writeExecutable } from "../executable.ts";
import { startBound } from "./command.ts";
import { fruImage } from "./fru.ts";
import { linesOf } from "./lines.ts";
import type { MachineBmc } from "./machine.ts";

/** A running simulator. */
export interface BmcSimulator {
  /** The QEMU end: a TCP port on this machine. */
  vmPort: number;
  /** RMCP+ on this machine: ipmitool -I lanplus -C 3 -H 127.0.0.1 -p … -U root -P calvin. */
  lanPort: number;
  /** SIGSTOP: whoever asks it waits. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  stop(): Promise<void>;
}

/** One that cannot have its ports ends within some ten milliseconds. */
const ENDS_WITHIN_MS = 300;

/**
 * Starts the simulator with all its files in `folder`, which must be empty: it would keep what an earlier one knew.
 * Throws an Error where it ends at once.
 */
export async function startBmc(
  bmc: MachineBmc,
  folder: string,
  ports: { vmPort: number; lanPort: number },
): Promise<BmcSimulator> {
  await Deno.mkdir(`${folder}/state`, { recursive: true });
  await Deno.writeFile(`${folder}/fru.bin`, fruImage(bmc.fru));
  await writeExecutable(`${folder}/lancontrol`, lanControl(bmc));
  await Deno.writeTextFile(`${folder}/lan.conf`, lanConfig(folder, ports));
  await Deno.writeTextFile(`${folder}/bmc.emu`, commands(bmc, folder));
  const files = ["-c", `${folder}/lan.conf`, "-f", `${folder}/bmc.emu`, "-s", `${folder}/state`];
  const simulator = await startBound("ipmi_sim", ["-n", ...files]);
  const words: string[] = [];
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const line of linesOf(stream)) if (words.push(line) > 20) words.shift();
  };
  const ended = Promise.all([simulator.status, read(simulator.stdout), read(simulator.stderr)]);
  const end = await Promise.race([ended, pause(ENDS_WITHIN_MS)]);
  if (end) throw new Error(`ipmi_sim has ended at once, with exit code ${end[0].code}:\n${words.join("\n")}`);
  return {
    ...ports,
    freeze: () => simulator.kill("SIGSTOP"),
    thaw: () => simulator.kill("SIGCONT"),
    async stop() {
      try {
        simulator.kill("SIGKILL");
      } catch { /* it has ended by itself */ }
      await ended;
    },
  };
}

function lanConfig(folder: string, { vmPort, lanPort }: { vmPort: number; lanPort: number }): string {
  const levels = ["callback", "user", "operator", "admin"].map((level) =>
    `    allowed_auths_${level} none md2 md5 straight`
  );
  return `name "bmc"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 ${lanPort}
    priv_limit admin
${levels.join("\n")}
    guid a123456789abcdefa123456789abcdef
    lan_config_program "${folder}/lancontrol eth0"
  endlan
  serial 15 127.0.0.1 ${vmPort} codec VM
  user 1 true "" "test" user 10 none md2 md5 straight
  user 2 true "root" "calvin" admin 10 none md2 md5 straight
`;
}

/** What the simulator asks for the LAN parameters: `lancontrol eth0 get PARAMETER…`. */
function lanControl({ lan }: MachineBmc): string {
  const parameters = {
    ...{ ip_addr: lan.ip, ip_addr_src: lan.ipSource, mac_addr: lan.mac, subnet_mask: lan.netmask },
    ...{ default_gw_ip_addr: lan.gateway, default_gw_mac_addr: lan.gatewayMac },
    ...{ backup_gw_ip_addr: "0.0.0.0", backup_gw_mac_addr: "00:00:00:00:00:00" },
  };
  const cases = Object.entries(parameters).map(([name, value]) => `  ${name}) echo "${name}:${value}" ;;`);
  return `#!/bin/sh
[ "$2" = get ] || exit 0
shift 2
for parameter; do case $parameter in
${cases.join("\n")}
esac; done
`;
}

function commands({ facts, sensors }: MachineBmc, folder: string): string {
  const [major = 0, minor = "0"] = facts.firmware.split(".");
  const off = Array(4).fill("0".repeat(15)).join(" ");
  const numbers = (bytes: number[]) => bytes.map((byte) => `0x${byte.toString(16)}`).join(" ");
  return [
    "mc_setbmc 0x20",
    `mc_add 0x20 ${facts.deviceId} no-device-sdrs ${facts.deviceRevision} ${major} 0x${minor} 0xbf ` +
    `${facts.manufacturerId} ${facts.productId}`,
    "sel_enable 0x20 100 0x0a",
    `mc_add_fru_data 0x20 0 512 file 0 "${folder}/fru.bin"`,
    ...sensors.flatMap(({ name, celsius }, index) => [
      `sensor_add 0x20 0 ${index + 1} 1 1`,
      `sensor_set_event_support 0x20 0 ${index + 1} enable scanning per-state ${off}`,
      `sensor_set_value 0x20 0 ${index + 1} ${celsius} 0`,
      `main_sdr_add 0x20 ${numbers(temperatureRecord(index + 1, name))}`,
    ]),
    "mc_enable 0x20",
    "",
  ].join("\n");
}

/** A full sensor record (IPMI 2.0, 43.1) of a temperature in whole degrees. The simulator numbers the records. */
function temperatureRecord(number: number, name: string): number[] {
  const body = [
    ...[0x20, 0, number, 0x07, 0x01, 0x7f, 0x68, 0x01, 0x01], // owner, entity, what it can, temperature, thresholds
    ...[0x80, 0x0a, 0x80, 0x0a, 0x3f, 0x3f, 0x00, 0x01, 0x00], // masks, degrees Celsius
    ...[0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00], // linear: M = 1, B = 0
    ...[0x07, 0x16, 0x28, 0x0a, 0x7f, 0x80], // nominal reading, normal and possible range
    ...[0x34, 0x2f, 0x2a, 0x00, 0x02, 0x04, 0x01, 0x01, 0x00, 0x00, 0x00], // thresholds, hysteresis
    ...[0xc0 | name.length, ...new TextEncoder().encode(name)],
  ];
  return [0, 0, 0x51, 0x01, body.length, ...body];
}
