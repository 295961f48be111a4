// Whether a new object finds the namespace that it names: the one refusal of a server that a prediction can tell by a look.
// Remembers what it has looked at for the length of a plan; changes nothing.
import { printRef } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { KubeReader } from '../../kube/client.ts';
import { asStatusError } from './refusal.ts';

/** The sentence with which an apply of a new object would fail for want of a namespace, in the words of Flux. */
export type LacksNamespace = (ref: ObjectRef, signal?: AbortSignal) => Promise<string | undefined>;

export function namespaceLookup(reader: KubeReader): LacksNamespace {
  const known = new Map<string, Promise<boolean>>();
  const isThere = async (name: string, signal?: AbortSignal): Promise<boolean> => {
    try {
      const ref = { group: '', version: 'v1', kind: 'Namespace', namespace: '', name };
      return (await reader.get(ref, signal)) !== undefined;
    } catch (error) {
      const status = asStatusError(error);
      if (!status || status.code === 0 || status.code === 401) throw error;
      // Who may not look cannot tell: the apply will.
      return true;
    }
  };
  return async (ref, signal) => {
    const { namespace } = ref;
    if (namespace === '')
      return `${printRef(ref)} namespace not specified: the server could not find the requested resource`;
    const looked = known.get(namespace) ?? isThere(namespace, signal);
    known.set(namespace, looked);
    return (await looked) ? undefined : `${printRef(ref)} not found: namespaces "${namespace}" not found`;
  };
}
