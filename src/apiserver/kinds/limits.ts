// Limit ranges: defaults and who may create them (k8s.io/kubernetes pkg/apis/core/v1 defaults.go).
import type { JsonObject } from '../../model/json.ts';
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
};
