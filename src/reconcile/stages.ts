// The real stages of the loop, wired: render, validate, apply, prune, health, drift. Decides nothing itself.
import type { SchemaSet } from '../schema/schemaSet.ts';
import type { Stages } from './deps.ts';

export function fluxStages(schemas: SchemaSet): Stages {
  throw new Error(`not wired yet: ${typeof schemas}`);
}
