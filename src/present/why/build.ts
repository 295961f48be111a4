// Why a build failed: the finding, at the line where it was written. The condition holds it as text; where the files still
// have the same mistake, it is theirs. Pure.
import type { Finding } from '../../model/finding.ts';
import { hasErrors, printFinding } from '../../model/finding.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import { findingSentence } from '../problems.ts';
import { inOneLine, targetOf } from './chain.ts';
import type { WhyLink } from './chain.ts';
import { renderingOf } from './written.ts';

/** What the message of BuildFailed begins with (reconcile/kustomization/revision.ts, and kustomize-controller's own). */
const HEAD = /^(?:kustomize build failed|validation failed): /;
const PLACE = /^(?<path>[^\s:]+):(?<line>\d+):\d+: (?<rest>.*)$/s;

/** The links behind `apps does not build`. */
export function buildLinks(state: WorkspaceState, kustomization: JsonObject, message: string): WhyLink[] {
  const said = message.replace(HEAD, '');
  const rendering = renderingOf(state, kustomization);
  const errors = (rendering?.findings ?? []).filter(({ severity }) => severity === 'error');
  const same = errors.find((finding) => said.startsWith(printFinding(finding)));
  if (same) return [findingLink(same, / \(and \d+ more\)$/.exec(said)?.[0] ?? '')];
  const { path, line, rest } = PLACE.exec(said)?.groups ?? {};
  const place =
    path === undefined ? {} : { target: { kind: 'place', path, line: Number(line) } satisfies WhyLink['target'] };
  const told: WhyLink = {
    text: inOneLine(path === undefined ? said : `${path}:${line ?? ''}: ${rest ?? ''}`),
    ...place,
  };
  const [first] = errors;
  // kustomize itself names no line.
  if (first && path === undefined) return [told, findingLink(first, '')];
  const isMended = rendering !== undefined && rendering.pending !== true && !hasErrors(rendering.findings);
  return isMended ? [told, { text: 'the files as they are now build' }] : [told];
}

function findingLink(finding: Finding, more: string): WhyLink {
  const text = inOneLine(`${findingSentence(finding)}${more}`);
  return finding.at ? { text, target: targetOf(finding.at) } : { text };
}
