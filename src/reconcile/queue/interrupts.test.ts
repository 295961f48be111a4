import { expect, test } from 'vitest';
import type { ObjectRef } from '../../model/objectRef.ts';
import { GIT_REPOSITORY, KUSTOMIZATION } from '../fluxKinds.ts';
import { createInterrupts } from './interrupts.ts';

const app: ObjectRef = { ...KUSTOMIZATION, namespace: 'flux-system', name: 'app' };
const source: ObjectRef = { ...GIT_REPOSITORY, namespace: 'flux-system', name: 'repo' };

test('a health wait ends when its source has a newer revision, and says which source', () => {
  const interrupts = createInterrupts(true);
  const waiting = interrupts.waiting(app);
  interrupts.left(source, 'main@sha1:1', [app]);
  expect([waiting.aborted, waiting.reason]).toEqual([true, source]);
});

test('a health wait goes on where the loop is told so, and where the Kustomization is not concerned', () => {
  const patient = createInterrupts(false);
  const hasty = createInterrupts(true);
  const waits = [patient.waiting(app), hasty.waiting(app)];
  patient.left(source, 'main@sha1:1', [app]);
  hasty.left(source, 'main@sha1:1', []);
  expect(waits.map(({ aborted }) => aborted)).toEqual([false, false]);
});

test('an apply ends only if its own revision was abandoned, and only once', () => {
  const interrupts = createInterrupts(true);
  const first = interrupts.applying(app, 'main@sha1:1');
  interrupts.left(source, 'main@sha1:1', [app]);
  expect(first.aborted).toBe(false);

  interrupts.abandon('main@sha1:1');
  const other = interrupts.applying(app, 'main@sha1:2');
  interrupts.left(source, 'main@sha1:1', [app]);
  expect(other.aborted).toBe(false);

  const again = interrupts.applying(app, 'main@sha1:1');
  interrupts.left(source, 'main@sha1:1', [app]);
  expect(again.aborted).toBe(false);

  interrupts.abandon('main@sha1:1');
  interrupts.left(source, 'main@sha1:1', [app]);
  expect(again.aborted).toBe(true);
});

test('what has settled is not ended any more', () => {
  const interrupts = createInterrupts(true);
  const waiting = interrupts.waiting(app);
  interrupts.settled(app);
  interrupts.left(source, 'main@sha1:1', [app]);
  expect(waiting.aborted).toBe(false);
});
