// The stages of a rendering that keeps nothing for the next one, for commands: everything is built from the beginning.
import { build } from '../../render/build.ts';
import { renderFlux } from '../../render/flux/renderFlux.ts';
import type { BuildOptions } from '../../render/rendering.ts';
import type { RenderStages } from './renderer.ts';

export function plainStages(options: BuildOptions, validate: RenderStages['validate']): RenderStages {
  return {
    build: (files, path) => build(files, path, options),
    render: (files, object, variables, written) => renderFlux(files, object, variables, { ...options, written }),
    validate,
  };
}
