/**
 * A real Ironic (PyPI, version 39) on loopback for tests: API and conductor in one process, sqlite, hardware that is
 * fake, auto-discovery. tests/ironic/install.sh installs it, once, outside the tree.
 */
import { join } from "@std/path";
import { freePort } from "../node/ports.ts";

const CACHE = Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? "/root", ".cache");
const VENV = Deno.env.get("HNL_MK_IRONIC") ?? join(CACHE, "hnl_mk/ironic-39.0.0");

/** Why there is none; undefined where there is one. */
export function whyNoIronic(): string | undefined {
  try {
    Deno.statSync(join(VENV, "bin/ironic"));
  } catch {
    return `no Ironic in ${VENV}: sh tests/ironic/install.sh puts one there`;
  }
}

/** What the API says of a node, as far as tests ask. */
export interface IronicNode {
  uuid: string;
  provision_state: string;
  last_error: string | null;
  properties: Record<string, unknown>;
}

export interface IronicPort {
  address: string;
  pxe_enabled: boolean;
  local_link_connection: Record<string, string>;
}

export interface Ironic {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  /** A call of the API, with the version that knows inspection. Throws on a status other than 2xx. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  nodes(): Promise<IronicNode[]>;
  ports(node: string): Promise<IronicPort[]>;
  /** What was stored of the node's inspection, once it is there. */
  inventory(node: string): Promise<{ inventory: Record<string, unknown>; plugin_data: Record<string, unknown> }>;
  /** Waits until the node is in that state. */
  untilState(node: string, state: string): Promise<void>;
  /** Ends it, as an operator would; what it stored stays. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** What it logged. */
  log(): string;
}

const VERSION_HEADER = { "x-openstack-ironic-api-version": "1.84" };

/** Starts one with its data in `folder`, which is to be empty. Throws, with the end of its log, where it does not start. */
export async function startIronic(folder: string): Promise<Ironic> {
  const port = await freePort("tcp");
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, "ironic.conf");
  for (const name of ["state", "tmp", "lock"]) await Deno.mkdir(join(folder, name));
  await Deno.writeTextFile(config, configuration(folder, port));
  await layDatabase(folder, config);
  const run = createRun(folder, config, url);
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { "content-type": "application/json", ...VERSION_HEADER },
      signal: AbortSignal.timeout(120_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };
  const ironic: Ironic = {
    url,
    call,
    nodes: async () => (await call<{ nodes: IronicNode[] }>("GET", "/nodes/detail")).nodes,
    ports: async (node) => (await call<{ ports: IronicPort[] }>("GET", `/ports/detail?node=${node}`)).ports,
    inventory: (node) => eventually(() => call("GET", `/nodes/${node}/inventory`)),
    untilState: (node, state) =>
      eventually(async () => {
        const { provision_state, last_error } = await call<IronicNode>("GET", `/nodes/${node}`);
        if (provision_state !== state) throw new Error(`${node} is ${provision_state}, not ${state}: ${last_error}`);
      }),
    log: () => readOr(join(folder, "ironic.log"), ""),
    ...run,
  };
  await run.start();
  return ironic;
}

/** Tries until it does not throw, for two minutes. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  const endMs = Date.now() + 120_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function createRun(folder: string, config: string, url: string): Pick<Ironic, "start" | "stop"> {
  let process: Deno.ChildProcess | undefined;
  const answers = () =>
    fetch(`${url}/v1/`, { signal: AbortSignal.timeout(5_000) }).then(async (response) => {
      await response.body?.cancel();
      if (!response.ok) throw new Error(`${response.status}`);
    });
  return {
    async start() {
      process = new Deno.Command(join(VENV, "bin/ironic"), {
        args: ["--config-file", config],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      try {
        await eventually(answers);
      } catch {
        throw new Error(`Ironic does not answer:\n${readOr(join(folder, "ironic.log"), "").slice(-2000)}`);
      }
    },
    async stop() {
      if (!process) return;
      const { pid, status } = process;
      process = undefined;
      Deno.kill(pid, "SIGTERM");
      // It waits for its workers, some longer than a test would.
      const late = setTimeout(() => Deno.kill(pid, "SIGKILL"), 5_000);
      await status.finally(() => clearTimeout(late));
      // What it started has the port until it has noticed.
      await eventually(async () => {
        const isThere = await answers().then(() => true, () => false);
        if (isThere) throw new Error("Ironic still answers");
      });
    },
  };
}

/** The tables, made once (some 10 s) and kept beside the installation. */
async function layDatabase(folder: string, config: string): Promise<void> {
  const made = join(VENV, "empty.sqlite"), database = join(folder, "ironic.sqlite");
  if (readOr(made, undefined) === undefined) {
    const { success, stderr } = await new Deno.Command(join(VENV, "bin/ironic-dbsync"), {
      args: ["--config-file", config, "create_schema"],
      stdin: "null",
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr).slice(-2000));
    const part = await Deno.makeTempFile({ dir: VENV });
    await Deno.copyFile(database, part);
    await Deno.rename(part, made);
  } else await Deno.copyFile(made, database);
}

function readOr<T>(path: string, otherwise: T): string | T {
  try {
    return new TextDecoder("latin1").decode(Deno.readFileSync(path));
  } catch {
    return otherwise;
  }
}

/** No authentication, no network but loopback, every inspection hook that reads what the agent sends. */
function configuration(folder: string, port: number): string {
  return `[DEFAULT]
auth_strategy = noauth
rpc_transport = none
log_file = ${folder}/ironic.log
state_path = ${folder}/state
tempdir = ${folder}/tmp
host = localhost
my_ip = 127.0.0.1
enabled_hardware_types = fake-hardware
enabled_bios_interfaces = no-bios
enabled_boot_interfaces = fake
enabled_console_interfaces = no-console
enabled_deploy_interfaces = fake
enabled_firmware_interfaces = no-firmware
enabled_inspect_interfaces = agent
enabled_management_interfaces = fake
enabled_network_interfaces = noop
enabled_power_interfaces = fake
enabled_raid_interfaces = no-raid
enabled_rescue_interfaces = no-rescue
enabled_storage_interfaces = noop
enabled_vendor_interfaces = no-vendor
default_inspect_interface = agent
default_network_interface = noop
[api]
host_ip = 127.0.0.1
port = ${port}
[database]
connection = sqlite:///${folder}/ironic.sqlite
[auto_discovery]
enabled = True
driver = fake-hardware
[inspector]
hooks = $default_hooks,accelerators,boot-mode,cpu-capabilities,local-link-connection,memory,parse-lldp,pci-devices,root-device
add_ports = all
# Somebody else boots the node: so this agent runs on it.
require_managed_boot = False
[conductor]
automated_clean = false
force_power_state_during_sync = false
[oslo_concurrency]
lock_path = ${folder}/lock
[service_catalog]
endpoint_override = http://127.0.0.1:${port}
[inventory]
data_backend = database
`;
}
