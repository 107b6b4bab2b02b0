/** The program under exactly the permissions that it is compiled with, in a place like a container. */
import { assert, assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { PERMISSIONS } from "../../.ci/permissions.ts";
import { PROXY_VARIABLES } from "../../checkin/proxy.ts";
import type { Ended } from "./project.ts";
import { type NodeOptions, program, runOnNode, TRIED, whyNoNode } from "./program.ts";

const why = await whyNoNode();
if (why !== undefined) console.log(`The permissions are not tested: ${why}`);
else console.log(`Tested: ${TRIED}`);

/** A configuration that is in order, at /tmp/mk_conf.yaml, with another key. */
function configured(line = ""): string {
  return `cat > /tmp/mk_conf.yaml <<'END'
mk_register_path: /hanlon/api/v1/node/register
mk_uri: https://127.0.0.1:8026
mk_checkin_interval: 60
mk_checkin_path: /hanlon/api/v1/node/checkin
mk_checkin_skew: 0
mk_log_level: Logger::ERROR
${line}
END
`;
}

const KEYS = `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=test -days 1 \
  -keyout /etc/hnl_mk/key.pem -out /etc/hnl_mk/cert.pem 2> /dev/null
printf secret > /etc/hnl_mk/token
mkdir /etc/elsewhere && cp /etc/hnl_mk/* /etc/elsewhere
`;

function onNode(args: readonly string[], options?: NodeOptions): Promise<Ended> {
  return runOnNode([...program(), ...args], options);
}

/** What Deno says where a permission is missing, and what the program makes of it. */
const LACKS = /NotCapable|run again with|this program lacks|--allow-/;

Deno.test({
  name: `${TRIED} collects all that it collects with every permission`,
  ignore: why !== undefined,
  async fn() {
    const scoped = await onNode(["--once", "--format", "json"]);
    assertEquals(scoped.code, 0, scoped.stderr);
    assertNotMatch(scoped.stdout + scoped.stderr, LACKS);
    const all = await runOnNode([...program(["--allow-all", "--no-prompt"]), "--once", "--format", "json"]);
    assertEquals(comparable(scoped), comparable(all));
  },
});

/** What two runs on one machine have in common. */
function comparable({ stdout }: Ended): unknown {
  const facts = JSON.parse(stdout);
  const statuses = Object.entries(facts.sources).map(([name, source]) => [name, (source as { status: string }).status]);
  // The compiled program has a version of its own.
  const { volatile: _volatile, collectedAt: _collectedAt, sources: _sources, agentVersion: _version, ...rest } = facts;
  return { statuses, rest };
}

Deno.test({
  name: `${TRIED} records below /tmp, and reads the recording`,
  ignore: why !== undefined,
  async fn() {
    const words = program().map((word) => `'${word}'`).join(" ");
    const script = `${words} --once --format json --record /tmp/new/recording > /tmp/live.json &&
      ${words} --once --format json --replay /tmp/new/recording > /tmp/replayed.json &&
      cat /tmp/live.json && echo --- && cat /tmp/replayed.json`;
    const { code, stdout, stderr } = await runOnNode(["sh", "-c", script]);
    assertEquals(code, 0, stderr);
    const [live, replayed] = stdout.split("---\n").map((text) => JSON.parse(text));
    for (const section of ["system", "cpu", "memory", "disks", "nics", "os"]) {
      assertEquals(replayed[section], live[section], section);
    }
  },
});

Deno.test({
  name: `${TRIED} explains which facts the configuration of this machine leaves out`,
  ignore: why !== undefined,
  async fn() {
    const explain = (setup: string) => onNode(["--explain", "memorysize"], { setup });
    const left = await explain(configured("mk_fact_excl_pattern: ^memorysize$"));
    assertEquals(left.code, 0, left.stderr);
    assertStringIncludes(left.stdout, "not sent: mk_fact_excl_pattern leaves it out");
    const without = await explain("rm -f /tmp/mk_conf.yaml\n");
    assertEquals([without.code, without.stderr, without.stdout.includes("not sent")], [0, "", false]);
    const broken = await explain("echo nonsense > /tmp/mk_conf.yaml\n");
    assertEquals([broken.code, broken.stdout], [0, without.stdout]);
    assertMatch(broken.stderr, /^hnl_mk: \/tmp\/mk_conf\.yaml: .*whether mk_fact_excl_pattern .* not known\n$/);
  },
});

/** A path option or key: what goes with it, a path inside the folders and one outside, and the code where it is inside. */
interface PathCase {
  name: string;
  args: (path: string) => string[];
  inside: string;
  outside: string;
  setup?: (path: string) => string;
  code?: number;
}

const once = (name: string) => (path: string) => ["--once", "--format", "json", `--${name}`, path];
const RECORDING = "mkdir -p /tmp/recording/proc /var/recording/proc\n";
const OPTIONS: PathCase[] = [
  { name: "--record", args: once("record"), inside: "/tmp/record", outside: "/var/tmp/record" },
  {
    name: "--replay",
    args: once("replay"),
    inside: "/tmp/recording",
    outside: "/var/recording",
    setup: () => RECORDING,
  },
  { name: "--proc", args: once("proc"), inside: "/host-proc", outside: "/proc" },
  { name: "--sys", args: once("sys"), inside: "/host-sys", outside: "/sys" },
  { name: "--dev", args: once("dev"), inside: "/host-dev", outside: "/dev" },
  {
    name: "--os-release",
    args: once("os-release"),
    inside: "/etc/hnl_mk/os-release",
    outside: "/etc/os-release",
    setup: () => "echo ID=test > /etc/hnl_mk/os-release\n",
  },
  {
    name: "--config",
    args: (path) => ["--check-config", "--config", path],
    inside: "/etc/hnl_mk/mk_conf.yaml",
    outside: "/root/mk_conf.yaml",
    setup: (path) => `${configured()}cp /tmp/mk_conf.yaml ${path}\n`,
  },
  // No daemon has written there.
  {
    name: "--state-dir",
    args: (path) => ["--status", "--state-dir", path],
    inside: "/tmp/state",
    outside: "/var/state",
    setup: (path) => `mkdir ${path}\n`,
    code: 4,
  },
];

const CERTIFICATE = "mk_client_cert_file: /etc/hnl_mk/cert.pem";
const KEY = "mk_client_key_file: /etc/hnl_mk/key.pem";
const key = (name: string, file: string, beside = ""): PathCase => ({
  name,
  args: () => ["--check-config"],
  inside: `/etc/hnl_mk/${file}`,
  outside: `/etc/elsewhere/${file}`,
  setup: (path) => KEYS + configured(`${name}: ${path}\n${beside}`),
});
const FILE_KEYS: PathCase[] = [
  key("mk_ca_file", "cert.pem"),
  key("mk_client_cert_file", "cert.pem", KEY),
  key("mk_client_key_file", "key.pem", CERTIFICATE),
  key("mk_token_file", "token"),
];

for (const [cases, refused] of [[OPTIONS, 2], [FILE_KEYS, 3]] as const) {
  for (const { name, args, inside, outside, setup = () => "", code: expected = 0 } of cases) {
    Deno.test({
      name: `${TRIED} takes ${name} inside its folders, and names them when it is outside`,
      ignore: why !== undefined,
      async fn() {
        const taken = await onNode(args(inside), { setup: setup(inside) });
        assertEquals(taken.code, expected, taken.stderr);
        const { code, stderr, stdout } = await onNode(args(outside), { setup: setup(outside) });
        assertEquals([code, stdout], [refused, ""], stderr);
        const lines = stderr.split("\n").filter((line) => line.includes(outside));
        assertEquals(lines.length, 1, stderr);
        assertMatch(lines[0]!, /: this program may (read|write) in (\/[a-z_/-]+, )*\/tmp\b.* only$/);
        assertStringIncludes(lines[0]!, name);
      },
    });
  }
}

/** What the program can do with a permission, and cannot without it. */
interface Need {
  /** The flag, and which of its values, or those below that folder; none: the flag has no values, or one. */
  flag: string;
  value?: string;
  /** More values that are needed for the same. */
  also?: readonly string[];
  args: readonly string[];
  setup?: string;
  /** What the program is started with. */
  through?: readonly string[];
  isDone: (ended: Ended) => boolean;
}

const COLLECT = ["--once", "--format", "json"];
const tool = (value: string, more: Partial<Need> = {}): Need => ({
  flag: "--allow-run",
  value,
  args: COLLECT,
  isDone: ({ stdout }) => /^(ok|skipped)$/.test(JSON.parse(stdout).sources[value].status),
  ...more,
});
const WITH_BMC = "mount -t tmpfs none /host-dev\nmknod /host-dev/ipmi0 c 10 200\n";
const WITH_TOKEN = KEYS + configured("mk_token_file: /etc/hnl_mk/token");
const isIpmitoolRun = ({ stdout }: Ended) => "version" in JSON.parse(stdout).sources.ipmitool;
const isFine = ({ code }: Ended) => code === 0;

const NEEDS: Need[] = [
  tool("dmidecode"),
  tool("lshw"),
  tool("lscpu"),
  tool("lldptool"),
  // There is a device for it, with nothing behind: it finds that out when it is run, and so its version is known.
  tool("ipmitool", { setup: WITH_BMC, isDone: isIpmitoolRun }),
  // Where it is started and then not heard of, that is a failure; where it is not there, none answers.
  tool("lldpad", {
    args: [...COLLECT, "--lldp", "1"],
    isDone: ({ stdout }) => !JSON.stringify(JSON.parse(stdout).sources.lldptool).includes("no lldpad answers"),
  }),
  {
    flag: "--allow-read",
    value: "/host-proc",
    args: COLLECT,
    isDone: ({ stdout }) => "cmdline" in (JSON.parse(stdout).os ?? {}),
  },
  {
    flag: "--allow-read",
    value: "/host-sys",
    args: COLLECT,
    isDone: ({ stdout }) => "interfaces" in JSON.parse(stdout),
  },
  // Where there is no device it is not even run; where that cannot be seen it is.
  {
    flag: "--allow-read",
    value: "/host-dev",
    args: COLLECT,
    setup: "mount -t tmpfs none /host-dev\nmkdir /host-dev/disk\n",
    isDone: (ended) => !isIpmitoolRun(ended),
  },
  { flag: "--allow-read", value: "/tmp", args: ["--check-config"], setup: WITH_TOKEN, isDone: isFine },
  { flag: "--allow-read", value: "/etc/hnl_mk", args: ["--check-config"], setup: WITH_TOKEN, isDone: isFine },
  { flag: "--allow-write", value: "/tmp", args: [...COLLECT, "--record", "/tmp/record"], isDone: isFine },
  {
    flag: "--allow-net",
    args: [...COLLECT, "--server", "http://127.0.0.1:8026"],
    isDone: ({ stderr }) => stderr.includes("cannot connect to 127.0.0.1:8026"),
  },
  // The image's PATH is the usual one; whoever has the tools elsewhere says so.
  tool("dmidecode", {
    flag: "--allow-env",
    value: "PATH",
    setup: "mkdir /opt/tools && cp $(command -v dmidecode) /opt/tools && rm $(command -v dmidecode)\n",
    through: ["env", "PATH=/opt/tools"],
    isDone: ({ stdout }) => JSON.parse(stdout).sources.dmidecode.status === "skipped",
  }),
  {
    flag: "--allow-env",
    value: "HTTP_PROXY",
    also: PROXY_VARIABLES.filter((name) => name !== "HTTP_PROXY"),
    args: [...COLLECT, "--server", "http://192.0.2.1:8026"],
    through: ["env", "HTTP_PROXY=http://127.0.0.1:4", "NO_PROXY=localhost"],
    isDone: ({ stderr }) => stderr.includes("(HTTP_PROXY=http://127.0.0.1:4, NO_PROXY=localhost)"),
  },
  {
    flag: "--allow-env",
    value: "TERM",
    args: ["--once"],
    through: ["sh", "-c", 'TERM=dumb exec script -qec "$*" /dev/null', "sh"],
    isDone: ({ stdout }) => stdout.includes("SYSTEM") && !stdout.includes("\x1b["),
  },
  {
    flag: "--allow-sys",
    value: "networkInterfaces",
    args: COLLECT,
    setup: "ip link set lo up\n",
    isDone: ({ stdout }) => stdout.includes('"127.0.0.1"'),
  },
  { flag: "--allow-sys", value: "uid", args: ["--check-config"], setup: WITH_TOKEN, isDone: isFine },
];

for (
  const [closed, line] of [
    [
      "/host-proc",
      "/proc cannot be read, only what the tools know is shown; for the rest: mount --bind /proc /host-proc",
    ],
    ["/host-sys", "/sys cannot be read, only what the tools know is shown; for the rest: mount --rbind /sys /host-sys"],
    [
      "/host-proc /host-sys",
      "/proc and /sys cannot be read, only what the tools know is shown; for the rest: " +
      "mount --bind /proc /host-proc and mount --rbind /sys /host-sys",
    ],
  ] as const
) {
  Deno.test({
    name: `${TRIED} says in one line what to mount where ${closed} is not there`,
    ignore: why !== undefined,
    async fn() {
      const { code, stdout, stderr } = await onNode(COLLECT, { setup: `umount -l ${closed}\n` });
      assertEquals([code, stderr], [0, `hnl_mk: the host's ${line}\n`]);
      assert(JSON.parse(stdout).cpu.logicalCpus > 0);
    },
  });
}

/** The files of /host-proc are tried together; tests/checkin/cli/permitted_test.ts says which of them are needed. */
function groupOf(value: string): string {
  return value.startsWith("/host-proc/") ? "/host-proc" : value;
}

Deno.test({
  name: "what is allowed leads to nothing else of another process's, and to no code from elsewhere",
  ignore: why !== undefined,
  async fn() {
    const paths = [
      "/host-proc/1/environ",
      "/host-proc/1/root/etc/shadow",
      "/host-proc/1/root/etc/os-release/../shadow",
      "/host-proc/1/net/../root/etc/shadow",
      "/host-proc/2/root/etc/shadow",
      "/host-proc/self/root/etc/shadow",
      "/host-proc/self/environ",
      "/host-proc/thread-self/root/etc/shadow",
      "/host-proc/kcore",
      "/host-proc/sys/net",
    ];
    const script = `
      const tried = {};
      const look = async (name, act) => tried[name] = await act().then(() => "done", (error) => error.name);
      for (const path of ${JSON.stringify(paths)}) await look(path, () => Deno.open(path));
      for (const path of ["/host-proc/version", "/host-proc/1/mountinfo"]) await look(path, () => Deno.open(path));
      await look("/host-proc/1/root/etc/os-release", () => Deno.open("/host-proc/1/root/etc/os-release"));
      await look("import", () => import("http://127.0.0.1:9/x.ts"));
      await look("ffi", async () => Deno.dlopen("libc.so.6", {}));
      console.log(JSON.stringify(tried));`;
    const words = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, "/tmp/script.js"];
    const { code, stdout, stderr } = await runOnNode(words, {
      setup: `cat > /tmp/script.js <<'END'\n${script}\nEND\n`,
    });
    assertEquals(code, 0, stderr);
    const { import: imported, ...tried } = JSON.parse(stdout);
    assertMatch(imported, /NotCapable|TypeError/);
    for (const path of [...paths, "ffi"]) assertEquals(tried[path], "NotCapable", path);
    assertEquals(tried["/host-proc/version"], "done");
    assertEquals(tried["/host-proc/1/mountinfo"], "done");
    // Deno lets it through; whether the kernel does is up to the machine.
    assert(tried["/host-proc/1/root/etc/os-release"] !== "NotCapable");
  },
});

