// The only file that imports @kubernetes/client-node: reading the YAML of a kubeconfig, and the login methods that are older
// than plugins. Load it with import(): it is large. Nothing of that library speaks to a cluster's API here.
import { KubeConfig, loadYaml } from '@kubernetes/client-node';
import type { JsonValue } from '../../model/json.ts';
import type { CredentialSource } from './access.ts';

/** The value of a kubeconfig's text. Throws what the parser throws. */
export function parseKubeconfig(text: string): JsonValue {
  return loadYaml<JsonValue>(text);
}

/** `auth-provider` of a user (oidc, azure, gcp): the library's own code for them, and only the headers that it makes. */
export function legacyLogin(server: string, authProvider: unknown): CredentialSource {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'cluster', server, skipTLSVerify: false }, { name: 'user', authProvider });
  return {
    get: async () => {
      const request: { headers: Record<string, string> } = { headers: {} };
      await config.applyToHTTPSOptions(request);
      return { headers: request.headers };
    },
    // It looks at the expiry of its token by itself.
    refresh: () => true,
  };
}
