// The types of CEL, as the checker infers them and messages print them. No values, no rules of assignability.

type PrimitiveKind =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration';

export type CelType =
  | { readonly kind: PrimitiveKind }
  | { readonly kind: 'list'; readonly element: CelType }
  | { readonly kind: 'map'; readonly key: CelType; readonly value: CelType }
  | { readonly kind: 'optional'; readonly of: CelType }
  | { readonly kind: 'type'; readonly of: CelType | undefined }
  | { readonly kind: 'param'; readonly name: string }
  | ObjectType
  | { readonly kind: 'opaque'; readonly name: string };

/** A message with known fields: what an OpenAPI object with properties is. */
export interface ObjectType {
  readonly kind: 'object';
  readonly name: string;
  readonly fields: ReadonlyMap<string, CelType>;
}

const primitive = <K extends PrimitiveKind>(kind: K): { readonly kind: K } => ({ kind });

export const DYN: CelType = primitive('dyn');
/** What a part with an error has: it fits everywhere, so that one fault is told once. */
export const ERROR: CelType = primitive('error');
export const NULL: CelType = primitive('null');
export const BOOL: CelType = primitive('bool');
export const INT: CelType = primitive('int');
export const UINT: CelType = primitive('uint');
export const DOUBLE: CelType = primitive('double');
export const STRING: CelType = primitive('string');
export const BYTES: CelType = primitive('bytes');
export const TIMESTAMP: CelType = primitive('timestamp');
export const DURATION: CelType = primitive('duration');

export const listOf = (element: CelType): CelType => ({ kind: 'list', element });
export const mapOf = (key: CelType, value: CelType): CelType => ({ kind: 'map', key, value });
export const optionalOf = (of: CelType): CelType => ({ kind: 'optional', of });
export const typeOf = (of?: CelType): CelType => ({ kind: 'type', of });
export const param = (name: string): CelType => ({ kind: 'param', name });
export const opaque = (name: string): CelType => ({ kind: 'opaque', name });

/** The type as messages print it. */
export function printType(type: CelType): string {
  switch (type.kind) {
    case 'list':
      return `list(${printType(type.element)})`;
    case 'map':
      return `map(${printType(type.key)}, ${printType(type.value)})`;
    case 'optional':
      return `optional_type(${printType(type.of)})`;
    case 'type':
      return type.of === undefined ? 'type' : `type(${printType(type.of)})`;
    case 'param':
    case 'object':
    case 'opaque':
      return type.name;
    case 'error':
      return '!error!';
    default:
      return type.kind;
  }
}

/** The name by which an expression can name the type, and which `type(x)` prints. */
export function typeName(type: CelType): string {
  switch (type.kind) {
    case 'optional':
      return 'optional_type';
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'null':
      return 'null_type';
    case 'object':
    case 'opaque':
    case 'param':
      return type.name;
    default:
      return type.kind;
  }
}

export function sameType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  if (a.kind === 'list' && b.kind === 'list') return sameType(a.element, b.element);
  if (a.kind === 'map' && b.kind === 'map') return sameType(a.key, b.key) && sameType(a.value, b.value);
  if (a.kind === 'optional' && b.kind === 'optional') return sameType(a.of, b.of);
  if (a.kind === 'type' && b.kind === 'type')
    return a.of === undefined || b.of === undefined ? a.of === b.of : sameType(a.of, b.of);
  if ('name' in a && 'name' in b) return a.kind === b.kind && a.name === b.name;
  return a.kind === b.kind && !('name' in a) && !('element' in a);
}
