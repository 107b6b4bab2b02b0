/** What containers of the image have to do: each case is tried in every way in which this machine runs them. */
import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { concat, entryPoint3, serverStructures } from "../collectors/tools/dmidecode/server.ts";
import { type HanlonServer, startHanlonServer } from "../hanlon_server.ts";
import { structure } from "../node/smbios.ts";
import { type Container, HOST_MOUNTS, type Image, podman, type StartOptions, type Way } from "./containers.ts";
import { must, VERSION } from "./project.ts";
import { slowness } from "../load.ts";
import { tempFolder } from "../temp_folder.ts";

export interface Case {
  name: string;
  /** Only in these. */
  ways?: readonly Way[];
  check: (way: Way, image: Image) => Promise<void>;
}

export const CASES: readonly Case[] = [
  { name: "the legacy line registers, --once runs beside it, SIGTERM ends it", check: testLegacyLine },
  { name: "a host that overrides the entrypoint is served too", check: testOverridden },
  { name: "no configuration ends it", check: testNeverEnds },
  { name: "without the host's mounts it says what is missing", check: testWithoutMounts },
  { name: "what the server commands reaches the host", check: testObeys },
  { name: "https is for those whom the image's certificates vouch for", check: testTrust },
  { name: "no LD_* variable reaches a tool", check: testEnvironment },
  { name: "it needs no privileges", ways: [podman], check: testUnprivileged },
];

const LEGACY_WORDS = ["/bin/bash", "-c", '/usr/local/bin/hnl_mk_init.rb && read -p "waiting..."'];
const UUID = "4C4C4544-0042-3510-8052-B5C04F524E32";

async function testLegacyLine(way: Way, image: Image): Promise<void> {
  await using node = await startNode(way, image, { words: LEGACY_WORDS });
  await node.registered;
  assertEquals(node.server.nodes.map(({ hwIds }) => hwIds), [[UUID]]);
  assertStringIncludes(await node.container.log(), `MK Loaded: v${VERSION}`);

  const once = await node.container.exec(["hnl_mk", "--once", "--format", "json"]);
  assertEquals(once.code, 0, once.stderr);
  const facts = JSON.parse(once.stdout);
  assertEquals(facts.identity.uuid, UUID.toLowerCase());
  assertEquals(facts.sources.lscpu.status, "ok");
  // Through /usr/local/share/hnl_mk/sysroot: otherwise there would be a note.
  assertEquals(facts.sources.lscpu.notes, undefined);
  assertEquals(node.server.nodes.length, 1);

  const tools = ["dmidecode", "lshw", "lscpu", "lldptool", "lldpad", "ipmitool", "hnl_mk", "hnl_mk_init.rb"];
  const shell = await node.container.exec([
    "/bin/bash",
    "-c",
    `for tool in ${tools.join(" ")}; do type -P $tool; done`,
  ]);
  assertEquals(shell.stdout.trim().split(/\s+/).map((path) => path.split("/").at(-1)), tools);

  const status = await node.container.exec(["/bin/sh", "-c", image.config.Healthcheck.Test[1]!]);
  assertEquals(status.code, 0, status.stdout);
  const stray = await node.container.exec(["hnl_mk", "/bin/bash", "-c", "echo hello"]);
  assertEquals([stray.code, stray.stdout], [2, ""]);

  const { code, ms } = await node.container.terminate();
  assertEquals(code, 0);
  assertLess(ms, 1000 * slowness());
}

async function testOverridden(way: Way, image: Image): Promise<void> {
  await using node = await startNode(way, image, {
    entrypoint: LEGACY_WORDS.slice(0, 1),
    words: LEGACY_WORDS.slice(1),
  });
  await node.registered;
  assertEquals(node.server.nodes.map(({ hwIds }) => hwIds), [[UUID]]);
}

