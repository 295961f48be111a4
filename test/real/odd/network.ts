// Kinds of the network with many fields set, all valid.
import { conditions, labels } from './row.ts';
import type { Row } from './row.ts';

export const network: readonly Row[] = [
  [
    'Service',
    'services',
    'v1',
    {
      full: {
        spec: {
          selector: labels,
          ports: [
            { name: 'http', port: 80, targetPort: 'web', protocol: 'TCP', appProtocol: 'http' },
            { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
          ],
          sessionAffinity: 'ClientIP',
          sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } },
          externalIPs: ['1.2.3.4'],
          internalTrafficPolicy: 'Local',
          ipFamilyPolicy: 'SingleStack',
          publishNotReadyAddresses: true,
          trafficDistribution: 'PreferClose',
        },
      },
      balancer: {
        spec: {
          type: 'LoadBalancer',
          ports: [{ port: 80 }],
          externalTrafficPolicy: 'Local',
          loadBalancerClass: 'example.dev/c',
          loadBalancerSourceRanges: ['1.0.0.0/8'],
          allocateLoadBalancerNodePorts: true,
        },
      },
      external: { spec: { type: 'ExternalName', externalName: 'x.example' } },
    },
    {
      status: {
        loadBalancer: { ingress: [{ ip: '5.5.5.5', ipMode: 'VIP', ports: [{ port: 80, protocol: 'TCP' }] }] },
        conditions,
      },
    },
  ],
  [
    'Ingress',
    'ingresses',
    'networking.k8s.io/v1',
    {
      full: {
        spec: {
          ingressClassName: 'nginx',
          defaultBackend: { service: { name: 's', port: { number: 80 } } },
          tls: [{ hosts: ['a.example'], secretName: 't' }],
          rules: [
            {
              host: 'a.example',
              http: {
                paths: [
                  { path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { name: 'http' } } } },
                  {
                    path: '/r',
                    pathType: 'Exact',
                    backend: { resource: { apiGroup: 'g.example', kind: 'K', name: 'n' } },
                  },
                ],
              },
            },
            {
              host: '*.b.example',
              http: {
                paths: [
                  { pathType: 'ImplementationSpecific', backend: { service: { name: 'q', port: { number: 1 } } } },
                ],
              },
            },
          ],
        },
      },
    },
    {
      status: {
        loadBalancer: {
          ingress: [{ ip: '5.5.5.5', ports: [{ port: 80, protocol: 'TCP' }] }, { hostname: 'h.example' }],
        },
      },
    },
  ],
  [
    'NetworkPolicy',
    'networkpolicies',
    'networking.k8s.io/v1',
    {
      full: {
        spec: {
          podSelector: { matchLabels: labels, matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] },
          policyTypes: ['Ingress', 'Egress'],
          ingress: [
            {
              from: [{ podSelector: { matchLabels: labels }, namespaceSelector: {} }],
              ports: [{ port: 80, endPort: 90, protocol: 'TCP' }],
            },
          ],
          egress: [
            {
              to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
              ports: [{ port: 'dns', protocol: 'UDP' }],
            },
          ],
        },
      },
    },
  ],
  [
    'EndpointSlice',
    'endpointslices',
    'discovery.k8s.io/v1',
    {
      ipv4: {
        addressType: 'IPv4',
        endpoints: [
          {
            addresses: ['1.2.3.4'],
            conditions: { ready: true, serving: true, terminating: false },
            hostname: 'h',
            nodeName: 'n',
            zone: 'z',
            hints: { forZones: [{ name: 'z' }] },
            targetRef: { kind: 'Pod', name: 'p', namespace: 'm' },
            deprecatedTopology: { a: 'b' },
          },
        ],
        ports: [
          { name: 'x', port: 90, protocol: 'UDP', appProtocol: 'http' },
          { name: 'y', port: 80 },
        ],
      },
      ipv6: { addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }], ports: [{ port: 80 }] },
      fqdn: { addressType: 'FQDN', endpoints: [{ addresses: ['a.example'] }] },
    },
  ],
];
