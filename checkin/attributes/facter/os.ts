/** Facter 2.4's facts about the operating system: os, lsb*. */
import type { Distribution, Facts } from "../../../collectors/facts.ts";
import { prune } from "../../../collectors/parsing.ts";
import type { Attribute, Json } from "../attribute.ts";

/** Facter's names and families, by the ID of os-release(5). */
const KNOWN: Readonly<Record<string, readonly [name: string, family: string]>> = {
  alpine: ["Alpine", "Linux"],
  almalinux: ["AlmaLinux", "RedHat"],
  amzn: ["Amazon", "RedHat"],
  arch: ["Archlinux", "Archlinux"],
  centos: ["CentOS", "RedHat"],
  debian: ["Debian", "Debian"],
  fedora: ["Fedora", "RedHat"],
  gentoo: ["Gentoo", "Gentoo"],
  linuxmint: ["LinuxMint", "Debian"],
  ol: ["OracleLinux", "RedHat"],
  opensuse: ["OpenSuSE", "Suse"],
  "opensuse-leap": ["OpenSuSE", "Suse"],
  rhel: ["RedHat", "RedHat"],
  rocky: ["Rocky", "RedHat"],
  sles: ["SLES", "Suse"],
  ubuntu: ["Ubuntu", "Debian"],
};

/** Facter's name of a distribution: "Debian". */
export function distributionName({ id, name }: Distribution): string | undefined {
  return (id !== undefined && Object.hasOwn(KNOWN, id) ? KNOWN[id]![0] : undefined) ?? name ?? id;
}

/** os and lsb*; none where the host's os-release is not known. */
export function* osFacts({ os }: Facts): Generator<Attribute> {
  const distribution = os?.distribution;
  const name = distribution && distributionName(distribution);
  if (!distribution || name === undefined) return;
  const { id, version, codename, description } = distribution;
  const family = id !== undefined && Object.hasOwn(KNOWN, id) ? KNOWN[id]![1] : "Linux";
  const full = distribution.fullVersion ?? version;
  const lsb = prune<Record<string, string>>({
    distcodename: codename,
    distid: name,
    distdescription: description,
    distrelease: version,
    majdistrelease: version && major(name, version),
  } as Record<string, string>);
  for (const [key, value] of Object.entries(lsb)) {
    yield { name: `lsb${key}`, value, from: { source: "/etc/os-release", how: "as lsb_release words it" } };
  }
  const release = full === undefined ? undefined : prune<Record<string, string>>({
    major: major(name, full),
    minor: name === "Ubuntu" ? undefined : full.split(".")[1],
    full,
  } as Record<string, string>);
  yield {
    name: "os",
    value: prune<Record<string, Json>>({ name, family, release, lsb } as Record<string, Json>),
    from: { source: "/etc/os-release", how: "the release of Debian from /etc/debian_version" },
  };
}

/** Ubuntu's major release is the year and the month. */
function major(name: string, version: string): string {
  return name === "Ubuntu" ? version : version.split(".")[0]!;
}
