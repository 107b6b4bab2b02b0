/**
 * The Dockerfile, built for real from stand-ins for its base images, and containers of what comes of it. Needs root,
 * buildah and the programs that `whyNoStandIns` asks for; skipped with the reason where one is missing.
 */
import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type HanlonServer, startHanlonServer } from "../hanlon_server.ts";
import {
  buildImage,
  type Container,
  HOST_MOUNTS,
  type Image,
  type StartOptions,
  type Way,
  waysHere,
} from "./containers.ts";
import { copyProject, must, run } from "./project.ts";
import { whyNoStandIns, writeStandIns } from "./stand_ins.ts";

const VERSION = "4.0.0";
const LEGACY_WORDS = ["/bin/bash", "-c", '/usr/local/bin/hnl_mk_init.rb && read -p "waiting..."'];
const UUID = "4C4C4544-0042-3510-8052-B5C04F524E32";

async function whySkipped(): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "only root can build and run it";
  const found = await run("buildah", ["version"]).catch(() => undefined);
  if (found?.code !== 0) return "buildah is not installed";
  return await whyNoStandIns();
}

const why = await whySkipped();
if (why !== undefined) console.log(`The image is not tested: ${why}`);

Deno.test(
  { name: "the image is built from the Dockerfile, and runs as a server starts it", ignore: why !== undefined },
  async (t) => {
    const folder = await Deno.makeTempDir({ prefix: "hnl_mk-image-" });
    const project = join(folder, "project");
    await Deno.mkdir(project);
    await copyProject(project);
    const contexts = await writeStandIns(join(folder, "contexts"), VERSION);
    const image = await buildImage(folder, project, contexts);
    try {
      await t.step("it says what it is, and how it is started and looked after", () => {
        const { Labels, Entrypoint, Healthcheck, Env } = image.config;
        assertEquals(Entrypoint, ["/usr/local/bin/hnl_mk"]);
        assertEquals(Healthcheck.Test, ["CMD", "/usr/local/bin/hnl_mk", "--status"]);
        assertEquals(Env.filter((word) => word.startsWith("LD_")), []);
        assertEquals(Labels["org.opencontainers.image.title"], "hnl_mk");
        assertEquals(Labels["org.opencontainers.image.version"], VERSION);
        assertEquals(Labels["org.opencontainers.image.licenses"], "MIT");
        for (const name of ["revision", "source"]) assert(`org.opencontainers.image.${name}` in Labels, name);
      });

      await t.step("it holds the program, its links, and glibc where its loader looks", async () => {
        const at = (path: string) => join(image.root, path);
        assertEquals(await Deno.readLink(at("usr/local/bin/hnl_mk_init.rb")), "hnl_mk");
        assertEquals(await Deno.readLink(at("usr/local/share/hnl_mk/sysroot/proc")), "/host-proc");
        assertEquals(await Deno.readLink(at("usr/local/share/hnl_mk/sysroot/sys")), "/host-sys");
        assert((await Deno.lstat(at("lib64/ld-linux-x86-64.so.2"))).isFile);
        const libraries = ["libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6", "libpthread.so.0", "librt.so.1"];
        for (const name of libraries) assert((await Deno.lstat(at(`lib/x86_64-linux-gnu/${name}`))).isFile, name);
        assertEquals(
          await Deno.readTextFile(at("usr/local/bin/hnl_mk")).then((text) => text.includes(`VERSION = "${VERSION}"`)),
          true,
        );
      });

      await t.step(
        "image:save writes the file that a server imports",
        () => testSaved(image, project),
      );

      for (
        const way of await waysHere(image, (why) => console.log(`Not tested: ${why}`))
      ) {
        await t.step(
          `${way.name}: the legacy line registers, --once runs beside it, SIGTERM ends it`,
          () => testLegacyLine(way, image),
        );
        await t.step(
          `${way.name}: a host that overrides the entrypoint is served too`,
          () => testOverridden(way, image),
        );
        await t.step(`${way.name}: no configuration ends it`, () => testNeverEnds(way, image));
        await t.step(
          `${way.name}: without the host's mounts it says what is missing`,
          () => testWithoutMounts(way, image),
        );
        await t.step(`${way.name}: no LD_* variable reaches a tool`, () => testEnvironment(way, image));
      }
    } finally {
      await run("buildah", ["umount", "--all"], { env: image.env });
      await Deno.remove(folder, { recursive: true });
    }
  },
);

