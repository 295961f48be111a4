// Limit ranges: defaults and who may create them (k8s.io/kubernetes pkg/apis/core/v1 defaults.go).
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, forbiddenField, invalidValue, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { qualifiedNameErrors } from '../../model/names.ts';
import { textAt } from '../validation/values.ts';
import { itemsAt, objectAt, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';

export const limitRange: KindRules = {
  // Of containers, a maximum is the default limit, and a default limit or a minimum the default request.
  default: (object) => {
    for (const item of itemsAt(structAt(object, 'spec'), 'limits')) {
      if (item['type'] !== 'Container') continue;
      const limits: JsonObject = { ...objectAt(item, 'default') };
      const requests: JsonObject = { ...objectAt(item, 'defaultRequest') };
      for (const [name, most] of Object.entries(objectAt(item, 'max') ?? {})) limits[name] ??= most;
      for (const [name, limit] of Object.entries(limits)) requests[name] ??= limit;
      for (const [name, least] of Object.entries(objectAt(item, 'min') ?? {})) requests[name] ??= least;
      if (Object.keys(limits).length > 0) item['default'] = limits;
      if (Object.keys(requests).length > 0) item['defaultRequest'] = requests;
    }
  },
  createOnUpdate: true,
  validate: (object) => {
    const seen = new Set<string>();
    return itemsAt(structAt(object, 'spec'), 'limits').flatMap((item, i) => {
      const [at, type] = [`spec.limits[${i}]`, textAt(item, 'type')];
      const errors: FieldError[] = seen.has(type) ? [duplicateValue(`${at}.type`, type)] : [];
      errors.unshift(...typeErrors(type, `${at}.type`));
      seen.add(type);
      const isBounded = ['min', 'max'].some((side) => objectAt(item, side)?.['storage'] !== undefined);
      if (type === 'PersistentVolumeClaim' && !isBounded)
        errors.push(
          requiredValue(
            `${at}.limits`,
            'either minimum or maximum storage value is required, but neither was provided',
          ),
        );
      if (type === 'Pod')
        for (const field of ['default', 'defaultRequest'])
          if (Object.keys(objectAt(item, field) ?? {}).length > 0)
            errors.push(forbiddenField(`${at}.${field}`, "may not be specified when `type` is 'Pod'"));
      return errors;
    });
  },
};

const TYPES = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);

function typeErrors(type: string, at: string): FieldError[] {
  const errors = qualifiedNameErrors(type).map((error) => invalidValue(at, type, error));
  if (errors.length > 0 || type.includes('/') || TYPES.has(type)) return errors;
  return [invalidValue(at, type, 'must be a standard limit type or fully qualified')];
}
