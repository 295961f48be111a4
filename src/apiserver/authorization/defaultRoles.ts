// The ClusterRoles that every Kubernetes cluster has for people: facts of pkg/auth/authorizer/rbac/bootstrappolicy, 1.36.
// They are known where no object of that name is stored; the embedded cluster does not list them.
import type { Rule } from './rule.ts';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'];

const rule = (verbs: readonly string[], apiGroups: readonly string[], resources: string): Rule => ({
  verbs,
  apiGroups,
  resources: resources.split(' '),
  resourceNames: [],
  nonResourceURLs: [],
});

const view: readonly Rule[] = [
  rule(
    READ,
    [''],
    'pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status endpoints persistentvolumeclaims persistentvolumeclaims/status configmaps limitranges resourcequotas bindings pods/status resourcequotas/status namespaces/status replicationcontrollers/status pods/log namespaces',
  ),
  rule(READ, ['', 'events.k8s.io'], 'events'),
  rule(READ, ['discovery.k8s.io'], 'endpointslices'),
  rule(
    READ,
    ['apps'],
    'controllerrevisions statefulsets statefulsets/status statefulsets/scale daemonsets daemonsets/status deployments deployments/status deployments/scale replicasets replicasets/status replicasets/scale',
  ),
  rule(READ, ['autoscaling'], 'horizontalpodautoscalers horizontalpodautoscalers/status'),
  rule(READ, ['batch'], 'jobs cronjobs cronjobs/status jobs/status'),
  rule(READ, ['policy'], 'poddisruptionbudgets poddisruptionbudgets/status'),
  rule(READ, ['networking.k8s.io'], 'networkpolicies ingresses ingresses/status'),
  rule(READ, ['resource.k8s.io'], 'resourceclaims resourceclaims/status resourceclaimtemplates'),
];

const edit: readonly Rule[] = [
  rule(READ, [''], 'pods/attach pods/proxy pods/exec pods/portforward secrets services/proxy'),
  rule(['impersonate'], [''], 'serviceaccounts'),
  rule(
    WRITE,
    [''],
    'pods pods/attach pods/proxy pods/exec pods/portforward replicationcontrollers replicationcontrollers/scale serviceaccounts services services/proxy persistentvolumeclaims configmaps secrets',
  ),
  rule(['create'], [''], 'pods/eviction serviceaccounts/token'),
  rule(WRITE, ['', 'events.k8s.io'], 'events'),
  rule(
    WRITE,
    ['apps'],
    'statefulsets statefulsets/scale daemonsets deployments deployments/scale deployments/rollback replicasets replicasets/scale',
  ),
  rule(WRITE, ['autoscaling'], 'horizontalpodautoscalers'),
  rule(WRITE, ['batch'], 'jobs cronjobs'),
  rule(WRITE, ['policy'], 'poddisruptionbudgets'),
  rule(WRITE, ['networking.k8s.io'], 'networkpolicies ingresses'),
  rule([...READ, ...WRITE], ['coordination.k8s.io'], 'leases'),
  rule(WRITE, ['resource.k8s.io'], 'resourceclaims resourceclaimtemplates'),
];

const admin: readonly Rule[] = [
  rule(['create'], ['authorization.k8s.io'], 'localsubjectaccessreviews'),
  rule([...READ, ...WRITE], ['rbac.authorization.k8s.io'], 'roles rolebindings'),
];

/** The rules by name of the role. */
export const defaultRoles: ReadonlyMap<string, readonly Rule[]> = new Map([
  [
    'cluster-admin',
    [
      rule(['*'], ['*'], '*'),
      { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
    ],
  ],
  ['admin', [...admin, ...edit, ...view]],
  ['edit', [...edit, ...view]],
  ['view', view],
]);
