// Says of a refused login what an API server does not: that the client certificate has expired. Reads no files.
import { X509Certificate } from 'node:crypto';
import type { ClusterAccess } from './access.ts';

/** One sentence, or undefined where the certificate is no reason. Throws nothing: it stands beside another error. */
export async function expiredLogin({ tls, credentials }: ClusterAccess, now: number): Promise<string | undefined> {
  try {
    const cert = (await credentials.get()).cert ?? tls.cert;
    const end = cert === undefined ? undefined : new Date(new X509Certificate(cert).validTo);
    if (!end || end.getTime() > now) return undefined;
    return `the client certificate of the kubeconfig expired on ${end.toISOString()}`;
  } catch {
    return undefined;
  }
}
