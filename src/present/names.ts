// How objects, places and counts are called on every surface. The same word for the same thing, everywhere.
import { sayRef } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { Place } from '../model/sourceText.ts';

/** `Deployment staging/web`, or `Namespace staging` for what has no namespace. */
export function objectName(ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): string {
  return sayRef(ref);
}

/** `staging/web`, or `staging` for what has no namespace. */
export function scopedName(ref: Pick<ObjectRef, 'namespace' | 'name'>): string {
  return ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`;
}

/** What a row of a side bar has room for and still shows a state behind it. */
const LABEL_ROOM = 24;

/** What kustomize puts behind the name of what it generates. */
const NAME_HASH = /-[2456789bcdfghkmt]{10}$/;

/**
 * A label of a tree row: the middle of a long one is left out, since the state stands behind it. The tooltip has it all. Of
 * a generated name the end of its hash is enough: what tells two of them apart stands before it.
 */
export function rowLabel(text: string): string {
  if (text.length <= LABEL_ROOM) return text;
  const tail = NAME_HASH.test(text) ? 3 : 10;
  return `${text.slice(0, LABEL_ROOM - tail - 1)}…${text.slice(-tail)}`;
}

/** `1 object`, `3 objects`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** `overlays/prod/kustomization.yaml:12`: the file and the line where a place starts. `display` maps a snapshot's path. */
export function placeLine(place: Place, display: (path: string) => string = (path) => path): string {
  return `${display(place.source.path)}:${place.source.position(place.start).line}`;
}

/** `overlays/prod/kustomization.yaml:12:5`: the same with the column. */
export function placeColumn(place: Place, display: (path: string) => string = (path) => path): string {
  return `${placeLine(place, display)}:${place.source.position(place.start).column}`;
}
