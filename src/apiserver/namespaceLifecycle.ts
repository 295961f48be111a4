// The end of a namespace: everything in it is deleted, then its finalizer goes.
import type { Controller } from './controllers/controller.ts';

export const finishNamespaces: Controller = () => ({ dispose: () => undefined });
