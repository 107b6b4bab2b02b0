/**
 * Two network namespaces with wires between them: lldpad's, and that of a switch whose part lldpd plays. Needs root and
 * the packages iproute2, lldpad and lldpd; leaves nothing behind.
 */
import { join } from "@std/path";
import { createLocalHost, type LocalHost } from "../../../../collectors/host/local.ts";
import { run, which } from "../../../node/command.ts";
import { withFolder, writeTool } from "../../host/support.ts";

export interface Lab {
  /** A host whose lldptool and lldpad run in the namespace, and whose /sys shows the NICs below. */
  host: LocalHost;
  /** The NICs, each with a wire to the switch: eth0, eth1 … */
  nics: string[];
  /** Makes the switch speak at these NICs from now on, every second; `settings` are lldpcli's, "swN" is its side. */
  speak(nics: string[], settings?: string[]): Promise<void>;
  /** What /sys says of a NIC's link: `flags` as netdevice(7) has them. */
  setLink(nic: string, link: { flags?: string; carrier?: string }): Promise<void>;
  /** Pulls the cable of a NIC, or plugs it in; /sys says so. */
  plug(nic: string, connected: boolean): Promise<void>;
  /** Runs a program in lldpad's namespace. */
  inside(program: string, ...args: string[]): Promise<string>;
  /** The processes in lldpad's namespace. */
  processes(): Promise<number[]>;
  /** Starts an lldpad that is not the agent's; it is ended with the lab. */
  startForeignLldpad(): Promise<number>;
}

/** Why this machine has no such lab; undefined where it has. */
export async function whyNoLab(): Promise<string | undefined> {
  for (const program of ["ip", "lldpad", "lldptool", "lldpd"]) {
    if (!await which(program)) return `${program} is not installed`;
  }
  const name = namespaceName();
  try {
    await run("ip", ["netns", "add", name]);
    await run("ip", ["netns", "exec", name, "sh", "-c", "mount -t tmpfs none /dev/shm"]);
    await run("ip", ["-n", name, "link", "add", "eth0", "type", "veth", "peer", "name", "sw0"]);
    return undefined;
  } catch (error) {
    return `no network namespace can be made: ${error instanceof Error ? error.message : error}`;
  } finally {
    await run("ip", ["netns", "del", name]).catch(() => {});
  }
}

function namespaceName(): string {
  return `hnl_mk-${crypto.randomUUID().slice(0, 8)}`;
}

/** Runs `test` in a new lab with that many NICs. */
export async function withLab(nicCount: number, test: (lab: Lab) => Promise<void>): Promise<void> {
  const own = namespaceName(), far = namespaceName();
  await withFolder(async (folder) => {
    try {
      await run("ip", ["netns", "add", own]);
      await run("ip", ["netns", "add", far]);
      const nics: string[] = [];
      for (let i = 0; i < nicCount; i++) {
        await run("ip", [
          "link",
          "add",
          `eth${i}`,
          "netns",
          own,
          "type",
          "veth",
          "peer",
          "name",
          `sw${i}`,
          "netns",
          far,
        ]);
        await run("ip", ["-n", own, "link", "set", `eth${i}`, "up"]);
        await run("ip", ["-n", far, "link", "set", `sw${i}`, "address", `52:54:00:0b:00:0${i}`, "up"]);
        nics.push(`eth${i}`);
      }
      await test(await labIn(folder, own, far, nics));
    } finally {
      for (const name of [own, far]) {
        for (const pid of await processesIn(name).catch(() => [])) Deno.kill(pid, "SIGKILL");
        await run("ip", ["netns", "del", name]).catch(() => {});
      }
    }
  });
}

async function labIn(folder: string, own: string, far: string, nics: string[]): Promise<Lab> {
  const [lldptool, lldpad, lldpd] = await Promise.all(["lldptool", "lldpad", "lldpd"].map(which));
  await Deno.mkdir(join(folder, "bin"));
  await writeTool(join(folder, "bin/lldptool"), `exec ip netns exec ${own} ${lldptool} "$@"`);
  // All of them on a machine share /dev/shm/lldpad.state, and refuse to run beside each other there.
  const ownMemory = `sh -c 'mount -t tmpfs none /dev/shm; exec ${lldpad} "$@"' lldpad`;
  await writeTool(join(folder, "bin/lldpad"), `exec ip netns exec ${own} ${ownMemory} "$@"`);
  for (const nic of nics) {
    await Deno.mkdir(join(folder, "sys/class/net", nic), { recursive: true });
    await Deno.symlink("../../../devices/pci0000:00", join(folder, "sys/class/net", nic, "device"));
  }
  const setLink: Lab["setLink"] = async (nic, { flags = "0x1003", carrier = "1" }) => {
    await Deno.writeTextFile(join(folder, "sys/class/net", nic, "flags"), `${flags}\n`);
    await Deno.writeTextFile(join(folder, "sys/class/net", nic, "carrier"), `${carrier}\n`);
  };
  for (const nic of nics) await setLink(nic, {});

  const path = `${join(folder, "bin")}:/usr/sbin:/usr/bin:/sbin:/bin`;
  const host = createLocalHost({ roots: { sys: join(folder, "sys") }, path });
  return {
    host: {
      ...host,
      // The kernel shows the sockets of whoever asks.
      read: async (name) =>
        name === "/proc/net/unix"
          ? { value: new TextEncoder().encode(await run("ip", ["netns", "exec", own, "cat", name])) }
          : await host.read(name),
    },
    nics,
    setLink,
    plug: async (nic, connected) => {
      await run("ip", ["-n", far, "link", "set", nic.replace("eth", "sw"), connected ? "up" : "down"]);
      await setLink(nic, { carrier: connected ? "1" : "0" });
    },
    inside: (program, ...args) => run("ip", ["netns", "exec", own, program, ...args]),
    processes: () => processesIn(own),
    speak: async (ports, settings = []) => {
      await Deno.mkdir("/run/lldpd", { recursive: true });
      // lldpd gives up root, and then reads its settings through its socket.
      await Deno.chmod(folder, 0o755);
      const config = join(folder, "lldpd.conf");
      await Deno.writeTextFile(config, ["configure lldp tx-interval 1", ...settings, ""].join("\n"));
      const sides = ports.map((nic) => nic.replace("eth", "sw")).join(",");
      background("ip", ["netns", "exec", far, lldpd!, "-d", "-u", join(folder, "lldpd.socket")], [
        ...["-O", config, "-I", sides, "-M", "4"],
      ]);
    },
    startForeignLldpad: async () => {
      background(join(folder, "bin/lldpad"), ["-p", "-f", "/dev/null"]);
      return await waitFor(async () => {
        const { code, stdout } = await new Deno.Command(join(folder, "bin/lldptool"), { args: ["-p"] }).output();
        return code === 0 ? Number(new TextDecoder().decode(stdout)) : undefined;
      });
    },
  };
}

/** Starts a program that ends when the processes of its namespace are ended. */
function background(program: string, args: string[], more: string[] = []): void {
  new Deno.Command(program, { args: [...args, ...more], stdin: "null", stdout: "null", stderr: "null" }).spawn()
    .unref();
}

async function processesIn(namespace: string): Promise<number[]> {
  return (await run("ip", ["netns", "pids", namespace])).split("\n").filter((line) => line !== "").map(Number);
}

/** Asks until there is an answer; throws after 10 s. */
export async function waitFor<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 100; i++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("waited for 10 s in vain");
}
