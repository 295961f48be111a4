// What the server serves now: built-in kinds from the type facts and the kinds of established CRDs. Answers look-ups by
// path and by kind; the set is replaced as a whole when CRDs change.
import type { RuleTree } from '../cel/openapi/compileRules.ts';
import type { JsonObject } from '../model/json.ts';
import type { GroupVersionKind, ResourceType } from '../model/resourceType.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';
import type { KindRules } from './kinds/kind.ts';

/** What a CRD says beside its schema. */
export interface CustomFacts {
  readonly crd: string;
  readonly listKind: string;
  readonly columns: readonly JsonObject[];
  /** Field paths of the scale subresource, or undefined where it has none. */
  readonly scale:
    | { readonly specReplicas: string; readonly statusReplicas: string; readonly selector: string | undefined }
    | undefined;
  readonly selectableFields: readonly string[];
  /** Whether new objects may be made: false while the CRD is being deleted. */
  readonly accepting: boolean;
  readonly deprecationWarning: string | undefined;
  /** The schema of the version that is stored. */
  readonly storageSchema: SchemaNode;
  /** Stored objects as this version shows them; lists and watches ask again and again. */
  readonly shown: WeakMap<JsonObject, JsonObject>;
  /** The rules of its schema, compiled when they are asked for first. */
  readonly rules: () => RuleTree | undefined;
}

export interface ServedResource {
  readonly type: ResourceType;
  /** Where its objects are stored: `group/plural`. Two served resources may share it (events). */
  readonly stored: string;
  readonly storage: GroupVersionKind;
  readonly schema: SchemaNode;
  readonly rules: KindRules;
  /** Absent for built-in kinds. */
  readonly custom?: CustomFacts;
  /** For built-in kinds whose stored objects lack defaults (`defaultsWhenRead`): what was read already, by what is stored. */
  readonly read?: WeakMap<JsonObject, JsonObject>;
  readonly listKind: string;
  /** Discovery's hash of the version that is stored. */
  readonly storageHash?: string;
}

export class ServedSet {
  private readonly byPath = new Map<string, ServedResource>();
  private readonly byKind = new Map<string, ServedResource>();
  private readonly all: readonly ServedResource[];

  constructor(resources: readonly ServedResource[]) {
    this.all = resources;
    for (const resource of resources) {
      const { group, version, plural, kind } = resource.type;
      this.byPath.set(`${group}/${version}/${plural}`, resource);
      this.byKind.set(`${group}/${version}/${kind}`, resource);
    }
  }

  resources(): readonly ServedResource[] {
    return this.all;
  }

  at(group: string, version: string, plural: string): ServedResource | undefined {
    return this.byPath.get(`${group}/${version}/${plural}`);
  }

  ofKind(gvk: GroupVersionKind): ServedResource | undefined {
    return this.byKind.get(`${gvk.group}/${gvk.version}/${gvk.kind}`);
  }

  /** Any served version of a group's resource. */
  anyVersion(group: string, plural: string): ServedResource | undefined {
    return this.all.find((resource) => resource.type.group === group && resource.type.plural === plural);
  }

  hasGroup(group: string): boolean {
    return this.all.some((resource) => resource.type.group === group);
  }

  hasGroupVersion(group: string, version: string): boolean {
    return this.all.some((resource) => resource.type.group === group && resource.type.version === version);
  }
}

export function hasStatus(resource: ServedResource): boolean {
  return resource.type.subresources.includes('status');
}
