// Field selectors (`metadata.name=x,status.phase!=Running`), as k8s.io/apimachinery pkg/fields/selector.go parses them.
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { badRequest } from '../errors.ts';
import type { ServedResource } from '../served.ts';

export type FieldSelector = (object: JsonObject) => boolean;

interface Term {
  readonly field: string;
  readonly value: string;
  readonly isEqual: boolean;
}

/** Parses a selector for a resource. Throws the 400 of a broken one or of a field that is not selectable. */
export function parseFieldSelector(text: string, resource: ServedResource): FieldSelector {
  const terms = text
    .split(/(?<!\\),/)
    .filter((part) => part !== '')
    .map((part) => parseTerm(part, text));
  const generic = resource.type.namespaced ? ['metadata.name', 'metadata.namespace'] : ['metadata.name'];
  for (const { field } of terms) checkField(field, generic, resource);
  return (object) => {
    const fields = fieldsOf(resource, object);
    return terms.every(({ field, value, isEqual }) => ((fields[field] ?? '') === value) === isEqual);
  };
}

function parseTerm(part: string, whole: string): Term {
  const match = /^((?:\\.|[^\\=!])*)(!=|==|=)(.*)$/s.exec(part);
  if (!match) throw badRequest(`invalid selector: '${whole}'; can't understand '${part}'`);
  const [, field = '', operator = '', value = ''] = match;
  return { field, value: value.replace(/\\([\\,=])/g, '$1'), isEqual: operator !== '!=' };
}

function checkField(field: string, generic: readonly string[], resource: ServedResource): void {
  if (generic.includes(field) || field === 'metadata.namespace' || field === 'metadata.name') return;
  const { custom, rules } = resource;
  if (custom) {
    if (custom.selectableFields.some((path) => path.replace(/^\./, '') === field)) return;
    throw badRequest(`field label not supported: ${field}`);
  }
  if (rules.selectableFields) {
    if (Object.hasOwn(rules.selectableFields({}), field)) return;
    throw badRequest(`field label not supported: ${field}`);
  }
  throw badRequest(
    `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}

function fieldsOf({ rules, custom }: ServedResource, object: JsonObject): Readonly<Record<string, string>> {
  const own = rules.selectableFields?.(object) ?? {};
  const fields: Record<string, string> = {
    ...own,
    'metadata.name': getString(object, 'metadata', 'name') ?? '',
    'metadata.namespace': getString(object, 'metadata', 'namespace') ?? '',
  };
  for (const path of custom?.selectableFields ?? []) {
    const name = path.replace(/^\./, '');
    const value = getPath(object, ...name.split('.'));
    if (value !== undefined && value !== null && typeof value !== 'object') fields[name] = String(value);
  }
  return fields;
}
