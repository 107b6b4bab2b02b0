/**
 * `sbom.ts FILE`: writes what the image consists of as a CycloneDX 1.6 bill of materials: Alpine's packages by apk's
 * database, the program with the packages that it embeds by deno.lock, the runtime in it, and glibc by dpkg's database.
 * The Dockerfile runs it; like compile.ts it does without packages.
 */
import { parseArgs } from "node:util";

/** A component, as CycloneDX 1.6 has it (https://cyclonedx.org/docs/1.6/json/#components). */
export interface Component {
  type: "application" | "container" | "framework" | "library" | "operating-system";
  "bom-ref": string;
  name: string;
  version?: string;
  description?: string;
  licenses?: ({ expression: string } | { license: { name: string } })[];
  hashes?: { alg: "SHA-512"; content: string }[];
  purl?: string;
  externalReferences?: { type: "website"; url: string }[];
}

/** The packages of apk's database (lib/apk/db/installed): a paragraph each, of lines that begin with a letter and `:`. */
export function apkPackages(database: string, alpine: string): Component[] {
  return database.split(/\n{2,}/).flatMap((paragraph) => {
    const field = (letter: string) => new RegExp(`^${letter}:(.*)$`, "m").exec(paragraph)?.[1]?.trim();
    const [name, version, arch] = [field("P"), field("V"), field("A")];
    if (name === undefined || version === undefined) return [];
    const distro = `${arch === undefined ? "" : `arch=${arch}&`}distro=alpine-${alpine}`;
    const purl = `pkg:apk/alpine/${encodeURIComponent(name)}@${encodeURIComponent(version)}?${distro}`;
    return [
      component({ type: "library", name, version, purl, about: field("T"), license: field("L"), url: field("U") }),
    ];
  });
}

