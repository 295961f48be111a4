// The certificate bundle in a CRD's conversion webhook, which injectors fill in: a placeholder there makes Kubernetes 1.31
// and later refuse the CRD, so Flux leaves it out (fluxcd/pkg/ssa, cert_validation.go).
import { cloneJson, getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';

const PATH = ['spec', 'conversion', 'webhook', 'clientConfig'];

/** The object, without a bundle that holds no certificate. */
export function withoutInvalidCaBundle(object: JsonObject): JsonObject {
  const ref = refOf(object);
  if (ref.kind.toLowerCase() !== 'customresourcedefinition' || ref.group !== 'apiextensions.k8s.io') return object;
  const bundle = getString(object, ...PATH, 'caBundle');
  if (!bundle || holdsCertificate(bundle)) return object;
  const copy = cloneJson(object);
  delete getObject(copy, ...PATH)?.['caBundle'];
  return copy;
}

/** Looks at the outer form alone; the server reads the certificate itself. Empty bytes are valid. */
function holdsCertificate(base64: string): boolean {
  try {
    const text = atob(base64);
    return text === '' || /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.test(text);
  } catch {
    return false;
  }
}