/** The permissions without `value` of `flag`, or without all of it. */
function without({ flag, value, also = [] }: Need): string[] {
  return PERMISSIONS.flatMap((permission) => {
    const [name, values] = permission.split("=");
    if (name !== flag) return permission;
    const left = values?.split(",").filter((each) => groupOf(each) !== value && !also.includes(each)) ?? [];
    return left.length === 0 ? [] : `${flag}=${left.join(",")}`;
  });
}

Deno.test("the permissions are needed one by one, and each is tried", () => {
  const tried = NEEDS.flatMap(({ flag, value, also = [] }) =>
    value === undefined ? flag : [value, ...also].map((each) => `${flag}=${each}`)
  );
  const allowed = PERMISSIONS.filter((permission) => permission.startsWith("--allow")).flatMap((permission) => {
    const [name, values] = permission.split("=");
    return values?.split(",").map((value) => `${name}=${groupOf(value)}`) ?? [name!];
  });
  assertEquals(tried.toSorted(), [...new Set(allowed)].toSorted());
});

const attempt = ({ args, setup = "", through = [] }: Need, permissions: readonly string[]) =>
  runOnNode([...through, ...program(permissions), ...args], { setup });

/** The runs with every permission, of which several needs have the same. */
const allowedRuns = new Map<string, Promise<Ended>>();
function attemptAllowed(need: Need): Promise<Ended> {
  const key = JSON.stringify([need.args, need.setup, need.through]);
  const run = allowedRuns.get(key) ?? attempt(need, PERMISSIONS);
  allowedRuns.set(key, run);
  return run;
}

for (const need of NEEDS) {
  const { flag, value, isDone } = need;
  Deno.test({
    name: `main.ts needs ${flag}${value === undefined ? "" : `=${value}`}`,
    ignore: why !== undefined,
    async fn() {
      const allowed = await attemptAllowed(need);
      assert(isDone(allowed), `not even with it:\n${allowed.stdout}${allowed.stderr}`);
      const refused = await attempt(need, without(need));
      assert(
        refused.code !== 0 && refused.stdout === "" || !isDone(refused),
        `without it just as well:\n${refused.stdout}${refused.stderr}`,
      );
    },
  });
}
