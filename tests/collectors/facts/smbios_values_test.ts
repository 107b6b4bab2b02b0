import { assertEquals } from "@std/assert";
import { assembled } from "./assembled.ts";

/** A structure as dmidecode prints it. */
function structure(type: number, name: string, ...lines: string[]): string {
  return `Handle 0x00${type}, DMI type ${type}, 40 bytes\n${name}\n${lines.map((line) => `\t${line}\n`).join("")}\n`;
}

Deno.test("factsOf() takes no cache for one that is larger than any", () => {
  const caches = (size: string) => {
    const lines = ["Configuration: Enabled, Not Socketed, Level 2", `Installed Size: ${size}`, "System Type: Unified"];
    return assembled({ dmidecode: structure(7, "Cache Information", ...lines) }).cpu?.caches;
  };
  assertEquals(caches("1152 MB")?.[0]?.totalBytes, 1152 * 2 ** 20);
  assertEquals(caches("477796352 kB"), undefined);
});

Deno.test("factsOf() reads the maker's code of a TPM, in either order of its bytes", () => {
  const vendor = (code: string) =>
    assembled({ dmidecode: structure(43, "TPM Device", `Vendor ID: ${code}`, "Specification Version: 2.0") }).tpm
      ?.vendorId;
  assertEquals(["INTC", "CTNI", "IFX", "XFI", "AMD", "ACME"].map(vendor), [
    "INTC",
    "INTC",
    "IFX",
    "IFX",
    "AMD",
    "ACME",
  ]);
});
