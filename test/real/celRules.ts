// Compares the embedded API server with the real one on rules of CRDs: `node test/real/celRules.ts [NAME]`. Creates each
// case's CRD and objects on both; verdicts and messages must be the same.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { inProcess } from '../apiserver/inProcess.ts';
import { getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { parseJson, stringifyJson } from '../../src/model/jsonText.ts';
import { RULE_CASES } from './celRuleCases.ts';
import type { RuleCase } from './celRuleCases.ts';
import { startControlPlane } from './controlPlane.ts';

interface Answer {
  readonly code: number;
  readonly body: JsonObject;
}

type Send = (method: 'GET' | 'POST' | 'PUT', path: string, body?: JsonObject) => Promise<Answer>;

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const groupOf = (index: number): string => `c${index}.example.dev`;
const pathOf = (index: number): string => `/apis/${groupOf(index)}/v1/namespaces/default/widgets`;

function crdOf({ spec }: RuleCase, index: number): JsonObject {
  const openAPIV3Schema: JsonObject = { type: 'object', properties: { spec } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${groupOf(index)}` },
    spec: {
      group: groupOf(index),
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}

/** What each request of a case was answered with: `201`, or the code and the message. */
async function outcomes(cases: readonly RuleCase[], send: Send): Promise<string[][]> {
  const results = await Promise.all(cases.map(async (one, i) => [told(await send('POST', CRDS, crdOf(one, i)))]));
  for (const [i, { values }] of cases.entries()) {
    const result = results[i];
    if (result?.[0] !== '201') continue;
    await served(send, pathOf(i));
    let stored: JsonObject | undefined;
    for (const spec of values) {
      const metadata: JsonObject = { name: 'w' };
      const version = getString(stored, 'metadata', 'resourceVersion');
      if (version !== undefined) metadata['resourceVersion'] = version;
      const body: JsonObject = { apiVersion: `${groupOf(i)}/v1`, kind: 'Widget', metadata, spec };
      const answer = stored ? await send('PUT', `${pathOf(i)}/w`, body) : await send('POST', pathOf(i), body);
      if (answer.code < 300) stored = answer.body;
      result.push(told(answer));
    }
  }
  return results;
}

function told({ code, body }: Answer): string {
  const message = getString(body, 'message') ?? '';
  if (code < 300) return String(code);
  // The name of the type of self is another one at each compilation, and Go goes through maps in no order.
  const [head = '', list] = message.replaceAll(/selfType\d+/g, 'object').split(/(?<= is invalid: )\[/);
  return `${code} ${head}${
    list === undefined
      ? ''
      : list
          .slice(0, -1)
          .split(/, (?=spec)/)
          .toSorted()
          .join(', ')
  }`;
}

async function served(send: Send, path: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if ((await send('GET', path)).code === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function realSend(url: string, token: string): Send {
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const call = request(`${url}${path}`, { method, headers, rejectUnauthorized: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const parsed = text.startsWith('{') ? (parseJson(text) as JsonObject) : {};
          resolve({ code: response.statusCode ?? 0, body: parsed });
        });
      });
      call.on('error', reject);
      call.end(body && stringifyJson(body));
    });
}

export async function compareRules(only: string | undefined, print: (line: string) => void): Promise<number> {
  const cases = RULE_CASES.filter(({ name }) => only === undefined || name.includes(only));
  const plane = await startControlPlane();
  if (!plane) {
    print('skipped: kube-apiserver not found');
    return 0;
  }
  const embedded = await inProcess();
  try {
    const config = parseJson(readFileSync(plane.kubeconfig, 'utf8'));
    const real = await outcomes(cases, realSend(plane.url, getString(config, 'users', 0, 'user', 'token') ?? ''));
    const ours = await outcomes(cases, async (method, path, body = {}) => {
      if (method === 'GET') return embedded.get(path);
      return method === 'POST' ? embedded.post(path, body) : embedded.put(path, body);
    });
    const bad = cases.filter((one, i) => {
      const differs = stringifyJson(real[i] ?? []) !== stringifyJson(ours[i] ?? []);
      if (differs)
        print(`${one.name}\n  real ${(real[i] ?? []).join('\n       ')}\n  ours ${(ours[i] ?? []).join('\n       ')}`);
      return differs;
    });
    print(`${cases.length - bad.length} passed, ${bad.length} failed, 0 skipped`);
    return bad.length;
  } finally {
    await embedded.dispose();
    await plane.dispose();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await compareRules(process.argv[2], (line) => console.log(line))) > 0 ? 1 : 0;
}
