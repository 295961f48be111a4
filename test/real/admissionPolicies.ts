// Compares the embedded API server with the real one on admission policies: `node test/real/admissionPolicies.ts [NAME]`.
// Creates the policies of each case on both and sends its requests; codes, messages, causes and warnings must be the same.
import { isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { parseJson, stringifyJson } from '../../src/model/jsonText.ts';
import { reportCounts, reportMissing } from '../counts.ts';
import { ADMISSION_CASES, INVALID_POLICIES } from './admissionCases.ts';
import type { AdmissionCase } from './admissionCases.ts';
import { startControlPlane } from './controlPlane.ts';
import { ourPeer, realPeer } from './merge/servers.ts';
import type { Answer, Peer } from './merge/servers.ts';

const ROOT = '/apis/admissionregistration.k8s.io/v1';
const TYPES: Readonly<Record<string, string>> = {
  PATCH: 'application/merge-patch+json',
  APPLY: 'application/apply-patch+yaml',
};

function sender(peer: Peer): (method: string, path: string, body?: JsonValue) => Promise<Answer> {
  return (method, path, body) => {
    const manager = path.includes('?') ? '&' : '?';
    return peer.send({
      method: method === 'APPLY' ? 'PATCH' : method,
      path: method === 'APPLY' ? `${path}${manager}fieldManager=m&force=true` : path,
      ...(body === undefined ? {} : { contentType: TYPES[method] ?? 'application/json', body: stringifyJson(body) }),
    });
  };
}

function told({ code, body, warnings }: Answer): string {
  const status = isJsonObject(body) && body['kind'] === 'Status' && code >= 400 ? body : {};
  const { message, reason, details } = status;
  const text =
    code < 400 ? '' : ` ${stringifyJson({ message: message ?? '', reason: reason ?? '', details: details ?? {} })}`;
  return `${code}${text}${warnings.map((warning) => ` warning: ${warning}`).join('')}`
    .replaceAll(/gen-[a-z0-9]{5}/g, 'gen-*')
    .replaceAll(/system:[a-z-]+admin|kubernetes-admin|\badmin\b/g, 'admin');
}

/** A case with its namespace in place. */
function placed(one: AdmissionCase): AdmissionCase {
  return parseJson(
    stringifyJson(one as unknown as JsonObject).replaceAll('NS', `ns-${one.name}`),
  ) as unknown as AdmissionCase;
}

/** Answers what was refused already: a case may be about that. */
async function prepare(cases: readonly AdmissionCase[], peer: Peer): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  const send = sender(peer);
  const must = async (path: string, body: JsonObject): Promise<void> => {
    const answer = await send('POST', path, body);
    if (answer.code !== 201) refused.set(stringifyJson(body), told(answer));
  };
  const bind = (name: string, policyName: string, spec: JsonObject): Promise<void> =>
    must(`${ROOT}/validatingadmissionpolicybindings`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { ...spec, policyName },
    });
  const deny: JsonObject = { validationActions: ['Deny'] };
  for (const { name, policies, bindings = [deny], objects = [] } of cases) {
    await must('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `ns-${name}` } });
    for (const [path, object] of objects) await must(path, object);
    for (const [i, spec] of policies.entries()) {
      await must(`${ROOT}/validatingadmissionpolicies`, policyOf(`${name}-${i}`, spec));
      const own = i === 0 ? bindings : [deny];
      for (const [j, binding] of own.entries()) await bind(`${name}-${i}-${j}`, `${name}-${i}`, binding);
    }
  }
  // The last one made: when it is in force, all are.
  const resourceRules = [
    {
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['CREATE'],
      resources: ['configmaps'],
      resourceNames: ['canary'],
    },
  ];
  await must(
    `${ROOT}/validatingadmissionpolicies`,
    policyOf('canary', { matchConstraints: { resourceRules }, validations: [{ expression: 'false' }] }),
  );
  await bind('canary', 'canary', deny);
  const canary = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'canary' } };
  while ((await send('POST', '/api/v1/namespaces/default/configmaps?dryRun=All', canary)).code !== 422)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return refused;
}

function policyOf(name: string, spec: JsonObject): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec,
  };
}

async function outcomes(cases: readonly AdmissionCase[], peer: Peer): Promise<Map<string, string>> {
  const send = sender(peer);
  const results = new Map<string, string>();
  for (const { name, requests } of cases)
    for (const [i, [method, path, body]] of requests.entries())
      results.set(
        `${name} ${i}: ${method} ${path} ${body === undefined ? '' : stringifyJson(body).slice(0, 300)}`,
        told(await send(method, path, body)),
      );
  return results;
}

async function refusals(peer: Peer): Promise<Map<string, string>> {
  const send = sender(peer);
  const results = new Map<string, string>();
  for (const [i, [kind, spec]] of INVALID_POLICIES.entries()) {
    const policy = policyOf(`invalid-${i}`, spec);
    const body = kind === 'policy' ? policy : { ...policy, kind: 'ValidatingAdmissionPolicyBinding' };
    const path = `${ROOT}/validatingadmission${kind === 'policy' ? 'policies' : 'policybindings'}?dryRun=All`;
    results.set(`invalid ${i} ${stringifyJson(spec)}`, told(await send('POST', path, body)));
  }
  return results;
}

const [, , only] = process.argv;
const plane = await startControlPlane();
if (plane) {
  const cases = ADMISSION_CASES.filter(({ name }) => only === undefined || name === only).map(placed);
  const peers = [realPeer(plane), await ourPeer()];
  try {
    const [real, ours] = (await Promise.all(
      peers.map(async (peer) => {
        return new Map([
          ...(await prepare(cases, peer)),
          ...(await outcomes(cases, peer)),
          ...(only === undefined ? await refusals(peer) : []),
        ]);
      }),
    )) as [Map<string, string>, Map<string, string>];
    let failed = 0;
    for (const [request, wanted] of real) {
      const found = ours.get(request);
      if (found === wanted) continue;
      failed++;
      console.log(`${request}\n  real ${wanted}\n  ours ${found}`);
    }
    reportCounts({ passed: real.size - failed, failed });
  } finally {
    await Promise.all(peers.map((peer) => peer.dispose()));
  }
} else {
  reportMissing('kube-apiserver');
}
