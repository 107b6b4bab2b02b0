/** Which of several images a Hanlon server boots: its rule, as the server's microkernel images weigh themselves. */

/**
 * What a server weighs `version` (X.Y.Z, and behind a `_` a number of commits, up to the first `-`) by: the three numbers
 * with three digits each, and behind the point three noughts and the commits as digits. A hash in that place counts as
 * nothing; of two that weigh the same the server goes on booting the one that it finds first.
 */
export function weightOf(version: string): number {
  const [release = "", commits = ""] = version.replace(/^v/, "").split("-")[0]!.split("_");
  const parts = release.split(".").map((part) => part.padStart(3, "0"));
  const [whole, below = "000"] = [parts.slice(0, 3).join(""), parts[3]];
  return Number.parseFloat(`${whole}.${below}`) + (Number.parseFloat(`0.000${commits}`) || 0);
}

/** What a server that has `known`, too, does with `version`: lines that say which it boots instead. */
export function bootOrder(version: string, known: readonly string[]): string[] {
  const others = [...new Set(known)].filter((other) => other !== version).toSorted((a, b) => weightOf(b) - weightOf(a));
  const weight = weightOf(version);
  const before = others.filter((other) => weightOf(other) > weight);
  const alike = others.filter((other) => weightOf(other) === weight);
  if (before.length === 0 && alike.length === 0) {
    const which = others.length === 0
      ? ""
      : ` (${others.length}: ${others.slice(0, 5).join(", ")}${others.length > 5 ? ", …" : ""})`;
    return [`a server boots none of the other versions known here before ${version}${which}`];
  }
  return [
    ...(before.length > 0 ? [`a server that has one of these boots it before ${version}: ${before.join(", ")}`] : []),
    ...(alike.length > 0
      ? [`a server that has one of these may boot it instead, for they weigh the same: ${alike.join(", ")}`]
      : []),
  ];
}
