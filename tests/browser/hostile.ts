/** A machine whose firmware, disks and switches say what would harm a page that believed them. */
import type { Facts } from "../../collectors/facts/mod.ts";
import { isMap } from "../../collectors/values.ts";

/** Markup, quotes, entities, a comment, a closing script, control and direction characters. */
export const HOSTILE =
  `"><script>hacked=1</script><img src=x onerror="hacked=1"><svg onload=hacked=1>' onmouseover='hacked=1' --></style></script>&lt;b&gt;\u202e\u0000\u0007\x1b[31m]]>`;

/** Strings by which the page is told what kind of thing a fact is: it shows none of them as it is. */
const KEPT = new Set(["schemaVersion", "collectedAt", "verdict", "status", "level", "kind", "classCode", "transport"]);

/** `facts` with something hostile behind every text of a tool. */
export function hostileFacts(facts: Facts): Facts {
  return hostile(facts, "") as Facts;
}

function hostile(value: unknown, key: string): unknown {
  if (typeof value === "string") return KEPT.has(key) ? value : value + HOSTILE;
  if (Array.isArray(value)) return value.map((each) => hostile(each, key));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hostile(inner, name)]));
}
