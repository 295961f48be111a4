// The fields in which `$(VAR)` is expanded: facts of kustomize 5.8 as data. Pod specs share the paths below them.
import type { FieldSpec } from '../transform/fieldSpec.ts';

const POD_TEMPLATE = 'spec/template/spec';
const CRON_JOB_TEMPLATE = 'spec/jobTemplate/spec/template/spec';

const inContainers = [
  'containers/args',
  'containers/command',
  'containers/env/value',
  'containers/volumeMounts/mountPath',
  'initContainers/args',
  'initContainers/command',
  'initContainers/env/value',
  'initContainers/volumeMounts/mountPath',
];
const inPod = [...inContainers, 'volumes/nfs/server'];

function below(kind: string, podSpec: string, paths: readonly string[]): FieldSpec[] {
  return paths.map((path) => field(kind, `${podSpec}/${path}`));
}

function field(kind: string | undefined, path: string): FieldSpec {
  return { path, kind, create: false };
}

export const varReference: readonly FieldSpec[] = [
  ...below('CronJob', CRON_JOB_TEMPLATE, inContainers),
  field('CronJob', 'spec/jobTemplate/spec/template/volumes/nfs/server'),
  ...below('DaemonSet', POD_TEMPLATE, inPod),
  ...below('Deployment', POD_TEMPLATE, inPod),
  field('Deployment', 'spec/template/metadata/annotations'),
  field('Ingress', 'spec/rules/host'),
  field('Ingress', 'spec/tls/hosts'),
  field('Ingress', 'spec/tls/secretName'),
  ...below('Job', POD_TEMPLATE, inPod),
  ...below('Pod', 'spec', inPod),
  ...below('ReplicaSet', POD_TEMPLATE, inPod),
  field('Service', 'spec/ports/port'),
  field('Service', 'spec/ports/targetPort'),
  ...below('StatefulSet', POD_TEMPLATE, inContainers),
  field('StatefulSet', 'spec/volumeClaimTemplates/spec/nfs/server'),
  field('PersistentVolume', 'spec/nfs/server'),
  field(undefined, 'metadata/labels'),
  field(undefined, 'metadata/annotations'),
];
