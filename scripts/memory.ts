// Measures what the value tree costs: bytes of heap for each node of N Deployments as the reader makes them, and for the
// same values as plain JSON objects. Run with `node --expose-gc scripts/memory.ts [N]`; docs/value-tree.md has the numbers.
import type { JsonValue } from '../src/model/json.ts';
import { toJson } from '../src/model/node.ts';
import type { Node } from '../src/model/node.ts';
import { SourceText } from '../src/model/sourceText.ts';
import { nodeOfJson } from '../src/yaml/nodeOfJson.ts';
import { readYaml } from '../src/yaml/read.ts';

const count = Number(process.argv[2] ?? 2000);
const collect = globalThis.gc;
if (!collect) throw new Error('run with node --expose-gc');

function deployment(i: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${i}
  namespace: team-${i % 7}
  labels:
    app.kubernetes.io/name: web-${i}
    app.kubernetes.io/part-of: shop
spec:
  replicas: ${1 + (i % 5)}
  selector:
    matchLabels:
      app.kubernetes.io/name: web-${i}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web-${i}
    spec:
      containers:
        - name: web
          image: registry.example.com/shop/web:1.${i}
          args: [--listen=:8080, "--name=web ${i}"]
          env:
            - name: ZONE
              value: "${i % 3}"
            - name: REGION
              valueFrom:
                configMapKeyRef:
                  name: region
                  key: name
          ports:
            - containerPort: 8080
              name: http
          resources:
            limits:
              memory: 256Mi
            requests:
              cpu: 100m
              memory: 128Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
`;
}

function nodesIn(roots: readonly Node[]): number {
  let found = 0;
  const open = [...roots];
  for (let node = open.pop(); node; node = open.pop()) {
    found++;
    if (node.kind === 'list') open.push(...node.items);
    else if (node.kind === 'map') for (const entry of node.entries.values()) open.push(entry.value);
  }
  return found;
}

/** The heap that what `make` returns holds on to. */
function heapOf<T>(make: () => T): { made: T; bytes: number } {
  collect?.();
  const before = process.memoryUsage().heapUsed;
  const made = make();
  collect?.();
  return { made, bytes: process.memoryUsage().heapUsed - before };
}

const sources = Array.from({ length: count }, (_, i) => new SourceText(`web-${i}.yaml`, deployment(i)));
const read = (): Node[] => sources.flatMap((source) => readYaml(source, 'resource').documents);
read();
const trees = heapOf(read);
const plain = heapOf<JsonValue[]>(() => trees.made.map((node) => toJson(node)));
const bare = heapOf(() => plain.made.map((value) => nodeOfJson(value)));
const nodes = nodesIn(trees.made);
const perNode = (bytes: number): string => (bytes / nodes).toFixed(0);
process.stdout.write(`${count} Deployments, ${nodes} nodes, ${(nodes / count).toFixed(0)} each (node ${process.version})
value tree: ${perNode(trees.bytes)} bytes per node, ${(trees.bytes / count / 1024).toFixed(1)} KiB per object
without origins: ${perNode(bare.bytes)} bytes per node, ${(bare.bytes / count / 1024).toFixed(1)} KiB per object (one origin for all; it shares the tree's strings)
plain JSON: ${perNode(plain.bytes)} bytes per node, ${(plain.bytes / count / 1024).toFixed(1)} KiB per object (it shares the tree's strings)
`);
