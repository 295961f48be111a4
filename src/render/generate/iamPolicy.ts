// IAMPolicyGenerator: a ServiceAccount that is tied to an account of Google's cloud. Only reachable as a plugin.
import { child } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { generatorInvalid } from '../findings.ts';
import { textField } from '../kustomization/kustomization.ts';
import { newResource } from '../resource.ts';
import { newMap, newText } from '../write.ts';
import type { Change } from '../write.ts';
import type { Generator } from './generators.ts';

export const iamPolicyGenerator: Generator = (context, use) => {
  const cloud = textField(use.config, 'cloud');
  if (cloud !== 'gke') {
    context.report(
      generatorInvalid(`the cloud provider '${cloud}' is not supported; only gke is: write 'cloud: gke'`, use.place),
    );
    return undefined;
  }
  const change = { place: use.place, cause: { by: 'generator' as const, field: use.field } };
  const service = child(use.config, 'kubernetesService');
  const account = child(use.config, 'serviceAccount');
  const at = (node: Node | undefined): Change => ({ place: node?.origin.place ?? use.place, cause: change.cause });
  if (textField(account, 'name') === '') {
    context.report(generatorInvalid('the service account has no name: write serviceAccount.name', use.place));
    return undefined;
  }
  const email = `${textField(account, 'name')}@${textField(account, 'projectId')}.iam.gserviceaccount.com`;
  const annotations = newMap(change, [['iam.gke.io/gcp-service-account', newText(email, at(child(account, 'name')))]]);
  const metadata: [string, Node][] = [
    ['annotations', annotations],
    ['name', newText(textField(service, 'name'), at(child(service, 'name')))],
  ];
  const namespace = textField(service, 'namespace');
  if (namespace !== '') metadata.push(['namespace', newText(namespace, at(child(service, 'namespace')))]);
  const node = newMap(change, [
    ['apiVersion', newText('v1', change)],
    ['kind', newText('ServiceAccount', change)],
    ['metadata', newMap(change, metadata)],
  ]);
  return [newResource(node, context.isClusterScoped)];
};
