// Which places of a plan's text are links, and where they stand.
import { expect, test } from 'vitest';
import { planLinks } from './planLinks.ts';

test('a place leads to its file, beside a change and on a line of its own', () => {
  const files = new Set(['base/web.yaml', 'my apps/kustomization.yaml']);
  const text = `flux-system/apps
    ~ Deployment staging/web
      spec.replicas   6 -> 4   base/web.yaml:9
        my apps/kustomization.yaml:8
      spec.image
        "shop/web:1" -> "shop/web:2"
        gone.yaml:3
`;
  expect(planLinks(text, (path) => files.has(path))).toEqual([
    { line: 2, start: 31, end: 46, path: 'base/web.yaml', at: 9 },
    { line: 3, start: 8, end: 36, path: 'my apps/kustomization.yaml', at: 8 },
  ]);
});
