/** The ways in which a test runs the image: podman with runc, and a chroot in namespaces of its own. */
import { join } from "@std/path";
import { BINARY } from "../program.ts";
import { type Ended, exists, must, run, VERSION } from "./project.ts";
import { slowness } from "../load.ts";
import { OWN, type StandIns } from "./stand_ins.ts";

/** The image, unpacked, and what it says of itself. */
export interface Image {
  name: string;
  /** The folder that it is mounted at. */
  root: string;
  config: ImageConfig;
  /** The folder that belongs at the stand-ins' `OWN`. */
  own: string;
  /** The environment of the builder: where it keeps its images. */
  env: Record<string, string>;
}

export interface ImageConfig {
  Entrypoint: string[];
  Env: string[];
  Labels: Record<string, string>;
  Healthcheck: { Test: string[]; Interval: number; Timeout: number; StartPeriod: number };
}

export interface StartOptions {
  /** The folder that becomes /tmp. */
  tmp: string;
  /** The words behind the image's name; with `entrypoint` []: the whole command line. */
  words: readonly string[];
  /** Instead of the image's own. */
  entrypoint?: readonly string[];
  /** What is bound where, beside /tmp; default: the host's mounts of the legacy line. */
  binds?: readonly (readonly [from: string, to: string])[];
  /** The engine's options instead of the legacy line's --privileged=true. */
  privileges?: readonly string[];
}

/** A container that runs. */
export interface Container {
  exec(words: readonly string[]): Promise<Ended>;
  log(): Promise<string>;
  isRunning(): Promise<boolean>;
  /** SIGTERM to its first process; gives its exit code, and how long it took. */
  terminate(): Promise<{ code: number; ms: number }>;
  remove(): Promise<void>;
}

/** A way to run containers. */
export interface Way {
  name: string;
  start(image: Image, options: StartOptions): Promise<Container>;
}

export const HOST_MOUNTS = [["/proc", "/host-proc"], ["/sys", "/host-sys"], ["/dev", "/host-dev"]] as const;

/** The server's own command line, but for limits that some machines do not let podman raise. */
export const podman: Way = {
  name: "podman with runc",
  async start(
    { name: image, own, env },
    { tmp, words, entrypoint, binds = HOST_MOUNTS, privileges = ["--privileged=true"] },
  ) {
    const name = `hnl_mk-${crypto.randomUUID()}`;
    const podman = (...args: string[]) =>
      run("podman", ["--runtime", "runc", "--cgroup-manager", "cgroupfs", ...args], { env });
    const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];
    const volumes = [...binds, [own, OWN]].flatMap(([from, to]) => ["-v", `${from}:${to}:ro`]);
    const instead = entrypoint ? ["--entrypoint", JSON.stringify(entrypoint)] : [];
    const options = [
      ...privileges,
      `--name=${name}`,
      ...volumes,
      "-v",
      `${tmp}:/tmp`,
      "-d",
      "--net",
      "host",
      "-t",
    ];
    const started = await podman("run", ...limits, ...instead, ...options, image, ...words);
    if (started.code !== 0) throw new Error(`podman run: ${started.stderr}`);
    return {
      exec: (words) => podman("exec", name, ...words),
      log: async () => (await podman("logs", name)).stdout,
      isRunning: async () => (await podman("inspect", "--format", "{{.State.Running}}", name)).stdout.trim() === "true",
      async terminate() {
        const pid = Number((await podman("inspect", "--format", "{{.State.Pid}}", name)).stdout);
        const began = performance.now();
        // As `podman kill` does, which takes a second by itself on a busy machine.
        Deno.kill(pid, "SIGTERM");
        await until(async () => !await exists(`/proc/${pid}`), `${pid} does not end`);
        const ms = performance.now() - began;
        const { stdout } = await podman("wait", "--interval", "50ms", name);
        return { code: Number(stdout), ms };
      },
      remove: async () => void await podman("rm", "--force", "--time", "0", name),
    };
  },
};

