// What a user gets wrong, committed while the loop runs: the status says where, the cluster keeps the last good state, and
// the mend is followed without anyone's help.
import { expect, test } from 'vitest';
import { getPath, getString } from '../../src/model/json.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { configMap, kustomization, openScenario } from './cluster.ts';

const GOOD: Readonly<Record<string, string>> = {
  'app/kustomization.yaml': 'resources:\n- one.yaml\n- two.yaml\n',
  'app/one.yaml': configMap('one', 'first'),
  'app/two.yaml': configMap('two', 'first'),
};

interface Mistake {
  readonly files: Readonly<Record<string, string>>;
  /** What the Ready condition says: the place, and what is wrong there. */
  readonly says: RegExp;
}

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a wrong type': {
    files: { 'app/two.yaml': `${configMap('two', 'first')}immutable: sometimes\n` },
    says: /app\/two\.yaml:8:12: immutable: expected boolean, got "sometimes"/,
  },
  'an unknown field': {
    files: { 'app/two.yaml': `${configMap('two', 'first')}dta: {}\n` },
    says: /app\/two\.yaml:8:1: dta: unknown field "dta"\. Did you mean "data"\?/,
  },
  'a patch that matches nothing': {
    files: {
      'app/kustomization.yaml': `${GOOD['app/kustomization.yaml'] ?? ''}patches:\n- path: patch.yaml\n`,
      'app/patch.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tow\n  namespace: default\n',
    },
    says: /app\/patch\.yaml:4:9: patch matches nothing: no ConfigMap named "tow"/,
  },
  'a missing file': {
    files: { 'app/kustomization.yaml': 'resources:\n- one.yaml\n- tow.yaml\n' },
    says: /app\/kustomization\.yaml:3:3: there is no file 'tow\.yaml'/,
  },
  'broken YAML': { files: { 'app/two.yaml': 'kind: [\n' }, says: /app\/two\.yaml:\d+:\d+: / },
  'a duplicate key': {
    files: { 'app/two.yaml': `${configMap('two', 'first')}data: {}\n` },
    says: /app\/two\.yaml:8:1: key 'data' stands twice/,
  },
  'a kustomization cycle': {
    files: {
      'app/kustomization.yaml': 'resources: [one.yaml, sub]\n',
      'app/sub/kustomization.yaml': 'resources: [../]\n',
    },
    says: /cycle: app -> app\/sub -> app/,
  },
  'a variable without an end': {
    files: { 'app/two.yaml': configMap('two', '"${open"') },
    says: /app\/two\.yaml:\d+:\d+: .*substitution/,
  },
};

test.for(Object.entries(MISTAKES))(
  '%s changes nothing, says where, and is healed by its mend',
  async ([, { files, says }]) => {
    const scenario = await openScenario({
      'clusters/dev/app.yaml': kustomization('app', './app', 'postBuild:', '  substitute:', '    known: value'),
      ...GOOD,
    });
    await scenario.ready('app');
    const inventory = getPath(await scenario.kustomization('app'), 'status', 'inventory');

    // The mistake comes with a change that is right, and takes nothing away: neither may happen.
    await scenario.commit({ 'app/one.yaml': configMap('one', 'second'), ...files });
    await scenario.until(`the status says ${String(says)}`, async () =>
      says.test(getCondition((await scenario.kustomization('app')) ?? {}, 'Ready')?.message ?? ''),
    );
    expect(getCondition((await scenario.kustomization('app')) ?? {}, 'Ready')?.status).toBe('False');
    expect(getString(await scenario.configMap('one'), 'data', 'value')).toBe('first');
    expect(await scenario.configMap('two')).toBeDefined();
    expect(getPath(await scenario.kustomization('app'), 'status', 'inventory')).toEqual(inventory);

    await scenario.commit({ ...GOOD, 'app/one.yaml': configMap('one', 'second') });
    await scenario.ready('app');
    expect(getString(await scenario.configMap('one'), 'data', 'value')).toBe('second');
  },
);

test('a bad interval in one Kustomization does not stop the others', async () => {
  const app = kustomization('app', './app');
  const scenario = await openScenario({
    ...GOOD,
    'clusters/dev/app.yaml': app,
    'clusters/dev/root.yaml': kustomization('root', './clusters/dev'),
    'clusters/dev/other.yaml': kustomization('other', './other'),
    'other/three.yaml': configMap('three', 'first'),
  });
  await scenario.ready('root', 'app', 'other');
  await scenario.commit({
    'clusters/dev/app.yaml': app.replace('interval: 10m', 'interval: 1y'),
    'other/three.yaml': configMap('three', 'second'),
    'app/one.yaml': configMap('one', 'second'),
  });
  await scenario.ready('other', 'app');
  await scenario.until('root says why', async () =>
    /app.*spec\.interval/s.test(getCondition((await scenario.kustomization('root')) ?? {}, 'Ready')?.message ?? ''),
  );
  expect(getString(await scenario.configMap('three'), 'data', 'value')).toBe('second');
  expect(getString(await scenario.configMap('one'), 'data', 'value')).toBe('second');
  await scenario.commit({ 'clusters/dev/app.yaml': app });
  await scenario.ready('root', 'app', 'other');
});

test('a source that does not exist, corrected: what depends on others goes on at once', async () => {
  const app = kustomization('app', './app', 'dependsOn:', '  - name: base');
  const files = (sourceRef: string, value: string): Record<string, string> => ({
    'clusters/dev/app.yaml': app.replace('name: test', `name: ${sourceRef}`),
    'base/three.yaml': configMap('three', value),
  });
  const scenario = await openScenario({
    ...GOOD,
    ...files('test', 'first'),
    'clusters/dev/root.yaml': kustomization('root', './clusters/dev'),
    'clusters/dev/base.yaml': kustomization('base', './base', 'wait: true'),
  });
  await scenario.ready('root', 'base', 'app');
  // The base changes with each commit: it is busy in the moment in which the dependent asks for it.
  for (const value of ['second', 'third', 'fourth']) {
    await scenario.commit(files('tset', value));
    await scenario.until('app has no source', async () =>
      /"tset" not found/.test(getCondition((await scenario.kustomization('app')) ?? {}, 'Ready')?.message ?? ''),
    );
    await scenario.commit(files('test', `${value} again`));
    await scenario.until(
      'three has followed',
      async () => getString(await scenario.configMap('three'), 'data', 'value') === `${value} again`,
    );
    await scenario.ready('root', 'base', 'app');
  }
});
