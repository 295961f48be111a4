import { expect, test } from 'vitest';
import { printFinding } from '../../model/finding.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { indexFolder } from './indexFolder.ts';

const source = (name: string): string =>
  `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: ${name}}\n`;
const flux = (name: string, path: string, from: string, more = ''): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}}\nspec:\n  path: ${path}\n  sourceRef: {kind: GitRepository, name: ${from}}\n${more}`;

function index(...objects: string[]): ReturnType<typeof indexFolder> {
  return indexFolder(memorySnapshot({ 'flux.yaml': objects.join('---\n'), 'app/a.yaml': 'a: b\n' }));
}

test('a source and a dependency that nobody wrote are told, with what was probably meant', () => {
  const { findings } = index(
    source('repo'),
    flux('app', './app', 'rpeo', '  dependsOn: [{name: ifra}]\n'),
    flux('infra', './app', 'repo'),
  );
  expect(findings?.map(printFinding)).toEqual([
    'flux.yaml:10:42: spec.sourceRef names the GitRepository "rpeo", which this repository does not have. Did you mean "repo"?',
    'flux.yaml:11:22: spec.dependsOn names the Kustomization "ifra", which this repository does not have. Did you mean "infra"?',
  ]);
  expect(findings?.every(({ severity }) => severity === 'warning')).toBe(true);
});

test('where no source is written at all, they come from elsewhere', () => {
  expect(index(flux('app', './app', 'repo')).findings).toEqual([]);
});

test('a repository none of whose paths stand here is another one; a wrong path of this one is a root that says so', () => {
  const { roots } = index(
    source('repo'),
    source('podinfo'),
    flux('a', './app', 'repo'),
    flux('b', './ap', 'repo'),
    flux('c', './kustomize', 'podinfo'),
  );
  expect(roots.map(({ id }) => id)).toEqual(['flux:/a', 'flux:/b']);
});