/** No engine: a private mount namespace, a chroot, and process 1 of a private process namespace. */
const chroot: Way = {
  name: "chroot in namespaces",
  async start({ root, own, config }, { tmp, words, entrypoint = config.Entrypoint, binds = HOST_MOUNTS }) {
    // What an engine provides besides: the names of the machine itself.
    const provided = [[tmp, "/tmp"], ["/dev", "/dev"], ["/sys", "/sys"], ["/etc/hosts", "/etc/hosts"]] as const;
    const mounts = [...provided, [own, OWN], ...binds] as const;
    const script = [
      "set -e",
      ...mounts.flatMap(([from, to]) => [
        `[ -e '${root}${to}' ] || if [ -d '${from}' ]; then mkdir -p '${root}${to}'; else : > '${root}${to}'; fi`,
        `mount --rbind '${from}' '${root}${to}'`,
      ]),
      `mount -t proc proc '${root}/proc'`,
      `exec chroot '${root}' "$@" 2>&1`,
    ].join("\n");
    const environment = ["env", "-i", ...config.Env];
    const child = new Deno.Command("unshare", {
      args: ["-m", "-p", "-f", "--kill-child", "sh", "-c", script, "sh", ...entrypoint, ...words],
      clearEnv: true,
      env: Object.fromEntries(
        config.Env.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]),
      ),
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let log = "";
    const reading = (async () => {
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) log += text;
    })();
    let ended: number | undefined;
    const status = child.status.then(({ code }) => ended = code);
    const first = await firstChild(child.pid);
    // The mounts are made and the root is changed before the image's program begins.
    await until(() => exists(`/proc/${first}/root/usr/local/share/hnl_mk/sysroot`), "the root was not changed");
    return {
      exec: (words) => run("nsenter", ["-t", `${first}`, "-m", "-p", "-r", "-w", ...environment, ...words]),
      log: () => Promise.resolve(log),
      isRunning: () => Promise.resolve(ended === undefined),
      async terminate() {
        const began = performance.now();
        Deno.kill(first, "SIGTERM");
        const code = await status;
        return { code, ms: performance.now() - began };
      },
      async remove() {
        if (ended === undefined) child.kill("SIGKILL");
        await Promise.all([status, reading]);
      },
    };
  },
};

/** The process that `unshare` has forked: the first of the new namespace. */
async function firstChild(parent: number): Promise<number> {
  let pid = 0;
  await until(async () => {
    pid = Number((await Deno.readTextFile(`/proc/${parent}/task/${parent}/children`)).trim());
    return pid > 0;
  }, "unshare has started nothing");
  return pid;
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (let i = 0; i < 250 * slowness(); i++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(otherwise);
}

/** Those of the two ways that this machine allows; why one does not work goes to `skipped`. */
export async function waysHere(image: Image, skipped: (why: string) => void): Promise<Way[]> {
  const ways: Way[] = [];
  for (const way of [podman, chroot]) {
    const tmp = await Deno.makeTempDir();
    try {
      const container = await way.start(image, { tmp, words: ["-c", "sleep 60"], entrypoint: ["/bin/bash"] });
      await new Promise((resolve) => setTimeout(resolve, 200));
      const { code, stderr } = await container.exec(["/bin/bash", "-c", "true"]);
      await container.remove();
      if (code !== 0) throw new Error(stderr);
      ways.push(way);
    } catch (error) {
      skipped(`${way.name}: ${(error as Error).message.trim().split("\n").at(-1)}`);
    } finally {
      await Deno.remove(tmp, { recursive: true }).catch(() => {});
    }
  }
  return ways;
}

/** The environment in which buildah and podman keep their images below `folder`. */
export function storageOf(folder: string): Record<string, string> {
  return { CONTAINERS_STORAGE_CONF: join(folder, "storage.conf"), BUILDER: "buildah" };
}

/** Makes `folder` a store for images; gives the environment that leads there. */
export async function writeStorage(folder: string): Promise<Record<string, string>> {
  const env = storageOf(folder);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(
    env["CONTAINERS_STORAGE_CONF"]!,
    `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/images"\nrunroot = "${folder}/run"\n`,
  );
  return env;
}

/**
 * Builds the image by the project's own task from stand-ins for its base images, in a store of its own. The program in it
 * is a stand-in, too, but where HNL_MK_BIN names a real one.
 */
export async function buildImage(
  folder: string,
  project: string,
  { contexts, own }: StandIns,
): Promise<Image> {
  const env = await writeStorage(folder);
  const build = ["--isolation", "chroot", "--pull-never", "--volume", `${own}:${OWN}:ro`];
  const bases: string[] = [];
  for (const [name, context] of Object.entries(contexts)) {
    const image = `localhost/stand-in/${name}:1`;
    await must("buildah", ["build", ...build, "--tag", image, context], { env });
    bases.push("--build-arg", `${name.toUpperCase()}_IMAGE=${image}`);
  }
  await must(Deno.execPath(), ["task", "image", ...build, ...bases], { cwd: project, env });
  const name = `localhost/hnl_mk:${VERSION}`;
  const container = (await must("buildah", ["from", "--pull-never", name], { env })).trim();
  if (BINARY !== undefined) {
    await must("buildah", ["copy", "--chmod", "755", container, BINARY, "/usr/local/bin/hnl_mk"], { env });
    await must("buildah", ["commit", "--format", "docker", container, name], { env });
  }
  const root = (await must("buildah", ["mount", container], { env })).trim();
  const inspected = JSON.parse(await must("buildah", ["inspect", "--type", "image", name], { env }));
  return { name, root, config: inspected.Docker.config, own, env };
}
