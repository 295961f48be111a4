// Garbage collection by owner references.
import type { Controller } from './controllers/controller.ts';

export const collectGarbage: Controller = () => ({ dispose: () => undefined });
