// The rendered preview of a root: one text, and which node each stretch of it shows. Secrets' values are never in it.
import { hasErrors } from '../../model/finding.ts';
import { child, cloneNode } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { RootRendering } from '../../workspace/state.ts';
import { writeAllYaml, writeYamlWithSpans } from '../../yaml/write.ts';
import type { Span } from '../../yaml/write.ts';
import { count } from '../names.ts';
import { findingSentence } from '../problems.ts';

export interface Preview {
  readonly text: string;
  /** The objects in the text, in its order. */
  readonly parts: readonly PreviewPart[];
}

export interface PreviewPart {
  readonly manifest: Manifest;
  readonly start: number;
  readonly end: number;
  /** Where what of it stands. Found when it is first asked for, which is so for few objects. */
  readonly spans: () => readonly Span[];
}

const SEPARATOR = '---\n';

export type PreviewWriter = (rendering: RootRendering) => Preview;

/** Writes previews, and remembers what it has written: an object that is the same node in the next rendering is not written again. */
export function previewWriter(): PreviewWriter {
  const known = new WeakMap<Node, Written>();
  return (rendering) => {
    const manifests = hasErrors(rendering.findings) ? rendering.lastGood : rendering.manifests;
    const others = manifests.filter(({ node }) => !known.has(node));
    const nodes = others.map(masked);
    for (const [i, text] of writeAllYaml(nodes).entries()) {
      let spans: readonly Span[] | undefined;
      const shown = nodes[i] as Node;
      known.set((others[i] as Manifest).node, { text, spans: () => (spans ??= writeYamlWithSpans(shown).spans) });
    }
    return previewOf(rendering, manifests, ({ node }) => known.get(node) as Written);
  };
}

type Written = { readonly text: string } & Pick<PreviewPart, 'spans'>;

/**
 * The preview. Its first line is a comment that says what it is; the line stays when a build fails, with the last good
 * rendering below it, so that nothing jumps while a value is half typed.
 */
function previewOf(
  rendering: RootRendering,
  manifests: readonly Manifest[],
  writtenOf: (manifest: Manifest) => Written,
): Preview {
  const parts: PreviewPart[] = [];
  let text = `${headline(rendering)}\n`;
  for (const manifest of manifests) {
    if (parts.length > 0) text += SEPARATOR;
    const written = writtenOf(manifest);
    parts.push({ manifest, start: text.length, end: text.length + written.text.length, spans: written.spans });
    text += written.text;
  }
  return { text, parts };
}

/** The innermost value at an offset of the preview, or the value of the key there. */
export function previewNodeAt(preview: Preview, offset: number): { part: PreviewPart; span: Span } | undefined {
  const part = preview.parts.find((one) => offset >= one.start && offset < one.end);
  if (!part) return undefined;
  const at = offset - part.start;
  const hits = part
    .spans()
    .filter((span) => at >= span.start && at <= span.end && (span.part === 'key' || span.node.kind === 'scalar'));
  const span = hits.toSorted((a, b) => a.end - a.start - (b.end - b.start))[0];
  return span && { part, span };
}

function headline(rendering: RootRendering): string {
  const name =
    rendering.root.kind === 'flux' ? `Kustomization ${rendering.root.id.replace(/^flux:/, '')}` : rendering.root.id;
  const errors = rendering.findings.filter((finding) => finding.severity === 'error');
  const [first] = errors;
  if (!first && rendering.pending)
    return `# ${name}: ${pendingSentence(rendering)}${rendering.lastGood.length > 0 ? '; the last good rendering follows' : '; what there is so far follows'}`;
  if (!first) return `# ${name}: ${count(rendering.manifests.length, 'object')}`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `# ${name}: ${findingSentence(first).replaceAll(/\s+/g, ' ')}${more}${rendering.lastGood.length > 0 ? '; the last good rendering follows' : ''}`;
}

function pendingSentence({ findings }: RootRendering): string {
  const one = findings.find((finding) => finding.code === 'remote-pending');
  return one ? findingSentence(one).replaceAll(/\s+/g, ' ') : 'something is being fetched';
}

/** A copy of a Secret with its values hidden; every other object as it is. */
function masked(manifest: Manifest): Node {
  const ref = manifestRef(manifest);
  if (ref.group !== '' || ref.kind !== 'Secret') return manifest.node;
  const copy = cloneNode(manifest.node);
  for (const field of ['data', 'stringData']) {
    const values = child(copy, field);
    if (values?.kind !== 'map') continue;
    for (const entry of values.entries.values())
      entry.value = {
        kind: 'scalar',
        value: '•••',
        text: '•••',
        style: 'plain',
        tag: '!!str',
        origin: entry.value.origin,
      };
  }
  return copy;
}