/** Those of `names` that dpkg's database (var/lib/dpkg/status, deb822) has. */
export function debianPackages(database: string, names: readonly string[]): Component[] {
  return database.split(/\n{2,}/).flatMap((paragraph) => {
    const field = (key: string) => new RegExp(`^${key}: (.*)$`, "m").exec(paragraph)?.[1]?.trim();
    const [name, version, arch] = [field("Package"), field("Version"), field("Architecture")];
    if (name === undefined || version === undefined || !names.includes(name)) return [];
    const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${arch}`;
    return [component({ type: "library", name, version, purl, about: field("Description"), url: field("Homepage") })];
  });
}

/** The npm packages of `lock`, the text of deno.lock, that are named in `names`, with their digests. */
export function npmPackages(lock: string, names: readonly string[]): Component[] {
  const { npm = {} } = JSON.parse(lock) as { npm?: Record<string, { integrity?: string }> };
  return Object.entries(npm).flatMap(([key, { integrity }]) => {
    const at = key.lastIndexOf("@");
    const [name, version] = [key.slice(0, at), key.slice(at + 1)];
    if (!names.includes(name)) return [];
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    const digest = /^sha512-(.*)$/.exec(integrity ?? "")?.[1];
    const content = digest === undefined ? undefined : Uint8Array.fromBase64(digest).toHex();
    return [{
      ...component({ type: "library", name, version, purl }),
      ...(content === undefined ? {} : { hashes: [{ alg: "SHA-512" as const, content }] }),
    }];
  });
}

interface Told {
  type: Component["type"];
  name: string;
  version: string;
  purl: string;
  about?: string | undefined;
  /** As its packager wrote it: mostly an SPDX expression. */
  license?: string | undefined;
  url?: string | undefined;
}

function component({ type, name, version, purl, about, license, url }: Told): Component {
  return {
    type,
    "bom-ref": purl,
    name,
    version,
    ...(about ? { description: about } : {}),
    ...(license ? { licenses: [licenseOf(license)] } : {}),
    purl,
    ...(url && URL.canParse(url) ? { externalReferences: [{ type: "website", url }] } : {}),
  };
}

/** An expression of identifiers, AND, OR and WITH; whatever is not looks like one is a name. */
function licenseOf(text: string): { expression: string } | { license: { name: string } } {
  const identifier = String.raw`\(*[A-Za-z0-9][A-Za-z0-9.+-]*\)*`;
  const isExpression = new RegExp(`^${identifier}( (AND|OR|WITH) ${identifier})*$`).test(text);
  return isExpression ? { expression: text } : { license: { name: text } };
}

/** What the image is made of. */
export interface ImageContents {
  version: string;
  /** "amd64", "arm64": as images name it. */
  arch: string;
  /** Alpine's release, "3.24.1". */
  alpine: string;
  deno: string;
  packages: Component[];
  glibc: Component[];
  embedded: Component[];
}

/** The bill of materials, the same for the same contents. */
export async function billOfMaterials(contents: ImageContents): Promise<Record<string, unknown>> {
  const { version, arch, alpine, deno, packages, glibc, embedded } = contents;
  const image: Component = { type: "container", "bom-ref": "image", name: "hnl_mk", version };
  const mit = [{ expression: "MIT" }];
  const program: Component = { type: "application", "bom-ref": "hnl_mk", name: "hnl_mk", version, licenses: mit };
  const runtime: Component = {
    type: "framework",
    "bom-ref": "deno",
    name: "deno",
    version: deno,
    licenses: mit,
    purl: `pkg:github/denoland/deno@v${deno}`,
  };
  const system: Component = { type: "operating-system", "bom-ref": "alpine", name: "alpine", version: alpine };
  const refs = (components: readonly Component[]) => components.map((each) => each["bom-ref"]);
  const body = {
    metadata: { component: image, properties: [{ name: "hnl_mk:image:architecture", value: arch }] },
    components: [system, program, runtime, ...embedded, ...glibc, ...packages],
    dependencies: [
      { ref: "image", dependsOn: refs([system, program, ...packages]) },
      { ref: "hnl_mk", dependsOn: refs([runtime, ...embedded]) },
      { ref: "deno", dependsOn: refs(glibc) },
    ],
  };
  const serialNumber = `urn:uuid:${await uuidOf(JSON.stringify(body))}`;
  return { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber, version: 1, ...body };
}

/** A UUID (version 8, RFC 9562) of the digest of `text`. */
async function uuidOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).slice(0, 16);
  digest[6] = digest[6]! & 0x0f | 0x80;
  digest[8] = digest[8]! & 0x3f | 0x80;
  return digest.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The packages that the program embeds, and Debian's that its loader brings in. */
const EMBEDDED = ["deno-std"];
const GLIBC = ["libc6", "libgcc-s1"];
const ARCHITECTURES: Partial<Record<typeof Deno.build.arch, string>> = { x86_64: "amd64", aarch64: "arm64" };

async function main(args: string[]): Promise<void> {
  const { values, positionals: [file = "sbom.cdx.json"] } = parseArgs({
    args,
    allowPositionals: true,
    options: { version: { type: "string" }, apk: { type: "string" }, alpine: { type: "string" } },
  });
  const alpine = (await Deno.readTextFile(values.alpine!)).trim();
  const dpkg = await Deno.readTextFile("/var/lib/dpkg/status").catch(() => "");
  const bill = await billOfMaterials({
    version: values.version!,
    arch: ARCHITECTURES[Deno.build.arch] ?? Deno.build.arch,
    alpine,
    deno: Deno.version.deno,
    packages: apkPackages(await Deno.readTextFile(values.apk!), alpine),
    glibc: debianPackages(dpkg, GLIBC),
    embedded: npmPackages(await Deno.readTextFile(new URL("../deno.lock", import.meta.url)), EMBEDDED),
  });
  await Deno.writeTextFile(file, `${JSON.stringify(bill, null, 1)}\n`);
}

if (import.meta.main) await main(Deno.args);