async function testNeverEnds(way: Way, image: Image): Promise<void> {
  const texts = [undefined, "", "\0\u{1F4A5}: [", "mk_uri: nowhere\n", "mk_uri: http://127.0.0.1:1\n"];
  await Promise.all(texts.map(async (configuration) => {
    await using node = await startNode(way, image, { words: LEGACY_WORDS, configuration });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const told = `ended by the configuration ${JSON.stringify(configuration)}: ${await node.container.log()}`;
    assert(await node.container.isRunning(), told);
  }));
}

async function testWithoutMounts(way: Way, image: Image): Promise<void> {
  await using node = await startNode(way, image, { words: LEGACY_WORDS, binds: [], configuration: undefined });
  const { code, stdout, stderr } = await node.container.exec(["hnl_mk", "--once", "--format", "json"]);
  assertEquals(code, 0, stderr);
  const lines = stderr.trim().split("\n").filter((line) => line.includes("/host-proc"));
  assertEquals(lines.length, 1, stderr);
  assertStringIncludes(lines[0]!, "/host-sys");
  const { cpu, sources } = JSON.parse(stdout);
  assert(cpu.logicalCpus > 0);
  assertEquals(sources.lshw.status, "ok");
}

async function testEnvironment(way: Way, image: Image): Promise<void> {
  const script = join(await tempFolder(), "lscpu");
  await Deno.writeTextFile(script, "#!/bin/sh\nenv > /tmp/environment\nexit 1\n", { mode: 0o755 });
  await using node = await startNode(way, image, {
    words: LEGACY_WORDS,
    binds: [...HOST_MOUNTS, [script, "/bin/lscpu"]],
  });
  await node.registered;
  const environment = await Deno.readTextFile(join(node.tmp, "environment"));
  const names = environment.trim().split("\n").map((line) => line.split("=")[0]!);
  assert(names.includes("PATH"), environment);
  assertEquals(names.filter((name) => name.startsWith("LD_")), []);
}

async function testObeys(way: Way, image: Image): Promise<void> {
  await using node = await startNode(way, image, { words: LEGACY_WORDS });
  await node.registered;
  const channel = join(node.tmp, "cmd-channels/node-state-channel");
  await Deno.mkdir(dirname(channel));
  await must("mkfifo", [channel]);
  // As the host's script does it: one line is read.
  const line = must("head", ["-n", "1", channel]);
  node.server.settings.overrides.set(UUID, "reboot");
  const { code, stderr } = await node.container.exec(["hnl_mk", "--once", "--obey", "--format", "json"]);
  assertEquals(code, 0, stderr);
  assertEquals(await line, "reboot\n");
}

async function testTrust(way: Way, image: Image): Promise<void> {
  const { authority, cert, key } = await makeCertificates();
  const certificates = [authority, "/etc/ssl/certs/ca-certificates.crt"] as const;
  await using node = await startNode(way, image, {
    words: LEGACY_WORDS,
    binds: [...HOST_MOUNTS, certificates],
    tls: { cert, key },
  });
  await node.registered;
  assert(node.server.url.startsWith("https:"));
}

