// Where a value of a rendered manifest was written, and what it replaced. Origins form a chain, newest first; links are
// never changed, so that copies of a tree share them.
import { DocumentPlace } from './sourceText.ts';
import type { Place } from './sourceText.ts';

/** Why a value stands where it stands. A closed list: surfaces word each member themselves. */
export type Cause =
  /** Written in a resource file. */
  | { readonly by: 'resource' }
  /** Written by a patch of a kustomization; `index` counts from 0 within `field` (patches, patchesStrategicMerge, ...). */
  | { readonly by: 'patch'; readonly field: string; readonly index: number; readonly form: 'strategic' | 'json6902' }
  /** Set by a transformer that a field of a kustomization (namePrefix, images, replicas, labels, ...) asked for. */
  | { readonly by: 'transformer'; readonly field: string }
  /** Made by configMapGenerator or secretGenerator; `key` is the data key. */
  | { readonly by: 'generator'; readonly field: string; readonly key?: string }
  /** Copied by a replacement; the value was written at `from`. */
  | { readonly by: 'replacement'; readonly index: number; readonly from?: Origin }
  /** Follows the renaming of the object that is named here; `from` is the origin of that object's name. */
  | { readonly by: 'nameReference'; readonly target: string; readonly from?: Origin }
  /** The content hash appended to a generated object's name; `content` are the origins of what was hashed. */
  | { readonly by: 'hash'; readonly content?: readonly Origin[] }
  /** Set by a field of the Flux Kustomization (targetNamespace, patches, images, commonMetadata, ...). */
  | { readonly by: 'flux'; readonly field: string }
  /** Put in by substitution of a variable; `from` says which ConfigMap, Secret or inline entry held it, `source` where. */
  | { readonly by: 'substitution'; readonly variable: string; readonly from: string; readonly source?: Origin };

/** One link of the chain. Copy it field by field: `place` may be a getter, which a spread loses. */
export interface Origin {
  /** The place that asked for this value: the scalar in a resource or patch, or the field of the kustomization. */
  readonly place: Place | undefined;
  readonly cause: Cause;
  /** The value and origin that this one replaced. */
  readonly overridden?: Overridden;
  /** True where the value was made from the replaced one (a prefix before it, another tag on it) and changes with it. */
  readonly derived?: boolean;
}

export interface Overridden {
  /** The replaced value as short text (a scalar's text, or `map`/`list`); never of a Secret's data. */
  readonly value: string;
  readonly origin: Origin;
  /** True where it stood at the target of a move or copy, while the links before it are of what came there. */
  readonly target?: true;
}

const inResource: Cause = { by: 'resource' };

/**
 * The origin of a node as it was read. It is its own place and has no field for what all of its kind have in common:
 * there is one for every node in memory (docs/value-tree.md).
 */
export class ReadOrigin extends DocumentPlace implements Origin {
  get place(): Place {
    return this;
  }

  get cause(): Cause {
    return inResource;
  }
}

/** The chain of an origin, newest first. */
export function chainOf(origin: Origin): Origin[] {
  const chain: Origin[] = [];
  for (let at: Origin | undefined = origin; at; at = at.overridden?.origin) chain.push(at);
  return chain;
}

/** The origins of the other values that a link was made from: what it copied, follows, hashed or put in. */
export function sourcesOf(origin: Origin): readonly Origin[] {
  const { cause } = origin;
  switch (cause.by) {
    case 'replacement':
    case 'nameReference':
      return cause.from ? [cause.from] : [];
    case 'hash':
      return cause.content ?? [];
    case 'substitution':
      return cause.source ? [cause.source] : [];
    default:
      return [];
  }
}
