/** Versions of firmware compared as versions: 26.9 before 26.36. */
import { compare } from "@std/semver/compare";
import { tryParse } from "@std/semver/try-parse";
import { byName } from "../../values.ts";

/**
 * Less than 0 where `a` is older than `b`; undefined where one of them holds no number. Semantic versions by their own
 * rule (semver.org, 11), so that 2.1.0-rc1 is older than 2.1.0; all others, since firmware follows no standard, number by
 * number from the first digit on: what is not there counts as 0, and words in brackets behind it do not count.
 */
export function compareVersions(a: string, b: string): number | undefined {
  const [one, other] = [versionOf(a), versionOf(b)];
  if (one === undefined || other === undefined) return undefined;
  const [first, second] = [tryParse(padded(one)), tryParse(padded(other))];
  if (first && second) return compare(first, second);
  const [numbers, rest] = split(one), [others, otherRest] = split(other);
  for (let i = 0; i < Math.max(numbers.length, others.length); i++) {
    const difference = (numbers[i] ?? 0) - (others[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return byName(rest, otherRest);
}

/** From the first digit to the next blank: of "U30 v2.42" "30", of "26.36.1010 (MT_0000000540)" "26.36.1010". */
function versionOf(text: string): string | undefined {
  return /\d\S*/.exec(text)?.[0];
}

/** "2.1-rc1" as "2.1.0-rc1", which semver asks for. */
function padded(version: string): string {
  const [, numbers = "", rest = ""] = /^(\d+(?:\.\d+){0,2})(?!\.?\d)(.*)$/.exec(version) ?? [];
  const parts = numbers === "" ? [] : numbers.split(".").map((part) => String(Number(part)));
  while (parts.length > 0 && parts.length < 3) parts.push("0");
  return parts.join(".") + rest;
}

function split(version: string): [numbers: number[], rest: string] {
  const [numbers] = /^\d+(?:\.\d+)*/.exec(version)!;
  return [numbers.split(".").map(Number), version.slice(numbers.length)];
}
