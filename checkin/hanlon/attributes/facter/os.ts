/** Facter 2.4's facts about the operating system: os, lsb*. */
import type { Distribution, Facts } from "../../../../collectors/facts/mod.ts";
import { prune } from "../../../../collectors/values.ts";
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
  return known(id)?.[0] ?? name ?? id;
}

function known(id: string | undefined): readonly [name: string, family: string] | undefined {
  return id !== undefined && Object.hasOwn(KNOWN, id) ? KNOWN[id] : undefined;
}

/** selinux_*; none where SELinux is off. */
export function* selinuxFacts({ os }: Facts): Generator<Attribute> {
  if (!os?.selinux) return;
  const { mode, policyVersion, configMode, configPolicy } = os.selinux;
  const facts: [name: string, value: Json | undefined, fact: string][] = [
    ["config_mode", configMode, "configMode"],
    ["config_policy", configPolicy, "configPolicy"],
    ["current_mode", mode, "mode"],
    ["enforced", mode === "enforcing", "mode"],
    ["policyversion", policyVersion, "policyVersion"],
  ];
  for (const [name, value, fact] of facts) {
    if (value !== undefined) yield { name: `selinux_${name}`, value, from: { facts: [`os.selinux.${fact}`] } };
  }
}

/** os and lsb*; none where the host's os-release is not known. */
export function* osFacts({ os }: Facts): Generator<Attribute> {
  const distribution = os?.distribution;
  const name = distribution && distributionName(distribution);
  if (!distribution || name === undefined) return;
  const { id, version, codename, description, lsbVersion } = distribution;
  const lsb = texts({
    distcodename: codename,
    distid: name,
    distdescription: description,
    distrelease: version,
    release: lsbVersion,
    majdistrelease: version && major(name, version),
    minordistrelease: version && minor(name, version),
  });
  const how = "in the words of lsb_release";
  for (const [key, value] of Object.entries(lsb)) {
    yield { name: `lsb${key}`, value, from: { facts: [`os.distribution.${LSB_FACTS[key]}`], how } };
  }
  const full = distribution.fullVersion ?? version;
  const release = full && texts({ major: major(name, full), minor: minor(name, full), full });
  const value = prune<Record<string, Json>>(
    { name, family: known(id)?.[1] ?? "Linux", release, lsb } as Record<string, Json>,
  );
  yield {
    name: "os",
    value,
    from: { facts: ["os.distribution"], how: "put together; name and family as Facter says" },
  };
}

/** What each part of lsb is made of. */
const LSB_FACTS: Readonly<Record<string, keyof Distribution>> = {
  distcodename: "codename",
  distid: "id",
  distdescription: "description",
  distrelease: "version",
  release: "lsbVersion",
  majdistrelease: "version",
  minordistrelease: "version",
};

function texts(all: Record<string, string | undefined>): Record<string, string> {
  return prune<Record<string, string>>(all as Record<string, string>);
}

/** Ubuntu's major release is the year and the month. */
function major(name: string, version: string): string {
  return version.split(".").slice(0, name === "Ubuntu" ? 2 : 1).join(".");
}

function minor(name: string, version: string): string | undefined {
  return version.split(".")[name === "Ubuntu" ? 2 : 1]?.split("-")[0];
}
