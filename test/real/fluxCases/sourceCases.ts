// Odd GitRepositories: every ref, what is left out and put in, logins, signatures, addresses.
import type { JsonObject } from '../../../src/model/json.ts';
import { configMap, secret } from './fluxCase.ts';
import type { FluxCase, FluxStep, Repo } from './fluxCase.ts';

/** Two commits on main, versions, a branch with a slash, a pull request; `app` names the commit. */
async function versions(repo: Repo): Promise<void> {
  const says = (value: string): Promise<void> => repo.commit({ 'app/one.yaml': configMap('one', { value }) });
  await says('rc');
  await repo.git('tag', 'v1.0.0-rc.1');
  await says('one');
  await repo.git('tag', '-a', '-m', 'one', 'v1.0.0');
  await says('two-alpha');
  await repo.git('tag', '-a', '-m', 'two', 'v2.0.0-0');
  await repo.git('tag', '1.9');
  await repo.git('branch', 'feature/web', 'HEAD~1');
  await repo.git('update-ref', 'refs/pull/1/head', 'HEAD~2');
  await says('last');
}

const ref = (name: string, spec: JsonObject, more: Partial<FluxCase> = {}): FluxCase => ({
  name: `ref: ${name}`,
  repository: versions,
  sources: { repo: { ref: spec } },
  kustomizations: { app: {} },
  // Looked at once more, with nothing new.
  steps: [{}],
  ...more,
});
const source = (name: string, spec: JsonObject, more: Partial<FluxCase> = {}): FluxCase => ({
  name: `source: ${name}`,
  sources: { repo: { ref: { branch: 'main' }, ...spec } },
  ...more,
});
const files = (each: Readonly<Record<string, string>>) => async (repo: Repo) => repo.commit(each);
const TREE = {
  'app/one.yaml': configMap('one'),
  'app/two.yaml': configMap('two'),
  'app/three.txt': 'three\n',
  'other/four.yaml': configMap('four'),
  'other/deep/five.yaml': configMap('five'),
};

/** Where the message goes on in the words of Go's libraries, or with a path of the controller's folder. */
const WORDS_OF_THE_NETWORK = [
  'GitRepository/repo.conditions',
  'theirs only: event GitRepository/repo Warning',
  'ours only: event GitRepository/repo Warning',
];
const including = (include: JsonObject): FluxStep => ({
  flux: { 'GitRepository/repo': { spec: { include: [{ repository: { name: 'parts' }, ...include }] } } },
});