/** An authority (a file), and what it has signed for localhost (PEM). */
async function makeCertificates(): Promise<{ authority: string; cert: string; key: string }> {
  const cwd = await tempFolder();
  const openssl = (...args: string[]) => must("openssl", args, { cwd });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"];
  await openssl("req", "-x509", ...newKey, "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem");
  await openssl("req", ...newKey, "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "request.pem");
  await Deno.writeTextFile(join(cwd, "names"), "subjectAltName=DNS:localhost\n");
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1", "-extfile", "names"];
  await openssl("x509", "-req", "-in", "request.pem", ...signed, "-out", "cert.pem");
  const read = (name: string) => Deno.readTextFile(join(cwd, name));
  return { authority: join(cwd, "ca.pem"), cert: await read("cert.pem"), key: await read("key.pem") };
}

/** No capability, no device, nothing to write to but /tmp: all but LLDP and BMC is there, dmidecode's by a dump. */
async function testUnprivileged(way: Way, image: Image): Promise<void> {
  const tables = join(await tempFolder(), "firmware/dmi/tables");
  await Deno.mkdir(tables, { recursive: true });
  const table = concat([...serverStructures(), structure(127, 0xfeff, [])]);
  // As the kernel offers them.
  await Deno.writeFile(join(tables, "DMI"), table, { mode: 0o400 });
  await Deno.writeFile(join(tables, "smbios_entry_point"), entryPoint3(table.length), { mode: 0o400 });
  const sys = join(tables, "../../..");
  await using node = await startNode(way, image, {
    words: LEGACY_WORDS,
    privileges: ["--cap-drop=ALL", "--security-opt=no-new-privileges", "--read-only"],
    binds: [["/proc", "/host-proc"], [sys, "/host-sys"], ["/dev", "/host-dev"]],
  });
  await node.registered;
  const { code, stdout, stderr } = await node.container.exec(["hnl_mk", "--once", "--format", "json"]);
  assertEquals(code, 0, stderr);
  const facts = JSON.parse(stdout);
  assertEquals(facts.sources.dmidecode.notes[0], "dmidecode read a dump made of /sys/firmware/dmi/tables/DMI");
  assertEquals(facts.system.manufacturer, "Dell Inc.");
  assertEquals(facts.sources.lshw.status, "ok");
  assertEquals(facts.identity.uuid, UUID.toLowerCase());
}

/** A container with a server to register with. */
interface TestNode extends AsyncDisposable {
  container: Container;
  server: HanlonServer;
  /** The host's folder that is the container's /tmp. */
  tmp: string;
  /** Settles when the server has taken the first registration; fails after a while without one. */
  registered: Promise<void>;
}

/** What cloud-config lays down on a node, and a container started with it; `configuration` is the text of mk_conf.yaml. */
async function startNode(
  way: Way,
  image: Image,
  options: Omit<StartOptions, "tmp"> & { configuration?: string | undefined; tls?: { cert: string; key: string } },
): Promise<TestNode> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  const server = startHanlonServer({
    ...(options.tls ? { tls: options.tls } : {}),
    onExchange: ({ method, answer }) => method === "POST" && answer?.status === 201 && resolve(),
  });
  const tmp = await tempFolder();
  const configuration = "configuration" in options ? options.configuration : confOf(server);
  if (configuration !== undefined) await Deno.writeTextFile(join(tmp, "mk_conf.yaml"), configuration);
  await Deno.writeTextFile(join(tmp, "first_checkin.yaml"), "--- true\n");
  await Deno.writeTextFile(join(tmp, "mk-version.yaml"), `--- \nmk_version: ${VERSION}\n`);
  const cmdline = join(await tempFolder(), "cmdline");
  await Deno.writeTextFile(cmdline, `quiet smbios_uuid=${UUID}\n`);
  const binds = options.binds ?? HOST_MOUNTS;
  const withIdentity = binds.length === 0 ? binds : [...binds, [cmdline, "/host-proc/cmdline"] as const];
  const container = await way.start(image, { ...options, tmp, binds: withIdentity });
  const timer = setTimeout(
    async () => reject(new Error(`no registration; the log:\n${await container.log()}`)),
    20_000 * slowness(),
  );
  return {
    container,
    server,
    tmp,
    registered: promise.finally(() => clearTimeout(timer)),
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await container.remove();
      await server.shutdown();
    },
  };
}

function confOf({ paths }: HanlonServer): string {
  return `mk_register_path: ${paths.mk_register_path}
mk_uri: ${paths.mk_uri}
mk_checkin_interval: 60
mk_checkin_path: ${paths.mk_checkin_path}
mk_checkin_skew: 0
mk_fact_excl_pattern: (^facter.*$)|(^id$)|(^uptime.*$)
mk_log_level: Logger::ERROR
`;
}
