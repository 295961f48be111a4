// The real kubectl on the embedded cluster: a row is a command line and what must come out of it, in order.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiServer } from '../../src/apiserver/server.ts';
import { systemClock } from '../../src/model/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { reportCounts, reportMissing } from '../counts.ts';
import { findOracle } from './oracle.ts';
import { runProgram } from '../../src/clusters/program.ts';

interface Step {
  readonly line: string;
  readonly input?: string;
  readonly code?: number;
  readonly expect?: RegExp;
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx:1.27}]}
`;
const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: buoys.example.dev}
spec:
  group: example.dev
  scope: Namespaced
  names: {plural: buoys, singular: buoy, kind: Buoy, shortNames: [bu]}
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Depth, type: integer, jsonPath: .spec.depth}]
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {depth: {type: integer, default: 3}}}}}}
`;

const steps: readonly Step[] = [
  { line: 'version', expect: /Server Version: v1\.36/ },
  { line: 'get namespaces -o name', expect: /namespace\/default/ },
  { line: 'create namespace shop', expect: /namespace\/shop created/ },
  { line: '-n shop apply -f -', input: DEPLOYMENT, expect: /deployment\.apps\/web created/ },
  { line: '-n shop apply -f -', input: DEPLOYMENT, expect: /deployment\.apps\/web unchanged/ },
  { line: '-n shop rollout status deployment/web --timeout=20s', expect: /successfully rolled out/ },
  { line: '-n shop get deployment web', expect: /NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2/ },
  { line: '-n shop scale deployment web --replicas=3', expect: /deployment\.apps\/web scaled/ },
  {
    line: '-n shop wait deployment web --for=jsonpath={.status.readyReplicas}=3 --timeout=20s',
    expect: /condition met/,
  },
  { line: '-n shop get pods -l app=web -o name', expect: /^(pod\/web-\S+\n){3}$/ },
  { line: '-n shop label deployment web tier=front', expect: /labeled/ },
  { line: '-n shop annotate deployment web note=x', expect: /annotated/ },
  { line: '-n shop set image deployment/web web=nginx:1.28', expect: /image updated/ },
  { line: '-n shop rollout status deployment/web --timeout=20s', expect: /successfully rolled out/ },
  {
    line: '-n shop apply --server-side --field-manager=other --force-conflicts -f -',
    input: DEPLOYMENT,
    expect: /serverside-applied/,
  },
  {
    line: '-n shop diff -f -',
    input: DEPLOYMENT.replace('replicas: 2', 'replicas: 4'),
    code: 1,
    expect: /\+ {2}replicas: 4/,
  },
  { line: '-n shop describe deployment web', expect: /Replicas:/ },
  { line: 'explain deployment.spec.replicas', expect: /FIELD: replicas <integer>/ },
  { line: 'api-resources --api-group=apps', expect: /deployments +deploy +apps\/v1 +true +Deployment/ },
  {
    line: '-n shop apply -f -',
    input: DEPLOYMENT.replace('replicas: 2', 'replicsa: 2'),
    code: 1,
    expect: /unknown field "spec\.replicsa"/,
  },
  { line: 'apply -f -', input: CRD, expect: /customresourcedefinition.*created/ },
  { line: 'wait crd buoys.example.dev --for=condition=Established --timeout=20s', expect: /condition met/ },
  {
    line: '-n shop apply -f -',
    input: 'apiVersion: example.dev/v1\nkind: Buoy\nmetadata: {name: b}\nspec: {}\n',
    expect: /buoy\.example\.dev\/b created/,
  },
  { line: '-n shop get bu', expect: /NAME +DEPTH\nb +3/ },
  { line: '-n shop create configmap c --from-literal=a=b', expect: /configmap\/c created/ },
  { line: '-n shop create deployment two --image=nginx', expect: /deployment\.apps\/two created/ },
  { line: '-n shop get configmap c -o jsonpath={.data.a}', expect: /^b$/ },
  { line: '-n shop get pods --field-selector status.phase=Running,spec.nodeName=embedded -o name', expect: /pod\/web/ },
  { line: 'get events -A --field-selector involvedObject.kind=Deployment,type!=Warning' },
  { line: '-n shop get configmap nope', code: 1, expect: /configmaps "nope" not found/ },
  { line: '-n shop delete deployment web --timeout=20s', expect: /deleted/ },
  { line: '-n shop wait pod -l app=web --for=delete --timeout=20s' },
  { line: '-n shop get replicasets -l app=web', expect: /No resources found/ },
  { line: 'delete namespace shop --timeout=20s', expect: /deleted/ },
  { line: 'get namespace shop', code: 1, expect: /namespaces "shop" not found/ },
];

const kubectl = findOracle('kubectl');
if (!kubectl) {
  reportMissing('kubectl');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-kubectl-'));
  const server = await startApiServer({ dataDir: folder, clock: systemClock, log: silentLog });
  let failed = 0;
  try {
    for (const step of steps) {
      const { code, output } = await kubectlRun(step);
      const wanted = step.code ?? 0;
      if (code === wanted && (step.expect === undefined || step.expect.test(output))) continue;
      failed++;
      console.log(
        `kubectl ${step.line}: exit code ${code}, wanted ${wanted} and ${step.expect}; printed:\n${output.trim()}`,
      );
    }
  } finally {
    await server.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
  reportCounts({ passed: steps.length - failed, failed });

  /** The server lives in this process: the program must run beside it, not block it. */
  async function kubectlRun(step: Step): Promise<{ code: number; output: string }> {
    const env = { KUBECONFIG: server.kubeconfigPath, HOME: folder, KUBE_EDITOR: 'true' };
    return runProgram(
      kubectl ?? '',
      step.line.split(' '),
      { env, ...(step.input === undefined ? {} : { input: step.input }) },
      AbortSignal.timeout(60_000),
    );
  }
}
