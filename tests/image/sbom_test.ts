import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { apkPackages, billOfMaterials, debianPackages, npmPackages } from "../../.ci/sbom.ts";

/** As apk writes it (apk-tools, src/database.c), of two packages. */
const APK = `C:Q1LhXLd3RnMJ2Lx5VAKvfzcp9VKVk=
P:dmidecode
V:3.6-r0
A:x86_64
S:70000
I:180000
T:A utility for reporting system hardware as described by BIOS
U:https://www.nongnu.org/dmidecode
L:GPL-2.0-or-later
o:dmidecode
D:so:libc.musl-x86_64.so.1
F:usr
R:bin

C:Q1abc=
P:libstdc++
V:14.2.0-r6
A:x86_64
L:GPL-2.0-or-later AND LGPL-2.1-or-later WITH GCC-exception
U:not an address

`;

Deno.test("apkPackages() reads apk's database: names, versions, licences, addresses", () => {
  const [dmidecode, library, ...others] = apkPackages(APK, "3.24.0");
  assertEquals(others, []);
  assertEquals(dmidecode, {
    type: "library",
    "bom-ref": "pkg:apk/alpine/dmidecode@3.6-r0?arch=x86_64&distro=alpine-3.24.0",
    name: "dmidecode",
    version: "3.6-r0",
    description: "A utility for reporting system hardware as described by BIOS",
    licenses: [{ expression: "GPL-2.0-or-later" }],
    purl: "pkg:apk/alpine/dmidecode@3.6-r0?arch=x86_64&distro=alpine-3.24.0",
    externalReferences: [{
      type: "website",
      url: "https://www.nongnu.org/dmidecode",
    }],
  });
  assertEquals(
    library!.purl,
    "pkg:apk/alpine/libstdc%2B%2B@14.2.0-r6?arch=x86_64&distro=alpine-3.24.0",
  );
  assertEquals(library!.licenses, [{
    expression: "GPL-2.0-or-later AND LGPL-2.1-or-later WITH GCC-exception",
  }]);
  assertEquals("externalReferences" in library!, false);
  assertEquals(apkPackages("", "3.24.0"), []);
});

Deno.test("apkPackages() takes a licence that is no expression for a name", () => {
  const [named] = apkPackages("P:a\nV:1\nL:GPL, or what you like\n", "3.24.0");
  assertEquals(named!.licenses, [{
    license: { name: "GPL, or what you like" },
  }]);
});

Deno.test("debianPackages() reads what is asked for of this machine's dpkg database", async () => {
  const text = await Deno.readTextFile("/var/lib/dpkg/status").catch(() =>
    "Package: libc6\nVersion: 1\nArchitecture: a\n"
  );
  const found = debianPackages(text, ["libc6", "not-there"]);
  assertEquals(found.map(({ name }) => name), ["libc6"]);
  assertMatch(
    found[0]!.purl!,
    /^pkg:deb\/debian\/libc6@[^ ]+\?arch=[a-z0-9]+$/,
  );
});

Deno.test("npmPackages() gives the packages of deno.lock with their digests", async () => {
  const lock = await Deno.readTextFile(
    fromFileUrl(new URL("../../deno.lock", import.meta.url)),
  );
  const [standard, ...others] = npmPackages(lock, ["deno-std"]);
  assertEquals(others, []);
  assertMatch(standard!.purl!, /^pkg:npm\/deno-std@\d+\.\d+\.\d+$/);
  assertMatch(standard!.hashes![0]!.content, /^[0-9a-f]{128}$/);
  assertEquals(npmPackages("{}", ["deno-std"]), []);
});

Deno.test("billOfMaterials() names every part once, and is the same for the same image", async () => {
  const contents = {
    version: "4.0.0",
    arch: "arm64",
    alpine: "3.24.0",
    deno: "2.9.6",
    packages: apkPackages(APK, "3.24.0"),
    glibc: debianPackages(
      "Package: libc6\nVersion: 2.36-9\nArchitecture: arm64\n",
      ["libc6"],
    ),
    embedded: npmPackages(
      '{"npm":{"deno-std@1.4.0":{"integrity":"sha512-AAAA"}}}',
      ["deno-std"],
    ),
  };
  // deno-lint-ignore no-explicit-any
  const bill = await billOfMaterials(contents) as any;
  assertEquals(await billOfMaterials(contents), bill);
  assertMatch(
    bill.serialNumber,
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert(
    (await billOfMaterials({ ...contents, version: "4.0.1" }))[
      "serialNumber"
    ] !== bill.serialNumber,
  );
  const refs: string[] = [
    "image",
    ...bill.components.map((each: { "bom-ref": string }) => each["bom-ref"]),
  ];
  assertEquals(new Set(refs).size, refs.length);
  const depended = bill.dependencies.flatMap((
    each: { ref: string; dependsOn: string[] },
  ) => [each.ref, ...each.dependsOn]);
  assertEquals(depended.filter((ref: string) => !refs.includes(ref)), []);
  // Everything is somewhere in the tree.
  assertEquals(refs.filter((ref) => !depended.includes(ref)), []);
});
