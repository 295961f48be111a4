// Which of several built directories are bases: read by the build of another one. What is incomplete in a base alone may be
// completed there. Reads nothing.

/** A built directory and every path that its build looked at. */
export interface Built {
  readonly path: string;
  readonly files: ReadonlySet<string>;
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The paths of those that another build reads as well. */
export function basesAmong(built: readonly Built[]): ReadonlySet<string> {
  const bases = new Set<string>();
  for (const { path } of built) {
    const files = NAMES.map((name) => (path === '' ? name : `${path}/${name}`));
    if (built.some((other) => other.path !== path && files.some((file) => other.files.has(file)))) bases.add(path);
  }
  return bases;
}
