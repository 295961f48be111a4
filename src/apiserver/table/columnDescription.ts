// What a column is about, in a few words of our own: upstream's descriptions are not copied.
import type { Column } from './printer.ts';

const KNOWN: Readonly<Record<string, string>> = {
  Name: 'The name of the object, unique for its kind in its namespace.',
  Age: 'How long ago the object was made.',
  'Created At': 'When the object was made, in UTC.',
};

export function columnDescription({ name }: Column): string {
  return KNOWN[name] ?? name;
}
