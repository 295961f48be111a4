// A plain event: listeners are called in the order of their registration.
import type { Disposable } from './disposable.ts';

export type Listener<T> = (value: T) => void;

export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<Listener<T>>();

  on(listener: Listener<T>): Disposable {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  emit(value: T): void {
    // A listener may add or remove listeners: the round goes over those that were there when it began.
    for (const listener of Array.from(this.listeners)) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}
