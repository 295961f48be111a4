// A kustomization as the build uses it: its fields in normal form, each node with the place in the user's file. Reading
// files stands in read.ts; what the fields do stands with the transformers.
import { child, textOf } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';

export interface Kustomization {
  /** The directory, relative to the snapshot. */
  readonly root: string;
  /** The name of the file: kustomization.yaml, kustomization.yml or Kustomization. */
  readonly fileName: string;
  readonly kind: 'Kustomization' | 'Component';
  /** The fields by their proper names; deprecated ones already moved to those that replace them. */
  readonly fields: MapNode;
  /** The file as a whole, for findings that have no better place. */
  readonly place: Place | undefined;
  /** True where some of it could not be read: what it should have added may be missing. */
  readonly damaged?: boolean;
}

/** The items of a list field; empty where it is missing. */
export function listField(node: Node | undefined, name: string): readonly Node[] {
  const field = child(node, name);
  return field?.kind === 'list' ? field.items : [];
}

export function mapField(node: Node | undefined, name: string): MapNode | undefined {
  const field = child(node, name);
  return field?.kind === 'map' ? field : undefined;
}

/** The text of a field; empty where it is missing, as Go's zero value. */
export function textField(node: Node | undefined, name: string): string {
  return textOf(child(node, name)) ?? '';
}

export function booleanField(node: Node | undefined, name: string): boolean {
  const field = child(node, name);
  return field?.kind === 'scalar' && field.value === true;
}

/** A text of a list with the place that it stands at. */
export interface TextItem {
  readonly text: string;
  readonly place: Place | undefined;
}

export function textItems(list: Node | undefined): TextItem[] {
  return (list?.kind === 'list' ? list.items : []).map((item) => ({
    text: textOf(item) ?? '',
    place: item.origin.place,
  }));
}

/** The text values of a map field, sorted by key as Go programs visit them. */
export function sortedTexts(map: MapNode | undefined): { key: string; text: string; place: Place | undefined }[] {
  return [...(map?.entries ?? [])]
    .map(([key, entry]) => ({
      key,
      text: textOf(entry.value) ?? '',
      place: entry.value.origin.place,
    }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
