// `openapi`: the types to merge by, from a file of OpenAPI definitions. The first kustomization that says so decides for
// the whole build, as upstream. Definitions stand alone, unless objects of other kinds were seen before.
import { gvkKey } from '../layer.ts';
import type { Layer } from '../layer.ts';
import { child, textOf } from '../../model/node.ts';
import { kustomizationInvalid } from '../findings.ts';
import { readOpenApi } from './openapiSchema.ts';

/** The versions whose types upstream carries along. */
const BUILTIN_VERSIONS = new Set(['v1.21.2']);

export function setSchemas(layer: Layer): void {
  const { state } = layer;
  const field = child(layer.kustomization.fields, 'openapi');
  const path = child(field, 'path');
  const version = child(field, 'version');
  const source = path && layer.loader.text(textOf(path) ?? '', path.origin.place);
  if (state.schemasAreSet) return;
  if (source && version) {
    state.base.report(kustomizationInvalid('openapi has a path and a version; keep one', field?.origin.place));
  } else if (source) {
    const builtin = state.sawOtherKinds ? state.schemas : undefined;
    const found = readOpenApi(source, builtin, state.base.report);
    if (!found) return;
    state.schemas = found.schemas;
    state.schemasAreSet = true;
    for (const gvk of found.clusterScoped) state.clusterScoped.add(gvkKey(gvk));
  } else if (version) {
    const text = textOf(version) ?? '';
    if (BUILTIN_VERSIONS.has(text)) state.schemasAreSet = true;
    else if (text !== '')
      state.base.report(
        kustomizationInvalid(
          `the OpenAPI version '${text}' is not built in: use v1.21.2, or a file by its path`,
          version.origin.place,
        ),
      );
  }
}
