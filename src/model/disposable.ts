// Whoever creates a thing disposes it, through one store.

export interface Disposable {
  dispose(): void;
}

/** Holds what its owner must give back. Adding to a disposed store disposes at once, which closes the usual leak. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];
  private disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    this.disposed = true;
    for (const item of this.items.splice(0).reverse()) item.dispose();
  }
}
