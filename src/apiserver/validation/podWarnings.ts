// Warnings about pod specs, alone and in templates, as k8s.io/kubernetes pkg/api/pod has them.
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { eachItem, textAt } from './values.ts';

/** What is legal in a pod's spec and yet likely a mistake. */
export function podSpecWarnings(spec: JsonObject, path: string): string[] {
  const warnings: string[] = [];
  for (const { item, at } of eachItem(spec, 'topologySpreadConstraints', path))
    if (!isJsonObject(item['labelSelector']))
      warnings.push(`${at}.labelSelector: a null labelSelector results in matching no pod`);
  warnings.push(...volumeWarnings(spec, path));
  const seen = new Set<string>();
  const pullSecrets = eachItem(spec, 'imagePullSecrets', path);
  for (const { item, at } of pullSecrets) {
    const name = textAt(item, 'name');
    if (seen.has(name)) warnings.push(`${at}.name: duplicate name ${JSON.stringify(name)}`);
    seen.add(name);
  }
  for (const { item, at } of pullSecrets)
    if (textAt(item, 'name') === '') warnings.push(`${at}.name: invalid empty name ""`);
  const containers = ['initContainers', 'containers'].flatMap((field) => eachItem(spec, field, path));
  for (const { item, at } of containers) warnings.push(...variableWarnings(item, at));
  return [...warnings, ...portWarnings(containers)];
}

/** Sources of volumes that do nothing any more, with the name that upstream gives them. */
const GONE: readonly (readonly [source: string, name: string, since: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function volumeWarnings(spec: JsonObject, path: string): string[] {
  return eachItem(spec, 'volumes', path).flatMap(({ item, at }) =>
    GONE.filter(([source]) => isJsonObject(item[source])).map(([, name, since]) => `${at}.${name}: ${since}`),
  );
}

/** A variable that is set twice: the second one should use the first, or it hides it. */
function variableWarnings(container: JsonObject, path: string): string[] {
  const seen = new Set<string>();
  return eachItem(container, 'env', path).flatMap(({ item, at }) => {
    const [name, value] = [textAt(item, 'name'), textAt(item, 'value')];
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const own = `$(${name})`;
    const hides = item['valueFrom'] !== undefined || value === own || !value.includes(own);
    return hides
      ? [`${at}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`]
      : [];
  });
}

function portWarnings(containers: readonly { readonly item: JsonObject; readonly at: string }[]): string[] {
  const ports = containers.flatMap(({ item, at }) => eachItem(item, 'ports', at));
  const warnings: string[] = [];
  for (const [i, { item, at }] of ports.entries()) {
    if (textAt(item, 'hostIP') !== '' && Number(item['hostPort'] ?? 0) === 0)
      warnings.push(`${at}: hostIP set without hostPort: ${printedPort(item)}`);
    for (const other of ports.slice(0, i)) {
      if (
        other.item['containerPort'] !== item['containerPort'] ||
        textAt(other.item, 'protocol') !== textAt(item, 'protocol')
      )
        continue;
      const [one, two] = [Number(item['hostPort'] ?? 0), Number(other.item['hostPort'] ?? 0)];
      if (one === two && textAt(item, 'hostIP') === textAt(other.item, 'hostIP'))
        warnings.push(`${at}: duplicate port definition with ${other.at}`);
      else if (one === 0 || two === 0) warnings.push(`${at}: overlapping port definition with ${other.at}`);
    }
  }
  const names = new Map<string, string>();
  for (const { item, at } of ports) {
    const name = textAt(item, 'name');
    const first = names.get(name);
    if (name !== '' && first !== undefined)
      warnings.push(
        `${at}: duplicate port name ${JSON.stringify(name)} with ${first}, services and probes that select ports by name will use ${first}`,
      );
    else names.set(name, at);
  }
  return warnings;
}

/** As Go prints the struct. */
function printedPort(port: JsonObject): string {
  const number = (field: string): number => Number(port[field] ?? 0);
  const [name, protocol, address] = ['name', 'protocol', 'hostIP'].map((field) => textAt(port, field));
  return `{Name:${name ?? ''} HostPort:${number('hostPort')} ContainerPort:${number('containerPort')} Protocol:${protocol ?? ''} HostIP:${address ?? ''}}`;
}
