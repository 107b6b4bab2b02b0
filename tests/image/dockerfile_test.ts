/** What must hold of the Dockerfile, hadolint's rules among it, where hadolint is not to be had. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { runOnNode, whyNoNode } from "./program.ts";
import { tempFolder } from "../temp_folder.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const text = await Deno.readTextFile(join(ROOT, "Dockerfile"));

/** The instructions, their continued lines joined, without comments. */
const instructions = text.replaceAll(/^#.*\n/gm, "").replaceAll(/\\\n\s*/g, "").split("\n").filter((line) =>
  line !== ""
);

function all(name: string): string[] {
  return instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
}

Deno.test("the Dockerfile pins its base images, Deno as the tests do", async () => {
  assertEquals(all("FROM"), ["${ALPINE_IMAGE} AS tools", "${DENO_IMAGE} AS compile", "tools"]);
  const [deno, alpine] = all("ARG");
  const run = await Deno.readTextFile(join(ROOT, ".ci/run"));
  const version = /deno@(\d+\.\d+\.\d+)/.exec(run)?.[1];
  assertEquals(deno, `DENO_IMAGE=docker.io/denoland/deno:debian-${version}`);
  assertMatch(alpine!, /^ALPINE_IMAGE=docker\.io\/library\/alpine:\d+\.\d+$/);
});

Deno.test("the Dockerfile installs the tools and what they need, signed, and nothing else", () => {
  const installed = all("RUN").filter((line) => /\bapk [a-z]/.test(line));
  assertEquals(installed, [
    "apk add --no-cache bash ca-certificates dmidecode ipmitool lscpu lshw open-lldp ${EXTRA_PACKAGES}",
  ]);
});

Deno.test("the Dockerfile downloads nothing by itself", () => {
  assertEquals(all("ADD"), []);
  const downloads = /\b(curl|wget|git|npm|pip|apt-get)\b|https?:|--allow-untrusted/;
  assertEquals(instructions.filter((line) => downloads.test(line)), []);
});

Deno.test("the Dockerfile says where the tools are, and nothing about libraries in the environment", () => {
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  assertEquals(all("ENV"), [`PATH=${path}`, "DENO_TLS_CA_STORE=system"]);
});

Deno.test("the Dockerfile gives every label that the OCI image specification has for an image of its own", () => {
  const labels = [...all("LABEL")[0]!.matchAll(/org\.opencontainers\.image\.([a-z.]+)=/g)].map(([, name]) => name!);
  // Without the digest of the base image, which its builder alone knows.
  const own = ["authors", "base.name", "created", "description", "documentation", "licenses", "ref.name", "revision"];
  assertEquals(labels.toSorted(), [...own, "source", "title", "url", "vendor", "version"]);
});

/** What `ldd deno` prints on both, and where the files are to lie in the image. */
const LIBRARIES = {
  "x86-64": {
    ldd: ["libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x1)", "/lib64/ld-linux-x86-64.so.2 (0x2)"],
    files: ["lib/x86_64-linux-gnu/libc.so.6", "lib64/ld-linux-x86-64.so.2"],
  },
  ARM: {
    ldd: ["libc.so.6 => /lib/aarch64-linux-gnu/libc.so.6 (0x1)", "/lib/ld-linux-aarch64.so.1 (0x2)"],
    files: ["lib/aarch64-linux-gnu/libc.so.6", "lib/ld-linux-aarch64.so.1"],
  },
};
const why = await whyNoNode();
for (const [architecture, { ldd, files }] of Object.entries(LIBRARIES)) {
  Deno.test({
    name: `the Dockerfile takes the loader and the libraries of Deno along on ${architecture}`,
    ignore: why !== undefined,
    async fn() {
      const step = all("RUN").find((line) => line.includes("ldd "))!;
      const printed = ["linux-vdso.so.1 (0x0)", ...ldd].map((line) => `printf '\\t%s\\n' '${line}'`);
      const setup = [
        ...files.flatMap((file) => [`mkdir -p /${dirname(file)}`, `[ -e /${file} ] || echo library > /${file}`]),
        "mkdir -p /opt/bin && cp /bin/true /opt/bin/deno",
        `cat > /opt/bin/ldd <<'END'\n#!/bin/sh\n${printed.join("\n")}\nEND`,
        "chmod +x /opt/bin/ldd && PATH=/opt/bin:$PATH",
      ].join("\n");
      const script = `${step} && cd /glibc && find . -type f | sort && ls -d lib lib64`;
      const { code, stdout, stderr } = await runOnNode(["/bin/bash", "-o", "pipefail", "-c", script], { setup });
      assertEquals(code, 0, stderr);
      assertEquals(stdout.trim().split("\n"), [...files.map((file) => `./${file}`).toSorted(), "lib", "lib64"]);
    },
  });
}

Deno.test("the Dockerfile names no architecture", () => {
  assertEquals(instructions.filter((line) => /x86|amd64|arm64|aarch64/.test(line)), []);
});

Deno.test("the Dockerfile starts the program without a shell in between", () => {
  assertEquals(all("ENTRYPOINT"), ['["/usr/local/bin/hnl_mk"]']);
  assertEquals(all("CMD"), []);
});

Deno.test("the Dockerfile's health check is well until the time that the daemon wrote, and without one is not", async () => {
  const [options, command] = all("HEALTHCHECK")[0]!.split(" CMD ") as [string, string];
  assertMatch(options, /--interval=20s .*--retries=1$/);
  const folder = await tempFolder();
  const check = async (text?: string) => {
    if (text !== undefined) await Deno.writeTextFile(join(folder, "healthy_until"), text);
    const script = command.replaceAll("/tmp/", `${folder}/`);
    return (await new Deno.Command("sh", { args: ["-c", script], stderr: "null" }).output()).success;
  };
  const [uptime] = (await Deno.readTextFile("/proc/uptime")).split(".").map(Number);
  const seen = [];
  for (const text of [undefined, `${uptime! + 60}\n`, `${uptime! - 1}\n`, "", "soon\n"]) seen.push(await check(text));
  assertEquals(seen, [false, true, false, false, false]);
});

Deno.test("the Dockerfile fails when a part of a pipe fails, and names whole paths", () => {
  const shell = instructions.findIndex((line) => line === 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]');
  const piped = instructions.findIndex((line) => line.startsWith("RUN ") && line.includes(" | "));
  assert(shell >= 0 && shell < piped);
  for (const folder of all("WORKDIR")) assert(folder.startsWith("/"), folder);
});

Deno.test(".dockerignore lets in what the first stage compiles, and nothing of the tests", async () => {
  const rules = (await Deno.readTextFile(join(ROOT, ".dockerignore"))).split("\n").filter((line) => /^[^#]/.test(line));
  assertEquals(rules[0], "*");
  const letIn = rules.slice(1).map((line) => line.slice(1));
  for (const path of letIn) await Deno.stat(join(ROOT, path));
  assert(!letIn.some((path) => path.includes("test")));
});
