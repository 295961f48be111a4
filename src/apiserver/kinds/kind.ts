// The seam for what is special about a kind: its defaults, what is set before it is stored, what makes it invalid.
// One file for a kind or a group, one row in table.ts. Rules change the object that they are given, and nothing else.
import type { JsonObject } from '../../model/json.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import type { FieldError } from '../validation/fieldError.ts';

/** What rules may know of the cluster. Looking is all that they do with it. */
export interface KindContext {
  /** The time of the request, RFC 3339 to the second. */
  readonly now: string;
  /** At a create: the server made the name from a generateName. */
  readonly isNameGenerated?: boolean;
  /** Nothing is stored: what the cluster would have to give is made up. */
  readonly isDryRun?: boolean;
  readonly get: (gvk: GroupVersionKind, namespace: string, name: string) => JsonObject | undefined;
  readonly list: (gvk: GroupVersionKind, namespace?: string) => readonly JsonObject[];
}

/** Every part may be absent; then the generic behaviour (write/*.ts) is all there is. */
export interface KindRules {
  /**
   * Defaults of the request's version: run on every decoded object (create, update, after each patch and apply), so
   * that they are owned by the manager who left them out.
   */
  readonly default?: (object: JsonObject, version: string) => void;
  /**
   * Preparing a new object takes away what its defaults would set again: it is stored without, and reading it sets them.
   * So the first write after a create stores something new even when it changes nothing.
   */
  readonly defaultsWhenRead?: boolean;
  /** What becomes of a stored object when it is read, by writes too: what its encoding tells apart and nobody sees. */
  readonly fromStore?: (object: JsonObject) => void;
  /** What admission fills into a new object, before anything is judged; why it is forbidden. */
  readonly admit?: (object: JsonObject, context: KindContext) => string | undefined;
  /** Why admission forbids an object that is valid (`old` at an update). */
  readonly forbid?: (object: JsonObject, old: JsonObject | undefined, context: KindContext) => string | undefined;
  /** Changes what is shown of a stored object: what upstream keeps in its store and does not tell. */
  readonly whenRead?: (object: JsonObject) => void;
  /** Gives the object what the cluster has to give. What it has not refuses the request before anything else is judged. */
  readonly allocate?: (object: JsonObject, old: JsonObject | undefined, context: KindContext) => FieldError[];
  /** Before a create is stored. The status was already removed where the kind has a status subresource. */
  readonly prepareForCreate?: (object: JsonObject, context: KindContext) => void;
  /** Before an update through the main resource is stored. The status was already taken from `old`. */
  readonly prepareForUpdate?: (object: JsonObject, old: JsonObject, context: KindContext) => void;
  /** Before an update of the status subresource; spec and metadata were already taken from `old`. */
  readonly prepareForStatusUpdate?: (object: JsonObject, old: JsonObject, context: KindContext) => void;
  /** Rules for the whole object, at create and update (`old`); generic metadata rules and the schema run before. */
  readonly validate?: (object: JsonObject, context: KindContext, old: JsonObject | undefined) => FieldError[];
  /** More rules for updates, such as immutable fields. */
  readonly validateUpdate?: (object: JsonObject, old: JsonObject, context: KindContext) => FieldError[];
  readonly validateStatusUpdate?: (object: JsonObject, old: JsonObject, context: KindContext) => FieldError[];
  /** Texts for Warning headers. Asked at creates, and at updates that moved metadata.generation: what was said once is not said again. */
  readonly warnings?: (object: JsonObject, old: JsonObject | undefined) => string[];
  /** The rule for names; default: a DNS subdomain. The texts are those of a field error. */
  readonly validateName?: (name: string, prefix: 'name' | 'generateName') => string[];
  /**
   * `spec`: metadata.generation counts changes of the spec (and starts at 1). A function: counts when it says so.
   * Absent: the kind has no generation.
   */
  readonly generation?: 'spec' | ((object: JsonObject, old: JsonObject) => boolean);
  /** Empty lists differ from none while the object is changed (reflect.DeepEqual), although both are stored as none. */
  readonly countsEmpty?: true;
  /** Default true. False: a PUT without resourceVersion is refused. */
  readonly unconditionalUpdate?: boolean;
  /** PUT of an object that does not exist creates it. */
  readonly createOnUpdate?: boolean;
  /** An apply to its status creates it; to the status of any other kind there must be an object. */
  readonly statusCreates?: true;
  /** Seconds of grace for a deletion; 0 deletes at once. Default 0. */
  readonly gracePeriod?: (object: JsonObject, asked: number | undefined) => number;
  /** False: the kind has a DELETE of its own, which sets no deletionGracePeriodSeconds and counts no generation. */
  readonly marksGracePeriod?: false;
  /** True while an object must stay although nothing in its metadata holds it (a namespace with spec.finalizers). */
  readonly holdsDeletion?: (object: JsonObject) => boolean;
  /** Changes an object that was just marked as being deleted. */
  readonly prepareForDelete?: (object: JsonObject, context: KindContext) => void;
  /** `object`: a deletion that is done answers with the object. Default: a Status. */
  readonly deleteAnswers?: 'object';
  /** What the garbage collector does with dependents when the client does not say. Default: background. */
  readonly defaultPropagation?: 'Background' | 'Orphan';
  /** Told when a deletion does not say what is to become of dependents. */
  readonly deleteWarning?: string;
  /** The same object in another version of the kind; absent: only apiVersion changes. */
  readonly convert?: (object: JsonObject, to: GroupVersionKind) => JsonObject;
  /** Fields that field selectors know, beside metadata.name and metadata.namespace. */
  readonly selectableFields?: (object: JsonObject) => Readonly<Record<string, string>>;
}
