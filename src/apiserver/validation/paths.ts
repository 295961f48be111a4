// Paths inside of volumes and containers, as k8s.io/kubernetes pkg/apis/core/validation looks at them.
import { invalidValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';

/** No part of it leads up. */
export function backstepErrors(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : [];
}

/** It leads down from where it starts. */
export function descendingPathErrors(path: string, field: string): FieldError[] {
  const absolute = path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : [];
  return [...absolute, ...backstepErrors(path, field)];
}

/** The same for files that the kubelet writes: names with two dots in front are its own. */
export function localPathErrors(path: string, field: string): FieldError[] {
  const isReserved = path.startsWith('..') && !path.startsWith('../');
  return [
    ...descendingPathErrors(path, field),
    ...(isReserved ? [invalidValue(field, path, "must not start with '..'")] : []),
  ];
}