async function testSaved(image: Image, project: string): Promise<void> {
  const told = await must(Deno.execPath(), ["task", "image:save"], { cwd: project, env: image.env });
  const sizes = told.trim().split("\n").slice(-4).map((line) =>
    line.replace(/\d+\.\d MB/g, "N MB").trim().split(/ {2,}/)
  );
  assertEquals(sizes, [
    [`${join(project, `dist/hnl_mk-${VERSION}.tar`)}: one image, localhost/hnl_mk:${VERSION}`],
    ["file", "N MB"],
    ["program", "N MB (N MB compressed)"],
    ["image without it", "N MB compressed"],
  ]);
  const left: string[] = [];
  for await (const { name } of Deno.readDir(join(project, "dist"))) left.push(name);
  assertEquals(left, [`hnl_mk-${VERSION}.tar`]);

  const folder = await Deno.makeTempDir();
  await must("tar", ["-xf", join(project, "dist", left[0]!), "-C", folder]);
  const [entry, ...others] = JSON.parse(await Deno.readTextFile(join(folder, "manifest.json")));
  assertEquals(others, []);
  assertEquals(entry.RepoTags, [`localhost/hnl_mk:${VERSION}`]);
  const repositories = JSON.parse(await Deno.readTextFile(join(folder, "repositories")));
  assertEquals(Object.entries(repositories).map(([name, tags]) => [name, Object.keys(tags as object)]), [
    ["localhost/hnl_mk", [VERSION]],
  ]);
  const { config } = JSON.parse(await Deno.readTextFile(join(folder, entry.Config)));
  assertEquals(config.Entrypoint, ["/usr/local/bin/hnl_mk"]);
  await Deno.remove(folder, { recursive: true });
}

async function testLegacyLine(way: Way, image: Image): Promise<void> {
  await using node = await startNode(way, image, { words: LEGACY_WORDS });
  await node.registered;
  assertEquals(node.server.nodes.map(({ hwIds }) => hwIds), [[UUID]]);
  assertMatch(await node.container.log(), /MK Loaded: v4\.0\.0\b/);

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

  const status = await node.container.exec(image.config.Healthcheck.Test.slice(1));
  assertEquals(status.code, 0, status.stdout);
  const stray = await node.container.exec(["hnl_mk", "/bin/bash", "-c", "echo hello"]);
  assertEquals([stray.code, stray.stdout], [2, ""]);

  const { code, ms } = await node.container.terminate();
  assertEquals(code, 0);
  assertLess(ms, 1500, "a second, and what it takes to ask for it");
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
  for (const text of [undefined, "", "\0\u{1F4A5}: [", "mk_uri: nowhere\n", "mk_uri: http://127.0.0.1:1\n"]) {
    await using node = await startNode(way, image, { words: LEGACY_WORDS, configuration: text });
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert(
      await node.container.isRunning(),
      `ended by the configuration ${JSON.stringify(text)}: ${await node.container.log()}`,
    );
  }
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
  const script = join(await Deno.makeTempDir(), "lscpu");
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
  options: Omit<StartOptions, "tmp"> & { configuration?: string | undefined },
): Promise<TestNode> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  const server = startHanlonServer({
    onExchange: ({ method, answer }) => method === "POST" && answer?.status === 201 && resolve(),
  });
  const tmp = await Deno.makeTempDir();
  const configuration = "configuration" in options ? options.configuration : confOf(server);
  if (configuration !== undefined) await Deno.writeTextFile(join(tmp, "mk_conf.yaml"), configuration);
  await Deno.writeTextFile(join(tmp, "first_checkin.yaml"), "--- true\n");
  await Deno.writeTextFile(join(tmp, "mk-version.yaml"), `--- \nmk_version: ${VERSION}\n`);
  const cmdline = join(await Deno.makeTempDir(), "cmdline");
  await Deno.writeTextFile(cmdline, `quiet smbios_uuid=${UUID}\n`);
  const binds = options.binds ?? HOST_MOUNTS;
  const withIdentity = binds.length === 0 ? binds : [...binds, [cmdline, "/host-proc/cmdline"] as const];
  const container = await way.start(image, { ...options, tmp, binds: withIdentity });
  const timer = setTimeout(
    async () => reject(new Error(`no registration; the log:\n${await container.log()}`)),
    20_000,
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
      await Deno.remove(tmp, { recursive: true });
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
