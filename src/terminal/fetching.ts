// The flags by which a person allows a build to fetch from elsewhere and to run helm, and the fetcher they make.
// Without them nothing is fetched and nothing run.
import { join } from 'node:path';
import { homeFolder } from '../clusters/homeFolder.ts';
import { renderFetching } from '../render/remote/fetching.ts';
import type { Rendering } from '../render/rendering.ts';
import type { Fetch, FetchedThings } from '../source/wanted.ts';
import type { Flag, Flags, Invocation, Io } from './command.ts';

export const fetchFlags: readonly Flag[] = [
  {
    name: 'allow-hosts',
    type: 'list',
    value: 'HOST',
    description:
      'Hosts that remote resources may be fetched from: names, host:port, *.domain, or "file" for repositories on this machine. None by default.',
  },
  { name: 'enable-helm', type: 'boolean', description: 'Allow helmCharts to be rendered by the helm program.' },
  {
    name: 'helm-command',
    type: 'string',
    value: 'FILE',
    description: 'The helm program. Default helm on the PATH.',
  },
];

/** Renders what Flux would, for commands that take a folder. */
export const fluxFlag: Flag = {
  name: 'flux',
  type: 'string',
  value: 'NAME',
  description:
    'Render as this Flux Kustomization ([NAMESPACE/]NAME) of the repository that DIR is in: its path, its patches and images, its variables as far as the repository writes them.',
};

/** What the flags allow. What fetches is loaded when something is to be fetched: few builds are of that kind. */
export function fetchOf(flags: Flags, io: Io): Fetch {
  const options = {
    allowedHosts: flags.list('allow-hosts').flatMap((each) => each.split(',')),
    ...(flags.on('enable-helm') ? { helm: flags.text('helm-command') ?? 'helm' } : {}),
    cacheDir: join(homeFolder(io.env), 'cache'),
  };
  let made: Promise<Fetch> | undefined;
  return async (wanted, signal) => {
    made ??= import('../source/fetch/fetcher.ts').then(({ createFetch }) => createFetch(options));
    return (await made)(wanted, signal);
  };
}

/** Renders with what the flags of a command allow to be fetched. */
export function renderAllowed<T extends Rendering>(
  { flags, io, signal }: Pick<Invocation, 'flags' | 'io' | 'signal'>,
  render: (fetched: FetchedThings) => T,
): Promise<T> {
  return renderFetching(render, fetchOf(flags, io), signal);
}
