// The requests behind "why is it not ready": the chain, and what the commit at its end did. The history is read here, when a
// person asks, for the one line that the chain ends at.
import type { Connection } from 'vscode-languageserver/node';
import { systemClock } from '../model/clock.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { objectName } from '../present/names.ts';
import { whySentence } from '../present/why/chain.ts';
import type { Why, WhyLink } from '../present/why/chain.ts';
import { lineOfWhy, withCommit } from '../present/why/commit.ts';
import { whyMarkdown } from '../present/why/markdown.ts';
import { notesOn } from '../present/why/service.ts';
import { whyNotReady } from '../present/why/why.ts';
import { fileOf } from '../present/why/written.ts';
import { blameLineWithin } from '../source/git/blameLine.ts';
import { fileChange } from '../source/git/fileChange.ts';
import type { ClusterState, WorkspaceState } from '../workspace/state.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { answer } from './connection.ts';
import type { WorkspacePaths } from './paths.ts';
import type { WhyStep } from './protocol.ts';

interface WhyParts {
  readonly paths: WorkspacePaths;
  readonly workspace: Workspace;
}

/** A person waits: a history that takes longer is left out. */
const BLAME_MS = 5_000;

export function answerWhy(connection: Connection, parts: WhyParts): void {
  const { paths, workspace } = parts;
  answer(connection, 'plumbline/why', async ({ cluster: name, ref }, signal) => {
    const cluster = workspace.state.clusters.find((one) => one.name === name);
    const why = cluster && (whyNotReady(workspace.state, cluster, ref) ?? noteOf(workspace.state, cluster, ref));
    if (!cluster || !why) return null;
    const links = await toTheCommit(why.links, paths, signal);
    return {
      title: objectName(ref),
      sentence: whySentence(links),
      markdown: markdownOf(links, paths),
      steps: links.map((link) => stepOf(link, parts, cluster)),
    };
  });
  answer(connection, 'plumbline/commit', ({ id, path }, signal) => fileChange(paths.root, id, path, signal));
}

/** What is to be known of an object that is ready. */
function noteOf(state: WorkspaceState, cluster: ClusterState, ref: ObjectRef): Why | undefined {
  return cluster.withoutPods.has(keyOf(ref)) ? notesOn(state, cluster, ref)[0] : undefined;
}

export function markdownOf(links: readonly WhyLink[], paths: WorkspacePaths): string {
  return whyMarkdown(links, ({ path, line }) => `${paths.uriOf(path)}#L${line}`);
}

/** The chain with who wrote the line at its end. */
export async function toTheCommit(
  links: readonly WhyLink[],
  { root }: WorkspacePaths,
  signal: AbortSignal,
): Promise<readonly WhyLink[]> {
  const line = lineOfWhy(links);
  return line ? withCommit(links, await blameLineWithin(root, line, BLAME_MS, signal), systemClock.now()) : links;
}

function stepOf({ text, target }: WhyLink, { paths, workspace }: WhyParts, cluster: ClusterState): WhyStep {
  switch (target?.kind) {
    case 'place':
      if (target.path.includes('://')) return { text, kind: 'none' };
      return { text, kind: 'place', uri: paths.uriOf(target.path), line: target.line };
    case 'commit':
      return { text, kind: 'commit', commit: { id: target.id, path: target.path } };
    case 'kustomization': {
      const key = keyOf(target.ref);
      const found = cluster.kustomizations.find((one) => keyOf(refOf(one)) === key);
      const place = found && fileOf(workspace.state, found)?.place;
      if (!place) return { text, kind: 'none' };
      const { line } = place.source.position(place.start);
      return { text, kind: 'kustomization', uri: paths.uriOf(place.source.path), line };
    }
    case 'object': {
      // Of a pod nobody has written anything: the object that it is made by has a diff.
      const ref = target.of ?? target.ref;
      return cluster.objects.has(keyOf(ref)) ? { text, kind: 'object', ref } : { text, kind: 'none' };
    }
    case undefined:
      return { text, kind: 'none' };
  }
}
