// The kustomization that Flux makes for a directory without one (fluxcd/pkg/kustomize scanManifests): every YAML file below
// it, and every directory below it that has a kustomization, as a whole. Nothing is written.
import type { Node } from '../../model/node.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import { kustomizationFileNames } from '../kustomization/read.ts';
import { sourceAt } from '../load/loader.ts';
import type { LoaderBase } from '../load/loader.ts';
import { readResources } from '../load/readResources.ts';
import { newList, newMap, newText } from '../write.ts';
import type { Change } from '../write.ts';

const change: Change = { place: undefined, cause: { by: 'flux', field: 'path' } };

/** A kustomization over what is below `root`. Files that hold no readable objects are reported. */
export function generateKustomization(base: LoaderBase, root: string): Kustomization {
  const found = scan(base, root);
  const paths: Node[] = found.map((path) => newText(`./${root === '' ? path : path.slice(root.length + 1)}`, change));
  // Without any resource a kustomization would be refused as empty; upstream's way out is a field that does nothing.
  const fields = newMap(
    change,
    paths.length > 0 ? [['resources', newList(change, paths)]] : [['namespace', newText('_placeholder', change)]],
  );
  return { root, fileName: kustomizationFileNames[0] ?? '', kind: 'Kustomization', fields, place: undefined };
}

/** The directories and files to add, in the order of a walk. */
function scan(base: LoaderBase, directory: string): string[] {
  base.files.add(directory);
  const found: string[] = [];
  for (const name of base.snapshot.list(directory)) {
    const path = directory === '' ? name : `${directory}/${name}`;
    if (base.snapshot.kind(path) === 'directory') {
      if (hasKustomization(base, path)) found.push(path);
      else found.push(...scan(base, path));
    } else if (/\.ya?ml$/.test(name) && isReadable(base, path)) {
      found.push(path);
    }
  }
  return found;
}

function hasKustomization(base: LoaderBase, directory: string): boolean {
  return kustomizationFileNames.some((name) => {
    base.files.add(`${directory}/${name}`);
    return base.snapshot.kind(`${directory}/${name}`) === 'file';
  });
}

/** A file with errors is reported here and left out, so that the build does not report it again. */
function isReadable(base: LoaderBase, path: string): boolean {
  base.files.add(path);
  const source = sourceAt(base, path);
  if (!source) return false;
  const errors = readResources(source, () => false).findings.filter((finding) => finding.severity === 'error');
  for (const finding of errors) base.report(finding);
  return errors.length === 0;
}
