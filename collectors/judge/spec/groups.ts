/** Which item of a list belongs to which group of a spec. */

/** How many items a group wants, and what it lets in. */
export interface Wanted {
  least: number;
  most: number;
}

/**
 * Puts items into groups, each item into at most one, so that as many as can be of the items that the groups ask for are
 * there, and then as many as can be of those that they allow. `fits[group][item]` says what a group lets in. Gives for
 * each item the number of its group, or undefined. (Augmenting paths, one for each item placed: Kuhn 1955; through groups,
 * since all items of a group are equal to the others.)
 */
export function assign(groups: readonly Wanted[], fits: readonly (readonly boolean[])[]): (number | undefined)[] {
  const items = fits[0]?.length ?? 0;
  const groupOf = new Array<number | undefined>(items).fill(undefined);
  const place = (group: number, tried: Set<number>): boolean => {
    tried.add(group);
    const letsIn = fits[group]!;
    const free = groupOf.findIndex((owner, item) => owner === undefined && letsIn[item]);
    if (free >= 0) {
      groupOf[free] = group;
      return true;
    }
    for (let item = 0; item < items; item++) {
      const owner = groupOf[item];
      // Its group goes without only where it finds another.
      if (owner === undefined || tried.has(owner) || !letsIn[item] || !place(owner, tried)) continue;
      groupOf[item] = group;
      return true;
    }
    return false;
  };
  for (const limit of ["least", "most"] as const) {
    for (const [group, wanted] of groups.entries()) {
      let placed = groupOf.filter((owner) => owner === group).length;
      while (placed < wanted[limit] && place(group, new Set())) placed++;
    }
  }
  return groupOf;
}
