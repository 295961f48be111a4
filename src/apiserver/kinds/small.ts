// Kinds with few rules: classes and templates that other objects name.
import { equalJson } from '../../model/json.ts';
import { invalidValue, requiredValue } from '../validation/fieldError.ts';
import { labelErrors } from '../validation/metadata.ts';
import { labelNameErrors } from '../../model/names.ts';
import { immutableField, textAt } from '../validation/values.ts';
import { objectAt, setDefault } from './defaulting.ts';
import type { KindRules } from './kind.ts';
import { defaultTemplate } from './podSpec.ts';
import { podTemplateErrors } from '../validation/podSpec.ts';

export const runtimeClass: KindRules = {
  createOnUpdate: true,
  unconditionalUpdate: false,
  validate: (object) => {
    const handler = textAt(object, 'handler');
    return [
      ...(handler === ''
        ? [requiredValue('handler')]
        : labelNameErrors(handler).map((error) => invalidValue('handler', handler, error))),
      ...labelErrors(objectAt(objectAt(object, 'scheduling'), 'nodeSelector'), 'scheduling.nodeSelector'),
    ];
  },
  validateUpdate: (object, old) => immutableField(object['handler'], old['handler'], 'handler'),
};

export const ingressClass: KindRules = {
  default: (object) => {
    const parameters = objectAt(objectAt(object, 'spec'), 'parameters');
    if (parameters) setDefault(parameters, 'scope', 'Cluster');
  },
  generation: 'spec',
  validateUpdate: (object, old) =>
    immutableField(objectAt(object, 'spec')?.['controller'], objectAt(old, 'spec')?.['controller'], 'spec.controller'),
};

export const podTemplate: KindRules = {
  deleteAnswers: 'object',
  default: (object) => defaultTemplate(object),
  generation: (object, old) => !equalJson(object['template'], old['template']),
  validate: (object) => podTemplateErrors(objectAt(object, 'template') ?? {}, 'template'),
};
