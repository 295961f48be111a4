// Type facts of Kubernetes kinds as an immutable value: what strategic merge, server-side apply, defaulting and
// validation need to know. Built from generated data (data/) and from CustomResourceDefinitions; never a global.
import type { JsonValue } from '../model/json.ts';
import type { GroupVersionKind, ResourceType } from '../model/resourceType.ts';

/** The merge behaviour of a list, from x-kubernetes-list-type or x-kubernetes-patch-strategy. */
export type ListType = 'atomic' | 'set' | 'map';

/** One node of a schema. Shapes that Kubernetes' OpenAPI cannot have are not represented. */
export interface SchemaNode {
  /**
   * `any` where nothing is known: RawExtension, x-kubernetes-preserve-unknown-fields without a type. A Quantity is
   * `int-or-string` with the format `quantity` (any number or string is taken); an IntOrString has the format `int-or-string`.
   */
  readonly type: 'object' | 'list' | 'string' | 'integer' | 'number' | 'boolean' | 'int-or-string' | 'any';
  readonly format?: string;
  /** The full name of a built-in type, such as `io.k8s.api.core.v1.ServiceSpec`. */
  readonly typeName?: string;
  /** Known fields of an object. */
  readonly fields?: ReadonlyMap<string, SchemaNode>;
  /** Schema of a map's values (additionalProperties) . */
  readonly values?: SchemaNode;
  /** Schema of a list's elements. */
  readonly items?: SchemaNode;
  /** For lists. Structured merge's view: x-kubernetes-list-type. Default atomic. */
  readonly listType?: ListType;
  readonly listMapKeys?: readonly string[];
  /** For objects: x-kubernetes-map-type atomic. */
  readonly atomic?: boolean;
  /** For lists and objects: strategic merge's view (x-kubernetes-patch-strategy / -merge-key). */
  readonly patchStrategy?: readonly ('merge' | 'replace' | 'retainKeys')[];
  readonly patchMergeKey?: string;
  readonly required?: readonly string[];
  readonly default?: JsonValue;
  readonly nullable?: boolean;
  readonly preserveUnknownFields?: boolean;
  /** Structured merge takes fields that are not named here: true at and below x-kubernetes-preserve-unknown-fields. */
  readonly mergesUnknownFields?: boolean;
  readonly embeddedResource?: boolean;
  readonly enum?: readonly JsonValue[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly uniqueItems?: boolean;
  readonly multipleOf?: number;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly not?: SchemaNode;
  /** x-kubernetes-validations, as written. */
  readonly rules?: readonly {
    readonly rule: string;
    readonly message?: string;
    readonly reason?: string;
    readonly fieldPath?: string;
    readonly messageExpression?: string;
    readonly optionalOldSelf?: boolean;
  }[];
}

export interface SchemaSet {
  /** The schema of a kind, or undefined where the kind is unknown. */
  schemaOf(gvk: GroupVersionKind): SchemaNode | undefined;
  resourceOf(gvk: GroupVersionKind): ResourceType | undefined;
  /** Every known resource type, in the order of discovery. */
  resources(): readonly ResourceType[];
  /** A set with these kinds added or replaced; `this` stays as it is. */
  with(types: readonly { readonly resource: ResourceType; readonly schema: SchemaNode }[]): SchemaSet;
}
