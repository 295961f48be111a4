// Answers in the place of helm-controller and of the sources that cannot be reached from a test: every release, chart and
// artifact is ready. Brings none of the objects that a chart would. Ends when it is disposed.
import type { Disposable } from '../../src/model/disposable.ts';
import { getList, getPath } from '../../src/model/json.ts';
import { refOf } from '../../src/model/objectRef.ts';
import { StatusError } from '../../src/kube/client.ts';
import type { KubeClient } from '../../src/kube/client.ts';

const KINDS = [
  { group: 'helm.toolkit.fluxcd.io', version: 'v2', kind: 'HelmRelease' },
  { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'HelmRepository' },
  { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'OCIRepository' },
];
const POLL_MS = 300;

export function answerForCharts(client: KubeClient): Disposable {
  const stop = new AbortController();
  const round = async (): Promise<void> => {
    for (const gvk of KINDS) {
      const type = await client.resourceType(gvk);
      for (const item of type ? (await client.list(type, {})).items : []) {
        if (getList(item, 'status', 'conditions')) continue;
        const ref = { ...refOf(item), ...gvk };
        const generation = getPath(item, 'metadata', 'generation') ?? 1;
        const ready = {
          type: 'Ready',
          status: 'True',
          reason: 'Succeeded',
          message: 'as if it were installed',
          lastTransitionTime: new Date().toISOString(),
        };
        const status = { observedGeneration: generation, conditions: [ready] };
        const options = { fieldManager: 'stand-in', subresource: 'status' };
        await client.patch(ref, 'application/merge-patch+json', { status }, options);
      }
    }
  };
  const go = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await round();
      } catch (error) {
        // An object may be gone by now, and the server at the end.
        if (!(error instanceof StatusError) && !stop.signal.aborted) throw error;
      }
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  };
  void go();
  return { dispose: () => stop.abort() };
}
