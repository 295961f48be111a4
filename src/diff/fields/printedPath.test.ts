// A printed path leads back to the field that it was printed of.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { stepsOfPrinted } from './printedPath.ts';

const object: JsonObject = {
  metadata: { labels: { 'app.kubernetes.io/name': 'web', app: 'web' } },
  spec: {
    replicas: 3,
    containers: [
      { name: 'side', image: 'web' },
      { name: 'web', image: 'web:1', ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }] },
    ],
    args: ['-v', '--all'],
    hosts: [{ a: 'x' }, { a: 'x' }],
  },
};

test.each([
  ['spec.replicas', ['spec', 'replicas']],
  ['metadata.labels[app.kubernetes.io/name]', ['metadata', 'labels', 'app.kubernetes.io/name']],
  ['spec.containers[web].image', ['spec', 'containers', 1, 'image']],
  ['spec.containers[web].ports[80,UDP].protocol', ['spec', 'containers', 1, 'ports', 1, 'protocol']],
  ['spec.containers[web].ports[80,TCP].containerPort', ['spec', 'containers', 1, 'ports', 0, 'containerPort']],
  ['spec.args[--all]', ['spec', 'args', 1]],
  ['spec.hosts[1].a', ['spec', 'hosts', 1, 'a']],
])('%s', (path, steps) => {
  expect(stepsOfPrinted(object, path)).toEqual(steps);
});

test('a field that is not there, and one that may be two', () => {
  expect(stepsOfPrinted(object, 'spec.paused')).toBeUndefined();
  expect(stepsOfPrinted(object, 'spec.hosts[x].a')).toBeUndefined();
});
