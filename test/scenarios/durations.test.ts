// Durations that a cluster stores and that would make a loop run hot or stand still: they harm neither it nor their siblings.
import { expect, test } from 'vitest';
import { getPath } from '../../src/model/json.ts';
import { configMap, kustomization, openScenario } from './cluster.ts';
import type { Scenario } from './cluster.ts';

const looks = (scenario: Scenario, name: string): number =>
  scenario.events.filter((event) => event.type === 'phase' && event.owner.name === name && event.phase === 'idle')
    .length;

test.each(['0s', '0h0m', '1000h', '99999999999999999999h'])(
  'B13: an interval of %s: its Kustomization is applied once and left, and the sibling is looked at as before',
  async (interval) => {
    const scenario = await openScenario({
      'clusters/dev/app.yaml': kustomization('app', './app', `interval: ${interval}`, `retryInterval: ${interval}`),
      'clusters/dev/other.yaml': kustomization('other', './other', 'interval: 20ms'),
      'app/one.yaml': configMap('one', 'first'),
      'other/two.yaml': configMap('two', 'first'),
    });
    await scenario.ready('app', 'other');
    const before = { app: looks(scenario, 'app'), other: looks(scenario, 'other') };
    await scenario.until('the sibling was looked at', () => looks(scenario, 'other') > before.other + 10);
    expect(looks(scenario, 'app') - before.app).toBeLessThanOrEqual(1);
    await scenario.commit({ 'app/one.yaml': configMap('one', 'second') });
    const value = async (): Promise<unknown> => getPath(await scenario.configMap('one'), 'data', 'value');
    await scenario.until('the commit is followed', async () => (await value()) === 'second');
  },
);
