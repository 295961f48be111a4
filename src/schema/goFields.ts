// What Go knows of the fields of a built-in type and OpenAPI does not say, by the name of the type. Keeps nothing in memory
// beside the table.
import { goPointerFields } from './data/goFields.ts';

/** Whether a scalar that is zero is left out when Go prints the struct: it is no pointer, and it is tagged `omitempty`. */
export function isOmittedWhenZero(typeName: string, field: string): boolean {
  const marks = marksOf(typeName);
  return !marks.includes(field) && !marks.includes(`${field}!`);
}

/** Whether Go prints the field even where nothing is set. */
export function isAlwaysPrinted(typeName: string, field: string): boolean {
  return marksOf(typeName).includes(`${field}!`);
}

/** Pointers by their names, fields that are always printed with a `!`. */
function marksOf(typeName: string): string[] {
  const start = goPointerFields.indexOf(`\n${typeName} `);
  if (start < 0) return [];
  return goPointerFields
    .slice(start + 1, goPointerFields.indexOf('\n', start + 1))
    .split(' ')
    .slice(1);
}
