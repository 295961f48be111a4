// Generates src/schema/data/goFields.ts: what Go's types say of the fields of the Kubernetes API and OpenAPI does not.
// `name` is a pointer: it keeps its zero value on the wire (`replicas: 0`), where any other optional scalar loses it
// (`minReadySeconds: 0`). `name!` is never left out: it is written as null or zero (`rules: null`). Usage: node scripts/goFields.ts GOMODCACHE/k8s.io VERSION (a folder with api@v0.X.Y, apimachinery@v0.X.Y, ...)
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFacts } from '../src/schema/builtin.ts';

const [root = '', version = ''] = process.argv.slice(2);
const FIELD = /^\s+(\w+)?\s*(\*?)([\w.[\]{}*]+)\s+`[^`]*json:"([^"]*)"/;

/** `apps/v1` of a folder of k8s.io/api becomes the definition prefix `io.k8s.api.apps.v1`. */
function packages(): { readonly prefix: string; readonly folder: string }[] {
  const api = join(root, `api@${version}`);
  const found = readdirSync(api, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[a-z]+\/v[a-z0-9]+\/types\.go$/.test(path))
    .map((path) => ({ prefix: `io.k8s.api.${path.split('/').slice(0, 2).join('.')}`, folder: join(api, path, '..') }));
  const meta = join(root, `apimachinery@${version}`, 'pkg/apis/meta/v1');
  const extensions = join(root, `apiextensions-apiserver@${version}`, 'pkg/apis/apiextensions/v1');
  const aggregator = join(root, `kube-aggregator@${version}`, 'pkg/apis/apiregistration/v1');
  return [
    ...found,
    { prefix: 'io.k8s.apimachinery.pkg.apis.meta.v1', folder: meta },
    { prefix: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1', folder: extensions },
    { prefix: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1', folder: aggregator },
  ].sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

/** Pointer fields of each struct of a package, by the names they have in JSON. Embedded structs count as their fields. */
function pointersOf(folder: string): Map<string, string[]> {
  const pointers = new Map<string, string[]>();
  const embedded = new Map<string, string[]>();
  for (const file of readdirSync(folder).filter((name) => /^(types.*|micro_time|duration)\.go$/.test(name))) {
    let struct: string | undefined;
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      struct = /^type (\w+) struct/.exec(line)?.[1] ?? (line.startsWith('}') ? undefined : struct);
      const match = FIELD.exec(line);
      if (struct === undefined || !match) continue;
      const [, name, star, type = '', tag = ''] = match;
      const [json = '', ...options] = tag.split(',');
      if (options.includes('inline')) embedded.set(struct, [...(embedded.get(struct) ?? []), type]);
      else if (name !== undefined && json !== '' && json !== '-') {
        const isOmitted = options.includes('omitempty') || options.includes('omitzero');
        // Structs are not empty to Go; a time is written as null.
        const isStruct =
          star === '' && /^(?:metav1\.|v1\.)?(?:Micro)?Time$/.test(type) && !options.includes('omitzero');
        const marks = [...(star === '*' ? [json] : []), ...(!isOmitted || isStruct ? [`${json}!`] : [])];
        if (marks.length > 0) pointers.set(struct, [...(pointers.get(struct) ?? []), ...marks]);
      }
    }
  }
  for (const [struct, types] of embedded) {
    const inherited = types.flatMap((type) => pointers.get(type) ?? []);
    if (inherited.length > 0) pointers.set(struct, [...(pointers.get(struct) ?? []), ...inherited]);
  }
  return pointers;
}

/** The types of a package that are texts by another name. */
function namedTexts(folder: string): Set<string> {
  const names = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.go') && !name.startsWith('zz_')))
    for (const [, name = ''] of readFileSync(join(folder, file), 'utf8').matchAll(/^type (\w+) string$/gm))
      names.add(name);
  return names;
}

/** Fields of structs whose type is a text by another name, with that name as Go's errors print it. */
function namedFieldsOf(folder: string, core: ReadonlySet<string>, meta: ReadonlySet<string>): Map<string, string[]> {
  const own = namedTexts(folder);
  const goPackage = /(v[a-z0-9]+)\/?(?:\.\.)?$/.exec(folder)?.[1] ?? 'v1';
  const fields = new Map<string, string[]>();
  for (const file of readdirSync(folder).filter((name) => /^types.*\.go$/.test(name))) {
    let struct: string | undefined;
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      struct = /^type (\w+) struct/.exec(line)?.[1] ?? (line.startsWith('}') ? undefined : struct);
      const [, name, , type = '', tag = ''] = FIELD.exec(line) ?? [];
      const [json = ''] = tag.split(',');
      if (struct === undefined || name === undefined || json === '') continue;
      const [, alias, bare = ''] = /^(?:\[\])?\*?(?:(\w+)\.)?(\w+)$/.exec(type) ?? [];
      const printed =
        alias === 'types'
          ? `types.${bare}`
          : alias === undefined
            ? own.has(bare) && `${goPackage}.${bare}`
            : (core.has(bare) || meta.has(bare)) && `v1.${bare}`;
      if (printed !== false) fields.set(struct, [...(fields.get(struct) ?? []), `${json}=${printed}`]);
    }
  }
  return fields;
}

const known = new Set(decodeFacts().names);

/** A line for each definition that is served, with its fields. */
function linesOf(fieldsOf: (folder: string) => ReadonlyMap<string, readonly string[]>): string[] {
  return packages().flatMap(({ prefix, folder }) =>
    [...fieldsOf(folder)]
      .filter(([struct]) => known.has(`${prefix}.${struct}`))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([struct, fields]) => `${prefix}.${struct} ${[...new Set(fields)].sort().join(' ')}`),
  );
}

writeFileSync(
  new URL('../src/schema/data/goFields.ts', import.meta.url),
  `// Generated by scripts/goFields.ts from k8s.io/api@${version}: the fields that are pointers in Go, by definition.\n// Do not edit. Apache-2.0, The Kubernetes Authors.\nexport const goPointerFields: string = \`\n${linesOf(pointersOf).join('\n')}\n\`;\n`,
);

const [core, meta] = [
  join(root, `api@${version}`, 'core/v1'),
  join(root, `apimachinery@${version}`, 'pkg/apis/meta/v1'),
];
const named = linesOf((folder) => namedFieldsOf(folder, namedTexts(core), namedTexts(meta)));
writeFileSync(
  new URL('../src/apiserver/data/goNamed.ts', import.meta.url),
  `// Generated by scripts/goFields.ts from k8s.io/api@${version}: fields that are texts by another name in Go, by definition.\n// Do not edit. Apache-2.0, The Kubernetes Authors.\nexport const goNamedTexts: string = \`\n${named.join('\n')}\n\`;\n`,
);
