import { assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { decode } from "../../../collectors/host/mod.ts";
import { slowness } from "../../load.ts";

/** UTF-8 of the texts, the numbers as single bytes. */
function bytesOf(...parts: (string | number)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part),
  );
}

Deno.test("decode() takes stray bytes as Latin-1 and leaves the UTF-8 around them as it is", () => {
  const cases: [bytes: Uint8Array, text: string][] = [
    [bytesOf('"label":"Données" ', 0xff), '"label":"Données" ÿ'],
    [bytesOf("Micro", 0xb5, "€ 联想 😀"), "Microµ€ 联想 😀"],
    [bytesOf("Intel", 0xae), "Intel®"],
    // A sequence that is cut: at the end, and by another one.
    [bytesOf("a", 0xe2, 0x82), "aâ\u0082"],
    [bytesOf(0xe2, 0x82, "é"), "â\u0082é"],
    // Overlong forms, a surrogate, and what lies above U+10FFFF.
    [bytesOf(0xc0, 0xaf), "À¯"],
    [bytesOf(0xe0, 0x80, 0xaf, 0x41), "à\u0080¯A"],
    [bytesOf(0xed, 0xa0, 0x80), "í\u00a0\u0080"],
    [bytesOf(0xf4, 0x90, 0x80, 0x80), "ô\u0090\u0080\u0080"],
    [bytesOf(), ""],
  ];
  for (const [bytes, text] of cases) assertEquals(decode(bytes), text);
});

Deno.test("decode() gives any text back, and of any bytes at least the ASCII", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const written = text.replace(/^\ufeff/, "");
    assertEquals(decode(new TextEncoder().encode(written)), written);
    // The same with a stray byte behind it.
    assertEquals(decode(bytesOf(written, 0xff)), `${written}ÿ`);
  }));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const isAscii = (character: string) => character.charCodeAt(0) < 0x80;
    const ascii = String.fromCharCode(...bytes.filter((byte) => byte < 0x80));
    assertEquals([...decode(bytes)].filter(isAscii).join(""), ascii);
  }));
});

Deno.test("decode() of 4 MiB of stray bytes takes no second", () => {
  const began = performance.now();
  assertEquals(decode(new Uint8Array(4 << 20).fill(0xff)).length, 4 << 20);
  assertLess(performance.now() - began, 1000 * slowness());
});
