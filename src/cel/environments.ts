// The environments that CEL runs in: that of the Kubernetes API server and that of Flux. Which library stands where.
import { functionTable } from './environment.ts';
import type { Environment } from './environment.ts';
import { authorization } from './library/authorizer.ts';
import { conversions } from './library/conversions.ts';
import { kubernetesLists, lists, sets } from './library/lists.ts';
import { namedFormats } from './library/namedFormats.ts';
import { CIDR, IP, network } from './library/network.ts';
import { operators } from './library/operators.ts';
import { mapInsertion, optionals } from './library/optionals.ts';
import { quantities } from './library/quantity.ts';
import { regex } from './library/regex.ts';
import { semvers } from './library/semver.ts';
import { encoders, newerStrings, olderFormat, strings } from './library/strings.ts';
import { times } from './library/times.ts';
import { urls } from './library/url.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  STRING,
  TIMESTAMP,
  typeName,
  typeOf,
  UINT,
} from './types.ts';
import type { CelType } from './types.ts';

const STANDARD_TYPES: readonly CelType[] = [
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  INT,
  listOf(DYN),
  mapOf(DYN, DYN),
  NULL,
  optionalOf(DYN),
  STRING,
  TIMESTAMP,
  typeOf(),
  UINT,
];

function typeNames(more: readonly CelType[]): ReadonlyMap<string, CelType> {
  return new Map([...STANDARD_TYPES, ...more].map((type) => [typeName(type), type]));
}

const standard = [...operators, conversions, times, strings, sets, optionals];

/** Kubernetes 1.36: rules of CRDs and admission policies. @see k8s.io/apiserver/pkg/cel/environment/base.go */
export const kubernetesCel: Environment = {
  functions: functionTable([
    ...standard,
    olderFormat,
    kubernetesLists,
    lists,
    regex,
    urls,
    network,
    quantities,
    semvers,
    namedFormats,
    mapInsertion,
    authorization,
  ]),
  macros: { optional: true, twoVariables: true, lists: true },
  format: 'english',
  typeNames: typeNames([IP, CIDR]),
};

/** Flux: health checks and readyExpr. @see github.com/fluxcd/pkg/runtime/cel */
export const fluxCel: Environment = {
  functions: functionTable([...standard, newerStrings, encoders]),
  macros: { optional: true, twoVariables: false, lists: false },
  format: 'plain',
  typeNames: typeNames([]),
};
