// Pod specs with many fields set, all valid: what the odd values are put into.
import type { JsonObject } from '../../../src/model/json.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

const app: JsonObject = {
  name: 'app',
  image: 'app:1',
  command: ['run'],
  args: ['-x'],
  workingDir: '/srv',
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/log',
  terminationMessagePolicy: 'File',
  ports: [
    { name: 'http', containerPort: 80, protocol: 'TCP' },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
  ],
  env: [
    { name: 'A', value: '1' },
    { name: 'B', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
    { name: 'C', valueFrom: { configMapKeyRef: { name: 'c', key: 'k', optional: true } } },
    { name: 'D', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'E', valueFrom: { resourceFieldRef: { containerName: 'app', resource: 'limits.cpu', divisor: '1' } } },
  ],
  envFrom: [{ prefix: 'P_', configMapRef: { name: 'c' } }, { secretRef: { name: 's' } }],
  resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '512Mi' } },
  volumeMounts: [
    { name: 'empty', mountPath: '/empty', subPath: 'sub', readOnly: true },
    { name: 'config', mountPath: '/config', mountPropagation: 'None' },
  ],
  volumeDevices: [{ name: 'block', devicePath: '/dev/xvda' }],
  livenessProbe: {
    httpGet: { path: '/', port: 'http', scheme: 'HTTP', host: 'h', httpHeaders: [{ name: 'X-A', value: 'b' }] },
    initialDelaySeconds: 1,
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    terminationGracePeriodSeconds: 5,
  },
  readinessProbe: { tcpSocket: { port: 80, host: 'h' }, successThreshold: 2 },
  startupProbe: { exec: { command: ['true'] } },
  lifecycle: {
    preStop: { exec: { command: ['stop'] } },
    postStart: { httpGet: { path: '/', port: 80 } },
  },
  securityContext: {
    runAsUser: 1,
    runAsGroup: 1,
    runAsNonRoot: true,
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    procMount: 'Default',
    capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
    seLinuxOptions: { level: 's0' },
    seccompProfile: { type: 'Localhost', localhostProfile: 'p.json' },
    appArmorProfile: { type: 'RuntimeDefault' },
  },
};

/** One with the fields of containers. */
const containers: JsonObject = {
  initContainers: [
    { name: 'init', image: 'init:1', command: ['true'] },
    {
      name: 'sidecar',
      image: 'side:1',
      restartPolicy: 'Always',
      startupProbe: { grpc: { port: 5, service: 's' } },
      lifecycle: { preStop: { sleep: { seconds: 3 } } },
    },
  ],
  containers: [app, { name: 'other', image: 'other', ports: [{ containerPort: 81, hostIP: '1.2.3.4' }] }],
  volumes: [
    { name: 'empty', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
    { name: 'config', configMap: { name: 'c' } },
    { name: 'block', persistentVolumeClaim: { claimName: 'block' } },
  ],
};

const term = {
  topologyKey: 'zone',
  namespaces: ['n'],
  labelSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] },
  namespaceSelector: { matchLabels: { a: 'b' } },
  matchLabelKeys: ['k2'],
  mismatchLabelKeys: ['k3'],
};

/** One with the fields of scheduling, network and security. */
const placing: JsonObject = {
  containers: [{ name: 'app', image: 'app:1' }],
  activeDeadlineSeconds: 100,
  terminationGracePeriodSeconds: 5,
  automountServiceAccountToken: false,
  serviceAccountName: 'robot',
  nodeSelector: { disk: 'ssd' },
  hostname: 'h',
  subdomain: 'sub',
  setHostnameAsFQDN: false,
  schedulerName: 'default-scheduler',
  preemptionPolicy: 'PreemptLowerPriority',
  enableServiceLinks: false,
  shareProcessNamespace: true,
  hostNetwork: false,
  hostUsers: true,
  os: { name: 'linux' },
  dnsPolicy: 'None',
  dnsConfig: { nameservers: ['1.1.1.1'], searches: ['a.example'], options: [{ name: 'ndots', value: '1' }] },
  hostAliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }],
  imagePullSecrets: [{ name: 'p' }],
  readinessGates: [{ conditionType: 'example.dev/g' }],
  tolerations: [
    { key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' },
    { key: 'l', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
  ],
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      minDomains: 2,
      topologyKey: 'zone',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { a: 'b' } },
      nodeAffinityPolicy: 'Honor',
      nodeTaintsPolicy: 'Ignore',
      matchLabelKeys: ['k'],
    },
  ],
  securityContext: {
    fsGroup: 5,
    fsGroupChangePolicy: 'Always',
    runAsUser: 1,
    runAsGroup: 1,
    runAsNonRoot: true,
    supplementalGroups: [1],
    supplementalGroupsPolicy: 'Merge',
    sysctls: [{ name: 'kernel.shm_rmid_forced', value: '0' }],
    seLinuxOptions: { user: 'u', role: 'r', type: 't', level: 's0' },
    seccompProfile: { type: 'RuntimeDefault' },
    appArmorProfile: { type: 'Localhost', localhostProfile: 'p' },
  },
  affinity: {
    nodeAffinity: {
      [REQUIRED]: {
        nodeSelectorTerms: [
          {
            matchExpressions: [
              { key: 'k', operator: 'In', values: ['v'] },
              { key: 'n', operator: 'Gt', values: ['3'] },
              { key: 'e', operator: 'Exists' },
            ],
            matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }],
          },
        ],
      },
      [PREFERRED]: [{ weight: 5, preference: { matchExpressions: [{ key: 'k', operator: 'DoesNotExist' }] } }],
    },
    podAffinity: { [REQUIRED]: [term] },
    podAntiAffinity: { [PREFERRED]: [{ weight: 1, podAffinityTerm: term }] },
  },
};

