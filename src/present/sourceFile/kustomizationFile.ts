// Which files are kustomizations, and which one stands for a folder. Pure.
import { joinPath } from '../../source/paths.ts';

/** The files of the workspace as they are now: the part of a snapshot that is looked at here. */
export interface SourceFiles {
  kind(path: string): 'file' | 'directory' | undefined;
  text(path: string): string | undefined;
  list(path: string): readonly string[];
}

/** The names that kustomize recognises (api/konfig/general.go). */
export const KUSTOMIZATION_NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export function isKustomizationFile(path: string): boolean {
  return KUSTOMIZATION_NAMES.includes(path.slice(path.lastIndexOf('/') + 1));
}

/** The files that open for a path: itself, the kustomization of a folder, or the manifests of a folder without one. */
export function filesOfPath(files: SourceFiles, path: string): string[] {
  const kind = files.kind(path);
  if (kind !== 'directory') return kind === undefined ? [] : [path];
  const names = files.list(path);
  const kustomization = KUSTOMIZATION_NAMES.find((name) => names.includes(name));
  const shown = kustomization === undefined ? names.filter((name) => /\.ya?ml$/.test(name)) : [kustomization];
  return shown.map((name) => joinPath(path, name)).filter((file) => files.kind(file) === 'file');
}
