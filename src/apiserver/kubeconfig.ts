// The kubeconfig of the embedded cluster. It carries the bearer token, so it is readable by its owner only.
import { stringifyJson } from '../model/jsonText.ts';
import { writePrivateFile } from './privateFile.ts';

export interface KubeconfigParts {
  readonly name: string;
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
}

/** Writes the file with mode 0600. JSON is YAML, and every client reads it. */
export function writeKubeconfig(path: string, { name, url, caPem, token }: KubeconfigParts): void {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': btoa(caPem) } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  };
  writePrivateFile(path, `${stringifyJson(config, 2)}\n`);
}
