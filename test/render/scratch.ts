// What builds that remember are held to: a build from scratch of the same files. And objects to build.
import { expect } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import type { Place } from '../../src/model/sourceText.ts';
import { build } from '../../src/render/build.ts';
import { printManifests } from '../../src/render/output/print.ts';
import type { Rendering } from '../../src/render/rendering.ts';
import { sameNode } from '../../src/render/rebuild/sameNode.ts';
import { emptySchemas } from '../../src/schema/schemaSetOf.ts';
import { memorySnapshot } from '../../src/source/memory.ts';

export const options = { schemas: emptySchemas, loadRestrictor: 'rootOnly', order: 'legacy' } as const;

function placeText({ source, start, end }: Place): string {
  const { line, column } = source.position(start);
  return `${source.path}:${line}:${column} ${start}-${end} of ${source.text.length}`;
}

function findingText({ at, related, ...rest }: Finding): string {
  const places = [at, ...(related ?? []).map((one) => one.at)].map((place) => place && placeText(place));
  return JSON.stringify([rest, places, related?.map((one) => one.message)]);
}

/** The bytes, the findings and every origin are those of a build from scratch. */
export function checkSame(rendering: Rendering, files: Readonly<Record<string, string>>): void {
  checkAlike(rendering, build(memorySnapshot(files), 'overlay', options));
}

/** Both have the same bytes, findings and origins. */
export function checkAlike(rendering: Rendering, scratch: Rendering): void {
  expect(printManifests(rendering.manifests)).toBe(printManifests(scratch.manifests));
  expect(rendering.findings.map(findingText)).toEqual(scratch.findings.map(findingText));
  for (const [i, { node }] of rendering.manifests.entries())
    expect(sameNode(node, scratch.manifests[i]?.node ?? node), printManifests([{ node }])).toBe(true);
  expect([...rendering.files].sort()).toEqual([...scratch.files].sort());
}

export const deployment = (name: string, extra: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels: {app: ${name}}
spec:
  replicas: 2
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers:
      - name: app
        image: shop/app:1.0.0 # the image
        envFrom:
        - configMapRef: {name: settings-${name}}
        - configMapRef: {name: shared}
${extra}`;

export const others = (name: string): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}, annotations: {note: "1"}}
spec:
  selector: {app: ${name}}
  ports:
  - port: 80
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-${name}
data:
  level: info
  url: "http://${name}"
`;
