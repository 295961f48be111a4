// Where the objects of a build were read: what it takes to read one of them alone. Decides nothing.
import type { DocumentText } from '../../model/sourceText.ts';
import type { Resource } from '../resource.ts';
import type { MadeStep, ReadStep, Trace } from './trace.ts';

/** An object to be built again: the step that read or made it and, where it was read, the document that it stands in. */
export interface Subject {
  /** The object of the last build. */
  readonly object: Resource;
  readonly step: ReadStep | MadeStep;
  readonly document: DocumentText | undefined;
}

/** The document of each resource of a file; undefined where some document holds several. */
export function documentsOf({ resources }: ReadStep): DocumentText[] | undefined {
  const documents: DocumentText[] = [];
  const seen = new Set<DocumentText>();
  for (const { read } of resources) {
    if (!read || seen.has(read)) return undefined;
    seen.add(read);
    documents.push(read);
  }
  return documents;
}

/** The subjects that some objects are; undefined where one shares its document, or took the place of another one. */
export function subjectsOf({ steps }: Trace, objects: ReadonlySet<Resource>): Map<Resource, Subject> | undefined {
  const found = new Map<Resource, Subject>();
  for (const step of steps) {
    if (step.kind !== 'read' && step.kind !== 'made') continue;
    if (!step.resources.some((resource) => objects.has(resource))) continue;
    const documents = step.kind === 'read' ? documentsOf(step) : undefined;
    if (step.kind === 'read' ? !documents : step.resources.length > 1) return undefined;
    for (const [i, resource] of step.resources.entries())
      if (objects.has(resource)) found.set(resource, { object: resource, step, document: documents?.[i] });
  }
  return found.size === objects.size ? found : undefined;
}