const item = { key: 'k', path: 'p', mode: 420 };
const fieldFile = { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' }, mode: 420 };
const claim = {
  accessModes: ['ReadWriteOnce'],
  storageClassName: 'fast',
  volumeMode: 'Filesystem',
  resources: { requests: { storage: '1Gi' } },
};

/** One with a volume of every usual source. */
const volumes: JsonObject = {
  serviceAccountName: 'robot',
  containers: [
    { name: 'app', image: 'app:1', volumeMounts: [{ name: 'v0', mountPath: '/v', recursiveReadOnly: 'Disabled' }] },
  ],
  volumes: [
    { configMap: { name: 'c', items: [item], defaultMode: 420, optional: true } },
    { secret: { secretName: 's', items: [item], defaultMode: 420 } },
    {
      projected: {
        defaultMode: 420,
        sources: [
          { secret: { name: 's', items: [{ key: 'k', path: 'a' }] } },
          { configMap: { name: 'c', items: [{ key: 'k', path: 'b' }] } },
          { downwardAPI: { items: [{ ...fieldFile, path: 'c' }] } },
          { serviceAccountToken: { path: 'token', audience: 'a', expirationSeconds: 3600 } },
        ],
      },
    },
    { hostPath: { path: '/y', type: 'Directory' } },
    { downwardAPI: { defaultMode: 420, items: [fieldFile] } },
    { persistentVolumeClaim: { claimName: 'c', readOnly: true } },
    { nfs: { server: 's', path: '/p' } },
    { csi: { driver: 'csi.example.dev', fsType: 'ext4', volumeAttributes: { a: 'b' } } },
    { ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec: claim } } },
    {
      iscsi: {
        targetPortal: '1.2.3.4:5',
        iqn: 'iqn.2001-04.com.example:storage',
        lun: 0,
        initiatorName: 'iqn.2001-04.com.example:host',
      },
    },
    { image: { reference: 'image:1', pullPolicy: 'Always' } },
    { gitRepo: { repository: 'r' } },
    { rbd: { monitors: ['m'], image: 'i' } },
    { cephfs: { monitors: ['m'] } },
    { fc: { targetWWNs: ['w'], lun: 1 } },
    { glusterfs: { endpoints: 'e', path: 'p' } },
    { azureDisk: { diskName: 'd', diskURI: '/subscriptions/x', kind: 'Managed' } },
    { azureFile: { secretName: 's', shareName: 'n' } },
    { awsElasticBlockStore: { volumeID: 'v', partition: 1 } },
    { gcePersistentDisk: { pdName: 'd', partition: 1 } },
    { cinder: { volumeID: 'v' } },
    { flexVolume: { driver: 'd/e' } },
    { portworxVolume: { volumeID: 'v' } },
    { scaleIO: { gateway: 'g', system: 's', volumeName: 'v', secretRef: { name: 's' } } },
    { vsphereVolume: { volumePath: 'v' } },
    { storageos: { volumeName: 'v' } },
    { photonPersistentDisk: { pdID: 'd' } },
    { quobyte: { registry: 'a:1', volume: 'v' } },
    { flocker: { datasetName: 'd' } },
  ].map((source, i) => ({ name: `v${i}`, ...source })),
};

/** By what they show. */
export const podSpecs: Readonly<Record<string, JsonObject>> = { containers, placing, volumes };
