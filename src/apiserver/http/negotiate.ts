// The form of an answer: media type and transformation (Table, PartialObjectMetadata) from the Accept header, as
// k8s.io/apiserver pkg/endpoints/handlers/negotiation reads it.

export interface AcceptClause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export type OutputForm = 'json' | 'yaml';

export interface Accepted {
  readonly form: OutputForm;
  /** `Table`, `PartialObjectMetadata`, `PartialObjectMetadataList`, or empty. */
  readonly as: string;
  readonly asVersion: string;
}

const FORMS: ReadonlyMap<string, OutputForm> = new Map([
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/*', 'json'],
  ['*/*', 'json'],
]);
const TRANSFORMS = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

/** The clauses of an Accept header in the order of their quality. */
export function parseAccept(header: string): AcceptClause[] {
  const clauses = header.split(',').map((part) => {
    const [type = '', ...rest] = part.split(';').map((word) => word.trim());
    const parameters = new Map(
      rest
        .map((word) => word.split('=', 2))
        .map(([key = '', value = '']) => [key, value.replace(/^"|"$/g, '')] as const),
    );
    return { type: type.toLowerCase(), parameters };
  });
  const quality = (clause: AcceptClause): number => Number(clause.parameters.get('q') ?? '1');
  return clauses.filter((clause) => clause.type !== '').sort((a, b) => quality(b) - quality(a));
}

/** The first clause that can be served, or undefined (406). Protobuf is never chosen: every client takes JSON as well. */
export function negotiate(header: string | undefined): Accepted | undefined {
  const clauses = parseAccept(header ?? '');
  if (clauses.length === 0) return { form: 'json', as: '', asVersion: '' };
  for (const { type, parameters } of clauses) {
    const form = FORMS.get(type);
    const as = parameters.get('as') ?? '';
    if (form === undefined) continue;
    const version = parameters.get('v') ?? '';
    if (as === '') return { form, as: '', asVersion: '' };
    const known =
      TRANSFORMS.has(as) && parameters.get('g') === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1');
    if (known) return { form, as, asVersion: version };
  }
  return undefined;
}
