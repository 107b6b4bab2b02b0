/** The programs that build images: docker, or where there is none podman or buildah. */

/** What each is told; `image` is a name with a tag. */
export interface Builder {
  name: string;
  /** Ends with 0 where it could build: docker is often installed without the daemon that does its work. */
  probe: readonly string[];
  /** The Dockerfile of the working folder. The healthcheck is only kept in Docker's own format. */
  build: readonly string[];
  /** Writes `image` to an archive, in whatever layout. */
  save(image: string, file: string): string[];
}

/** In the order in which they are tried. */
export const BUILDERS: readonly Builder[] = [
  {
    name: "docker",
    probe: ["version"],
    build: ["build"],
    save: (image, file) => ["save", "--output", file, image],
  },
  {
    name: "podman",
    probe: ["version"],
    build: ["build", "--format", "docker"],
    save: (image, file) => ["save", "--format", "docker-archive", "--output", file, image],
  },
  {
    name: "buildah",
    probe: ["version"],
    build: ["build", "--format", "docker"],
    save: (image, file) => ["push", image, `docker-archive:${file}:${image}`],
  },
];

/** The tags of the images named `name` that `builder` has; none where it cannot say. */
export async function tagsOf(builder: Builder, name: string): Promise<string[]> {
  const args = ["images", "--format", "{{.Tag}}", name];
  const { success, stdout } = await new Deno.Command(builder.name, { args, stdin: "null", stderr: "null" }).output();
  return success ? new TextDecoder().decode(stdout).split("\n").filter((tag) => /^\d/.test(tag)) : [];
}

/** No builder can be used; the message says what was tried. */
export class BuilderError extends Error {
  override readonly name = "BuilderError";
}

/** Whether a program is installed, and ends with 0. */
export type Probe = (program: string, args: readonly string[]) => Promise<"missing" | "fails" | "works">;

/** The first builder that works; with `wanted` only that one. Throws BuilderError. */
export async function findBuilder(wanted: string | undefined, probe: Probe = runs): Promise<Builder> {
  const candidates = BUILDERS.filter(({ name }) => wanted === undefined || name === wanted);
  if (candidates.length === 0) {
    throw new BuilderError(`BUILDER: found "${wanted}", expected ${BUILDERS.map(({ name }) => name).join(", ")}`);
  }
  const tried: string[] = [];
  for (const builder of candidates) {
    const found = await probe(builder.name, builder.probe);
    if (found === "works") return builder;
    tried.push(`${builder.name} ${found === "missing" ? "is not installed" : `${builder.probe.join(" ")} fails`}`);
  }
  throw new BuilderError(`nothing here can build an image: ${tried.join(", ")}`);
}

async function runs(program: string, args: readonly string[]): Promise<"missing" | "fails" | "works"> {
  try {
    const { success } = await new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" }).output();
    return success ? "works" : "fails";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "missing";
    throw error;
  }
}
