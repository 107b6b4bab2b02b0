/**
 * The Dockerfile, built for real from stand-ins for its base images, and containers of what comes of it. Needs root,
 * buildah and the programs that `whyNoStandIns` asks for; skipped with the reason where one is missing.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { BINARY } from "../program.ts";
import { CASES } from "./cases.ts";
import { buildImage, type Image, storageOf, waysHere, writeStorage } from "./containers.ts";
import { copyProject, must, run, VERSION } from "./project.ts";
import { ALPINE_RELEASE, whyNoStandIns, writeStandIns } from "./stand_ins.ts";

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
    try {
      const project = join(folder, "project");
      await Deno.mkdir(project);
      await copyProject(project);
      const standIns = await writeStandIns(join(folder, "contexts"), VERSION);
      const image = await buildImage(folder, project, standIns);

      await t.step("it says what it is, and how it is started and looked after", () => {
        const { Labels, Entrypoint, Healthcheck, Env } = image.config;
        assertEquals(Entrypoint, ["/usr/local/bin/hnl_mk"]);
        assertEquals([Healthcheck.Test[0], Healthcheck.Test.length], ["CMD-SHELL", 2]);
        assertStringIncludes(Healthcheck.Test[1]!, "/tmp/healthy_until");
        assertEquals(Env.filter((word) => word.startsWith("LD_")), []);
        assertEquals(Labels["org.opencontainers.image.title"], "hnl_mk");
        assertEquals(Labels["org.opencontainers.image.version"], VERSION);
        const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        assertEquals(Env.filter((word) => word.startsWith("PATH=")), [path]);
        const label = (name: string) => Labels[`org.opencontainers.image.${name}`];
        assertEquals(label("licenses"), "MIT");
        assertEquals(label("ref.name"), `hnl_mk:${VERSION}`);
        assertEquals(label("base.name"), "localhost/stand-in/alpine:1");
        for (const name of ["vendor", "authors", "description"]) assert(label(name), name);
        // What only git knows: this project is built without.
        for (const name of ["revision", "created", "source", "url", "documentation"]) {
          assertEquals(label(name), "", name);
        }
      });

      await t.step("it holds the program, its links, and glibc where its loader looks", async () => {
        const at = (path: string) => join(image.root, path);
        assertEquals(await Deno.readLink(at("usr/local/bin/hnl_mk_init.rb")), "hnl_mk");
        assertEquals(await Deno.readLink(at("usr/local/share/hnl_mk/sysroot/proc")), "/host-proc");
        assertEquals(await Deno.readLink(at("usr/local/share/hnl_mk/sysroot/sys")), "/host-sys");
        assert((await Deno.lstat(at("lib64/ld-linux-x86-64.so.2"))).isFile);
        const libraries = ["libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6", "libpthread.so.0", "librt.so.1"];
        for (const name of libraries) assert((await Deno.lstat(at(`lib/x86_64-linux-gnu/${name}`))).isFile, name);
        if (BINARY !== undefined) return;
        const program = await Deno.readTextFile(at("usr/local/bin/hnl_mk"));
        assert(program.includes(`VERSION = "${VERSION}"`), "the version is not what the image is tagged with");
      });

      await t.step("it holds a bill of what it consists of", async () => {
        const bill = JSON.parse(await Deno.readTextFile(join(image.root, "usr/local/share/hnl_mk/sbom.cdx.json")));
        assertEquals([bill.bomFormat, bill.metadata.component.version], ["CycloneDX", VERSION]);
        const found = bill.components.map(({ name, version }: Record<string, string>) => `${name} ${version}`);
        const tools = ["bash", "ca-certificates", "dmidecode", "ipmitool", "lscpu", "lshw", "open-lldp"];
        const expected = ["alpine", "hnl_mk", "deno", "deno-std", ...tools];
        assertEquals(found.map((each: string) => each.split(" ")[0]), expected);
        assertEquals([found[0], found[2]], [`alpine ${ALPINE_RELEASE}`, `deno ${Deno.version.deno}`]);
      });

      await t.step("image:save writes the file that a server imports", () => testSaved(image, project));

      for (const way of await waysHere(image, (why) => console.log(`Not tested: ${why}`))) {
        for (const { name, ways, check } of CASES) {
          if (ways?.includes(way) ?? true) await t.step(`${way.name}: ${name}`, () => check(way, image));
        }
      }
    } finally {
      await run("buildah", ["umount", "--all"], { env: storageOf(folder) });
      await Deno.remove(folder, { recursive: true });
    }
  },
);

async function testSaved(image: Image, project: string): Promise<void> {
  const told = await must(Deno.execPath(), ["task", "image:save"], { cwd: project, env: image.env });
  const sizes = told.trim().split("\n").slice(-5).map((line) =>
    line.replace(/\d+\.\d MB/g, "N MB").trim().split(/ {2,}/)
  );
  assertEquals(sizes, [
    [`${join(project, `dist/hnl_mk-${VERSION}.tar`)}: one image, hnl_mk:${VERSION}`],
    ["file", "N MB"],
    ["program", "N MB (N MB compressed)"],
    ["image without it", "N MB compressed"],
    [`a server boots none of the other versions known here before ${VERSION}`],
  ]);
  const left: string[] = [];
  for await (const { name } of Deno.readDir(join(project, "dist"))) left.push(name);
  assertEquals(left, [`hnl_mk-${VERSION}.tar`]);

  const folder = await Deno.makeTempDir();
  await must("tar", ["-xf", join(project, "dist", left[0]!), "-C", folder]);
  const [entry, ...others] = JSON.parse(await Deno.readTextFile(join(folder, "manifest.json")));
  assertEquals(others, []);
  assertEquals(entry.RepoTags, [`hnl_mk:${VERSION}`]);
  const repositories = JSON.parse(await Deno.readTextFile(join(folder, "repositories")));
  assertEquals(Object.entries(repositories).map(([name, tags]) => [name, Object.keys(tags as object)]), [
    ["hnl_mk", [VERSION]],
  ]);
  const { config } = JSON.parse(await Deno.readTextFile(join(folder, entry.Config)));
  assertEquals(config.Entrypoint, ["/usr/local/bin/hnl_mk"]);
  await Deno.remove(folder, { recursive: true });

  // As the node does it: what is loaded is one image.
  const elsewhere = await writeStorage(join(project, "loaded"));
  await must("buildah", ["pull", `docker-archive:${join(project, "dist", left[0]!)}`], { env: elsewhere });
  const ids = (await must("buildah", ["images", "--quiet"], { env: elsewhere })).trim().split("\n");
  assertEquals(ids.length, 1);
}
