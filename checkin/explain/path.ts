/** One item of a list, by its name or its place: "disks[sda]", "cpu.logical[0]". */
export function itemPath(list: string, item: string | number): string {
  return `${list}[${item}]`;
}
