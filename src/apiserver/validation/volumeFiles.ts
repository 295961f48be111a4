// Rules of the volume sources that become files in the pod: keys of ConfigMaps and Secrets, fields of the pod, tokens
// (k8s.io/kubernetes pkg/apis/core/validation).
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { fieldSelectorErrors } from './fieldSelector.ts';
import { localPathErrors } from './paths.ts';
import { resourceFieldErrors } from './resourceField.ts';
import { eachItem, requiredText, textAt } from './values.ts';
import type { SourceRule } from './volumeSources.ts';

const MODE_LIMIT = 0o777;
const TOKEN_SECONDS = { least: 600, most: 2 ** 32 };
const PROJECTED = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate'];

/** A source whose keys become files; `name` is the field that names it. */
export const filesOf =
  (name: string): SourceRule =>
  (source, path) => [
    ...requiredText(source, name, path),
    ...modeErrors(source, 'defaultMode', path),
    ...eachItem(source, 'items', path).flatMap(({ item, at }) => keyErrors(item, at)),
  ];

function modeErrors(source: JsonObject, field: string, path: string): FieldError[] {
  const mode = source[field];
  return typeof mode === 'number' && (mode < 0 || mode > MODE_LIMIT)
    ? [invalidValue(`${path}.${field}`, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];
}

function keyErrors(item: JsonObject, path: string): FieldError[] {
  return [
    ...requiredText(item, 'key', path),
    ...requiredText(item, 'path', path),
    ...localPathErrors(textAt(item, 'path'), `${path}.path`),
    ...modeErrors(item, 'mode', path),
  ];
}

/** What is wrong with an item is told at the source, not at the item. */
export const downwardErrors: SourceRule = (source, path) => [
  ...modeErrors(source, 'defaultMode', path),
  ...eachItem(source, 'items', path).flatMap(({ item }) => downwardFileErrors(item, path)),
];

function downwardFileErrors(item: JsonObject, path: string): FieldError[] {
  return [
    ...requiredText(item, 'path', path),
    ...localPathErrors(textAt(item, 'path'), `${path}.path`),
    ...downwardSourceErrors(item, path),
    ...modeErrors(item, 'mode', path),
  ];
}

function downwardSourceErrors(item: JsonObject, path: string): FieldError[] {
  const [field, resource] = [item['fieldRef'], item['resourceFieldRef']];
  if (isJsonObject(field)) {
    const both = 'fieldRef and resourceFieldRef can not be specified simultaneously';
    const second = isJsonObject(resource) ? [invalidValue(path, 'resource', both)] : [];
    return [...fieldSelectorErrors(field, `${path}.fieldRef`, 'file'), ...second];
  }
  if (!isJsonObject(resource)) return [requiredValue(path, 'one of fieldRef and resourceFieldRef is required')];
  return resourceFieldErrors(resource, `${path}.resourceFieldRef`, 'file');
}

/** Files of several sources in one volume: no two may have one path. */
export const projectedErrors: SourceRule = (source, path) => {
  const taken = new Set<string>();
  const once = (place: string, told: string): FieldError[] => {
    if (place === '') return [];
    if (taken.has(place)) return [invalidValue(path, told, 'conflicting duplicate paths')];
    taken.add(place);
    return [];
  };
  return [
    ...modeErrors(source, 'defaultMode', path),
    ...eachItem(source, 'sources', path).flatMap(({ item, at }) => {
      const present = PROJECTED.filter((field) => isJsonObject(item[field]));
      const many = present.length > 1 ? [forbiddenField(at, 'may not specify more than 1 volume type per source')] : [];
      return [
        ...present.flatMap((field) => projectionErrors(field, item[field] as JsonObject, at, path, once)),
        ...many,
      ];
    }),
  ];
};

type Once = (place: string, told: string) => FieldError[];

function projectionErrors(field: string, source: JsonObject, at: string, path: string, once: Once): FieldError[] {
  if (field === 'serviceAccountToken') return tokenErrors(source, `${at}.${field}`, path);
  if (field === 'downwardAPI')
    return eachItem(source, 'items', at).flatMap(({ item }) => [
      ...downwardFileErrors(item, `${at}.${field}`),
      ...once(textAt(item, 'path'), textAt(item, 'path')),
    ]);
  if (field !== 'secret' && field !== 'configMap') return [];
  const name = textAt(source, 'name');
  return [
    ...requiredText(source, 'name', `${at}.${field}`),
    ...eachItem(source, 'items', `${at}.${field}`).flatMap(({ item, at: one }) => [
      ...keyErrors(item, one),
      ...once(textAt(item, 'path'), name),
    ]),
  ];
}

/** Its path is told at the volume. */
function tokenErrors(source: JsonObject, at: string, path: string): FieldError[] {
  const [seconds, place] = [Number(source['expirationSeconds'] ?? 0), textAt(source, 'path')];
  const wrong = (why: string): FieldError => invalidValue(`${at}.expirationSeconds`, seconds, why);
  return [
    ...(seconds < TOKEN_SECONDS.least ? [wrong('may not specify a duration less than 10 minutes')] : []),
    ...(seconds > TOKEN_SECONDS.most ? [wrong('may not specify a duration larger than 2^32 seconds')] : []),
    ...(place === '' ? [requiredValue(`${path}.path`)] : localPathErrors(place, `${path}.path`)),
  ];
}
