// What a GitRepository for the open workspace says: its origin remote and the branch that is checked out. Reads the
// repository's configuration only; credentials in an address are left out.
import { basename } from 'node:path';
import { GitError } from '../../source/git/gitError.ts';
import { openRepository } from '../../source/git/repository.ts';

export interface WorkspaceOrigin {
  readonly url: string;
  readonly branch: string;
}

/** The host of a workspace whose remote is no address that Flux could fetch. Never asked: it is served from the folder. */
export const WORKSPACE_HOST = 'workspace.invalid';

/** The origin of the repository in `root`; an address of {@link WORKSPACE_HOST} where there is none for Flux. */
export async function readWorkspaceOrigin(root: string): Promise<WorkspaceOrigin> {
  const fallback = `https://${WORKSPACE_HOST}/${encodeURIComponent(basename(root)) || 'workspace'}.git`;
  try {
    const repository = await openRepository(root);
    const origin = (await repository.remotes()).find(({ name }) => name === 'origin');
    const { branch } = await repository.refs();
    return {
      url: (origin && fluxUrl(origin.url)) ?? fallback,
      branch: branch?.replace(/^refs\/heads\//, '') ?? 'main',
    };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return { url: fallback, branch: 'main' };
  }
}

/** The form of an address that spec.url takes: http, https or ssh with a scheme. Undefined for paths and other transports. */
export function fluxUrl(url: string): string | undefined {
  const scp = /^(?:([^@/\s]+)@)?([^:/\s]+):(?!\/)(\S+)$/.exec(url);
  if (scp && scp[2] !== undefined && scp[2].length > 1) return `ssh://${scp[1] ?? 'git'}@${scp[2]}/${scp[3] ?? ''}`;
  if (/^ssh:\/\/\S+$/.test(url)) return url;
  return /^https?:\/\/\S+$/.test(url) ? url.replace(/^(https?:\/\/)[^@/]*@/, '$1') : undefined;
}