export const sourceCases: readonly FluxCase[] = [
  ref('semver with pre-releases', { semver: '>=1.0.0-0 <2' }),
  ref('semver of versions in short', { semver: '1.x' }),
  ref('semver with alternatives', { semver: '~1.0 || >=2.0.0-0' }),
  ref('semver that matches nothing', { semver: '>=7' }),
  ref('semver that is none', { semver: 'a.b' }),
  ref('annotated tag', { tag: 'v1.0.0' }),
  ref('tag that is missing', { tag: 'v7' }),
  ref('name of a branch', { name: 'refs/heads/feature/web' }),
  ref('name of a tag', { name: 'refs/tags/v1.0.0' }),
  ref('name of what a tag means', { name: 'refs/tags/v1.0.0^{}' }),
  ref('name of a pull request', { name: 'refs/pull/1/head' }),
  ref('name that is missing', { name: 'refs/heads/nothing' }),
  ref('name without refs', { name: 'main' }),
  ref('name HEAD', { name: 'HEAD' }),
  ref('name that ends with a slash', { name: 'refs/heads/main/' }),
  ref('branch with a slash', { branch: 'feature/web' }),
  ref('commit', { commit: 'COMMIT1' }),
  ref('commit on a branch', { commit: 'COMMIT0', branch: 'feature/web' }),
  ref('commit behind no branch but that', { commit: 'COMMIT3', branch: 'feature/web' }),
  ref('commit in short', { commit: '0123abc' }),
  ref('commit before all others', { commit: 'COMMIT1', tag: 'v1.0.0-rc.1', semver: '*', name: 'refs/heads/main' }),
  ref('name before tag and range', { tag: 'v1.0.0-rc.1', semver: '*', name: 'refs/heads/feature/web' }),
  ref('tag and range', { tag: 'v1.0.0-rc.1', semver: '1.0.x' }),
  ref('nothing in it', {}),
  ref(
    'from a branch to a tag and back',
    { branch: 'main' },
    {
      steps: [
        { flux: { 'GitRepository/repo': { spec: { ref: { branch: null, tag: 'v1.0.0' } } } } },
        { flux: { 'GitRepository/repo': { spec: { ref: { branch: 'nothing', tag: null } } } } },
        { flux: { 'GitRepository/repo': { spec: { ref: { branch: 'feature/web' } } } } },
      ],
    },
  ),
  source('an empty repository', {}, { repository: async () => undefined }),
  source(
    'a server that is not there',
    { url: 'http://127.0.0.1:1/nothing.git', timeout: '5s' },
    { meant: WORDS_OF_THE_NETWORK },
  ),
  source('an address that is none', { url: 'http://[::1/x' }, { meant: WORDS_OF_THE_NETWORK }),
  source(
    'suspended from the start',
    { suspend: true },
    {
      kustomizations: { app: {} },
      steps: [{ flux: { 'GitRepository/repo': { spec: { suspend: false } } } }],
    },
  ),
  source(
    'sparse checkout',
    { sparseCheckout: ['./app', 'other/deep/'] },
    {
      repository: files(TREE),
      kustomizations: { app: { path: './' } },
      steps: [{ flux: { 'GitRepository/repo': { spec: { sparseCheckout: ['other'] } } } }],
    },
  ),
  source(
    'sparse checkout of a folder that is missing',
    { sparseCheckout: ['app', './nothing'] },
    {
      repository: files(TREE),
      // Theirs goes on with a path of the controller.
      meant: WORDS_OF_THE_NETWORK,
      kustomizations: { app: {} },
      steps: [{ flux: { 'GitRepository/repo': { spec: { sparseCheckout: ['app'] } } } }],
    },
  ),
  ...['.', './', '/app', 'app/one.yaml', '../app', 'app//', '*', 'o', 'other/'].map((directory) =>
    source(
      `sparse checkout of "${directory}"`,
      { sparseCheckout: [directory] },
      {
        repository: files(TREE),
        meant: WORDS_OF_THE_NETWORK,
        kustomizations: { app: { path: './' } },
      },
    ),
  ),
  source(
    'sparse checkout of nothing',
    { sparseCheckout: [] },
    { repository: files(TREE), kustomizations: { app: {} } },
  ),
  source(
    'ignore',
    { ignore: '/*\n!/other\n*.txt\n' },
    {
      repository: files({ ...TREE, '.sourceignore': 'other/deep\n' }),
      kustomizations: { app: { path: './' } },
      steps: [
        { flux: { 'GitRepository/repo': { spec: { ignore: '' } } } },
        { flux: { 'GitRepository/repo': { spec: { ignore: null } } } },
      ],
    },
  ),
  source(
    '.sourceignore in folders',
    {},
    {
      repository: files({
        ...TREE,
        '.sourceignore': '*.txt\ndeep/\n',
        'other/.sourceignore': '!deep/\nfour.yaml\n',
        'app/.sourceignore': '# nothing\n/two.yaml\n',
      }),
      kustomizations: { app: { path: './' } },
    },
  ),
  {
    name: 'include: from a folder to a folder, and what changes in it',
    repository: files(TREE),
    sources: {
      parts: { ref: { branch: 'main' }, ignore: '/app/two.yaml' },
      repo: { ref: { branch: 'main' }, ignore: '/other\n' },
    },
    kustomizations: { app: { path: './', namePrefix: 'x-' } },
    steps: [
      {
        flux: {
          'GitRepository/repo': {
            spec: {
              include: [
                { repository: { name: 'parts' }, fromPath: './other', toPath: 'app/parts' },
                { repository: { name: 'parts' }, fromPath: 'other/deep' },
              ],
            },
          },
        },
      },
      { flux: { 'GitRepository/repo': { spec: { include: [{ repository: { name: 'parts' }, toPath: 'p' }] } } } },
      { flux: { 'GitRepository/repo': { spec: { include: [] } } } },
    ],
  },
  source('an include that is missing', { include: [{ repository: { name: 'nothing' } }] }),
  {
    name: 'include: what cannot be copied, and then can',
    meant: WORDS_OF_THE_NETWORK,
    repository: files(TREE),
    sources: { parts: { ref: { branch: 'main' } }, repo: { ref: { branch: 'main' } } },
    kustomizations: { app: { path: './app' } },
    steps: [
      including({ fromPath: 'nothing' }),
      including({ fromPath: 'other', toPath: 'app' }),
      including({ fromPath: 'other', toPath: 'app/one.yaml' }),
      including({ fromPath: 'other/four.yaml', toPath: 'app/four.yaml' }),
      including({ fromPath: '../../other', toPath: '../../app/up' }),
    ],
  },
  source('an include of itself', { include: [{ repository: { name: 'repo' } }] }),
  source('a login that is missing', { secretRef: { name: 'nothing' } }),
  source(
    'a password without a user',
    { secretRef: { name: 'login' } },
    { objects: [secret('login', { password: 'x' })] },
  ),
  source(
    'a login, a token and authorities that the server does not ask for',
    { secretRef: { name: 'login' } },
    {
      objects: [secret('login', { username: 'a', password: 'b', bearerToken: 'c' })],
    },
  ),
  source('a proxy that is missing', { proxySecretRef: { name: 'nothing' } }),
  source(
    'a proxy without an address',
    { proxySecretRef: { name: 'proxy' } },
    { objects: [secret('proxy', { username: 'x' })] },
  ),
  source(
    'a proxy whose address is empty',
    { proxySecretRef: { name: 'proxy' } },
    { objects: [secret('proxy', { address: '' })] },
  ),
  source(
    'a proxy that is not there',
    { proxySecretRef: { name: 'proxy' } },
    {
      meant: WORDS_OF_THE_NETWORK,
      objects: [secret('proxy', { address: 'http://127.0.0.1:1', password: 'p', username: 'u' })],
    },
  ),
  source('a proxy and a login that are missing', { proxySecretRef: { name: 'a' }, secretRef: { name: 'b' } }),
  source('a login and an include that are missing', {
    secretRef: { name: 'a' },
    include: [{ repository: { name: 'nothing' } }],
  }),
  source(
    'ssh without a known host',
    { url: 'ssh://git@127.0.0.1:1/x.git', secretRef: { name: 'login' } },
    {
      objects: [secret('login', { identity: 'x' })],
    },
  ),
  source(
    'ssh without a key',
    { url: 'ssh://git@127.0.0.1:1/x.git', secretRef: { name: 'login' } },
    {
      objects: [secret('login', { known_hosts: 'x' })],
    },
  ),
  source('verify: keys that are missing', { verify: { mode: 'HEAD', secretRef: { name: 'keys' } } }),
  source(
    'verify: a commit that is not signed',
    { verify: { secretRef: { name: 'keys' } } },
    {
      objects: [
        secret('keys', {
          'a.sshpub': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIyAJ3mUcJxtsZSGsnD0kJvLQWZkqIPpLxOUdMfFzAqP a\n',
        }),
      ],
    },
  ),
  source(
    'verify: a tag where there is a branch',
    { verify: { mode: 'Tag', secretRef: { name: 'keys' } } },
    {
      objects: [secret('keys', { 'a.asc': 'x' })],
    },
  ),
  ref(
    'verify: a tag that is not signed',
    { tag: 'v1.0.0' },
    {
      sources: { repo: { ref: { tag: 'v1.0.0' }, verify: { mode: 'TagAndHEAD', secretRef: { name: 'keys' } } } },
      objects: [secret('keys', { 'a.asc': 'x' })],
      steps: [{ flux: { 'GitRepository/repo': { spec: { verify: null } } } }],
    },
  ),
  source('provider github without a Secret', { provider: 'github' }),
  source(
    'provider github with a login',
    { provider: 'github', secretRef: { name: 'login' } },
    {
      objects: [secret('login', { username: 'a', password: 'b' })],
    },
  ),
  source(
    'the data of a GitHub App without its provider',
    { secretRef: { name: 'app' } },
    {
      objects: [secret('app', { githubAppID: '1', githubAppInstallationID: '2', githubAppPrivateKey: 'x' })],
    },
  ),
  source('provider azure in the name of an account', { provider: 'azure', serviceAccountName: 'x' }),
  source(
    'submodules where there are none',
    { recurseSubmodules: true },
    {
      kustomizations: { app: {} },
      steps: [{ flux: { 'GitRepository/repo': { spec: { recurseSubmodules: false } } } }],
    },
  ),
  source(
    'deleted with what is built from it',
    {},
    {
      kustomizations: { app: {} },
      // Their cache may still have it.
      meant: ['Kustomization/app.conditions'],
      steps: [{ flux: { 'GitRepository/repo': null } }],
    },
  ),
];
