// The order of Go's sort.Strings, for the names that occur in practice: by UTF-16 units, where Go has bytes. Knows no paths.

/** Compares two strings; negative where `a` stands first. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
