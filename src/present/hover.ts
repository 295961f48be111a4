// What a hover says: the value's chain of origins, newest first, with links. Plain Markdown: no HTML, no command links.
import { manifestRef } from '../model/manifest.ts';
import type { Manifest } from '../model/manifest.ts';
import { chainOf } from '../model/origin.ts';
import { keyOf } from '../model/objectRef.ts';
import type { Place } from '../model/sourceText.ts';
import type { RootRendering, WorkspaceState } from '../workspace/state.ts';
import { explainNode, isSecretValue } from './explanation.ts';
import type { Explanation } from './explanation.ts';
import { fieldPathText } from './fieldPath.ts';
import { objectName, placeLine } from './names.ts';
import { inertMarkdown } from './treeNode.ts';
import { valueText } from './valueText.ts';
import { walkNode } from './walkNode.ts';
import type { WalkedNode } from './walkNode.ts';

/** The address of a place, as a link that an editor opens. */
export type LinkOf = (place: Place) => string;

export interface Hover {
  readonly markdown: string;
  /** The stretch of the text that it is about. */
  readonly start: number;
  readonly end: number;
}

const SHOWN = 6;

interface Hit {
  readonly explanation: Explanation;
  readonly place: Place;
  readonly roots: string[];
  /** True where a Flux Kustomization renders it. */
  applied: boolean;
}

/** The hover in a file of the workspace: every rendered value that was written there, or was overridden there. */
export function sourceHover(state: WorkspaceState, path: string, offset: number, linkOf: LinkOf): Hover | undefined {
  const hits = new Map<string, Hit>();
  for (const rendering of [...state.renderings.values()].filter((one) => one.files.has(path))) {
    for (const manifest of rendering.manifests) {
      const found = closest(manifest, path, offset);
      if (found) addHit(hits, state, rendering, manifest, found);
    }
  }
  const all = [...hits.values()];
  const size = (hit: Hit): number => hit.place.end - hit.place.start;
  const smallest = Math.min(...all.map(size));
  const closestHits = all.filter((hit) => size(hit) === smallest);
  // What a cluster gets counts; a base of its own is shown only where nothing applies it.
  const applied = closestHits.filter((hit) => hit.applied);
  const best = applied.length > 0 ? applied : closestHits;
  const [first] = best;
  if (!first) return undefined;
  const more = best.length > SHOWN ? [`…and ${best.length - SHOWN} more`] : [];
  return {
    markdown: [
      ...best.slice(0, SHOWN).map((hit) => explanationMarkdown(hit.explanation, hit.roots, linkOf)),
      ...more,
    ].join('\n\n---\n\n'),
    start: first.place.start,
    end: first.place.end,
  };
}

/** The hover of one value of a rendered object, for the preview. */
export function valueHover(
  state: WorkspaceState,
  manifest: Manifest,
  walked: Pick<WalkedNode, 'node' | 'path'>,
  linkOf: LinkOf,
): string {
  return explanationMarkdown(explain(state, manifest, walked), [], linkOf);
}

/** Scalars by their own places and those that they overrode; maps and lists by their keys alone. */
function closest(manifest: Manifest, path: string, offset: number): { walked: WalkedNode; place: Place } | undefined {
  let best: { walked: WalkedNode; place: Place } | undefined;
  const consider = (walked: WalkedNode, place: Place | undefined): void => {
    if (!place || place.source.path !== path || offset < place.start || offset > place.end) return;
    if (!best || place.end - place.start < best.place.end - best.place.start) best = { walked, place };
  };
  for (const walked of walkNode(manifest.node)) {
    consider(walked, walked.keyPlace);
    if (walked.node.kind === 'scalar') for (const origin of chainOf(walked.node.origin)) consider(walked, origin.place);
  }
  return best;
}

function addHit(
  hits: Map<string, Hit>,
  state: WorkspaceState,
  rendering: RootRendering,
  manifest: Manifest,
  found: { walked: WalkedNode; place: Place },
): void {
  const explanation = explain(state, manifest, found.walked);
  const key = `${keyOf(explanation.ref)} ${explanation.path} ${explanation.value}`;
  const name = rendering.root.kind === 'flux' ? manifestName(rendering) : rendering.root.id;
  const known = hits.get(key);
  const applied = rendering.root.kind === 'flux';
  if (!known) hits.set(key, { explanation, place: found.place, roots: [name], applied });
  else if (applied) hits.set(key, { ...known, roots: [...(known.applied ? known.roots : []), name], applied });
  else if (!known.applied) known.roots.push(name);
}

function manifestName(rendering: RootRendering): string {
  return rendering.root.id.replace(/^flux:[^/]*\//, '').replace(/@.*$/, '');
}

function explain(state: WorkspaceState, manifest: Manifest, walked: Pick<WalkedNode, 'node' | 'path'>): Explanation {
  const ref = manifestRef(manifest);
  const path = fieldPathText(manifest.node, walked.path);
  const explanation = explainNode(ref, path, walked.node);
  for (const cluster of state.clusters) {
    const change = cluster.drifts.get(keyOf(ref))?.changes.find((one) => one.path === path);
    if (!change) continue;
    const note = [change.owner?.manager, change.owner?.time].filter((part) => part !== undefined).join(', ');
    return {
      ...explanation,
      live: {
        value: isSecretValue(ref, path) ? '•••' : valueText(change.before),
        note: note === '' ? `in ${cluster.name}` : note,
      },
    };
  }
  return explanation;
}

function explanationMarkdown(explanation: Explanation, roots: readonly string[], linkOf: LinkOf): string {
  const where = roots.length > 0 ? ` — ${inertMarkdown([...new Set(roots)].join(', '))}` : '';
  const head = `${code(explanation.value)} ${code(explanation.path === '' ? 'object' : explanation.path)} of ${inertMarkdown(objectName(explanation.ref))}${where}`;
  const rows = explanation.rows.map((row) => {
    const place = row.place ? `[${inertMarkdown(placeLine(row.place))}](${linkOf(row.place)})` : 'made by the build';
    return `- ${code(row.value)} ${place} · ${inertMarkdown(row.cause)}${row.overridden ? ' · *overridden*' : ''}`;
  });
  if (explanation.live)
    rows.push(`- live ${code(explanation.live.value)} · ${inertMarkdown(explanation.live.note)} · **drifted**`);
  return [head, rows.join('\n')].join('\n\n');
}

/** Inline code that no back tick in the text can end. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || text === '' ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}
