// Generates src/apiserver/data/goInternal.ts: the server's own structs, as it prints them in messages (`{"MinAvailable":1,
// "Selector":...}`): their fields in order, with the name in the API and the Go type.
// Usage: node scripts/goInternal.ts GOMODCACHE/k8s.io KUBERNETES_VERSION API_VERSION
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [root = '', kubernetes = '', api = ''] = process.argv.slice(2);

/** A package of internal types, and the one of the API that has the JSON names. */
const PACKAGES: Readonly<Record<string, { readonly own: string; readonly served: string }>> = {
  core: { own: `kubernetes@${kubernetes}/pkg/apis/core/types.go`, served: `api@${api}/core/v1/types.go` },
  apps: { own: `kubernetes@${kubernetes}/pkg/apis/apps/types.go`, served: `api@${api}/apps/v1/types.go` },
  autoscaling: {
    own: `kubernetes@${kubernetes}/pkg/apis/autoscaling/types.go`,
    served: `api@${api}/autoscaling/v2/types.go`,
  },
  policy: { own: `kubernetes@${kubernetes}/pkg/apis/policy/types.go`, served: `api@${api}/policy/v1/types.go` },
  apiextensions: {
    own: `apiextensions-apiserver@${api}/pkg/apis/apiextensions/types.go`,
    served: `apiextensions-apiserver@${api}/pkg/apis/apiextensions/v1/types.go`,
  },
};

const ROOTS = [
  'core.PodTemplateSpec',
  'core.PersistentVolumeClaimSpec',
  'core.ServicePort',
  'apps.RollingUpdateStatefulSetStrategy',
  'autoscaling.HorizontalPodAutoscalerBehavior',
  'policy.PodDisruptionBudgetSpec',
  'apiextensions.CustomResourceDefinitionVersion',
];

interface Field {
  /** Empty for an embedded struct. */
  readonly name: string;
  readonly type: string;
  readonly json: string;
}

const FIELD = /^\s+(?:(\w+)\s+)?([*\w.[\]]+)\s*(?:`(.*)`)?\s*(?:\/\/.*)?$/;

/** The structs of a file, and what its named types that are no structs stand for. */
function readTypes(path: string): { readonly structs: Map<string, Field[]>; readonly aliases: Map<string, string> } {
  const structs = new Map<string, Field[]>();
  const aliases = new Map<string, string>();
  let fields: Field[] | undefined;
  for (const line of readFileSync(join(root, path), 'utf8').split('\n')) {
    const start = /^type (\w+) (.+)$/.exec(line);
    if (start?.[2] === 'struct {') structs.set(start[1] as string, (fields = []));
    else if (start && !start[2]?.startsWith('interface')) aliases.set(start[1] as string, start[2] as string);
    else if (line.startsWith('}')) fields = undefined;
    else if (fields && !/^\s*(\/\/|$)/.test(line)) {
      const match = FIELD.exec(line);
      const json = /json:"([^",]*)/.exec(match?.[3] ?? '')?.[1] ?? '';
      if (match) fields.push({ name: match[1] ?? '', type: match[2] as string, json });
    }
  }
  return { structs, aliases };
}

const packages = new Map(
  Object.entries(PACKAGES).map(([name, { own, served }]) => [
    name,
    { own: readTypes(own), served: readTypes(served).structs },
  ]),
);

/** Types of other packages that print as the API writes them, and Go's own. */
const PLAIN: Readonly<Record<string, string>> = {
  string: 's',
  bool: 'b',
  int: 'i',
  int32: 'i',
  int64: 'i',
  byte: 's',
  'resource.Quantity': 'q',
  'metav1.Time': 't',
  'metav1.LabelSelector': 'j',
  'intstr.IntOrString': 'j',
  'metav1.ObjectMeta': 'j',
  'types.UID': 's',
};

function typeCode(type: string, home: string, found: Set<string>): string {
  if (type.startsWith('*')) return `*${typeCode(type.slice(1), home, found)}`;
  if (type === '[]byte') return '*s';
  if (type.startsWith('[]')) return `[${typeCode(type.slice(2), home, found)}`;
  if (type.startsWith('map[')) return `{${typeCode(type.slice(type.indexOf(']') + 1), home, found)}`;
  if (PLAIN[type] !== undefined) return PLAIN[type];
  const [pack, name] = type.includes('.')
    ? (type.replace(/^api\./, 'core.').split('.') as [string, string])
    : [home, type];
  const types = packages.get(pack)?.own;
  if (types?.structs.has(name)) {
    found.add(`${pack}.${name}`);
    return `${pack}.${name}`;
  }
  const alias = types?.aliases.get(name);
  return alias === undefined ? 'j' : typeCode(alias, pack, found);
}

/** JSON names are those of the API's struct of the same name; what was moved between structs is handled where it is printed. */
function lineOf(key: string, found: Set<string>): string {
  const [pack = '', name = ''] = key.split('.');
  const known = packages.get(pack);
  const served = known?.served.get(name) ?? [];
  const inherited = served.filter((field) => field.name === '').flatMap((field) => known?.served.get(field.type) ?? []);
  const fields = (known?.own.structs.get(name) ?? []).map((field) => {
    const code = typeCode(field.type, pack, found);
    if (field.name === '') return `+${code}`;
    const json = [...served, ...inherited].find((each) => each.name === field.name)?.json ?? '';
    const fallback = field.name.charAt(0).toLowerCase() + field.name.slice(1);
    return `${field.name}=${json === '' ? fallback : json}:${code}`;
  });
  return `${key} ${fields.join(' ')}`;
}

const done = new Map<string, string>();
for (let left = [...ROOTS]; left.length > 0;) {
  const found = new Set<string>();
  for (const key of left) done.set(key, lineOf(key, found));
  left = [...found].filter((key) => !done.has(key));
}
const lines = [...done.keys()].sort().map((key) => done.get(key) as string);
writeFileSync(
  new URL('../src/apiserver/data/goInternal.ts', import.meta.url),
  `// Generated by scripts/goInternal.ts from Kubernetes ${kubernetes}: fields of internal structs, \`GoName=apiName:type\`, in order.\n// Types: s text, b bool, i number, q quantity, t time, j as in the API, * pointer, [ list, { map, +embedded. Do not edit.\n// Apache-2.0, The Kubernetes Authors.\nexport const goInternalTypes: string = \`\n${lines.join('\n')}\n\`;\n`,
);
